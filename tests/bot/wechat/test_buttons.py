"""The menu of an account."""

from __future__ import annotations

from typing import Any

import pytest

from bot.phrases import load_catalogs
from bot.wechat.buttons import menu_of
from digest.grammar import understand
from digest.intents import LookUp, ShowToday
from tests.digest.talk import known, typed

CATALOGS = load_catalogs()


def buttons(language: str) -> list[dict[str, Any]]:
    """Every button that does something."""
    tops = menu_of(CATALOGS.speak(language))["button"]
    return [one for top in tops for one in top.get("sub_button", [top])]


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_menu_is_inside_what_the_platform_takes(language: str) -> None:
    tops = menu_of(CATALOGS.speak(language))["button"]

    assert len(tops) == 3
    assert all(1 <= len(top.get("sub_button", [top])) <= 5 for top in tops)
    assert max(len(top["name"].encode()) for top in tops) <= 16
    assert max(len(one["name"].encode()) for one in buttons(language)) <= 60
    assert max(len(one["key"].encode()) for one in buttons(language)) <= 128


def test_the_menu_is_today_the_past_and_more() -> None:
    tops = menu_of(CATALOGS.speak("zh-Hans"))["button"]

    assert [top["name"] for top in tops] == ["今日", "往期", "更多"]
    assert tops[0] == {"type": "click", "name": "今日", "key": "今日"}


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_each_key_is_a_word_that_means_what_the_button_says(language: str) -> None:
    meant = [understand(typed(one["key"]), known()) for one in buttons(language)]

    assert meant[0] == ShowToday()
    assert not any(isinstance(intent, LookUp) for intent in meant)
    assert len({str(intent) for intent in meant}) == len(meant)
