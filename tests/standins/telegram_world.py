"""The platform as the stand-in keeps it: the bot, the chats, the messages in them, and what was done."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.standins.telegram_checks import Button, CheckedBefore, Keyboard, Words
from tests.standins.telegram_faults import LOSING, Fault, Faults, Refusal, refuse, too_many
from tests.standins.telegram_html import Entity
from tests.standins.telegram_limits import Limits
from tests.standins.telegram_params import Json, Params
from tests.standins.telegram_truth import Accepted, Refused, Truth
from tests.standins.telegram_updates import Updates


@dataclass(frozen=True, slots=True)
class Rules:
    """How strict the platform is. ``fast`` reads no text and keeps no messages: it only counts and logs."""

    rate: int = 30
    strict: bool = False
    fast: bool = False
    count_edits: bool = False
    privacy: bool = False


@dataclass(frozen=True, slots=True)
class BotMessage:
    """One message of the bot as its reader sees it now."""

    chat_id: int
    message_id: int
    text: str
    raw: str
    units: int
    entities: tuple[Entity, ...]
    rows: tuple[tuple[Button, ...], ...]
    inline: bool
    date: int
    kind: str = "text"
    file_name: str = ""
    silent: bool = False
    thread: int | None = None
    reply_to: int | None = None
    link_preview: object = None
    dropped_entities: int = 0
    notes: tuple[str, ...] = ()
    edits: int = 0
    markup: object = None

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons, in reading order."""
        return tuple(button for row in self.rows for button in row)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of all buttons, in reading order."""
        return tuple(button.text for button in self.buttons)

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses the text links to, in order."""
        return tuple(entity.url for entity in self.entities if entity.url)


@dataclass(slots=True)
class Chat:
    """One chat and the bot's messages in it."""

    id: int
    type: str
    title: str = ""
    username: str = ""
    language_code: str = "zh-hans"
    administrators: frozenset[int] = frozenset()
    last_id: int = 0
    sent: dict[int, BotMessage] = field(default_factory=dict)

    def next_id(self) -> int:
        """A new message id."""
        self.last_id += 1
        return self.last_id

    def as_json(self) -> Json:
        """The Chat object."""
        if self.type == "private":
            content: Json = {"id": self.id, "first_name": self.title or "Reader", "type": self.type}
        else:
            content = {"id": self.id, "title": self.title or "Group", "type": self.type}
        if self.username:
            content["username"] = self.username
        return content


@dataclass(frozen=True, slots=True)
class Call:
    """One request in the server's hands."""

    method: str
    params: Params
    chat: Chat | None
    thread: int | None
    now: float
    struck: tuple[Fault, ...] = ()

    def required_chat(self) -> Chat:
        """The chat named; raises Refusal when there is none."""
        if self.chat is None:
            raise Refusal(400, "Bad Request: chat_id is empty")
        return self.chat


