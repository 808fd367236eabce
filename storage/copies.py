"""The rows of one table on their way from an SQLite file to PostgreSQL, and how they are compared."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa

from storage.types import UTCDateTime

if TYPE_CHECKING:
    import psycopg

# A revision's document is tens of kilobytes: so many at once are a few megabytes.
BATCH = 200

# What a column holds: text, a number or nothing on SQLite, and what psycopg makes of it on PostgreSQL.
Values = tuple[Any, ...]
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """A table's rows: how many, and the SHA-256 of them in the order of their key."""

    table: str
    rows: int
    digest: str


class Source:
    """One state of an SQLite file, which is read and never written."""

    def __init__(self, path: Path) -> None:
        address = f"{path.absolute().as_uri()}?mode=ro"
        self._connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)

    def __enter__(self) -> Self:
        self._connection.execute("BEGIN")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def value(self, sql: str) -> Any:
        """The first column of a query's first row; None where there is none."""
        row = self._connection.execute(sql).fetchone()
        return None if row is None else row[0]

    def count(self, table: sa.Table) -> int:
        """How many rows a table has."""
        return int(self.value(f'SELECT count(*) FROM "{table.name}"'))

    def pairs(self, sql: str) -> dict[str, int]:
        """A query's two columns."""
        return dict(self._connection.execute(sql).fetchall())

    async def batches(self, table: sa.Table) -> AsyncIterator[list[Values]]:
        """The rows of a table by their key, a few at a time."""
        cursor = await asyncio.to_thread(self._connection.execute, _select(table))
        while rows := await asyncio.to_thread(cursor.fetchmany, BATCH):
            yield rows


async def copy_table(
    source: Source, table: sa.Table, target: psycopg.AsyncConnection[Any], tell: Told
) -> Copied:
    """Copy a table's rows as they are; what was read of them."""
    read = _Digest()
    async with target.cursor() as cursor, cursor.copy(_copy(table.name, _columns(table))) as copy:
        async for rows in source.batches(table):
            read.add(rows)
            for row in rows:
                await copy.write_row(row)
            tell(len(rows))
    return Copied(table.name, read.rows, read.hexdigest())


async def copy_made(
    rows: AsyncIterator[list[Values]],
    target: psycopg.AsyncConnection[Any],
    table: str,
    columns: Sequence[str],
) -> int:
    """Copy rows that are made for PostgreSQL alone; how many."""
    count = 0
    async with target.cursor() as cursor, cursor.copy(_copy(table, columns)) as copy:
        async for batch in rows:
            for row in batch:
                await copy.write_row(row)
                count += 1
    return count


async def read_back(table: sa.Table, target: psycopg.AsyncConnection[Any], tell: Told) -> Copied:
    """What PostgreSQL has of a table, told as SQLite would."""
    found, plain = _Digest(), [_plain(column) for column in table.columns]
    async with target.cursor(name="read_back") as cursor:
        await cursor.execute(_select(table, collation=' COLLATE "C"').encode())
        while rows := await cursor.fetchmany(BATCH):
            found.add(tuple(as_is(value) for as_is, value in zip(plain, row, strict=True)) for row in rows)
            tell(len(rows))
    return Copied(table.name, found.rows, found.hexdigest())


class _Digest:
    """Rows counted, and hashed one after the other."""

    def __init__(self) -> None:
        self.rows, self._hash = 0, sha256()

    def add(self, rows: Iterable[Values]) -> None:
        """Take further rows in."""
        for row in rows:
            self._hash.update(repr(row).encode())
            self.rows += 1

    def hexdigest(self) -> str:
        """The hash of all rows so far."""
        return self._hash.hexdigest()


def _plain(column: sa.Column[Any]) -> Callable[[Any], Any]:
    """From what psycopg gives to what SQLite holds."""
    match column.type:
        case UTCDateTime():
            return _moment
        case sa.Date():
            return _day
        case sa.Boolean():
            return _flag
        case _:
            return _same


def _moment(value: dt.datetime | None) -> str | None:
    return None if value is None else value.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _day(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def _flag(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _same(value: Any) -> Any:
    return value


def _columns(table: sa.Table) -> list[str]:
    return [column.name for column in table.columns]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _copy(table: str, columns: Sequence[str]) -> bytes:
    return f'COPY "{table}" ({_quoted(columns)}) FROM STDIN'.encode()


def _select(table: sa.Table, collation: str = "") -> str:
    """All rows by their key; texts are in the order of their bytes, which is SQLite's."""
    keys = [f'"{key.name}"{collation if isinstance(key.type, sa.Text) else ""}' for key in table.primary_key]
    return f'SELECT {_quoted(_columns(table))} FROM "{table.name}" ORDER BY {", ".join(keys)}'
