"""The pace of one account: slots in time, two lanes, and waits the platform asks for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.chats import ChatRates, Chats
from bot.flood import Floods
from bot.outlet import Lane
from bot.share import Share
from digest.errors import Wait
from digest.subscriber import Place

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

MOST_AT_ONCE = 50
STALE = 0.1
BUSY = 0.25
# Whoever would have to wait longer is told so instead.
PATIENCE = {Lane.ANSWER: 60.0, Lane.BULK: 5.0}
# Before any moment of the clock.
NO_SLOT = float("-inf")


@dataclass(frozen=True, slots=True)
class Rate:
    """The platform's limit in messages a second, and the share of it that we use."""

    limit: float = 30.0

    @property
    def gap(self) -> float:
        """Seconds between two slots."""
        return 1.0 / (self.limit * (0.97 if self.limit <= 30 else 0.95))

    @property
    def window(self) -> int:
        """How many bulk slots are taken at once: 1 below 200 a second, 10 from 1,000 on."""
        return max(1, min(MOST_AT_ONCE, int(self.limit // 100)))

    @property
    def credit(self) -> float:
        """Seconds that a slot taken late may lag behind without being lost; later ones make up for it."""
        return 0.02 if self.window > 1 else min(max(self.gap / 3, 0.01), 0.02)

    @property
    def second(self) -> float:
        """The platform's second on our clock: messages travel for unequal times."""
        return 1.03 if self.limit <= 30 else 1.04

    @property
    def most(self) -> int:
        """Messages in any sliding second."""
        return max(1, int(self.limit))


@dataclass(frozen=True, slots=True)
class Taken:
    """Slots of the bulk lane: how many, and from which moment of our clock on they may be used.

    NO_SLOT: so many messages may be claimed, and each takes its slot when it is ready.
    """

    count: int
    at: float


class Slots(Protocol):
    """Where an account's slots come from: the bulk lane's are never more than a moment ahead."""

    @property
    def stale(self) -> float:
        """Seconds after which a slot that was not used is lost."""
        ...

    @property
    def ready(self) -> int:
        """How many messages may be claimed before they have a slot; 0: none, slots can be given back."""
        ...

    async def bulk(self, most: int) -> Taken:
        """Wait for slots of the bulk lane; up to `most`, at most a window."""
        ...

    def give_back(self, count: int) -> None:
        """Slots that were taken and not used."""

    async def answer(self) -> float:
        """A slot for an answer: from which moment of our clock on it may be used."""
        ...

    async def chat(self, place: Place) -> float:
        """0 when this chat takes a message now, whoever else writes to it, and it counts; else seconds."""
        ...

    def hold(self, seconds: float) -> None:
        """No slot before so many seconds have passed."""


class OwnSlots:
    """Slots that one process has for itself. Bulk takes one when it is due, never before."""

    stale = STALE
    ready = 0

    def __init__(self, rate: Rate, *, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self.rate = rate
        self._clock, self._sleep = clock, sleep
        self._next = self._bulk_next = self._held_until = clock()
        self._bulk, self._answers = asyncio.Lock(), asyncio.Lock()
        self._bulk_at = self._next - BUSY
        self._share = Share(rate.limit, rate.gap, clock)

    async def bulk(self, most: int) -> Taken:
        """Wait for slots of the bulk lane; up to `most`, at most a window."""
        async with self._bulk:
            while (wait := self._bulk_wait()) > 0:
                await self._sleep(wait)
            count = max(1, min(most, self.rate.window))
            self._bulk_at = self._clock()
            self._next = max(self._next, self._bulk_at - self.rate.credit) + count * self.rate.gap
            self._bulk_next = self._bulk_at + count * self.rate.gap / 2
            return Taken(count, self._bulk_at)

    def give_back(self, count: int) -> None:
        """Slots that were taken and not used."""
        self._next = max(self._next - count * self.rate.gap, self._clock() - self.rate.credit)
        self._bulk_next -= count * self.rate.gap / 2

    async def answer(self) -> float:
        """A slot for an answer: from which moment of our clock on it may be used."""
        async with self._answers:
            while (wait := self._share.wait(busy=self._busy())) > 0:
                await self._sleep(wait)
            at = max(self._next, self._clock())
            self._next = at + self.rate.gap
        return at

    async def chat(self, place: Place) -> float:
        """0: nobody else writes to this chat."""
        return 0.0

    def hold(self, seconds: float) -> None:
        """No slot of the bulk lane before so many seconds have passed."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    def _bulk_wait(self) -> float:
        return max(self._next, self._bulk_next, self._held_until) - self._clock()

    def _busy(self) -> bool:
        return self._bulk.locked() or self._clock() - self._bulk_at < BUSY


class Pace:
    """When messages of one account may leave. An answer is the next to go, whatever the bulk lane has.

    `slots` are shared by several processes where they are not this one's own.
    """

    def __init__(
        self,
        rate: Rate,
        *,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        chats: ChatRates | None = None,
        slots: Slots | None = None,
    ) -> None:
        self.rate = rate
        self._clock, self._sleep = clock, sleep
        self._slots = slots or OwnSlots(rate, clock=clock, sleep=sleep)
        self._chats = Chats(chats or ChatRates())
        self._floods = Floods()
        self._blocked_until = clock()
        self._second: deque[float] = deque(maxlen=rate.most)
        self._waiting, self._spare = 0, deque[float]()
        self._together, self._fewer = asyncio.Lock(), asyncio.Event()

    async def take(self, most: int = 1) -> Taken:
        """Wait for slots of the bulk lane and take up to `most` of them, at most a window."""
        return await self._slots.bulk(most)

    @property
    def batch(self) -> int:
        """How many messages are claimed at once."""
        return max(1, self._slots.ready // 2) if self._slots.ready else self.rate.window

    async def claimable(self, most: int) -> Taken:
        """Wait until up to `most` messages may be claimed.

        Their slots are taken now where they can be given back, else when the messages are ready: how long a
        claim takes, nobody knows before.
        """
        if not self._slots.ready:
            return await self.take(most)
        while (wait := self.blocked) > 0:
            await self._sleep(wait)
        while self._waiting >= self._slots.ready:
            self._fewer.clear()
            await self._fewer.wait()
        return Taken(most, NO_SLOT)

    def give_back(self, count: int) -> None:
        """Slots that were taken and not used."""
        self._slots.give_back(count)

    async def depart(self, place: Place, *, taken_at: float) -> None:
        """Wait until a bulk message with a slot taken at `taken_at` may leave for this place, and let it.

        Raises Wait when that would take more than 5 seconds.
        """
        await self._shared_turn(place, Lane.BULK)
        while True:
            await self._chat_turn(place, Lane.BULK)
            while self._clock() - taken_at > self._slots.stale:
                taken_at = await self._slot()
            if (early := taken_at - self._clock()) > 0:
                await self._sleep(early)
            elif await self._leaves(place, Lane.BULK):
                return

    async def answer(self, place: Place) -> None:
        """Wait until an answer may leave for this place, and let it; Wait when that takes over a minute."""
        await self._shared_turn(place, Lane.ANSWER)
        while True:
            await self._chat_turn(place, Lane.ANSWER)
            if (early := await self._slots.answer() - self._clock()) > 0:
                await self._sleep(early)
            if await self._leaves(place, Lane.ANSWER):
                return

    def penalty(self, seconds: float, place: Place | None = None) -> None:
        """The platform asks to wait: in this chat only, or (None) the whole account.

        Several chats in a row that must wait for the same moment mean the whole account, too.
        """
        until = self._clock() + seconds
        if place is not None:
            self._chats.hold(place, until)
        if place is None or self._floods.whole(place, until, self._clock()):
            self._blocked_until = max(self._blocked_until, until)
            self._slots.hold(seconds)

    def passed(self) -> None:
        """A message was accepted: the account as a whole is not held up."""
        self._floods.passed()

    @property
    def blocked(self) -> float:
        """Seconds for which the whole account must be silent; 0 for none."""
        return max(0.0, self._blocked_until - self._clock())

    async def _slot(self) -> float:
        """A slot for a message that is ready: those that wait for one together take a window of them."""
        self._waiting += 1
        try:
            async with self._together:
                if not self._spare:
                    taken = await self.take(self._waiting)
                    self._spare.extend([taken.at] * taken.count)
                return self._spare.popleft()
        finally:
            self._waiting -= 1
            self._fewer.set()

    async def _chat_turn(self, place: Place, lane: Lane) -> None:
        while (wait := self._chats.wait(place, lane, self._clock())) > 0 or self.blocked:
            seconds = max(wait, self.blocked)
            if seconds > PATIENCE[lane]:
                raise Wait(seconds, whole=wait < seconds)
            await self._sleep(seconds)

    async def _shared_turn(self, place: Place, lane: Lane) -> None:
        while (wait := await self._slots.chat(place)) > 0:
            if wait > PATIENCE[lane]:
                raise Wait(wait, whole=False)
            await self._sleep(wait)

    async def _leaves(self, place: Place, lane: Lane) -> bool:
        """Pass the last gate, unless something came in between while waiting."""
        while (wait := self._gate()) > 0:
            await self._sleep(wait)
        now = self._clock()
        if self.blocked or self._chats.wait(place, lane, now) > 0:
            return False
        self._second.append(now)
        self._chats.sent(place, now)
        return True

    def _gate(self) -> float:
        full = len(self._second) == self.rate.most
        return self._second[0] + self.rate.second - self._clock() if full else 0.0
