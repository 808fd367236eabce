"""The schema: made, recognised, brought up to date."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from digest.errors import OperatorError
from storage.engines import migrating_engine, open_engines
from storage.every_table import metadata
from storage.schema import READABLE_BY, READABLE_KEY, SCHEMA, MigrationReport, Plan, _run_scripts, migrate
from storage.store import Store
from tests.postgres import PostgresServer
from tests.storage.additive import described, in_the_way
from tests.storage.makers import NOW

JOB_ENGINE = "procrastinate_"
NEXT = f'''"""A further schema, for the test."""
import sqlalchemy as sa
from alembic import op

revision = "{SCHEMA + 1:04}"
down_revision = "{SCHEMA:04}"

def upgrade() -> None:
    with op.batch_alter_table("subscribers") as batch:
        batch.add_column(sa.Column("nickname", sa.Text(), nullable=False, server_default=""))
        batch.alter_column("locale", server_default="en")
'''


ADDED = NEXT.replace('        batch.alter_column("locale", server_default="en")\n', "")


@pytest.fixture
def second(tmp_path: Path) -> Plan:
    """Our migrations and one more, which programs of ours cannot live with."""
    folder = tmp_path / "migrations"
    shutil.copytree(Plan().folder, folder)
    (folder / "versions" / "9999_next.py").write_text(NEXT)
    return Plan(folder, SCHEMA + 1, SCHEMA + 1)


@pytest.fixture
def added(second: Plan) -> Plan:
    """Our migrations and one more, which only adds."""
    (second.folder / "versions" / "9999_next.py").write_text(ADDED)
    return replace(second, readable_by=SCHEMA)


def _described(connection: Connection) -> dict[str, Any]:
    """Everything that a database tells about its tables."""
    look = sa.inspect(connection)
    return {
        name: {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c["default"]) for c in look.get_columns(name)
            ],
            "key": look.get_pk_constraint(name)["constrained_columns"],
            "foreign": [
                (f["constrained_columns"], f["referred_table"], f["options"])
                for f in look.get_foreign_keys(name)
            ],
            "unique": sorted((str(u["name"]), u["column_names"]) for u in look.get_unique_constraints(name)),
            "indexes": sorted(
                (str(index["name"]), index["column_names"]) for index in look.get_indexes(name)
            ),
        }
        for name in look.get_table_names()
        if name != "alembic_version" and not name.startswith(JOB_ENGINE)
    }


def _is_a_table(name: str | None, kind: str, parents: Any) -> bool:
    """Each database keeps the look-up index's tokens in tables of its own; the job engine has some."""
    return kind != "table" or not str(name).startswith(("lookup_tokens", JOB_ENGINE))


def _conditions(connection: Connection) -> dict[str, str]:
    """What a row must be like to be in an index of ours; '' for an index of all rows."""
    look = sa.inspect(connection)
    return {
        str(index["name"]): str(index["dialect_options"].get(f"{connection.dialect.name}_where", ""))
        for name in metadata.tables
        for index in look.get_indexes(name)
        if not index.get("duplicates_constraint")
    }


def _sqlite_sql(connection: Connection) -> dict[str, str]:
    """The very words of SQLite's tables, without spaces and quotes, constraints in a settled order."""
    if connection.dialect.name != "sqlite":
        return {}
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    )
    return {name: "".join(sorted("".join(sql.split()).replace('"', ""))) for name, sql in rows}


def _modes(folder: Path) -> dict[str, int]:
    """The files of a folder and who may read them."""
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def _kept(backup: Path) -> tuple[int, list[tuple[str]], list[tuple[str]]]:
    """A copy's mode, its words and its schema."""
    with closing(sqlite3.connect(backup)) as old:
        words = old.execute("SELECT value FROM meta WHERE key = 'kept'").fetchall()
        schema = old.execute("SELECT version_num FROM alembic_version").fetchall()
    return backup.stat().st_mode & 0o777, words, schema


