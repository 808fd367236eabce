"""The menu of an account as data: 今日 · 往期 · 更多, each button a word that can be typed."""

from __future__ import annotations

from typing import Any

from digest.ports import Phrases

# What the platform takes: names in bytes, and how many buttons.
MOST_TOPS, MOST_BUTTONS = 3, 5
TOP_BYTES, BUTTON_BYTES, KEY_BYTES = 16, 60, 128

_PAST = (
    ("typed.yesterday", "typed.yesterday"),
    ("choice.calendar", "says.calendar"),
    ("says.sections", "says.sections"),
    ("says.catch_up", "says.catch_up"),
)
_MORE = (
    ("says.subscribe", "says.subscribe"),
    ("says.settings", "says.settings"),
    ("says.status", "says.status"),
    ("says.help", "says.help"),
    ("says.unsubscribe", "says.unsubscribe"),
)


def menu_of(say: Phrases) -> dict[str, Any]:
    """The menu as `menu/create` takes it. A button's key is what a reader would type for the same."""
    return {
        "button": [
            _button(say, "says.today", "says.today"),
            {"name": say("menu.past"), "sub_button": [_button(say, *one) for one in _PAST]},
            {"name": say("menu.more"), "sub_button": [_button(say, *one) for one in _MORE]},
        ]
    }


def _button(say: Phrases, label: str, says: str) -> dict[str, Any]:
    return {"type": "click", "name": say(label), "key": say(says)}
