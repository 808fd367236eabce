"""What Telegram reports, read into our words. Whatever the JSON holds, nothing here raises."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from bot.telegram.channel import CHANNEL
from bot.telegram.formatted import KINDS
from bot.telegram.markup import sound
from bot.telegram.render import SAYS
from digest.content import Span
from digest.intents import Incoming
from digest.subscriber import Kind, Place

LONGEST_TEXT = 4096
LONGEST_UPDATE = 262_144
MOST_SPANS = 100

_KINDS = {"private": Kind.PERSON, "group": Kind.GROUP, "supergroup": Kind.GROUP, "channel": Kind.CHANNEL}
# In this order: an animation comes with a document beside it.
_UNREADABLE = (
    ("photo", "unreadable.picture"),
    ("sticker", "unreadable.sticker"),
    ("voice", "unreadable.voice"),
    ("audio", "unreadable.voice"),
    ("video", "unreadable.video"),
    ("video_note", "unreadable.video"),
    ("animation", "unreadable.video"),
    ("document", "unreadable.document"),
    ("location", "unreadable.other"),
    ("contact", "unreadable.other"),
    ("poll", "unreadable.other"),
    ("dice", "unreadable.other"),
    ("story", "unreadable.other"),
)
_PRESENT = frozenset({"creator", "administrator", "member"})
_COMMAND = re.compile(r"/[A-Za-z0-9_]+(?:@([A-Za-z0-9_]+))?(?=\s|$)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")

Json = dict[str, object]


class MessageRef(NamedTuple):
    """A tapped button: its message (`chat:message_id`, '' when unknown) and the tap to answer."""

    message: str
    tap_id: str


class Received(NamedTuple):
    """A message or a tap: where it came from, what was said, and for a tap what it hangs on."""

    place: Place
    kind: Kind
    incoming: Incoming
    ref: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a place can be written to from now on, and why not (blocked, kicked, left, no_rights)."""

    place: Place
    kind: Kind
    present: bool
    reason: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Migration:
    """A group that has another id from now on."""

    place: Place
    recipient: str


@dataclass(frozen=True, slots=True)
class Names:
    """Who the bot is: its id and its name without @."""

    bot_id: str
    username: str = ""


def read(payload: bytes) -> object:
    """The update in these bytes; None when they hold none, or far too much."""
    if len(payload) > LONGEST_UPDATE:
        return None
    try:
        return orjson.loads(payload)
    except ValueError:
        return _read_slowly(payload)


def _read_slowly(payload: bytes) -> object:
    # Python's own reader takes half a surrogate pair, which orjson does not.
    try:
        read_object: object = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return read_object


def understand(update: object, me: Names) -> Received | Membership | Migration | None:
    """What an update means for us; None for what is not answered (edits, channel posts, other kinds)."""
    whole = _record(update)
    if "message" in whole:
        return _message(_record(whole["message"]), me)
    if "callback_query" in whole:
        return _tap(_record(whole["callback_query"]), me)
    if "my_chat_member" in whole:
        return _membership(_record(whole["my_chat_member"]), me)
    return None


def _message(message: Json, me: Names) -> Received | Migration | None:
    place, kind = _place(message, me), _kind(message)
    if place is None or kind is None or kind is Kind.CHANNEL:
        return None
    if moved := _number(message, "migrate_to_chat_id"):
        return Migration(place, moved)
    sender = _record(message.get("from"))
    automatic = message.get("is_automatic_forward") is True
    if automatic or (sender.get("is_bot") is True and "sender_chat" not in message):
        return None
    code = _unreadable(message)
    text = _text(message, "text") or _text(message, "caption")
    if not text and not code:
        return None
    incoming = Incoming(
        text=text,
        private=kind is Kind.PERSON,
        addressed=kind is Kind.PERSON or _addressed(message, text, me),
        sender=_number(sender, "id"),
        language=_language(sender),
        code=code,
        spans=_spans(message),
        picture=_picture(message),
    )
    return Received(place, kind, incoming)


def _spans(message: Json) -> tuple[Span, ...]:
    """How the text or the caption is marked; what is garbled is left out."""
    marks = _list(message, "entities" if "text" in message else "caption_entities")
    return tuple(filter(None, (_span(_record(mark)) for mark in marks[:MOST_SPANS])))


