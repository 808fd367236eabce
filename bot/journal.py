"""The journal of the worker: what many deliveries have to write is committed together."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from digest.campaign import Outcome
from digest.errors import DiskFull, StoreUnavailable
from storage.store import Store, Transaction

log = structlog.get_logger()

Result = TypeVar("Result")
Act = Callable[[Transaction], Awaitable[Result]]

MOST_TOGETHER = 200
# So long after a transaction the next one waits for what else is to be written; longer where others write.
GATHER_SECONDS, SHARED_GATHER_SECONDS = 0.01, 0.03
AWAY_SECONDS = 0.5
FULL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Entry:
    # What an act returns is its writer's business: the queue holds acts of every kind.
    act: Act[Any] | None
    outcome: tuple[int, str, Outcome] | None
    patient: bool
    written: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Journal:
    """Writes in groups: one transaction for all that waits. `run` is the one that writes.

    `full` is whether the last try failed for want of room, `gather` how many seconds lie between two groups.
    """

    def __init__(self, store: Store, *, now: Callable[[], dt.datetime]) -> None:
        self._store, self._now = store, now
        self._waiting: deque[_Entry] = deque()
        self._arrived = asyncio.Event()
        self._away, self._open = False, True
        self.full, self.gather = False, GATHER_SECONDS
        self._written_at = float("-inf")
        self._group: list[_Entry] = []

    async def write(self, act: Act[Result], *, patient: bool = True) -> Result:
        """What `act` gives, once it is committed.

        While the database does not take part, a patient act waits; another raises StoreUnavailable.
        """
        return await self._queue(_Entry(act, None, patient))  # type: ignore[no-any-return]  # the act's own result

    async def settle(self, campaign_id: int, outcome: Outcome, *, owner: str) -> bool:
        """Whether the outcome of a delivery was ours to write, once it is committed."""
        entry = _Entry(None, (campaign_id, owner, outcome), True)
        return await self._queue(entry) is True

    async def run(self) -> None:
        """Write until cancelled; then nobody waits for it any longer."""
        self._open = True
        try:
            while True:
                await self._arrived.wait()
                await self._gather()
                self._arrived.clear()
                await self._write_group()
        finally:
            self._open = False
            for entry in (*self._group, *self._waiting):
                entry.written.cancel()
            self._waiting.clear()

    async def _gather(self) -> None:
        """Where one transaction follows another: wait a little, so that the next has more to write."""
        early = self._written_at + self.gather - asyncio.get_running_loop().time()
        if early > 0 and len(self._waiting) < MOST_TOGETHER:
            await asyncio.sleep(early)

    async def _write_group(self) -> None:
        self._group = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        await self._commit([entry for entry in self._group if not entry.written.done()])
        self._written_at = asyncio.get_running_loop().time()
        if self._waiting:
            self._arrived.set()

    async def _queue(self, entry: _Entry) -> Any:
        if not self._open:
            raise StoreUnavailable("the journal is closed")
        self._waiting.append(entry)
        self._arrived.set()
        return await entry.written

    async def _commit(self, group: list[_Entry]) -> None:
        try:
            async with self._store.transaction() as tx:
                results = await self._written(group, tx)
        except StoreUnavailable as caught:
            await self._put_off(group, caught)
        except Exception as caught:
            await self._one_by_one(group, caught)
        else:
            self._is_away(None)
            for entry, result in zip(group, results, strict=True):
                if not entry.written.done():
                    entry.written.set_result(result)

    async def _written(self, group: list[_Entry], tx: Transaction) -> list[object]:
        results: list[object] = [await entry.act(tx) if entry.act else None for entry in group]
        alike: dict[tuple[int, str], list[Outcome]] = {}
        for entry in group:
            if entry.outcome:
                campaign_id, owner, outcome = entry.outcome
                alike.setdefault((campaign_id, owner), []).append(outcome)
        settled = {
            key: await tx.outbox.settle(key[0], tuple(outcomes), owner=key[1], now=self._now())
            for key, outcomes in alike.items()
        }
        for place, entry in enumerate(group):
            if entry.outcome:
                campaign_id, owner, outcome = entry.outcome
                results[place] = outcome.subscriber_id in settled[campaign_id, owner]
        return results

    async def _put_off(self, group: list[_Entry], caught: StoreUnavailable) -> None:
        self._is_away(caught)
        self._waiting.extendleft(entry for entry in reversed(group) if entry.patient)
        for entry in group:
            if not entry.patient and not entry.written.done():
                entry.written.set_exception(StoreUnavailable(str(caught)))
        if self._waiting:
            self._arrived.set()
        await asyncio.sleep(FULL_SECONDS if isinstance(caught, DiskFull) else AWAY_SECONDS)

    async def _one_by_one(self, group: list[_Entry], caught: Exception) -> None:
        """One act that fails must not take the others with it."""
        if len(group) > 1:
            for entry in group:
                await self._commit([entry])
        elif group and not group[0].written.done():
            group[0].written.set_exception(caught)

    def _is_away(self, caught: StoreUnavailable | None) -> None:
        if caught is not None and not self._away:
            log.error("store_unavailable", full=isinstance(caught, DiskFull), reason=str(caught))
        if caught is None and self._away:
            log.info("store_back")
        self._away, self.full = caught is not None, isinstance(caught, DiskFull)
