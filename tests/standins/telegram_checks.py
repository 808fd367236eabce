"""What the server checks in a message before it looks at the chat: its words and its buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass

import orjson

from tests.standins.telegram_faults import Refusal
from tests.standins.telegram_html import CannotParse, Entity, Parsed, linkable, parse, trimmed, units
from tests.standins.telegram_params import Json, Params

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
RAW_BYTES = 32_768
ENTITIES = 100
BUTTONS = 100
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_BUTTON_SCHEME = re.compile(r"(?:https?|tg|mailto):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The text of a message: as given, as read, and how many entities were dropped beyond 100."""

    raw: str
    parsed: Parsed
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Button:
    """One button: its label, and the data it sends or the address it opens."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The buttons of a message in rows; ``inline`` ones hang on the message, others replace the keyboard."""

    rows: tuple[tuple[Button, ...], ...] = ()
    inline: bool = True
    raw: object = None


NO_KEYBOARD = Keyboard()


def check_words(params: Params, name: str, most: int) -> Words:
    """The text or caption under ``name``; raises Refusal as the server does when it cannot be sent."""
    raw = params.text(name)
    if len(raw.encode("utf-8", "surrogatepass")) > RAW_BYTES:
        raise Refusal(400, f"Bad Request: {name} is too long")
    parsed = trimmed(_parse(params, name, raw))
    if parsed.units > most:
        raise Refusal(400, f"Bad Request: message {'' if name == 'text' else 'caption '}is too long")
    if not parsed.units and name == "text":
        raise Refusal(400, "Bad Request: message text is empty")
    dropped = max(0, len(parsed.entities) - ENTITIES)
    if dropped:
        parsed = Parsed(parsed.text, parsed.units, parsed.entities[:ENTITIES], parsed.notes)
    return Words(raw, parsed, dropped)


def _parse(params: Params, name: str, raw: str) -> Parsed:
    mode = params.text("parse_mode").lower()
    if mode == "html":
        try:
            return parse(raw)
        except CannotParse as caught:
            raise Refusal(400, f"Bad Request: can't parse entities: {caught}") from caught
    if mode:
        raise Refusal(400, "Bad Request: unsupported parse_mode (the stand-in reads HTML only)")
    given = params.list("entities" if name == "text" else "caption_entities") or []
    return Parsed(raw, units(raw), tuple(_entity(one) for one in given))


def _entity(given: object) -> Entity:
    if not isinstance(given, dict):
        raise Refusal(400, "Bad Request: can't parse MessageEntity: expected an Object")
    return Entity(
        str(given.get("type", "")),
        int(given.get("offset", 0)),
        int(given.get("length", 0)),
        url=str(given.get("url", "")),
        language=str(given.get("language", "")),
        emoji=str(given.get("custom_emoji_id", "")),
    )


def check_keyboard(params: Params) -> Keyboard:
    """The buttons of ``reply_markup``; raises Refusal as the server does when one is wrong."""
    markup = params.record("reply_markup")
    if "inline_keyboard" in markup:
        rows = tuple(tuple(_inline(one) for one in row) for row in _rows(markup["inline_keyboard"]))
        if sum(map(len, rows)) > BUTTONS:
            raise Refusal(400, "Bad Request: reply markup is too long")
        return Keyboard(tuple(row for row in rows if row), inline=True, raw=markup)
    if "keyboard" in markup:
        rows = tuple(tuple(_plain(one) for one in row) for row in _rows(markup["keyboard"]))
        return Keyboard(rows, inline=False, raw=markup)
    if markup and not {"remove_keyboard", "force_reply"} & markup.keys():
        raise Refusal(400, "Bad Request: object expected as reply markup")
    return Keyboard(inline=not markup, raw=markup or None)


def _rows(given: object) -> list[list[object]]:
    if not isinstance(given, list) or not all(isinstance(row, list) for row in given):
        raise Refusal(400, "Bad Request: expected an Array of Array of buttons in the reply markup")
    return given


def _plain(given: object) -> Button:
    text = given.get("text") if isinstance(given, dict) else given
    if not isinstance(text, str) or not text:
        raise Refusal(400, 'Bad Request: can\'t parse keyboard button: Field "text" must be of type String')
    return Button(text)


def _inline(given: object) -> Button:
    fault = "Bad Request: can't parse inline keyboard button: "
    if not isinstance(given, dict):
        raise Refusal(400, fault + "InlineKeyboardButton must be an Object")
    text = given.get("text")
    if not isinstance(text, str) or not text:
        raise Refusal(400, fault + 'Field "text" must be of type String')
    actions = [name for name in _ACTIONS if _given(given, name)]
    if not actions:
        raise Refusal(400, fault + "Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise Refusal(400, fault + f"exactly one action must be used, there are {', '.join(actions)}")
    return Button(text, data=_data(given), url=_url(given))


def _given(button: Json, action: str) -> bool:
    value = button.get(action)
    return value not in (None, False) and (value != "" or action.startswith("switch_inline_query"))


def _data(given: Json) -> str:
    data = given.get("callback_data") or ""
    if not isinstance(data, str) or len(data.encode("utf-8", "surrogatepass")) > 64:
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return data


def _url(given: Json) -> str:
    url = str(given.get("url") or "")
    fault = f"Bad Request: inline keyboard button URL '{url}' is invalid: "
    if url and not _BUTTON_SCHEME.match(url):
        raise Refusal(400, fault + "Unsupported URL protocol")
    if url and not linkable(url):
        raise Refusal(400, fault + "Wrong HTTP URL")
    return url


class CheckedBefore:
    """The same checks with a memory: a digest sent to thousands is parsed once."""

    def __init__(self, most: int = 2048) -> None:
        self._most = most
        self._words: dict[tuple[str, str, str, int], Words] = {}
        self._keyboards: dict[bytes, Keyboard] = {}

    def words(self, params: Params, name: str, most: int) -> Words:
        """As ``check_words``; only texts that passed are remembered."""
        if "entities" in params.values or "caption_entities" in params.values:
            return check_words(params, name, most)
        key = (name, params.text(name), params.text("parse_mode"), most)
        known = self._words.get(key)
        if known is None:
            if len(self._words) >= self._most:
                self._words.clear()
            known = self._words[key] = check_words(params, name, most)
        return known

    def keyboard(self, params: Params) -> Keyboard:
        """As ``check_keyboard``."""
        given = params.values.get("reply_markup")
        if given is None or given == "":
            return NO_KEYBOARD
        key = given.encode() if isinstance(given, str) else orjson.dumps(given)
        known = self._keyboards.get(key)
        if known is None:
            if len(self._keyboards) >= self._most:
                self._keyboards.clear()
            known = self._keyboards[key] = check_keyboard(params)
        return known