def _span(mark: Json) -> Span | None:
    kind, start, length = _text(mark, "type"), mark.get("offset"), mark.get("length")
    if kind not in KINDS or type(start) is not int or type(length) is not int or start < 0 or length < 1:
        return None
    named = {"text_link": "url", "pre": "language", "custom_emoji": "custom_emoji_id"}.get(kind, "")
    value = _number(_record(mark.get("user")), "id") if kind == "text_mention" else _text(mark, named)
    return Span(kind, start, length, value)


def _picture(message: Json) -> str:
    """Telegram's name of the largest size of a photo."""
    sizes = _list(message, "photo")
    return _text(_record(sizes[-1]), "file_id") if sizes else ""


def _unreadable(message: Json) -> str:
    if "text" in message:
        return ""
    return next((code for name, code in _UNREADABLE if name in message), "")


def _addressed(message: Json, text: str, me: Names) -> bool:
    command = _COMMAND.match(text)
    if command is not None:
        return command[1] is None or command[1].lower() == me.username.lower()
    answered = _record(_record(message.get("reply_to_message")).get("from"))
    return _number(answered, "id") == me.bot_id or _mentions(message, text, me)


def _mentions(message: Json, text: str, me: Names) -> bool:
    name = re.escape(me.username)
    if name and re.search(rf"(?<![A-Za-z0-9_@])@{name}(?![A-Za-z0-9_])", text, re.IGNORECASE):
        return True
    marks = [*_list(message, "entities"), *_list(message, "caption_entities")]
    return any(_number(_record(_record(mark).get("user")), "id") == me.bot_id for mark in marks)


def _tap(query: Json, me: Names) -> Received | None:
    message, sender = _record(query.get("message")), _record(query.get("from"))
    place, kind = _place(message, me), _kind(message)
    data, tap_id = _text(query, "data"), _text(query, "id")
    if place is None or kind is None or not tap_id:
        return None
    says = data.removeprefix(SAYS) if data.startswith(SAYS) else ""
    incoming = Incoming(
        text=says,
        tap="" if says else data,
        private=kind is Kind.PERSON,
        sender=_number(sender, "id"),
        language=_language(sender),
    )
    number = _number(message, "message_id")
    return Received(
        place, kind, incoming, MessageRef(f"{place.recipient}:{number}" if number else "", tap_id)
    )


def _membership(change: Json, me: Names) -> Membership | None:
    place, kind = _place(change, me), _kind(change)
    member = _record(change.get("new_chat_member"))
    status = member.get("status")
    if place is None or kind is None or not isinstance(status, str):
        return None
    language = _language(_record(change.get("from")))
    if status in _PRESENT or (status == "restricted" and member.get("is_member") is True):
        mute = status == "restricted" and member.get("can_send_messages") is False
        return Membership(
            place, kind, present=not mute, reason="no_rights" if mute else "", language=language
        )
    gone = "blocked" if kind is Kind.PERSON else "kicked" if status == "kicked" else "left"
    return Membership(place, kind, present=False, reason=gone, language=language)


def _place(message: Json, me: Names) -> Place | None:
    chat = _number(_record(message.get("chat")), "id")
    # Outside forums the thread of a message is only a chain of replies.
    thread = _number(message, "message_thread_id") if message.get("is_topic_message") is True else ""
    return Place(CHANNEL, chat, thread, me.bot_id) if chat else None


def _kind(message: Json) -> Kind | None:
    kind = _record(message.get("chat")).get("type")
    return _KINDS.get(kind) if isinstance(kind, str) else None


def _language(sender: Json) -> str:
    tag = _text(sender, "language_code")
    return tag if _LANGUAGE.fullmatch(tag) else ""


def _record(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _list(record: Json, name: str) -> list[object]:
    value = record.get(name)
    return value if isinstance(value, list) else []


def _text(record: Json, name: str) -> str:
    value = record.get(name)
    return sound(value[:LONGEST_TEXT]) if isinstance(value, str) else ""


def _number(record: Json, name: str) -> str:
    value = record.get(name)
    fits = type(value) is int and -(2**63) <= value < 2**63
    return str(value) if fits else ""
