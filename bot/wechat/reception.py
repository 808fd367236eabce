"""What a gate has let in: one effect and one answer for each message, in time whatever happens."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakValueDictionary

import structlog

from bot.wechat import kept
from bot.wechat.gate import WINDOW_SECONDS
from bot.wechat.inbound import MassFinished, Received
from bot.wechat.messages import WechatMessage
from bot.wechat.register import Register
from bot.wechat.rejected import FORBIDDEN, Rejected
from bot.wechat.replay import Requests, Turns
from digest.errors import SendFailure, StoreUnavailable
from digest.subscriber import Place
from storage.inbox import Entry, Update
from storage.store import Store

log = structlog.get_logger()

SUCCESS = b"success"
CONCURRENCY = 64
# Tencent asks three times within 15 seconds; after that nobody waits for an answer any more.
LEFT_AFTER = dt.timedelta(seconds=30)
LOOK_SECONDS = 30.0
RETRIES = (0.5, 1.0, 2.0, 4.0, 8.0)

Answer = Callable[[Received], Awaitable[WechatMessage | None]]
# Sends what came too late for a passive reply, where the account can.
Late = Callable[[Place, WechatMessage], Awaitable[None]]
Write = Callable[[WechatMessage], bytes]


@dataclass(slots=True)
class Reception:
    """One account's receiving side. `shared`: others on the same database may have a turn in hand."""

    answer: Answer
    register: Register
    requests: Requests
    turns: Turns
    late: Late | None = None
    shared: bool = False
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONCURRENCY))
    _lines: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _owed: set[str] = field(default_factory=set)

    async def receive(self, received: Received, signature: str, write: Write, seconds: float) -> bytes:
        """The answer's bytes, or `success` after so many seconds: what was begun goes on.

        Rejected when another message came under this signature.
        """
        self.admit(signature, received.key)
        turn = self.turns.turn(received.key, partial(self._turn, received, write))
        done, _ = await asyncio.wait((turn,), timeout=max(0.0, seconds))
        if done:
            return turn.result()
        log.warning("callback_late", channel=self.register.channel)
        self._owed.add(received.key)
        return SUCCESS

    def admit(self, signature: str, key: str) -> None:
        """Rejected when this signature was another message's before."""
        if not self.requests.admit(signature, key):
            raise Rejected(FORBIDDEN, "replayed")

    async def run(self) -> None:
        """End what a program that is no more has begun, until cancelled; its readers wait no longer."""
        while True:
            await self.sleep(LOOK_SECONDS)
            try:
                await self._take_up()
            except StoreUnavailable:
                log.warning("callbacks_not_read", channel=self.register.channel)

    async def finished(self) -> None:
        """Wait until nothing is being answered, and all of it is written down."""
        while turns := self.turns.open:
            await asyncio.wait(turns)
        await self.register.settled()

    async def _take_up(self) -> None:
        for update in await self.register.left():
            age = self.register.wall() - update.received_at
            received = kept.read(update.payload)
            if received is None:
                self.register.end(update.id)
            elif age >= LEFT_AFTER:
                self._owed.add(received.key)
                self.turns.turn(received.key, partial(self._left, update, received))

    async def _left(self, update: Update, received: Received) -> bytes:
        await self._fulfil(received, update.id)
        return SUCCESS

    async def _turn(self, received: Received, write: Write) -> bytes:
        try:
            entry = await self._entered(received)
            if entry is not None and self._in_other_hands(entry):
                return SUCCESS
            message = await self._fulfil(received, entry.id if entry is not None else None)
            return SUCCESS if message is None else write(message)
        except Exception:
            # To Tencent a fault of ours is nobody's: whatever else it is told, it shows to the reader.
            log.exception("callback_failed", channel=self.register.channel)
            return SUCCESS

    async def _entered(self, received: Received) -> Entry | None:
        """Its entry; None when it cannot be written down: an answer is better than none."""
        try:
            return await self.register.enter(received.key, kept.write(received))
        except StoreUnavailable:
            return None

    def _in_other_hands(self, entry: Entry) -> bool:
        """Whether it was handled in another life, or another program is at it."""
        fresh = self.register.wall() - entry.received_at < LEFT_AFTER
        return entry.handled or (self.shared and not entry.new and fresh)

    async def _fulfil(self, received: Received, entry: int | None) -> WechatMessage | None:
        try:
            async with self._line(received), self._room:
                message = await self._answered(received)
            if entry is not None:
                self.register.end(entry)
            if message is not None and received.key in self._owed:
                await self._send_late(received, message)
            return message
        except StoreUnavailable:
            # It stays in the inbox, and is taken up when it has lain there for a while.
            log.warning("callback_left", channel=self.register.channel)
            return None
        finally:
            self._owed.discard(received.key)

    def _line(self, received: Received) -> AbstractAsyncContextManager[None]:
        """What a reader says is answered in its order."""
        name = received.account if isinstance(received, MassFinished) else str(received.place)
        lock = self._lines.get(name)
        if lock is None:
            lock = self._lines[name] = asyncio.Lock()
        return lock

    async def _answered(self, received: Received) -> WechatMessage | None:
        """The answer; StoreUnavailable when the database stays away."""
        for pause in RETRIES:
            try:
                return await self._answered_once(received)
            except StoreUnavailable:
                log.warning("callback_put_off", channel=self.register.channel)
                await self.sleep(pause)
        return await self._answered_once(received)

    async def _answered_once(self, received: Received) -> WechatMessage | None:
        try:
            return await self.answer(received)
        except StoreUnavailable:
            raise
        except Exception:
            # A message that we cannot handle must not come back for ever.
            log.exception("callback_failed", channel=self.register.channel)
            return None

    async def _send_late(self, received: Received, message: WechatMessage) -> None:
        if self.late is None or isinstance(received, MassFinished):
            return
        try:
            await self.late(received.place, message)
        except SendFailure as failure:
            log.warning("answer_not_sent", channel=self.register.channel, reason=type(failure).__name__)


def reception_of(
    answer: Answer, store: Store, *, channel: str, account: str, shared: bool, late: Late | None = None
) -> Reception:
    """The reception of one account, in the wall clock's time."""
    register = Register(store, channel, account, partial(dt.datetime.now, dt.UTC))
    # A request is in time from five minutes before its moment until five minutes after it.
    requests = Requests(time.monotonic, 2 * WINDOW_SECONDS)
    return Reception(answer, register, requests, Turns(time.monotonic), late, shared)
