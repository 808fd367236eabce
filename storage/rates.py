"""The rate of an account, shared by every process that sends with it: one row, on PostgreSQL's own clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engines import lasting_engine
from storage.faults import renamed

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
# A moment that is past says no more than none.
_SWEEP = sa.text("DELETE FROM rates WHERE next_at < clock_timestamp() - interval '1 hour'")


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
    """The slots of every account, on a connection of their own: one round trip each. PostgreSQL's only."""

    def __init__(self, url: URL) -> None:
        self._engine = lasting_engine(url, "digestbot-rates")
        self._connection: AsyncConnection | None = None
        self._turn = asyncio.Lock()

    async def reserve(self, account: str, wish: Wish) -> Reserved:
        """Reserve slots in a row, unless the first of them is too far ahead or not the wisher's to take.

        StoreUnavailable when there is no database.
        """
        values = {
            "account": account,
            "length": wish.count * wish.gap,
            "ahead": wish.ahead,
            "bulk": wish.bulk,
            "owned": wish.owned,
            "busy": wish.busy,
        }
        for statement, granted in ((_RESERVE, True), (_LOOK, False)):
            row = await self._first(statement, values)
            if row is not None:
                return Reserved(granted, row.at, row.now)
        await self._first(_BEGIN, {"account": account})
        return await self.reserve(account, wish)

    async def hold(self, account: str, seconds: float) -> None:
        """No slot before so many seconds have passed, for any process; StoreUnavailable."""
        await self._first(_BEGIN, {"account": account})
        await self._first(_HOLD, {"account": account, "seconds": seconds})

    async def sweep(self) -> None:
        """Forget accounts and groups that nothing was sent to for an hour; StoreUnavailable."""
        await self._first(_SWEEP, {})

    async def close(self) -> None:
        """Close the connection; it is opened again when it is wanted."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
        await self._engine.dispose()

    async def _first(self, statement: sa.TextClause, values: dict[str, Any]) -> Any:
        """The first row that a statement gives, on the connection that is kept while all is well."""
        with renamed():
            async with self._turn:
                connection, self._connection = self._connection, None
                if connection is None:
                    connection = await self._engine.connect()
                try:
                    result = await connection.execute(statement, values)
                    row = result.first() if result.returns_rows else None
                except BaseException:
                    await asyncio.shield(asyncio.ensure_future(_drop(connection)))
                    raise
                self._connection = connection
                return row


async def _drop(connection: AsyncConnection) -> None:
    """Whatever it was doing, it does no more: nothing is rolled back on a connection that may be broken."""
    await connection.invalidate()
    await connection.close()