async def test_migrations_and_tables_give_the_same_schema(empty_url: str) -> None:
    engine = migrating_engine(empty_url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        made, words = await connection.run_sync(_described), await connection.run_sync(_sqlite_sql)
        await connection.run_sync(metadata.drop_all)
    async with engine.begin() as connection:
        await connection.run_sync(_run_scripts, Plan())
        migrated, migrated_words = (
            await connection.run_sync(_described),
            await connection.run_sync(_sqlite_sql),
        )
        difference = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True, "include_name": _is_a_table}),
                metadata,
            )
        )
    await engine.dispose()

    migrated_words.pop("alembic_version", None)
    assert {name for name in made if not name.startswith("lookup_tokens")} == set(metadata.tables)
    assert "lookup_tokens" in made
    assert migrated == made
    assert migrated_words == words
    assert difference == []


async def test_an_index_of_some_rows_is_one_on_both_databases(empty_url: str) -> None:
    engine = migrating_engine(empty_url)
    async with engine.begin() as connection:
        await connection.run_sync(_run_scripts, Plan())
        conditions = await connection.run_sync(_conditions)
    await engine.dispose()

    indexes = [index for table in metadata.tables.values() for index in table.indexes]
    partial = {str(index.name): index.dialect_options["sqlite"]["where"] is not None for index in indexes}
    assert any(partial.values())
    assert {name: bool(condition) for name, condition in conditions.items()} == partial


async def test_a_new_database_is_ready_at_once_and_then_up_to_date(empty_url: str) -> None:
    begun = time.monotonic()
    made = await migrate(empty_url, backup=True)
    store = await Store.open(empty_url)
    await store.close()

    assert time.monotonic() - begun < 2
    assert made == MigrationReport(None, SCHEMA)
    assert await migrate(empty_url, backup=True) == MigrationReport(SCHEMA, SCHEMA)


