"""A worker's chunks by tickets, which many workers share: each chunk to one at a time, none lost."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

import structlog

from bot.agenda import Chunk
from bot.dispatch import GivenUp
from bot.feed import Hands
from digest.errors import StoreUnavailable
from storage.jobs import reconcile
from storage.senders import STALLED_SECONDS
from storage.store import Store
from storage.tickets import GivenBack, Tickets

log = structlog.get_logger()

CHUNKS_IN_HAND = 4
AWAY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Habits:
    """Seconds between two signs of life, between two looks after others, and after which one is dead."""

    beat: float = 5.0
    keep: float = 5.0
    stalled: float = STALLED_SECONDS


class Queue:
    """The feed (`bot.feed.Feed`) of one process; the tickets lie in the database that holds the ledger."""

    def __init__(self, store: Store, url: str, *, habits: Habits | None = None) -> None:
        self._store, self._habits = store, habits or Habits()
        self._tickets = Tickets(url)
        self._open = True
        self._ended = asyncio.Event()
        self._known = ""

    @property
    def stalled_seconds(self) -> float:
        """After so many seconds of silence a worker is taken for dead."""
        return self._habits.stalled

    async def run(self, hands: Hands) -> None:
        """Hand chunks to a worker until cancelled; the database may come and go."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._beat(hands))
            tasks.create_task(self._keep())
            tasks.create_task(self._supervise(hands))

    def close(self) -> None:
        """Take no further ticket."""
        self._open = False
        self._tickets.stop()

    async def closed(self, seconds: float) -> None:
        """Wait until the tickets that were not worked off are back, so many seconds at most."""
        with contextlib.suppress(TimeoutError, StoreUnavailable):
            async with asyncio.timeout(seconds):
                await self._ended.wait()
                async with self._store.transaction() as tx:
                    await tx.senders.forget(self._known)

    async def _supervise(self, hands: Hands) -> None:
        """Take tickets; the engine's worker ends when the database goes away, and is begun anew."""

        async def send(chunk: Chunk) -> None:
            try:
                await self._introduce(hands)
                await hands.send_chunk(chunk)
            except GivenUp as caught:
                raise GivenBack from caught

        while self._open:
            try:
                async with self._tickets.opened():
                    await self._introduce(hands)
                    await self._tickets.work(send, concurrency=CHUNKS_IN_HAND)
            except StoreUnavailable as caught:
                log.warning("tickets_unavailable", reason=str(caught))
                await asyncio.sleep(AWAY_SECONDS)
        self._ended.set()

    async def _introduce(self, hands: Hands) -> None:
        """Nothing is claimed under a name that nobody has heard of."""
        if self._known != hands.name:
            async with self._store.transaction() as tx:
                await tx.senders.beat(hands.name)
            self._known = hands.name

    async def _beat(self, hands: Hands) -> None:
        """Show that we live; after a silence of the database as soon as it is back."""
        while True:
            seconds = self._habits.beat
            try:
                async with self._store.transaction() as tx:
                    await tx.senders.beat(hands.name)
                self._known = hands.name
                await self._tickets.beat()
            except StoreUnavailable:
                seconds = AWAY_SECONDS
            await asyncio.sleep(seconds)

    async def _keep(self) -> None:
        """Look after what dead workers left; every process does, one at a time."""
        while True:
            await asyncio.sleep(self._habits.keep)
            try:
                await self._look_after()
            except StoreUnavailable:
                log.debug("tickets_not_kept")

    async def _look_after(self) -> None:
        async with self._store.transaction() as tx:
            if not await tx.senders.keeps(self._habits.stalled):
                return
            rescued = await self._tickets.rescue(self._habits.stalled)
            submitted = await reconcile(tx.connection)
            await tx.senders.sweep()
        await self._store.rates.sweep()
        if rescued or submitted:
            log.info("tickets_kept", rescued=rescued, submitted=submitted)
