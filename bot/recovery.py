"""What becomes of deliveries whose worker died in the middle: the policy decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog

from bot.agenda import Chunk
from bot.sending import Policy
from storage.store import Store

log = structlog.get_logger()


class Recovery:
    """Takes up what dead workers left, all of it or a chunk's; each says how many deliveries that were."""

    def __init__(self, store: Store, policy: Policy, *, now: Callable[[], dt.datetime]) -> None:
        self._store, self._policy, self._now = store, policy, now

    async def of_all(self) -> int:
        """Of everything: only who knows that nobody else works may ask."""
        async with self._store.transaction() as tx:
            digests = await tx.outbox.recover(self._policy.digest, kind="digest", now=self._now())
            others = await tx.outbox.recover(self._policy.broadcast, now=self._now())
        if digests + others:
            log.warning("deliveries_recovered", digests=digests, others=others)
        return digests + others

    async def of_chunk(self, chunk: Chunk, stalled_seconds: float) -> int:
        """Of a chunk, as far as its workers were not seen for so many seconds."""
        async with self._store.transaction() as tx:
            owners = await tx.senders.orphans(*chunk, stalled_seconds)
            if not owners:
                return 0
            found = await tx.outbox.recover(
                self._policy.digest, kind="digest", chunk=chunk, owners=owners, now=self._now()
            )
            found += await tx.outbox.recover(
                self._policy.broadcast, chunk=chunk, owners=owners, now=self._now()
            )
        log.warning("deliveries_taken_over", campaign=chunk[0], chunk=chunk[1], deliveries=found)
        return found
