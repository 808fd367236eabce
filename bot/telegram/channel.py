"""The Bot API as one channel: messages out, updates in, the library's errors renamed to ours."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from telegram import Bot, BotCommand
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.telegram.failures import translate
from bot.telegram.files import FileRequest
from bot.telegram.letters import Letters, Parameters, content, reference
from bot.telegram.render import TelegramMessage
from bot.telegram.request import Endpoint, JsonRequest, Patience, UpdatesRequest
from digest.errors import Gone, MaybeSent, Refused, SendFailure
from digest.subscriber import Place

Lane = Literal["answer", "bulk"]

CHANNEL = "telegram"
API = "https://api.telegram.org"
UPDATES = ("message", "callback_query", "my_chat_member")
TOAST_LENGTH = 200
POLL_MARGIN = 10.0
ANSWER_SLOTS = 64
PICTURE_SLOTS = 4
BULK_SLOTS = 256
_NUMBER = re.compile(r"-?[0-9]{1,18}")
# What the library says when an answer with status 200 is not what was asked for.
_MISFITS = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the command menu."""

    name: str
    description: str


class _Bot(Bot):
    """The library's bot with its one door open: a method's result as it came."""

    __slots__ = ()

    def __init__(self, request: JsonRequest, updates: JsonRequest) -> None:
        # The library sees neither token nor address: it writes both into its log at DEBUG.
        super().__init__(
            "hidden",
            base_url=lambda _: "",
            base_file_url=lambda _: "",
            request=request,
            get_updates_request=updates,
        )

    async def call(self, method: str, parameters: Parameters, *, read: float | None = None) -> Any:
        """The raw result of a method; `read` seconds of silence are borne, None for as many as always."""
        timeout = BaseRequest.DEFAULT_NONE if read is None else read
        return await self._post(method, parameters, read_timeout=timeout)


