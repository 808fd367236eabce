"""Who sends: the workers that live, by the database's clock. PostgreSQL's only: on SQLite there is one."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import DeliveryState
from storage.types import STATUS_CODES

STALLED_SECONDS = 15.0
_KEEPER = 0x6B656570
_BEAT = sa.text(
    """
    INSERT INTO senders (name, seen_at) VALUES (:name, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at
    """
)
_FORGET = sa.text("DELETE FROM senders WHERE name = :name")
_SWEEP = sa.text("DELETE FROM senders WHERE seen_at < clock_timestamp() - interval '1 day'")
# A server that has just come back has not heard of anybody yet.
_LONG_UP = "pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => :seconds)"
_ORPHANS = sa.text(
    f"""
    SELECT DISTINCT owner FROM deliveries
    WHERE campaign_id = :campaign AND chunk = :chunk AND status = {STATUS_CODES[DeliveryState.SENDING]}
        AND {_LONG_UP}
        AND NOT EXISTS (
            SELECT 1 FROM senders WHERE name = split_part(owner, '-', 1)
            AND seen_at > clock_timestamp() - make_interval(secs => :seconds)
        )
    """
)
_ALONE = sa.text(f"SELECT {_LONG_UP} AND pg_try_advisory_xact_lock(:key)")


class Senders:
    """The names of the workers, and when each was last seen."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def beat(self, name: str) -> None:
        """This worker lives."""
        await self._connection.execute(_BEAT, {"name": name})

    async def forget(self, name: str) -> None:
        """This worker has ended in order, and holds nothing."""
        await self._connection.execute(_FORGET, {"name": name})

    async def sweep(self) -> None:
        """Forget whoever has not been seen for a day."""
        await self._connection.execute(_SWEEP)

    async def orphans(
        self, campaign_id: int, chunk: int, seconds: float = STALLED_SECONDS
    ) -> tuple[str, ...]:
        """The owners that hold deliveries of a chunk and were not seen for so many seconds."""
        values = {"campaign": campaign_id, "chunk": chunk, "seconds": seconds}
        return tuple((await self._connection.execute(_ORPHANS, values)).scalars())

    async def keeps(self, seconds: float = STALLED_SECONDS) -> bool:
        """Whether this transaction is the one that looks after what dead workers left: one at a time does.

        Nobody does while the server has not been up for so many seconds.
        """
        values = {"key": _KEEPER, "seconds": seconds}
        return bool((await self._connection.execute(_ALONE, values)).scalar())
