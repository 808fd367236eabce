"""An SQLite database taken over into an empty PostgreSQL one: in one transaction, whole or not at all."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import OnUnknown
from digest.errors import OperatorError
from digest.tokens import version
from storage.copies import Copied, Source, Values, copy_made, copy_table, read_back
from storage.engines import file_of, migrating_engine
from storage.every_table import metadata
from storage.faults import sqlite_code
from storage.lookup_index import OUTDATED, Progress
from storage.lookup_rows import vector_row
from storage.lookup_tables import GIN, LOOKUPS_KEY, lookup_texts, lookup_words
from storage.outbox import Outbox
from storage.schema import SCHEMA, create_tables
from storage.tables import meta

if TYPE_CHECKING:
    import psycopg

_INDEX = frozenset({lookup_texts.name, lookup_words.name})
# It may take as long as it takes, and waits for nobody in the middle.
_PATIENT = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL synchronous_commit = on",
)
_TABLES_THERE = "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
_SCHEMA_THERE = "SELECT version_num FROM alembic_version"
_INDEX_THERE = f"SELECT value FROM meta WHERE key = '{LOOKUPS_KEY}'"
_LAST_IDS = "SELECT name, seq FROM sqlite_sequence"
_SET_NEXT = sa.text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")


class Stage(StrEnum):
    """What a move is at: rows go over, are read back, get their place in the look-up index."""

    COPYING = "copying"
    CHECKING = "checking"
    INDEXING = "indexing"


Tell = Callable[[Stage, Progress], None]


@dataclass(frozen=True, slots=True)
class Policies:
    """What becomes of deliveries whose sender died in the middle: of digests, of all others."""

    digest: OnUnknown
    broadcast: OnUnknown


@dataclass(frozen=True, slots=True)
class MoveReport:
    """Every table with its rows, read back and found the same; how many deliveries were in the middle."""

    tables: tuple[Copied, ...]
    recovered: int

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables)


async def move(source: str, target: str, policies: Policies, *, now: dt.datetime, tell: Tell) -> MoveReport:
    """Copy the SQLite database `source` into the PostgreSQL database `target`; nobody else may use either.

    The source stays as it is. A target that has rows is refused; a move that fails leaves none there.
    OperatorError: move.not_sqlite, move.not_postgresql, move.not_empty (2); move.differs, move.failed (1);
    those of `Store.open`.
    """
    path = file_of(source)
    if path is None:
        raise OperatorError("move.not_sqlite", exit_code=2)
    if file_of(target) is not None:
        raise OperatorError("move.not_postgresql", exit_code=2)
    engine = migrating_engine(target)
    try:
        with _explained(path), _opened(path) as opened:
            async with engine.connect() as connection, connection.begin():
                await _empty(connection)
                tables = await _Move(opened, connection, tell).run()
                recovered = await _recover(connection, policies, now)
    finally:
        await engine.dispose()
    return MoveReport(tables, recovered)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Whatever a database says, an operator is told in a sentence."""
    import psycopg

    try:
        yield
    except DBAPIError as caught:
        raise _failure(caught.orig) from caught
    except psycopg.Error as caught:
        raise _failure(caught) from caught
    except sqlite3.Error as caught:
        if sqlite_code(caught) in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
            raise OperatorError("storage.not_a_database", exit_code=1, database=str(path)) from caught
        raise _failure(caught) from caught


def _failure(error: BaseException | None) -> OperatorError:
    # The first line names the reason; further ones may show a row.
    reason = next(iter(str(error).splitlines()), "")
    return OperatorError("move.failed", exit_code=1, reason=reason)


@contextmanager
def _opened(path: Path) -> Iterator[Source]:
    """The source, when it has our schema."""
    if not path.exists():
        raise OperatorError("storage.absent", exit_code=1, database=str(path))
    with Source(path) as source:
        if not source.value(_TABLES_THERE):
            raise OperatorError("storage.not_a_database", exit_code=1, database=str(path))
        _see_schema(int(source.value(_SCHEMA_THERE) or 0))
        yield source


def _see_schema(found: int) -> None:
    if found != SCHEMA:
        kind = "older" if found < SCHEMA else "newer"
        raise OperatorError(f"storage.{kind}_schema", exit_code=2, found=found, known=SCHEMA)


