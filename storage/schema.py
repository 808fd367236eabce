"""The database's schema: which one it has, how it is made, how it comes up to date."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from digest.errors import OperatorError
from digest.tokens import version
from storage.engines import file_of, migrating_engine
from storage.every_table import metadata
from storage.faults import sqlite_code
from storage.jobs import make_job_tables
from storage.lookup_tables import LOOKUPS_KEY
from storage.tables import meta

SCHEMA = 10
_ADVISORY_KEY = 0x64696765
_STAMPED = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num))"


@dataclass(frozen=True, slots=True)
class Plan:
    """The migrations to run: their folder, and the schema they lead to."""

    folder: Path = Path(__file__).parent / "migrations"
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What `migrate` did: the schema before (None: there was none) and after, and the copy made first."""

    before: int | None
    after: int
    backup: Path | None = None


async def migrate(
    url: str, *, backup: bool, now: dt.datetime | None = None, plan: Plan | None = None
) -> MigrationReport:
    """Make a new database, or bring one up to date; with `backup`, an SQLite file is copied first.

    OperatorError as in `Store.open`. An up-to-date database costs one look.
    """
    goal = plan or Plan()
    path = file_of(url)
    if path is not None:
        make_file(path)
    engine = migrating_engine(url)
    try:
        before = await prepare(engine, path=path, goal=goal.schema)
        if before is None or before == goal.schema:
            return MigrationReport(before, goal.schema)
        copy = _copy(path, before, now or dt.datetime.now(dt.UTC)) if path is not None and backup else None
        await _upgrade(engine, goal)
        return MigrationReport(before, goal.schema, copy)
    finally:
        await engine.dispose()


async def prepare(
    engine: AsyncEngine, *, path: Path | None, goal: int = SCHEMA, create: bool = True
) -> int | None:
    """The schema found, never newer than `goal`; None where there were no tables (`create` makes them).

    OperatorError where there is no database of ours.
    """
    try:
        async with engine.begin() as connection:
            found = await connection.run_sync(found_schema)
            if found is None and create:
                found = await connection.run_sync(create_tables)
    except DBAPIError as caught:
        raise refusal(caught.orig, path) from caught
    except sqlite3.Error as caught:
        raise refusal(caught, path) from caught
    if found is None and not create:
        raise OperatorError("storage.absent", exit_code=1, database=str(path or "PostgreSQL"))
    if found is not None and found > goal:
        raise OperatorError("storage.newer_schema", exit_code=2, found=found, known=goal)
    return found


def found_schema(connection: Connection) -> int | None:
    """The schema of a database, None when it has no tables; OperatorError when they are somebody else's."""
    tables = sa.inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" in tables:
        version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        if version is not None and str(version).isdecimal():
            return int(version)
    raise OperatorError("storage.not_a_database", exit_code=1, database=str(connection.engine.url.database))


def refusal(error: BaseException | None, path: Path | None) -> OperatorError:
    """Why a database cannot be opened, for the operator."""
    if sqlite_code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return OperatorError("storage.not_a_database", exit_code=1, database=str(path))
    reason = " ".join(str(error).split())
    return OperatorError(
        "storage.unreachable", exit_code=1, reason=reason, database=str(path or "PostgreSQL")
    )


def make_file(path: Path) -> None:
    """An empty file that only its owner can read, unless there is one; OperatorError when it cannot be."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as caught:
        reason = caught.strerror or str(caught)
        raise OperatorError("storage.unreachable", exit_code=1, reason=reason, database=str(path)) from caught


def create_tables(connection: Connection) -> int | None:
    """Make the tables; the schema found, when somebody else made them meanwhile."""
    if connection.dialect.name == "postgresql":
        # Two programs that start on one new database make its tables once.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
        found = found_schema(connection)
        if found is not None:
            return found
    metadata.create_all(connection)
    if connection.dialect.name == "postgresql":
        make_job_tables(connection)
    connection.exec_driver_sql(_STAMPED)
    connection.execute(sa.text("INSERT INTO alembic_version VALUES (:schema)"), {"schema": f"{SCHEMA:04}"})
    # Without stories the look-up index is complete.
    connection.execute(sa.insert(meta), {"key": LOOKUPS_KEY, "value": version()})
    return None


def _copy(path: Path, schema: int, now: dt.datetime) -> Path:
    """A consistent copy of an SQLite file beside it, on the disk when this returns."""
    stamp = now.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = path.with_name(f"{path.name}-{schema}-{stamp}.backup")
    make_file(copy)
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
    return copy


async def _upgrade(engine: AsyncEngine, plan: Plan) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(_run_scripts, plan)


def _run_scripts(connection: Connection, plan: Plan) -> None:
    # Alembic is dear to import, and needed once in a version's life.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(plan.folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        # Of two programs that start at once on an old database one upgrades it, and the other sees that.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
    command.upgrade(config, f"{plan.schema:04}")
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise OperatorError("storage.broken_migration", exit_code=1, table=str(broken[0]))
