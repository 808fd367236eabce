"""Claiming: rows are taken, and that is committed, before anything is sent. A bad one stops nobody."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.agenda import Chunk
from bot.journal import Journal
from digest.campaign import Owed
from digest.errors import StoreUnavailable
from digest.retry import POISON_ATTEMPTS
from digest.troubles import Trouble, TroubleKind
from storage.store import Transaction

log = structlog.get_logger()

# So many rows in a row that cannot be read: it is not the rows.
MOST_BURIED = 3


@dataclass(slots=True)
class Owners:
    """The name under which rows are claimed. After a claim whose commit is in doubt another one begins."""

    name: str
    life: int = 0
    doubtful: list[str] = field(default_factory=list)

    @property
    def current(self) -> str:
        """The owner of new claims."""
        return f"{self.name}-{self.life}"

    def doubt(self, owner: str) -> None:
        """Nobody knows whether a claim of this owner was kept."""
        if owner == self.current:
            self.doubtful.append(owner)
            self.life += 1


class Unreadable(Exception):
    """A claim failed by a fault of ours, and the chunk is better left for a moment."""


class Claims:
    """Takes rows of chunks. Where that fails they are taken one by one; one that fails thrice is given up.

    A chunk with three such rows in a row is `hopeless`: nothing more of it is tried in this life.
    """

    def __init__(self, journal: Journal, owners: Owners, *, now: Callable[[], dt.datetime]) -> None:
        self._journal, self._owners, self._now = journal, owners, now
        self._narrow: set[Chunk] = set()
        self._burying: set[Chunk] = set()
        self._failures: Counter[Chunk] = Counter()
        self._buried: Counter[Chunk] = Counter()

    def hopeless(self, chunk: Chunk) -> bool:
        """Whether a chunk is given up."""
        return self._buried[chunk] >= MOST_BURIED

    async def take(self, chunk: Chunk, most: int, *, first: bool) -> tuple[Owed, ...] | None:
        """Up to so many rows, committed: the intent to send them. None when the database did not take part.

        Raises Unreadable.
        """
        owner, limit = self._owners.current, 1 if chunk in self._narrow else most

        async def act(tx: Transaction) -> tuple[Owed, ...]:
            if first:
                await tx.outbox.begin_chunk(*chunk)
            return await tx.outbox.claim(*chunk, limit, owner=owner, now=self._now())

        try:
            rows = await self._journal.write(act, patient=False)
        except StoreUnavailable:
            self._owners.doubt(owner)
            return None
        except Exception as caught:
            log.exception("claim_failed", campaign=chunk[0], chunk=chunk[1])
            await self._failed(chunk, alone=limit == 1)
            raise Unreadable from caught
        if rows:
            self._failures.pop(chunk, None)
            self._buried.pop(chunk, None)
        return rows

    async def _failed(self, chunk: Chunk, *, alone: bool) -> None:
        self._narrow.add(chunk)
        if chunk in self._burying or self.hopeless(chunk):
            return
        self._failures[chunk] += alone
        if self._failures[chunk] < POISON_ATTEMPTS:
            return
        # Whatever fails until the row is out of the way fails at the same row.
        self._burying.add(chunk)
        try:
            await self._bury(chunk)
        finally:
            self._burying.discard(chunk)
            self._failures[chunk] = 0

    async def _bury(self, chunk: Chunk) -> None:
        trouble, now = Trouble(TroubleKind.POISON, str(chunk[0]), {"campaign": str(chunk[0])}), self._now()
        try:
            await self._journal.write(lambda tx: tx.troubles.begin(trouble, now), patient=False)
            self._buried[chunk] += await self._journal.write(
                lambda tx: tx.outbox.give_up(*chunk, now=now), patient=False
            )
        except StoreUnavailable:
            return
        except Exception:
            log.exception("delivery_not_given_up", campaign=chunk[0], chunk=chunk[1])
            # Not even that can be written: nothing of this chunk can.
            self._buried[chunk] = MOST_BURIED
        log.error("delivery_given_up", campaign=chunk[0], chunk=chunk[1], hopeless=self.hopeless(chunk))