def test_an_up_to_date_database_is_opened_without_alembic(sqlite_url: str) -> None:
    program = f"""
import asyncio, sys
from storage.schema import migrate
from storage.store import Store
async def main():
    for _ in range(2):
        await migrate({sqlite_url!r}, backup=True)
        await (await Store.open({sqlite_url!r})).close()
asyncio.run(main())
print("alembic" in sys.modules, "psycopg" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "False False\n"


async def test_a_migration_keeps_what_is_there_and_copies_an_sqlite_file_first(
    empty_url: str, tmp_path: Path, second: Plan
) -> None:
    store = await Store.open(empty_url)
    async with store.transaction() as tx:
        await tx.meta.set("kept", "yes")
        await tx.connection.exec_driver_sql(
            "INSERT INTO subscribers (kind, created_at) VALUES ('person', '2025-12-22T00:00:00.000000+00:00')"
        )
        await tx.connection.exec_driver_sql(
            "INSERT INTO addresses (subscriber_id, channel, recipient, state, last_seen_at)"
            " VALUES (1, 'console', 'me', 'active', '2025-12-22T00:00:00.000000+00:00')"
        )
    await store.close()

    report = await migrate(empty_url, backup=True, now=NOW, plan=second)

    copy = tmp_path / f"digestbot.db-{SCHEMA}-20251222T003000Z.backup"
    assert report == MigrationReport(SCHEMA, SCHEMA + 1, copy if empty_url.startswith("sqlite") else None)
    engines = open_engines(empty_url)
    async with engines.reader.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT nickname, locale FROM subscribers")
        assert [tuple(row) for row in rows] == [("", "")]
        assert (await connection.exec_driver_sql("SELECT count(*) FROM addresses")).scalar() == 1
        assert (
            await connection.exec_driver_sql("SELECT value FROM meta WHERE key = 'kept'")
        ).scalar() == "yes"
    await engines.close()
    if report.backup is not None:
        assert _kept(report.backup) == (0o600, [("yes",)], [(f"{SCHEMA:04}",)])


async def test_a_migration_that_fails_changes_nothing(empty_url: str, second: Plan) -> None:
    await migrate(empty_url, backup=False)
    script = second.folder / "versions" / "9999_next.py"
    script.write_text(NEXT + "    op.execute('SELECT nothing FROM nowhere')\n")

    with pytest.raises(sa.exc.DBAPIError):
        await migrate(empty_url, backup=False, plan=second)

    store = await Store.open(empty_url)
    await store.close()


async def test_a_database_of_a_newer_version_is_refused(empty_url: str, second: Plan) -> None:
    await migrate(empty_url, backup=False)
    await migrate(empty_url, backup=False, plan=second)

    for opening in (Store.open(empty_url), migrate(empty_url, backup=True)):
        with pytest.raises(OperatorError) as refusal:
            await opening
        assert (refusal.value.code, refusal.value.exit_code) == ("storage.newer_schema", 2)
        assert refusal.value.values == {"found": SCHEMA + 1, "known": SCHEMA}


async def test_a_database_of_a_newer_version_that_only_adds_is_used_and_left_as_it_is(
    empty_url: str, added: Plan
) -> None:
    await migrate(empty_url, backup=False)
    await migrate(empty_url, backup=False, plan=added)

    report = await migrate(empty_url, backup=True)
    store = await Store.open(empty_url)
    async with store.transaction() as tx:
        assert await tx.subscribers.count() == 0
        await tx.meta.set("kept", "yes")
        nickname = await tx.connection.exec_driver_sql("SELECT nickname FROM subscribers")
    await store.close()

    assert report == MigrationReport(SCHEMA + 1, SCHEMA + 1)
    assert list(nickname) == []


async def test_a_new_database_says_by_whom_it_can_be_used(store: Store) -> None:
    async with store.reading() as tx:
        assert await tx.meta.get(READABLE_KEY) == str(READABLE_BY)


async def test_programs_that_start_at_once_upgrade_a_database_once(
    empty_postgres_url: str, added: Plan
) -> None:
    await migrate(empty_postgres_url, backup=False)

    reports = await asyncio.gather(*(migrate(empty_postgres_url, backup=False, plan=added) for _ in range(4)))

    assert {report.after for report in reports} == {SCHEMA + 1}


async def test_a_migration_waits_for_whoever_uses_a_table_and_holds_nobody_up_for_long(
    empty_postgres_url: str, added: Plan
) -> None:
    await migrate(empty_postgres_url, backup=False)
    store = await Store.open(empty_postgres_url)
    async with store.reading() as tx:
        await tx.subscribers.count()
        migrating = asyncio.create_task(migrate(empty_postgres_url, backup=False, plan=added))
        await asyncio.sleep(0.5)
        async with asyncio.timeout(20), store.reading() as other:
            await other.subscribers.count()
        waited = not migrating.done()

    report = await migrating
    await store.close()
    assert waited
    assert report == MigrationReport(SCHEMA, SCHEMA + 1)


async def test_what_a_schema_says_of_older_programs_is_true(empty_url: str) -> None:
    engine = migrating_engine(empty_url)
    async with engine.begin() as connection:
        await connection.run_sync(_run_scripts, Plan(schema=READABLE_BY))
        before = await connection.run_sync(described)
    async with engine.begin() as connection:
        await connection.run_sync(_run_scripts, Plan())
        after = await connection.run_sync(described)
    await engine.dispose()

    assert READABLE_BY <= SCHEMA
    assert in_the_way(before, after) == []


async def test_what_older_programs_would_trip_over_is_found(empty_url: str) -> None:
    engine = migrating_engine(empty_url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE kept (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT)")
        await connection.exec_driver_sql("CREATE TABLE lost (id INTEGER PRIMARY KEY)")
        before = await connection.run_sync(described)
        for table in ("kept", "lost"):
            await connection.exec_driver_sql(f"DROP TABLE {table}")
        await connection.exec_driver_sql(
            "CREATE TABLE kept (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INTEGER UNIQUE, d TEXT NOT NULL,"
            " e TEXT NOT NULL DEFAULT '')"
        )
        after = await connection.run_sync(described)
    await engine.dispose()

    assert in_the_way(before, after) == [
        "kept: a must not be empty",
        "kept: b has another type",
        "kept: c is gone",
        "kept: d is wanted of everybody",
        "kept: unique is stricter",
        "lost: is gone",
    ]


async def test_a_database_of_an_older_version_wants_a_migration_first(empty_url: str) -> None:
    await migrate(empty_url, backup=False)
    engine = migrating_engine(empty_url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    await engine.dispose()

    with pytest.raises(OperatorError) as refusal:
        await Store.open(empty_url)

    assert (refusal.value.code, refusal.value.exit_code) == ("storage.older_schema", 2)


async def test_somebody_elses_database_is_left_alone(empty_url: str) -> None:
    engine = migrating_engine(empty_url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER)")
    await engine.dispose()

    with pytest.raises(OperatorError) as refusal:
        await Store.open(empty_url)

    assert (refusal.value.code, refusal.value.exit_code) == ("storage.not_a_database", 1)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes, not a database" * 100)

    with pytest.raises(OperatorError) as refusal:
        await Store.open(f"sqlite:///{path}")

    assert (refusal.value.code, refusal.value.exit_code) == ("storage.not_a_database", 1)
    assert path.read_text().startswith("these are my notes")


async def test_a_database_that_is_not_there_is_not_made_when_nobody_asked(
    empty_url: str, tmp_path: Path
) -> None:
    with pytest.raises(OperatorError) as refusal:
        await Store.open(empty_url, create=False)

    assert (refusal.value.code, refusal.value.exit_code) == ("storage.absent", 1)
    assert _modes(tmp_path) == {}


async def test_a_new_file_is_for_its_owner_only(sqlite_url: str, tmp_path: Path) -> None:
    store = await Store.open(sqlite_url)
    modes = _modes(tmp_path)
    await store.close()

    assert set(modes.values()) == {0o600}
    assert "digestbot.db" in modes


@pytest.mark.parametrize(
    ("url", "code", "exit_code"),
    [
        ("sqlite:////nowhere/at/all/digestbot.db", "storage.unreachable", 1),
        ("postgresql://nobody@127.0.0.1:1/digestbot", "storage.unreachable", 1),
        ("postgres://nobody@127.0.0.1:1/digestbot", "storage.unreachable", 1),
        ("sqlite:///:memory:", "storage.bad_url", 2),
        ("sqlite://", "storage.bad_url", 2),
        ("mysql://localhost/digestbot", "storage.bad_url", 2),
        ("no url at all", "storage.bad_url", 2),
    ],
)
async def test_a_url_that_leads_nowhere_is_said_to(url: str, code: str, exit_code: int) -> None:
    with pytest.raises(OperatorError) as refusal:
        await Store.open(url)

    assert (refusal.value.code, refusal.value.exit_code) == (code, exit_code)


async def test_a_password_is_not_said_aloud(quick_postgres: PostgresServer) -> None:
    with pytest.raises(OperatorError) as refusal:
        await Store.open(f"postgresql://me:hush@/missing?host={quick_postgres.sockets}")

    assert "hush" not in str(refusal.value.values)
    assert refusal.value.code == "storage.unreachable"


def test_without_the_extra_a_postgresql_url_says_which_to_add() -> None:
    program = """
import asyncio, sys
sys.modules["psycopg"] = None
from digest.errors import OperatorError
from storage.store import Store
try:
    asyncio.run(Store.open("postgresql://localhost/digestbot"))
except OperatorError as refusal:
    print(refusal.code, refusal.exit_code, refusal.values)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "storage.missing_extra 2 {'extra': 'postgres'}\n"
