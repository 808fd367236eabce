"""Slots of one account that every process which sends with it shares."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from bot.chats import ChatRates, is_group
from bot.delivery.clocks import ForeignClock
from bot.outlet import Lane
from bot.pace import BUSY, PATIENCE, Clock, Rate, Sleep, Taken
from bot.share import Share
from digest.errors import StoreUnavailable, Wait
from digest.subscriber import Place
from storage.rates import Reserved, Wish
from storage.store import Store

log = structlog.get_logger()

# Whatever bulk reserves ahead, an answer waits behind.
AHEAD = 0.1
LONGEST_NAP = 1.0
# Seconds before its slot at which a message is told of it.
LEAD = 0.01
AWAY_SECONDS = 0.5


class SharedSlots:
    """A row in PostgreSQL, moved on by each reservation: no two processes ever get one slot.

    A slot is a moment on the database's clock. Who comes late to it must not use it: two late ones could
    leave together.
    """

    def __init__(
        self,
        store: Store,
        account: str,
        rate: Rate,
        *,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        chats: ChatRates | None = None,
    ) -> None:
        self.rate = rate
        self._store, self._account = store, account
        self._clock, self._sleep = clock, sleep
        self._chats = chats or ChatRates()
        self._theirs = ForeignClock()
        self._bulk, self._answers = asyncio.Lock(), asyncio.Lock()
        self._share = Share(rate.limit, rate.gap, clock)
        self._held_until = clock()
        self._holding: set[asyncio.Task[None]] = set()

    @property
    def stale(self) -> float:
        """Seconds after which a slot that was not used is lost: half of what the limit has to spare."""
        return (self.rate.gap * self.rate.limit - 1) / 2

    @property
    def ready(self) -> int:
        """How many messages may be claimed before they have a slot: what passes while more are claimed."""
        return max(2, 5 * self.rate.window)

    async def bulk(self, most: int) -> Taken:
        """Wait for slots of the bulk lane; up to `most`, at most a window."""
        count = max(1, min(most, self.rate.window))
        wish = Wish(count, self.rate.gap, AHEAD, bulk=True)
        async with self._bulk:
            while True:
                await self._sleep(max(0.0, self._held_until - self._clock()))
                reserved = await self._insist(wish)
                at = self._theirs.ours(reserved.at)
                if reserved.granted:
                    await self._sleep(max(0.0, at - LEAD - self._clock()))
                    return Taken(count, at)
                await self._sleep(min(max(at - AHEAD - self._clock(), 0.001), LONGEST_NAP))

    def give_back(self, count: int) -> None:
        """A slot that was not used is lost: others have the ones behind it."""

    async def answer(self) -> float:
        """A slot for an answer: from which moment of our clock on it may be used.

        Raises Wait when that is more than a minute off.
        """
        wish = Wish(1, self.rate.gap, PATIENCE[Lane.ANSWER], bulk=False, busy=BUSY)
        async with self._answers:
            while True:
                wait = self._share.wait(busy=True)
                try:
                    reserved = await self._reserve(replace(wish, owned=wait <= 0))
                except StoreUnavailable:
                    # Nobody sends bulk without the database.
                    return self._clock()
                at = self._theirs.ours(reserved.at)
                if reserved.granted:
                    return at
                if reserved.at - reserved.now > wish.ahead:
                    raise Wait(reserved.at - reserved.now, whole=True)
                await self._sleep(min(max(wait, 0.001), BUSY))

    async def chat(self, place: Place) -> float:
        """0 when this chat takes a message now, whoever else writes to it, and it counts; else the seconds.

        Only groups are counted together: a person's chat bears a digest, a broadcast and an answer at once.
        """
        if not is_group(place):
            return 0.0
        gap = self._chats.shared_gap
        wish = Wish(1, gap, (self._chats.shared_burst - 1) * gap, bulk=False)
        try:
            reserved = await self._store.rates.reserve(f"{self._account}/{place.recipient}", wish)
        except StoreUnavailable:
            return 0.0
        return 0.0 if reserved.granted else max(0.001, reserved.at - reserved.now - wish.ahead)

    def hold(self, seconds: float) -> None:
        """No slot before so many seconds have passed, here or anywhere."""
        self._held_until = max(self._held_until, self._clock() + seconds)
        task = asyncio.get_running_loop().create_task(self._hold(seconds))
        self._holding.add(task)
        task.add_done_callback(self._holding.discard)

    async def _hold(self, seconds: float) -> None:
        try:
            await self._store.rates.hold(self._account, seconds)
        except StoreUnavailable:
            log.warning("rate_not_held", seconds=round(seconds, 1))

    async def _insist(self, wish: Wish) -> Reserved:
        while True:
            try:
                return await self._reserve(wish)
            except StoreUnavailable:
                await self._sleep(AWAY_SECONDS)

    async def _reserve(self, wish: Wish) -> Reserved:
        asked = self._clock()
        reserved = await self._store.rates.reserve(self._account, wish)
        self._theirs.heard(reserved.now, asked=asked, answered=self._clock())
        return reserved
