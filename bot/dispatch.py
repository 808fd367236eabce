"""From a slot to a settled row: claim a window, let it fly, write down how it ended."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from collections.abc import Callable, Coroutine, Mapping

import structlog

from bot.agenda import Agenda, Chunk
from bot.breaker import HARD_FAILURES, Breaker
from bot.claims import Claims, Owners, Unreadable
from bot.flights import Flight, Line
from bot.journal import Journal
from bot.pace import NO_SLOT, Clock, Taken
from bot.sending import Sender
from digest.campaign import CampaignState, DeliveryState, Outcome, Owed
from digest.retry import suspect
from digest.troubles import Details, Trouble, TroubleKind
from storage.store import Transaction

log = structlog.get_logger()


class GivenUp(Exception):
    """The worker has stopped in the middle of a chunk."""


class Hopeless(Exception):
    """Nothing of this chunk can be claimed by this worker."""


class Dispatch:
    """Deliveries under way: at most as many as there are seats, each held until its outcome is written."""

    def __init__(
        self,
        journal: Journal,
        sender: Sender,
        lines: Mapping[str, Line],
        *,
        concurrency: int,
        owners: Owners,
        now: Callable[[], dt.datetime],
        clock: Clock,
    ) -> None:
        self._journal, self._sender, self._lines = journal, sender, lines
        self._claims = Claims(journal, owners, now=now)
        self._now, self._clock = now, clock
        self._seats = asyncio.Semaphore(concurrency)
        self._breaker = Breaker()
        self._air: set[asyncio.Task[None]] = set()
        self._in_hand: dict[Chunk, asyncio.Future[None]] = {}
        self.agenda, self.owners = Agenda(), owners
        self.flights: dict[Flight, asyncio.Task[None]] = {}
        # How many rows a dead worker may have left behind: they are taken up one by one.
        self.careful = 0

    async def seats(self, most: int) -> int:
        """Wait for a seat; how many of up to `most` were free."""
        await self._seats.acquire()
        taken = 1
        while taken < most and not self._seats.locked():
            await self._seats.acquire()
            taken += 1
        return taken

    def free(self, seats: int) -> None:
        """Seats that nobody sits on any more."""
        for _ in range(seats):
            self._seats.release()

    def claim(self, line: Line, slots: Taken, tasks: asyncio.TaskGroup, *, probe: bool) -> asyncio.Task[None]:
        """Claim as many rows as there are slots of a line; the task ends when they are in the air."""
        return self._begin(self._window(line, slots, tasks, probe=probe), tasks)

    async def _window(self, line: Line, taken: Taken, tasks: asyncio.TaskGroup, *, probe: bool) -> None:
        slots, chunk, owner = taken.count, self.agenda.next(), self.owners.current
        careful, claimed_at = self.careful > 0, self._clock()
        owed = await self._claim(chunk, slots) if chunk else ()
        rows = owed or ()
        self.free(slots - len(rows))
        if taken.at != NO_SLOT:
            line.pace.give_back(slots - len(rows))
        self.careful = max(0, self.careful - slots)
        if chunk is None or owed is None:
            return
        self.agenda.fly(chunk, len(rows))
        for row in rows:
            if careful and suspect(row.attempts):
                await asyncio.gather(*self.flights.values())
            flight = self._flight(row, owner, line, taken.at, claimed_at)
            flight.probe = probe
            flying = self._launch(flight, tasks)
            if careful and suspect(row.attempts):
                await flying
        if len(rows) < slots and self.agenda.rest(chunk):
            await self._close(chunk)

    async def work_off(self, chunk: Chunk) -> None:
        """Send a chunk until it gives no more rows and all that were claimed have landed.

        Raises GivenUp, Hopeless.
        """
        if self._claims.hopeless(chunk):
            raise Hopeless(chunk)
        if chunk not in self._in_hand:
            self._in_hand[chunk] = asyncio.get_running_loop().create_future()
            self.agenda.add(chunk)
        await asyncio.shield(self._in_hand[chunk])

    def give_up(self) -> None:
        """Nothing further will be sent here: whoever waits for a chunk is told so."""
        for waiting in self._in_hand.values():
            if not waiting.done():
                waiting.set_exception(GivenUp)
                # Perhaps nobody waits for it any more.
                waiting.exception()
        self._in_hand.clear()

    async def landed(self, seconds: float) -> bool:
        """Wait until nothing is claimed or flies, so many seconds at most; whether nothing does."""
        deadline = self._clock() + seconds
        while self._air and (left := deadline - self._clock()) > 0:
            await asyncio.wait(tuple(self._air), timeout=left)
        return not self._air

    def cut_off(self) -> None:
        """Cancel whatever is still under way: it stays in the ledger as it is."""
        for task in tuple(self._air):
            task.cancel()

    def flying_on(self, line: Line) -> bool:
        """Whether a delivery of this line is under way."""
        return any(flight.line is line for flight in self.flights)

    def _flight(self, owed: Owed, owner: str, line: Line, taken_at: float, claimed_at: float) -> Flight:
        place = owed.subscriber.address.place
        own = self._lines.get(place.channel)
        flight = Flight(owed, owner, own or line, place, claimed_at=claimed_at)
        if own is line:
            flight.taken_at = taken_at
        else:
            flight.handed_over, flight.stranded = True, own is None
        return flight

    def _launch(self, flight: Flight, tasks: asyncio.TaskGroup) -> asyncio.Task[None]:
        self.flights[flight] = self._begin(self._fly(flight), tasks)
        return self.flights[flight]

    def _begin(self, work: Coroutine[None, None, None], tasks: asyncio.TaskGroup) -> asyncio.Task[None]:
        task = tasks.create_task(work)
        self._air.add(task)
        task.add_done_callback(self._air.discard)
        return task

    async def _claim(self, chunk: Chunk, slots: int) -> tuple[Owed, ...] | None:
        """The claimed rows; None when there was no claim. A chunk of which none can be made is left aside."""
        try:
            return await self._claims.take(chunk, slots, first=self.agenda.begins(chunk))
        except Unreadable:
            self._put_off(chunk)
            return None

    def _put_off(self, chunk: Chunk) -> None:
        """Leave a chunk; it is looked at again before long, here or elsewhere."""
        hopeless = self._claims.hopeless(chunk)
        self.agenda.put_off(chunk, for_good=hopeless)
        waiting = self._in_hand.pop(chunk, None)
        if waiting is None or waiting.done():
            return
        if hopeless:
            waiting.set_exception(Hopeless(chunk))
        else:
            waiting.set_result(None)

    async def _fly(self, flight: Flight) -> None:
        try:
            outcome = await self._outcome(flight)
            if outcome is not None:
                await self._journal.settle(flight.owed.campaign_id, outcome, owner=flight.owner)
                await self._judge(flight.owed, outcome)
        except Exception:
            log.exception("delivery_not_settled", campaign=flight.owed.campaign_id)
        finally:
            del self.flights[flight]
            self.free(1)
            over = self.agenda.land(flight.chunk)
        if over:
            await self._close(flight.chunk)

    async def _outcome(self, flight: Flight) -> Outcome | None:
        try:
            return await self._sender.send(flight)
        except Exception:
            log.exception("delivery_failed", campaign=flight.owed.campaign_id)
            return self._sender.poison(flight)

    async def _judge(self, owed: Owed, outcome: Outcome) -> None:
        """Log an outcome; pause the campaign when nothing but hard failures come."""
        if outcome.state is DeliveryState.SENT:
            self._breaker.passed(owed.campaign_id)
            return
        log.info(
            "delivery_not_sent",
            campaign=owed.campaign_id,
            subscriber=owed.subscriber.id,
            state=outcome.state.value,
            reason=outcome.reason,
        )
        hard = outcome.state is DeliveryState.DEAD or outcome.reason == "poison"
        if hard and self._breaker.failed(owed.campaign_id):
            await self._journal.write(functools.partial(self._break, owed, outcome))
            log.error("campaign_paused", campaign=owed.campaign_id, reason=outcome.reason)

    async def _break(self, owed: Owed, outcome: Outcome, tx: Transaction) -> None:
        """Pause a campaign and keep why, so that an admin can be told."""
        paused = await tx.campaigns.set_state(
            owed.campaign_id, CampaignState.PAUSED, (CampaignState.RUNNING,), now=self._now()
        )
        if paused:
            reason = outcome.words or outcome.reason
            details: Details = {
                "reason": reason,
                "failures": HARD_FAILURES,
                "campaign": str(owed.campaign_id),
            }
            trouble = Trouble(TroubleKind.BREAKER, str(owed.campaign_id), details)
            await tx.troubles.begin(trouble, self._now())

    async def _close(self, chunk: Chunk) -> None:
        """Close a chunk when nothing of it is left; else it is found open again."""
        try:
            await self._journal.write(lambda tx: tx.outbox.close_chunk(*chunk, self._now()))
        except Exception:
            log.exception("chunk_not_closed", campaign=chunk[0], chunk=chunk[1])
        self.agenda.forget(chunk)
        waiting = self._in_hand.pop(chunk, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