class TelegramChannel:
    """One bot: sends, edits, answers taps, sets the menu and fetches updates; raises SendFailures only.

    Three pools of connections keep answers, the broadcast and the long poll out of each other's way.
    """

    def __init__(
        self,
        token: str,
        *,
        api_base_url: str = API,
        proxy: str = "",
        paid: bool = False,
        bulk_slots: int = BULK_SLOTS,
        patience: Patience | None = None,
    ) -> None:
        endpoint = Endpoint(api_base_url or API, token, proxy)
        answers = JsonRequest(endpoint, slots=ANSWER_SLOTS, patience=patience)
        bulk = JsonRequest(endpoint, slots=bulk_slots, patience=patience)
        updates = UpdatesRequest(endpoint, slots=2, patience=patience)
        album = JsonRequest(endpoint, slots=PICTURE_SLOTS, patience=patience)
        self._file_request = FileRequest(endpoint, slots=PICTURE_SLOTS, patience=patience)
        self._files = _Bot(self._file_request, updates)
        self._requests: tuple[JsonRequest, ...] = (answers, bulk, updates, album, self._file_request)
        self._album = _Bot(album, updates)
        self._pictures: dict[Path, str] = {}
        self._sending: dict[Lane, JsonRequest] = {"answer": answers, "bulk": bulk}
        self._letters = Letters()
        self._bot = _Bot(answers, updates)
        self._bots: dict[Lane, _Bot] = {"answer": self._bot, "bulk": _Bot(bulk, updates)}
        self._paid = paid
        self._username = ""
        self._bot_id = token.partition(":")[0]

    @property
    def bot_id(self) -> str:
        """The bot's id, as the account of its places; known from the token."""
        return self._bot_id

    @property
    def username(self) -> str:
        """The bot's name without @; '' until `identify` has succeeded."""
        return self._username

    async def open(self) -> None:
        """Make ready; nothing is connected yet, so that an unreachable platform stops nobody."""
        for request in self._requests:
            await request.initialize()

    async def close(self) -> None:
        """Close every connection."""
        for request in self._requests:
            await request.shutdown()

    async def identify(self) -> None:
        """Ask the platform who we are; Unauthorized when it does not know the token."""
        with _renamed():
            user = await self._bot.get_me()
            self._bot_id, self._username = str(user.id), user.username or ""

    async def send(
        self, place: Place, message: TelegramMessage, *, lane: Lane = "answer", plain: bool = False
    ) -> str:
        """Send one message and return its reference `chat:message_id`; `plain` without markup and buttons."""
        address: Parameters = {"chat_id": _chat(place.recipient)}
        if place.thread:
            address["message_thread_id"] = _thread(place.thread)
        bulk = lane == "bulk"
        letters = self._letters if bulk else Letters()
        body = letters.body(address, message, plain=plain, paid=self._paid and bulk)
        method = "sendPhoto" if message.picture else "sendMessage"
        with _renamed():
            return reference(*await self._sending[lane].post_json(method, body))

    async def send_picture(self, place: Place, path: Path) -> str:
        """Send an image from its file, or again by the platform's name for it; the message's reference."""
        photo: str | bytes | None = self._pictures.get(path)
        if photo is None:
            photo = await asyncio.to_thread(path.read_bytes)
        with _renamed():
            chat, thread = _chat(place.recipient), _thread(place.thread)
            sent = await self._album.send_photo(chat, photo, message_thread_id=thread, filename=path.name)
            self._pictures[path] = sent.photo[-1].file_id
            return f"{sent.chat.id}:{sent.message_id}"

    def picture_name(self, path: Path) -> str:
        """The platform's name of an image that was sent from its file; '' of any other."""
        return self._pictures.get(path, "")

    async def edit(
        self, message_ref: str, message: TelegramMessage, *, lane: Lane = "answer", plain: bool = False
    ) -> str:
        """Put a message in the place of a sent one; Refused('not_editable') when that one is gone.

        That nothing is different is no failure. A picture stays, its caption changes.
        """
        chat, number = _referred(message_ref)
        parameters = {"chat_id": chat, "message_id": number, **content(message, plain=plain)}
        try:
            with _renamed():
                method = "editMessageCaption" if message.picture else "editMessageText"
                await self._bots[lane].call(method, parameters)
        except Refused as caught:
            if caught.reason != "not_modified":
                raise
        return message_ref

    async def download(self, file: str, *, most: int) -> bytes:
        """The content of a file that somebody sent; TooLarge when it has more than `most` bytes."""
        with _renamed():
            found = await self._files.call("getFile", {"file_id": file})
            path = str(found["file_path"])
        return await self._file_request.download(path, most=most)

    async def answer_tap(self, tap_id: str, toast: str = "") -> None:
        """End the waiting of a tapped button, with a short notice or none; one too old passes."""
        try:
            with _renamed():
                await self._bot.answer_callback_query(tap_id, toast[:TOAST_LENGTH] or None)
        except Refused as caught:
            if caught.reason != "tap_expired":
                raise

    async def menu(self, language: str) -> tuple[Command, ...]:
        """The command menu that is set for a language (two letters, '' for every other)."""
        with _renamed():
            commands = await self._bot.get_my_commands(language_code=language or None)
            return tuple(Command(one.command, one.description) for one in commands)

    async def set_menu(self, language: str, commands: Sequence[Command]) -> None:
        """Set the command menu of a language (two letters, '' for every other)."""
        with _renamed():
            menu = [BotCommand(one.name, one.description) for one in commands]
            await self._bot.set_my_commands(menu, language_code=language or None)

    async def fetch(self, offset: int, *, seconds: float, limit: int = 100) -> tuple[tuple[int, bytes], ...]:
        """The updates from `offset` on as (id, JSON), after `seconds` at most; lower ones acknowledged."""
        parameters: Parameters = {
            "offset": offset,
            "limit": limit,
            "timeout": round(seconds),
            "allowed_updates": list(UPDATES),
        }
        with _renamed():
            updates: tuple[tuple[int, bytes], ...] = await self._bot.call(
                "getUpdates", parameters, read=seconds + POLL_MARGIN
            )
            return updates

    async def drop_webhook(self) -> None:
        """Take back a webhook that was set before, so that updates can be fetched; none of them is lost."""
        with _renamed():
            await self._bot.delete_webhook(drop_pending_updates=False)


@contextmanager
def _renamed() -> Iterator[None]:
    failure: SendFailure | None = None
    try:
        yield
    except TelegramError as caught:
        failure = translate(caught)
    except _MISFITS:
        failure = MaybeSent("broken_answer")
    if failure is not None:
        raise failure


def _chat(recipient: str) -> int | str:
    return int(recipient) if _NUMBER.fullmatch(recipient) else recipient


def _thread(thread: str) -> int | None:
    if thread and not _NUMBER.fullmatch(thread):
        raise Gone("topic_missing")
    return int(thread) if thread else None


def _referred(message_ref: str) -> tuple[int | str, int]:
    chat, _, number = message_ref.rpartition(":")
    if not chat or not _NUMBER.fullmatch(number):
        raise Refused("not_editable")
    return _chat(chat), int(number)
