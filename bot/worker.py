"""The worker: owed deliveries -> channels. Take a slot, claim, send, settle: written first, sent second."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import random as chance
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import structlog

from bot.agenda import Chunk
from bot.claims import Owners
from bot.composer import Composer
from bot.dispatch import Dispatch, GivenUp
from bot.feed import Feed
from bot.flights import Line
from bot.health import Health
from bot.journal import SHARED_GATHER_SECONDS, Journal
from bot.outlet import Outlet
from bot.pace import Clock, Pace
from bot.reckoning import Reckoning
from bot.recovery import Recovery
from bot.sending import Policy, Sender
from digest.campaign import OnUnknown
from digest.errors import StoreUnavailable
from digest.house import House
from digest.ports import Languages
from storage.store import Store, Transaction

log = structlog.get_logger()

POLL_SECONDS = 1.0
READY_SECONDS = 0.5
RESTART_SECONDS = 1.0
CLAIMS_UNDER_WAY = 12
LAST_SECONDS = 3.0


def utc_now() -> dt.datetime:
    """The present moment."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Time and chance: the present moment, monotonic seconds, a number from 0 to 1."""

    now: Callable[[], dt.datetime] = utc_now
    clock: Clock = time.monotonic
    random: Callable[[], float] = chance.random


class Worker:
    """Sends what is owed, from `start` until `drain`; `outlets`: the accounts by channel, with their pace."""

    def __init__(
        self,
        store: Store,
        house: House,
        languages: Languages,
        outlets: Mapping[str, tuple[Outlet, Pace]],
        *,
        concurrency: int = 32,
        on_unknown: str = OnUnknown.RESEND,
        broadcast_on_unknown: str = OnUnknown.HOLD,
        around: Surroundings | None = None,
    ) -> None:
        self._feed: Feed | None = None
        self._store, self._around = store, around or Surroundings()
        clock = self._around.clock
        self._now = Reckoning(store, self._around.now)
        self._concurrency = concurrency
        policy = Policy(OnUnknown(on_unknown), OnUnknown(broadcast_on_unknown))
        self._recovery = Recovery(store, policy, now=self._now)
        self._lines = {
            channel: Line(outlet, pace, Health(channel, clock=clock))
            for channel, (outlet, pace) in outlets.items()
        }
        self._journal = Journal(store, now=self._now)
        composer = Composer(store, house, languages, now=self._now)
        self._sender = Sender(
            self._journal, composer, policy, now=self._now, clock=clock, random=self._around.random
        )
        self._dispatch = self._new_dispatch()
        self._pumps: list[asyncio.Task[None]] = []
        self._life: asyncio.Task[None] | None = None
        self._woken, self._stopped = asyncio.Event(), asyncio.Event()

    @property
    def under_way(self) -> int:
        """How many deliveries are claimed and not settled."""
        return len(self._dispatch.flights)

    @property
    def full(self) -> bool:
        """Whether nothing can be written down for want of room."""
        return self._journal.full

    def health(self, channel: str) -> Health:
        """How an account is doing, as seen by what is sent."""
        return self._lines[channel].health

    def fed_by(self, feed: Feed) -> Self:
        """This worker, whose chunks a feed hands out; before `start`."""
        self._feed = feed
        self._journal.gather = SHARED_GATHER_SECONDS
        return self

    async def start(self) -> int:
        """Decide what becomes of what a dead worker left in the middle (how many), then begin to work."""
        found = await self._recover()
        self._life = asyncio.create_task(self._live(), name="worker")
        return found

    @property
    def name(self) -> str:
        """The name under which this life of the worker claims."""
        return self._dispatch.owners.name

    async def send_chunk(self, chunk: Chunk) -> None:
        """Send what is left of a chunk, claims of workers that died included; GivenUp when stopped."""
        while not self._sender.stopping:
            await self._take_over(chunk)
            await self._dispatch.work_off(chunk)
            async with self._store.reading() as tx:
                if not await tx.outbox.waiting(*chunk):
                    return
            await asyncio.sleep(POLL_SECONDS)
        raise GivenUp

    async def _take_over(self, chunk: Chunk) -> None:
        stalled = self._feed.stalled_seconds if self._feed is not None else 0.0
        self._dispatch.careful += await self._recovery.of_chunk(chunk, stalled)

    async def _recover(self) -> int:
        if self._feed is not None:
            # What is in the middle may be in the hands of others that live.
            with contextlib.suppress(StoreUnavailable):
                await self._now.reckon()
            return 0
        self._dispatch.careful = found = await self._recovery.of_all()
        return found

    async def _live(self) -> None:
        """Work until drained; a fault of ours is logged, and the work begins again from the ledger."""
        while not self._stopped.is_set():
            try:
                await self._work()
            except Exception:
                log.exception("worker_failed")
                await asyncio.sleep(RESTART_SECONDS)
                await self._begin_again()

    async def _begin_again(self) -> None:
        self._dispatch.give_up()
        self._dispatch = self._new_dispatch()
        try:
            await self._recover()
        except StoreUnavailable:
            log.warning("deliveries_not_recovered")

    def _new_dispatch(self) -> Dispatch:
        # The name is of one life of one worker: no other ever had it.
        return Dispatch(
            self._journal,
            self._sender,
            self._lines,
            concurrency=self._concurrency,
            owners=Owners(secrets.token_hex(8)),
            now=self._now,
            clock=self._around.clock,
        )

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            steady = [tasks.create_task(self._journal.run()), tasks.create_task(self._poll())]
            if self._feed is not None:
                steady.append(tasks.create_task(self._feed.run(self)))
            self._pumps = [tasks.create_task(self._pump(line, tasks)) for line in self._lines.values()]
            await self._stopped.wait()
            self._dispatch.cut_off()
            for task in (*steady, *self._pumps):
                task.cancel()

    def wake(self) -> None:
        """There may be something new to do."""
        self._woken.set()

    async def drain(self, timeout: float = 20.0) -> None:  # noqa: ASYNC109 - what is cut off is settled, not raised
        """Claim nothing more, wait so long for the calls under way, give back what was not begun, and end."""
        if self._stopped.is_set():
            return
        self._sender.stopping = True
        if self._feed is not None:
            self._feed.close()
        for pump in self._pumps:
            pump.cancel()
        self._interrupt(calling=False)
        if not await self._dispatch.landed(timeout):
            self._interrupt(calling=True)
        if await self._dispatch.landed(LAST_SECONDS):
            await self._release_all()
        self._dispatch.give_up()
        if self._feed is not None:
            await self._feed.closed(LAST_SECONDS)
        log.info("worker_stopped", under_way=self.under_way)
        self._stopped.set()
        if self._life is not None:
            await self._life

    def _interrupt(self, *, calling: bool) -> None:
        for flight in self._dispatch.flights:
            if calling or not flight.calling:
                flight.interrupt()

    async def _release_all(self) -> None:
        """Whatever is still claimed by us was never begun: its claim was in doubt."""
        owners = self._dispatch.owners
        try:
            async with asyncio.timeout(LAST_SECONDS):
                for owner in (*owners.doubtful, owners.current):
                    await self._journal.write(functools.partial(_release, owner=owner), patient=False)
        except (TimeoutError, StoreUnavailable):
            log.warning("deliveries_not_released")

    async def _poll(self) -> None:
        """Find what other programs opened, and what is due again, within a second."""
        while True:
            self._woken.clear()
            try:
                await self._look()
            except StoreUnavailable:
                log.debug("ledger_not_read")
            except Exception:
                log.exception("ledger_not_read")
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        if self._feed is not None:
            await self._now.reckon()
        await self._release_doubtful()
        async with self._store.reading() as tx:
            next_retry_at = await tx.outbox.next_retry_at()
        if next_retry_at is not None and next_retry_at <= self._now():
            await self._journal.write(lambda tx: tx.outbox.ripen(self._now()), patient=False)
        if self._feed is None:
            async with self._store.reading() as tx:
                self._dispatch.agenda.refresh(await tx.outbox.open_chunks())

    async def _release_doubtful(self) -> None:
        """Give back claims that may have been kept although we were told nothing."""
        owners = self._dispatch.owners
        flying = {flight.owner for flight in self._dispatch.flights}
        for owner in [one for one in owners.doubtful if one not in flying]:
            await self._journal.write(functools.partial(_release, owner=owner), patient=False)
            owners.doubtful.remove(owner)

    async def _pump(self, line: Line, tasks: asyncio.TaskGroup) -> None:
        """Take slots of one line and claim for them, for ever."""
        claims = asyncio.Semaphore(CLAIMS_UNDER_WAY)
        while True:
            await self._dispatch.agenda.some()
            probe = await self._passable(line)
            await claims.acquire()
            slowly = probe or self._dispatch.careful > 0
            seats = await self._dispatch.seats(1 if slowly else line.pace.batch)
            slots = await line.pace.claimable(seats)
            self._dispatch.free(seats - slots.count)
            claiming = self._dispatch.claim(line, slots, tasks, probe=probe)
            claiming.add_done_callback(lambda _: claims.release())
            if slowly:
                await claiming

    async def _passable(self, line: Line) -> bool:
        """Wait until something may leave on this line; whether it is a probe of an unreachable platform."""
        while not line.outlet.ready:  # noqa: ASYNC110 - nobody tells when the platform is there again
            await asyncio.sleep(READY_SECONDS)
        health = line.health
        while health.shut and (health.wait > 0 or self._dispatch.flying_on(line)):  # noqa: ASYNC110
            await asyncio.sleep(min(max(health.wait, 0.01), READY_SECONDS))
        if health.shut:
            health.probing()
        return health.shut


async def _release(tx: Transaction, *, owner: str) -> int:
    return await tx.outbox.release(owner)