async def _empty(connection: AsyncConnection) -> None:
    """See to it that the target has our tables, nothing in them, and no writer but us."""
    for setting in _PATIENT:
        await connection.exec_driver_sql(setting)
    found = await connection.run_sync(create_tables)
    if found is not None:
        _see_schema(found)
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    await connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
    for table in metadata.sorted_tables:
        # What the program remembers for itself is there from the first moment on.
        filled = table is not meta and (await connection.execute(sa.select(table).limit(1))).first()
        if filled:
            raise OperatorError("move.not_empty", exit_code=2, table=table.name)
    await connection.execute(sa.delete(meta))


class _Move:
    """Copies and checks every table inside one transaction of the target."""

    def __init__(self, source: Source, connection: AsyncConnection, tell: Tell) -> None:
        self._source, self._connection, self._tell = source, connection, tell
        made_of = str(source.value(_INDEX_THERE) or "").partition(" ")[0]
        # An index of another version's tokens is not worth the way: the running program makes it anew.
        self._indexed = made_of == version()
        self._tables = [
            table for table in metadata.sorted_tables if self._indexed or table.name not in _INDEX
        ]
        self._total = sum(source.count(table) for table in self._tables)

    async def run(self) -> tuple[Copied, ...]:
        """Each table, copied and read back."""
        raw = await self._connection.get_raw_connection()
        driver = cast("psycopg.AsyncConnection[Any]", raw.driver_connection)
        told = self._telling(Stage.COPYING)
        copied = [await copy_table(self._source, table, driver, told) for table in self._tables]
        told = self._telling(Stage.CHECKING)
        found = [await read_back(table, driver, told) for table in self._tables]
        for one, other in zip(copied, found, strict=True):
            if one != other:
                raise OperatorError("move.differs", exit_code=1, table=one.table)
        await self._index(driver)
        await self._count_on()
        await self._connection.exec_driver_sql("ANALYZE")
        return tuple(copied)

    def _telling(self, stage: Stage) -> Callable[[int], None]:
        done = 0

        def told(rows: int) -> None:
            nonlocal done
            done += rows
            self._tell(stage, Progress(done, self._total))

        return told

    async def _index(self, driver: psycopg.AsyncConnection[Any]) -> None:
        """Give each story its tokens; the GIN index is made once, over all of them."""
        if not self._indexed:
            update = sa.update(meta).where(meta.c.key == LOOKUPS_KEY)
            await self._connection.execute(update.values(value=OUTDATED))
            return
        total = self._source.count(lookup_texts)
        await self._connection.exec_driver_sql("DROP INDEX ix_lookup_tokens")
        made = await copy_made(self._vectors(total), driver, "lookup_tokens", ("id", "tokens"))
        await self._connection.exec_driver_sql(GIN)
        if made != total:
            raise OperatorError("move.differs", exit_code=1, table="lookup_tokens")

    async def _vectors(self, total: int) -> AsyncIterator[list[Values]]:
        names, done = [column.name for column in lookup_texts.columns], 0
        async for rows in self._source.batches(lookup_texts):
            made = [vector_row(dict(zip(names, row, strict=True))) for row in rows]
            yield [(row["id"], row["tokens"]) for row in made]
            done += len(rows)
            self._tell(Stage.INDEXING, Progress(done, total))

    async def _count_on(self) -> None:
        """Let new ids begin above every one that there ever was, those of rows that are gone too."""
        last_ids = self._source.pairs(_LAST_IDS)
        for table in self._tables:
            column = table.autoincrement_column
            if column is None:
                continue
            largest = self._source.value(f'SELECT max("{column.name}") FROM "{table.name}"') or 0
            last = max(largest, last_ids.get(table.name, 0))
            if last:
                values = {"table": table.name, "column": column.name, "last": last}
                await self._connection.execute(_SET_NEXT, values)


async def _recover(connection: AsyncConnection, policies: Policies, now: dt.datetime) -> int:
    """Decide what becomes of deliveries that were being sent when the last program ended."""
    outbox = Outbox(connection)
    digests = await outbox.recover(policies.digest, kind="digest", now=now)
    return digests + await outbox.recover(policies.broadcast, now=now)
