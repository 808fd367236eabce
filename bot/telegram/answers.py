"""Answers on Telegram: kept updates become replies, in order within a chat, side by side between chats."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from bot.notices import Tell, deliver
from bot.telegram.channel import CHANNEL, TelegramChannel
from bot.telegram.documents import with_content
from bot.telegram.inbound import Membership, MessageRef, Migration, Names, Received, read, understand
from bot.telegram.polling import Updates
from bot.telegram.render import TelegramMessage, render
from bot.throttle import Throttle, Verdict
from digest.errors import Gone, MaybeSent, Moved, NotSent, Refused, SendFailure, StoreUnavailable, Wait
from digest.intents import Incoming
from digest.replies import SILENCE, Notice, Reply, Text
from digest.subscriber import Kind, Place
from handlers.router import Router
from storage.inbox import Update
from storage.store import Store

log = structlog.get_logger()

CONCURRENCY = 32
MOST_PENDING = 500
LOOK_SECONDS = 5.0
RETRIES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
LONGEST_WAIT = 60.0
ERASE_SECONDS = 1.0


class AnswerPace(Protocol):
    """The answers' lane of an account's pace."""

    async def answer(self, place: Place) -> None:
        """Wait until an answer may leave for this place."""
        ...

    def penalty(self, seconds: float, place: Place | None = None) -> None:
        """The platform asks to wait."""
        ...


@dataclass(slots=True)
class Answers:
    """One bot's receiving side. `keep` commits updates; `run` answers what is kept, also after a crash."""

    store: Store
    router: Router
    channel: TelegramChannel
    pace: AnswerPace
    throttle: Throttle
    wall: Callable[[], dt.datetime]
    tell: Tell | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _landed: asyncio.Event = field(default_factory=asyncio.Event)
    _queues: dict[str, deque[Update]] = field(default_factory=dict)
    _held: set[int] = field(default_factory=set)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONCURRENCY))

    async def keep(self, updates: Updates) -> None:
        """Commit updates to the inbox, before the platform is told that they arrived."""
        rows = [(update_id, payload.decode("utf-8", "replace")) for update_id, payload in updates]
        async with self.store.transaction(urgent=True) as tx:
            await tx.inbox.put(CHANNEL, self.channel.bot_id, rows, self.wall())
        self._wake.set()

    async def run(self) -> None:
        """Answer until cancelled; what was begun and not finished is found again."""
        self._queues.clear()
        self._held.clear()
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._take_up(tasks)
                await self._rest()

    async def _rest(self) -> None:
        # Not wait_for: in 3.11 it loses a cancellation that comes as the event does.
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def finished(self) -> None:
        """Wait until nothing is being answered."""
        while self._held:
            self._landed.clear()
            await self._landed.wait()

    async def _take_up(self, tasks: asyncio.TaskGroup) -> None:
        # What is let go of while we read was answered meanwhile, and we may still read it as pending.
        held = frozenset(self._held)
        try:
            async with self.store.reading() as tx:
                pending = await tx.inbox.pending(CHANNEL, limit=len(held) + MOST_PENDING)
        except StoreUnavailable:
            log.warning("inbox_not_read")
            return
        for update in pending:
            if update.id not in held:
                self._held.add(update.id)
                self._line_up(update, tasks)

    def _line_up(self, update: Update, tasks: asyncio.TaskGroup) -> None:
        meant = self._meant(update)
        chat = str(meant.place) if meant is not None else ""
        queue = self._queues.get(chat)
        if queue is not None:
            queue.append(update)
            return
        self._queues[chat] = deque([update])
        tasks.create_task(self._serve(chat), name="telegram-chat")

    def _meant(self, update: Update) -> Received | Membership | Migration | None:
        names = Names(self.channel.bot_id, self.channel.username)
        return understand(read(update.payload.encode("utf-8", "replace")), names)

    async def _serve(self, chat: str) -> None:
        queue = self._queues[chat]
        while queue:
            update = queue[0]
            async with self._room:
                await self._handle(update)
            queue.popleft()
        del self._queues[chat]

    async def _handle(self, update: Update) -> None:
        """Handle one update and erase it; a failure that is nobody's fault leaves it for the next look."""
        try:
            if await self._handled(update):
                await self._erase(update)
        finally:
            self._held.discard(update.id)
            self._landed.set()

    async def _handled(self, update: Update) -> bool:
        try:
            await self._fulfil(self._meant(update))
        except StoreUnavailable:
            log.warning("update_left", update=update.id)
            await self.sleep(ERASE_SECONDS)
            return False
        except SendFailure as failure:
            log.warning("answer_not_sent", update=update.id, reason=type(failure).__name__)
        except Exception:
            # A message that we cannot handle must not stop the others, nor come back for ever.
            log.exception("update_failed", update=update.id)
        return True

    async def _erase(self, update: Update) -> None:
        """Write down that it was handled, however long that takes: nobody is to be answered twice."""
        while True:
            try:
                async with self.store.transaction(urgent=True) as tx:
                    await tx.inbox.done(update.id, self.wall())
            except StoreUnavailable:
                log.warning("update_not_erased", update=update.id)
                await self.sleep(ERASE_SECONDS)
            else:
                return

    async def _fulfil(self, meant: Received | Membership | Migration | None) -> None:
        match meant:
            case Received():
                await self._answer(meant)
            case Membership():
                await self._membership(meant)
            case Migration(place=place, recipient=recipient):
                await self._move(place, recipient)
            case None:
                return

    async def _answer(self, received: Received) -> None:
        verdict = self.throttle.judge(str(received.place))
        if verdict is Verdict.IGNORE:
            return
        if verdict is Verdict.TELL:
            phrases = self.router.languages.speak(received.incoming.language)
            reply = Reply((Text(phrases("error.too_fast")),))
        else:
            place, house = received.place, self.router.house
            incoming = await with_content(received.incoming, place, house, self.channel)
            named, now = self.channel.username, self.wall()
            reply = await self.router.answer(incoming, place, kind=received.kind, now=now, bot_name=named)
        await self._say(reply, received.place, received.ref)

    async def _say(self, reply: Reply, place: Place, ref: MessageRef | None) -> None:
        if ref is not None and ref.tap_id:
            await self._end_tap(ref.tap_id, reply.toast)
        if reply.picture:
            await self._picture(place, reply.picture)
        for number, message in enumerate(render(reply)):
            edited = ref.message if ref is not None and message.edits and number == 0 else ""
            if edited and await self._edit(edited, message):
                continue
            await self._send(place, message)
        for notice in reply.notices:
            await self._notify(notice, place)

    async def _picture(self, place: Place, path: str) -> None:
        """Send an image before the words; without it, the words still come."""
        try:
            await self.pace.answer(place)
            await self.channel.send_picture(place, Path(path))
        except (SendFailure, OSError) as failure:
            log.warning("picture_not_sent", reason=type(failure).__name__)

    async def _notify(self, notice: Notice, here: Place) -> None:
        place, reply = Place(CHANNEL, notice.recipient, account=here.account), notice.reply
        if ":" in notice.recipient:
            # To another channel: what is said here is only that it could not be delivered.
            place, reply = here, await deliver(notice, here, self.tell) or SILENCE
        try:
            for message in render(reply):
                await self._send(place, message)
        except SendFailure as failure:
            log.warning("notice_not_sent", reason=type(failure).__name__)

    async def _end_tap(self, tap_id: str, toast: str) -> None:
        try:
            await self.channel.answer_tap(tap_id, toast)
        except SendFailure as failure:
            # The button's clock goes on turning for a while; the answer itself still comes.
            log.info("tap_not_ended", reason=type(failure).__name__)

    async def _edit(self, message_ref: str, message: TelegramMessage) -> bool:
        try:
            await self._insisting(lambda: self.channel.edit(message_ref, message))
        except (Refused, Gone, Moved):
            # The message cannot be changed: the answer comes as a new one, which finds out what is wrong.
            return False
        return True

    async def _send(self, place: Place, message: TelegramMessage) -> None:
        try:
            await self._insisting(lambda: self._send_once(place, message, plain=False), place)
        except Refused as refused:
            if not refused.markup:
                raise
            log.warning("markup_refused", channel=CHANNEL)
            await self._send_once(place, message, plain=True)
        except Gone as gone:
            await self._deactivate(place, gone.reason)
        except Moved as moved:
            await self._move(place, moved.recipient)
            there = Place(CHANNEL, moved.recipient, place.thread, place.account)
            await self._send_once(there, message, plain=False)

    async def _send_once(self, place: Place, message: TelegramMessage, *, plain: bool) -> str:
        await self.pace.answer(place)
        return await self.channel.send(place, message, lane="answer", plain=plain)

    async def _insisting(self, send: Callable[[], Awaitable[str]], place: Place | None = None) -> str:
        """Send again what surely was not sent, for half a minute; an edit also when it may have been."""
        for pause in RETRIES:
            try:
                return await send()
            except Wait as wait:
                if wait.seconds > LONGEST_WAIT:
                    raise
                self.pace.penalty(wait.seconds, None if wait.whole else place)
                await self.sleep(wait.seconds)
            except NotSent:
                await self.sleep(pause)
            except MaybeSent:
                if place is not None:
                    raise
                await self.sleep(pause)
        return await send()

    async def _membership(self, change: Membership) -> None:
        if not change.present:
            await self._deactivate(change.place, change.reason)
            return
        if change.kind is Kind.GROUP:
            hello = Incoming("/start", private=False, addressed=True, language=change.language)
            await self._answer(Received(change.place, change.kind, hello))
            return
        async with self.store.transaction(urgent=True) as tx:
            reader = await tx.subscribers.at(change.place)
            if reader is not None:
                await tx.subscribers.revive(reader.address.id)

    async def _deactivate(self, place: Place, reason: str) -> None:
        async with self.store.transaction(urgent=True) as tx:
            reader = await tx.subscribers.at(place)
            if reader is not None:
                await tx.subscribers.deactivate(reader.address.id, reason)
                log.info("address_inactive", subscriber=reader.id, reason=reason)

    async def _move(self, place: Place, recipient: str) -> None:
        async with self.store.transaction(urgent=True) as tx:
            reader = await tx.subscribers.at(place)
            if reader is not None:
                await tx.subscribers.move(reader.address.id, recipient)
                log.info("address_moved", subscriber=reader.id)
