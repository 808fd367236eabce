"""sendMessage without the library: what a message says is written once, of the answer little is read."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import orjson

from bot.telegram.failures import explain
from bot.telegram.render import Button, TelegramMessage
from bot.telegram.request import answer_of, unanswered
from digest.errors import MaybeSent, Refused

NO_PREVIEW = {"is_disabled": True}
KEPT = 64

Parameters = dict[str, object]


class _Chat(msgspec.Struct):
    id: int


class _Message(msgspec.Struct):
    message_id: int
    chat: _Chat


class _Sent(msgspec.Struct):
    ok: bool
    result: _Message


_SENT = msgspec.json.Decoder(_Sent)


def content(message: TelegramMessage, *, plain: bool) -> Parameters:
    """What a message says, as the platform's parameters; `plain` without markup and buttons."""
    name = "caption" if message.picture else "text"
    said: Parameters = {name: message.plain if plain else message.html}
    if not message.picture:
        said["link_preview_options"] = NO_PREVIEW
    if plain:
        return said
    said["parse_mode"] = "HTML"
    if message.buttons:
        keys = [[_key(button) for button in row] for row in message.buttons]
        said["reply_markup"] = {"inline_keyboard": keys}
    return said


class Letters:
    """Messages as the end of a request's body. Those written last are kept: thousands get the same one."""

    def __init__(self) -> None:
        # By identity: to compare messages is dear. Each is kept with its bytes, so that its id stays its own.
        self._written: dict[tuple[int, bool, bool], tuple[TelegramMessage, bytes]] = {}

    def body(
        self, address: Mapping[str, object], message: TelegramMessage, *, plain: bool, paid: bool
    ) -> bytes:
        """The JSON body that sends a message to an address; Refused('cannot_encode')."""
        return orjson.dumps(address)[:-1] + self._end(message, plain=plain, paid=paid)

    def _end(self, message: TelegramMessage, *, plain: bool, paid: bool) -> bytes:
        key = (id(message), plain, paid)
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = (message, _end(message, plain=plain, paid=paid))
            if len(self._written) > KEPT:
                del self._written[next(iter(self._written))]
        return found[1]


def reference(status: int, payload: bytes) -> str:
    """The name `chat:message` of what was sent; a SendFailure says why it was not."""
    if status == HTTPStatus.OK:
        try:
            sent = _SENT.decode(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            sent = None
        if sent is None or not sent.ok:
            raise MaybeSent("broken_answer")
        return f"{sent.result.chat.id}:{sent.result.message_id}"
    raise unanswered(status, payload) or explain(status, answer_of(payload) or {})


def _end(message: TelegramMessage, *, plain: bool, paid: bool) -> bytes:
    said = content(message, plain=plain)
    if message.picture:
        said["photo"] = message.picture
    if message.silent:
        said["disable_notification"] = True
    if paid:
        said["allow_paid_broadcast"] = True
    try:
        return b"," + orjson.dumps(said)[1:]
    except TypeError:
        raise Refused("cannot_encode") from None


def _key(button: Button) -> dict[str, Any]:
    if button.url:
        return {"text": button.text, "url": button.url}
    return {"text": button.text, "callback_data": button.data}
