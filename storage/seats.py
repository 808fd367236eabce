"""Seats that one program at a time takes, on PostgreSQL: advisory locks of sessions of their own."""

from __future__ import annotations

import zlib

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engines import lasting_engine
from storage.faults import renamed

# Whoever is silent for so long, frozen or cut off, has lost the seat: the server ends the session.
SILENCE_SECONDS = 15
_OURS = 0x64696765 << 32
_MANNERS = (
    # Before version 14 a server waits for whoever is frozen.
    """
    SELECT set_config('idle_session_timeout', '{silence}s', false)
    WHERE current_setting('server_version_num')::int >= 140000
    """,
    "SET tcp_keepalives_idle = 5",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 2",
)
_TAKE = sa.text("SELECT pg_try_advisory_lock(:key)")
_STILL = sa.text("SELECT 1")


class Seat:
    """One seat by name, as one program sees it. It is lost with the connection, however that ends."""

    def __init__(self, url: str, name: str) -> None:
        self._engine = lasting_engine(url, "digestbot-seat")
        self._key = _OURS | zlib.crc32(name.encode())
        self._connection: AsyncConnection | None = None

    async def take(self) -> bool:
        """Whether the seat is ours now; StoreUnavailable when there is no database."""
        with renamed():
            connection = self._connection or await self._engine.connect()
            if self._connection is None:
                self._connection = connection
                for statement in _MANNERS:
                    await connection.execute(sa.text(statement.format(silence=SILENCE_SECONDS)))
            return bool((await connection.execute(_TAKE, {"key": self._key})).scalar())

    async def sit(self) -> None:
        """Show that we are still here; StoreUnavailable when the seat is lost."""
        with renamed():
            if self._connection is not None:
                await self._connection.execute(_STILL)

    async def leave(self) -> None:
        """Give the seat up; more than once does no harm."""
        connection, self._connection = self._connection, None
        with renamed():
            if connection is not None:
                await connection.invalidate()
                await connection.close()
            await self._engine.dispose()
