"""SQLite's connections: each statement one hop to the connection's thread, and the pragmas."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_TIMEOUT_MS = 5000
READERS = 4
_WAL = "PRAGMA journal_mode=WAL"
_WAL_SECONDS = 0.05
_PRAGMAS = ("synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON")

# What the driver takes and gives is whatever a column holds: Any is its own edge.
Parameters = Sequence[Any]


class Cursor:
    """A cursor whose statement and rows take one hop together; aiosqlite's own takes four."""

    def __init__(self, connection: HopConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def execute(self, sql: str, parameters: Parameters = ()) -> Self:
        """Run one statement and fetch what it gives."""
        await self._connection.hop(self._run, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Parameters]) -> Self:
        """Run one statement for each set of parameters."""
        await self._connection.hop(self._run_many, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """The rows that the statement gave."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is left open."""

    def _run(self, sql: str, parameters: Parameters) -> None:
        self._keep(self._connection.raw.execute(sql, parameters))

    def _run_many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        self._keep(self._connection.raw.executemany(sql, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        try:
            self._rows = cursor.fetchall() if cursor.description else []
            self.description, self.rowcount = cursor.description, cursor.rowcount
            self.lastrowid = cursor.lastrowid
        finally:
            cursor.close()


class HopConnection(aiosqlite.Connection):
    """An aiosqlite connection with one-hop cursors, whose BEGIN goes along with the first statement."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._begin = ""
        self._begun = False
        # A thread that waits for a lock must not hold up the program's end.
        self._thread.daemon = True

    async def _connect(self) -> aiosqlite.Connection:
        try:
            return await super()._connect()
        except Exception:
            # Its thread is about to end, and would tell that to a loop that may be closed by then.
            self._thread.join()
            raise

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself, for use in its own thread."""
        return self._conn

    def begin_with(self, begin: str) -> None:
        """Start a transaction in this manner as soon as there is something to do."""
        self._begin = begin

    async def hop(self, call: Callable[..., None], *arguments: Any) -> None:
        """Carry out a call in the connection's thread, in the transaction that was asked for."""
        begin, self._begin = self._begin, ""
        if begin:
            self._begun = True
        execute: Any = self._execute
        await execute(self._within, begin, call, arguments)

    async def commit(self) -> None:
        """Keep what was done since the BEGIN, if there was one."""
        self._begin = ""
        if self._begun:
            await super().commit()
            # Only now: a commit that failed or was cancelled is still to be rolled back.
            self._begun = False

    async def rollback(self) -> None:
        """Undo what was done since the BEGIN, if there was one; a statement that still runs ends first."""
        self._begin = ""
        if self._begun:
            await super().rollback()
            self._begun = False

    def cursor(self) -> Any:
        """A new one-hop cursor."""
        return Cursor(self)

    def _within(self, begin: str, call: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        if begin:
            self.raw.execute(begin)
        call(*arguments)


def writing_engine(path: Path) -> AsyncEngine:
    """An engine of one connection; a transaction's first statement takes the file's write lock."""
    # What is written is soon elsewhere than what was written before: half of the usual cache serves as well.
    return _engine(path, begin="BEGIN IMMEDIATE", pragmas=(*_PRAGMAS, "cache_size=-1000"), size=1)


def migrating_engine(path: Path) -> AsyncEngine:
    """A writing engine without foreign keys: a table that is built anew must not take its children along."""
    return _engine(path, begin="BEGIN IMMEDIATE", pragmas=(*_PRAGMAS, "foreign_keys=OFF"), size=1)


def reading_engine(path: Path) -> AsyncEngine:
    """An engine of a few connections that cannot write; each transaction is one snapshot."""
    # A few pages each: what the operating system has at hand is as near.
    pragmas = (*_PRAGMAS, "query_only=ON", "cache_size=-400")
    return _engine(path, begin="BEGIN DEFERRED", pragmas=pragmas, size=READERS)


def _engine(path: Path, *, begin: str, pragmas: tuple[str, ...], size: int) -> AsyncEngine:
    def connect(*_: Any, **__: Any) -> HopConnection:
        return _connection(path)

    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=size,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        hide_parameters=True,
        connect_args={"async_creator_fn": connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.begin_with(begin)

    return engine


def _connection(path: Path) -> HopConnection:
    def open_file() -> sqlite3.Connection:
        # SQLAlchemy's begin and commit are the only ones: the driver starts no transaction of its own.
        opened = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        _use_wal(opened, patience=BUSY_TIMEOUT_MS / 1000)
        return opened

    return HopConnection(open_file)


def _use_wal(opened: sqlite3.Connection, *, patience: float) -> None:
    """Turn to the write-ahead log: where two programs do so to a new file at once, SQLite does not wait."""
    ends = time.monotonic() + patience
    while True:
        try:
            opened.execute(_WAL).close()
        except sqlite3.Error as caught:
            if caught.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                opened.close()
                raise
            time.sleep(_WAL_SECONDS)
        else:
            return
