"""The rate of an account, shared by every process that sends with it: one row, on PostgreSQL's own clock."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

# A slot lost with the server is no harm: waiting for the disk would hold up everybody behind the row.
_UNSYNCED = "set_config('synchronous_commit', 'off', true)"
_RESERVE = sa.text(
    f"""
    UPDATE rates
    SET next_at = greatest(next_at, clock_timestamp()) + make_interval(secs => :length),
        bulk_at = CASE WHEN :bulk THEN clock_timestamp() ELSE bulk_at END
    WHERE account = :account AND next_at <= clock_timestamp() + make_interval(secs => :ahead)
        AND (:owned OR bulk_at < clock_timestamp() - make_interval(secs => :busy))
    RETURNING extract(epoch FROM next_at)::float8 - :length AS at,
        extract(epoch FROM clock_timestamp())::float8 AS now, {_UNSYNCED}
    """
)
_LOOK = sa.text(
    """
    SELECT extract(epoch FROM next_at)::float8 AS at, extract(epoch FROM clock_timestamp())::float8 AS now
    FROM rates WHERE account = :account
    """
)
_BEGIN = sa.text(
    """
    INSERT INTO rates (account, next_at, bulk_at) VALUES (:account, clock_timestamp(), '-infinity')
    ON CONFLICT (account) DO NOTHING
    """
)
_HOLD = sa.text(
    """
    UPDATE rates SET next_at = greatest(next_at, clock_timestamp() + make_interval(secs => :seconds))
    WHERE account = :account
    """
)


@dataclass(frozen=True, slots=True)
class Reserved:
    """Whether slots were reserved; the moment `at` of the first (or of the next free one), and `now`.

    Both in seconds of the database's clock.
    """

    granted: bool
    at: float
    now: float


@dataclass(frozen=True, slots=True)
class Wish:
    """Slots wanted: how many, the seconds between two, and how many seconds ahead at most.

    `busy`: unless the wisher owns a slot, only when the bulk lane took none for so many seconds.
    """

    count: int
    gap: float
    ahead: float
    bulk: bool
    owned: bool = True
    busy: float = 0.0


class Rates:
    """The slots of every account; PostgreSQL's only."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def reserve(self, account: str, wish: Wish) -> Reserved:
        """Reserve slots in a row, unless the first of them is too far ahead or not the wisher's to take."""
        values = {
            "account": account,
            "length": wish.count * wish.gap,
            "ahead": wish.ahead,
            "bulk": wish.bulk,
            "owned": wish.owned,
            "busy": wish.busy,
        }
        row = (await self._connection.execute(_RESERVE, values)).first()
        if row is not None:
            return Reserved(True, row.at, row.now)
        row = (await self._connection.execute(_LOOK, {"account": account})).first()
        if row is not None:
            return Reserved(False, row.at, row.now)
        await self._connection.execute(_BEGIN, {"account": account})
        return await self.reserve(account, wish)

    async def hold(self, account: str, seconds: float) -> None:
        """No slot before so many seconds have passed, for any process."""
        await self._connection.execute(_BEGIN, {"account": account})
        await self._connection.execute(_HOLD, {"account": account, "seconds": seconds})