class World:
    """Everything the stand-in knows; the methods of the API and the people act on it."""

    def __init__(
        self,
        rules: Rules,
        truth: Truth,
        me: Json,
        *,
        seed: int,
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self.rules, self.me, self.clock, self.wall = rules, me, clock, wall
        self.truth = truth
        self.faults = Faults(seed)
        self.updates = Updates()
        self.reset()

    def reset(self) -> None:
        """Forget chats, messages, updates, faults, settings and the truth; keep the rules."""
        self.limits = Limits(self.rules.rate)
        self.updates.close()
        self.updates = Updates()
        self.chats: dict[int, Chat] = {}
        self.checks = CheckedBefore()
        self.commands: dict[tuple[str, str], list[object]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int | None, object] = {}
        self.queries: dict[str, Json] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.webhook = ""
        self._texts: dict[str, str] = {}
        self._not_before: dict[int, float] = {}
        self._waiting: list[asyncio.Future[None]] = []
        self.faults.heal()
        self.truth.forget()

    def chat(self, chat_id: int) -> Chat:
        """The chat with this id, made on first use."""
        chat = self.chats.get(chat_id)
        if chat is None:
            kind = "private" if chat_id > 0 else "supergroup" if str(chat_id).startswith("-100") else "group"
            chat = self.chats[chat_id] = Chat(chat_id, kind)
        return chat

    def named(self, given: str) -> Chat | None:
        """The chat a chat_id parameter names, by number or by @username; None when unknown."""
        if given.lstrip("-").isdigit():
            return self.chat(int(given))
        name = given.removeprefix("@").lower()
        return next((chat for chat in self.chats.values() if chat.username.lower() == name), None)

    def same(self, text: str) -> str:
        """The text itself, kept once however often it is sent: a digest to thousands costs no memory."""
        return self._texts.setdefault(text, text)

    def admit(self, call: Call, *, limited: bool) -> None:
        """Raise Refusal when a fault or a limit keeps this call from taking effect."""
        refuse(call.struck)
        if not (self.rules.strict and limited) or call.chat is None:
            return
        held = self._not_before.get(call.chat.id, 0.0) - call.now
        wait = math.ceil(held) if held > 0 else self.limits.take(call.chat.id, call.now)
        if wait:
            raise too_many(wait)

    def arrived(self, call: Call) -> None:
        """Count the call, and whether it came before the time its chat was told to wait for."""
        self.truth.calls[call.method] += 1
        self.changed()
        if self._not_before and call.chat and call.now < self._not_before.get(call.chat.id, 0.0):
            self.truth.early += 1

    def refused(self, call: Call, refusal: Refusal) -> None:
        """Keep the refusal, and until when its chat must wait."""
        chat_id = call.chat.id if call.chat else None
        after = refusal.parameters.get("retry_after")
        if after is not None and chat_id is not None:
            left = self._not_before.get(chat_id, 0.0) - call.now
            if after > math.ceil(left):  # a call that came early does not make its own wait longer
                self._not_before[chat_id] = call.now + after
        self.truth.refused.append(
            Refused(call.now, call.method, chat_id, refusal.code, refusal.description, after)
        )

    def accept(
        self,
        call: Call,
        *,
        message_id: int | None = None,
        words: Words | None = None,
        keyboard: Keyboard | None = None,
        counted: bool = False,
    ) -> None:
        """Write one accepted request into the truth and wake who waits for it."""
        lost = next((fault.kind.value for fault in call.struck if fault.kind in LOSING), "answered")
        self.truth.accept(
            Accepted(
                number=len(self.truth),
                at=call.now,
                wall=self.wall(),
                method=call.method,
                chat_id=call.chat.id if call.chat else None,
                thread=call.thread,
                message_id=message_id,
                text=words.parsed.text if words else "",
                raw=words.raw if words else "",
                parsed=words.parsed if words else None,
                dropped_entities=words.dropped if words else 0,
                reply_markup=keyboard.raw if keyboard else None,
                link_preview=link_preview(call.params),
                silent=call.params.flag("disable_notification"),
                counted=counted,
                answered=lost,
                given={} if words else call.params.values,
            )
        )
        self.changed()

    def changed(self) -> None:
        """Wake everybody in ``wait``."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, seconds: float) -> None:
        """Return at the next change; raises TimeoutError."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        await asyncio.wait_for(waiter, seconds)


def link_preview(params: Params) -> object:
    """The link preview option of a call, in either spelling; None when not given."""
    if "link_preview_options" in params.values:
        return params.json("link_preview_options")
    return {"is_disabled": True} if params.flag("disable_web_page_preview") else None


def me_as_json(bot_id: int, username: str) -> Json:
    """The User object of the bot, as getMe gives it."""
    return {
        "id": bot_id,
        "is_bot": True,
        "first_name": "Digest",
        "username": username,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


Method = Callable[[World, Call], object]
Methods = Mapping[str, Method]
