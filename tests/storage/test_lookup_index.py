"""The look-up index: made anew, step by step, while stories come and go."""

from __future__ import annotations

import contextlib
import sqlite3
from itertools import groupby, islice, product
from pathlib import Path

import pytest
import sqlalchemy as sa

from digest.errors import StoreUnavailable
from digest.query import parse_query
from digest.tokens import version
from storage.documents import write_issue
from storage.engines import migrating_engine
from storage.lookup_index import A_CLEARING, A_STEP, Progress
from storage.lookup_tables import LOOKUPS_KEY, LOOKUPS_SEEN_KEY
from storage.schema import SCHEMA, MigrationReport, Plan, _run_scripts, migrate
from storage.store import Store
from storage.tables import issues, revisions
from tests.storage.makers import DAY, HOUR, NOW, TODAY, make_issue, put

MANY = 2 * A_STEP + 3


async def outdate(store: Store, value: str = "0.9/1.0") -> None:
    """The index has other tokens now."""
    async with store.transaction() as tx:
        await tx.meta.set(LOOKUPS_KEY, value)


async def fill(store: Store) -> None:
    """An issue a day, each with one story of its own."""
    async with store.transaction() as tx:
        for age in range(MANY):
            await put(tx, make_issue(f"模型 no{age}", date=TODAY - age * DAY))


async def step(store: Store) -> Progress | None:
    async with store.transaction() as tx:
        return await tx.lookups.index_more()


async def value(store: Store) -> str | None:
    async with store.reading() as tx:
        return await tx.meta.get(LOOKUPS_KEY)


async def clear(store: Store) -> None:
    """The steps until nothing is left of other tokens."""
    while not str(await value(store)).startswith(version()):
        assert await step(store) == Progress(0, MANY)


async def rows_of(store: Store, table: str) -> int:
    async with store.reading() as tx:
        return int((await tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one())


async def total(store: Store, words: str) -> int:
    query = parse_query(words, lambda _: None)
    async with store.reading() as tx:
        return await tx.lookups.count(query, section_keys=None, now=NOW + DAY, most=1000)


async def is_ready(store: Store) -> bool:
    async with store.reading() as tx:
        return await tx.lookups.ready()


async def test_a_new_database_has_nothing_to_index(store: Store) -> None:
    assert await is_ready(store)
    assert await step(store) is None


@pytest.mark.parametrize("other", ["0.9/1.0", "", f"{version()}9", f"0.{version()}"])
async def test_an_index_of_other_tokens_is_made_anew(store: Store, other: str) -> None:
    await fill(store)
    await outdate(store, other)
    assert not await is_ready(store)

    steps = []
    while progress := await step(store):
        steps.append(progress)

    done = [0, A_STEP, 2 * A_STEP, MANY]
    assert [progress for progress, _ in groupby(steps)] == [Progress(count, MANY) for count in done]
    assert await is_ready(store)
    assert await total(store, "模型") == MANY
    assert await total(store, f"no{MANY - 1}") == 1


async def test_a_program_that_was_killed_goes_on_where_it_was(store: Store, store_url: str) -> None:
    await fill(store)
    await outdate(store)
    await clear(store)
    await step(store)

    later = await Store.open(store_url)
    progress = await step(later)
    await later.close()

    assert progress == Progress(2 * A_STEP, MANY)
    assert not await is_ready(store)


async def test_a_step_that_does_not_end_leaves_nothing_behind(store: Store) -> None:
    await fill(store)
    await outdate(store)
    await clear(store)

    with contextlib.suppress(RuntimeError):
        async with store.transaction() as tx:
            await tx.lookups.index_more()
            raise RuntimeError

    assert await step(store) == Progress(A_STEP, MANY)


async def test_other_tokens_go_a_few_at_a_time_and_leave_an_index_that_is_nobodys(
    sqlite_store: Store, sqlite_url: str
) -> None:
    stories = A_CLEARING + 1
    words = ("".join(letters) for letters in product("abcdefghijklm", repeat=3))
    async with sqlite_store.transaction() as tx:
        await put(tx, make_issue(*(f"新 {word}" for word in islice(words, stories))))
    await outdate(sqlite_store)

    left = []
    seen = set()
    while not str(await value(sqlite_store)).startswith(version()):
        later = await Store.open(sqlite_url)
        assert await step(later) == Progress(0, 1)
        await later.close()
        left.append([await rows_of(sqlite_store, table) for table in ("lookup_texts", "lookup_words")])
        seen.add(await value(sqlite_store))

    assert left == [[1, stories], [0, stories], [0, 1], [0, 0], [0, 0]]
    assert seen == {"", f"{version()} 9999-12-31"}
    assert await total(sqlite_store, "新") == 0
    assert await step(sqlite_store) == Progress(1, 1)
    assert await total(sqlite_store, "新") == 1000


async def test_an_index_that_goes_is_not_written_once_more_as_zeros(
    sqlite_store: Store, tmp_path: Path
) -> None:
    async with sqlite_store.transaction() as tx:
        await put(tx, make_issue(*(f"w{n} x{n} y{n} z{n}" for n in range(1_000))))
        await tx.connection.exec_driver_sql("PRAGMA secure_delete=ON")
    async with sqlite_store.reading() as tx:
        size = await tx.connection.exec_driver_sql("SELECT sum(length(block)) FROM lookup_tokens_data")
    await outdate(sqlite_store)

    while not str(await value(sqlite_store)).startswith(version()):
        with contextlib.closing(sqlite3.connect(tmp_path / "digestbot.db")) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        await step(sqlite_store)

    # The last of these steps did away with the index.
    assert (tmp_path / "digestbot.db-wal").stat().st_size < size.scalar_one() / 2
    async with sqlite_store.transaction() as tx:
        assert (await tx.connection.exec_driver_sql("PRAGMA secure_delete")).scalar() == 1


async def test_what_is_ingested_meanwhile_is_found_once(store: Store) -> None:
    await fill(store)
    await outdate(store)
    async with store.transaction() as tx:
        await put(tx, make_issue("模型 早", date=TODAY + DAY), now=NOW)
    while await step(store) == Progress(0, MANY + 1):
        pass
    async with store.transaction() as tx:
        await put(tx, make_issue("模型 新", date=TODAY), now=NOW + HOUR)
        await put(tx, make_issue("模型 旧", date=TODAY - (MANY - 1) * DAY), now=NOW + HOUR)
        await put(tx, make_issue("模型 老", date=TODAY - MANY * DAY), now=NOW + HOUR)

    while await step(store):
        pass

    assert await total(store, "模型") == MANY + 2
    assert [await total(store, word) for word in ("早", "新", "旧", "老")] == [1, 1, 1, 1]
    assert [await total(store, word) for word in ("no0", f"no{MANY - 1}", "no1")] == [0, 0, 1]


async def test_an_index_of_other_tokens_gets_no_new_texts_and_is_outdated_for_its_owner_too(
    store: Store,
) -> None:
    await fill(store)
    await outdate(store)

    async with store.transaction() as tx:
        await put(tx, make_issue("新", date=TODAY), now=NOW + HOUR)

    assert await rows_of(store, "lookup_texts") == MANY
    assert await total(store, "新") == 0
    assert await value(store) == ""


NEWER = "99.0/99.0.0"


async def left_to_a_newer_program(store: Store, minutes_ago: int) -> None:
    """The index has the tokens of a newer program, which was last heard of some minutes ago."""
    await outdate(store, NEWER)
    async with store.transaction() as tx:
        seen = sa.text("SELECT (clock_timestamp() - make_interval(mins => :minutes))::text")
        moment = (await tx.connection.execute(seen, {"minutes": minutes_ago})).scalar_one()
        await tx.meta.set(LOOKUPS_SEEN_KEY, moment)


async def wanted(store: Store) -> bool:
    async with store.reading() as tx:
        return await tx.lookups.wanted()


async def test_the_index_of_a_newer_program_that_lives_is_left_to_it(postgres_url: str) -> None:
    store = await Store.open(postgres_url)
    await fill(store)
    await left_to_a_newer_program(store, minutes_ago=9)

    assert not await wanted(store)
    assert not await is_ready(store)
    assert await step(store) is None
    assert await value(store) == NEWER
    await store.close()


async def test_a_newer_program_is_told_from_which_day_on_to_go_through_its_index_again(
    postgres_url: str,
) -> None:
    store = await Store.open(postgres_url)
    await fill(store)
    await left_to_a_newer_program(store, minutes_ago=1)

    values = []
    for age in (3, 5, 1):
        async with store.transaction() as tx:
            await put(tx, make_issue("新", date=TODAY - age * DAY), now=NOW + HOUR)
        values.append(await value(store))

    days = [TODAY - 2 * DAY, TODAY - 2 * DAY, TODAY]
    assert values == [f"{NEWER} {day}" for day in days]
    # Whoever is of that version goes on from there, as we do with an index of ours.
    await outdate(store, f"{version()} {days[-1]}")
    while await step(store):
        pass
    assert await total(store, "新") == 3
    assert await total(store, "no3") == 0
    await store.close()


async def test_the_index_of_a_newer_program_that_has_gone_is_taken_over(postgres_url: str) -> None:
    store = await Store.open(postgres_url)
    await fill(store)
    await left_to_a_newer_program(store, minutes_ago=11)

    assert await wanted(store)
    while await step(store):
        pass

    assert await is_ready(store)
    assert await total(store, "模型") == MANY
    await store.close()


async def test_in_a_file_nobody_else_looks_after_the_index(sqlite_store: Store) -> None:
    await fill(sqlite_store)
    await outdate(sqlite_store, NEWER)

    assert await wanted(sqlite_store)


async def test_whoever_keeps_the_index_shows_that_it_lives(store: Store, store_url: str) -> None:
    async def shown() -> str | None:
        async with store.transaction() as tx:
            await tx.lookups.show_life()
            return await tx.meta.get(LOOKUPS_SEEN_KEY)

    first = await shown()
    await outdate(store, NEWER)
    second = await shown()
    await outdate(store, version())
    third = await shown()

    if store_url.startswith("sqlite"):
        assert (first, second, third) == (None, None, None)
    else:
        assert first is not None
        assert first == second
        assert third is not None
        assert third > first


async def impatient_step(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        await tx.lookups.index_more()


@pytest.mark.parametrize("kept", ["", "0.9/1.0", f"{version()} 2025-12-22"])
async def test_who_makes_the_index_waits_for_what_is_being_ingested(postgres_url: str, kept: str) -> None:
    store = await Store.open(postgres_url)
    await outdate(store, kept)

    async with store.transaction() as tx:
        await put(tx, make_issue("新"))
        with pytest.raises(StoreUnavailable, match="lock timeout"):
            await impatient_step(store)
    while await step(store):
        pass

    assert await total(store, "新") == 1
    await store.close()


async def test_an_fts_index_is_whole_after_many_changes(sqlite_store: Store) -> None:
    await fill(sqlite_store)
    async with sqlite_store.transaction() as tx:
        for age in range(0, MANY, 2):
            await put(tx, make_issue(f"改 no{age} Ｃ++", "加", date=TODAY - age * DAY), now=NOW + HOUR)
        for age in range(MANY):
            await put(tx, make_issue(date=TODAY - age * DAY, summary=""), f"empty {age}", now=NOW + 2 * HOUR)

    async with sqlite_store.transaction() as tx:
        await tx.connection.exec_driver_sql(
            "INSERT INTO lookup_tokens (lookup_tokens) VALUES ('integrity-check')"
        )
        await tx.connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, lookup_tokens, row)"
        )
        terms = await tx.connection.exec_driver_sql(
            "SELECT term, doc FROM temp.terms WHERE term NOT LIKE 'x0%'"
        )
        assert {(row.term, row.doc) for row in terms} == {
            (term, MANY) for term in ("一则", "则新", "新闻", "闻")
        }


async def _first_schema(url: str) -> None:
    """A database of the first schema with one issue, as a program of that time left it."""
    issue, engine = make_issue("世界模型 Wan2.2", "别的"), migrating_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_run_scripts, Plan(schema=1))
        kept = {"id": 1, "publication_id": 1, "date": TODAY, "state": "published", "revision": 1}
        await connection.execute(
            sa.text(
                "INSERT INTO issues (id, publication_id, date, state, revision, available_at)"
                " VALUES (:id, :publication_id, :date, :state, :revision, :available_at)"
            ).bindparams(
                sa.bindparam("date", type_=sa.Date),
                sa.bindparam("available_at", type_=issues.c.available_at.type),
            ),
            {**kept, "available_at": NOW},
        )
        text = {"issue_id": 1, "revision": 1, "source_hash": "h", "document": write_issue(issue)}
        await connection.execute(
            sa.insert(revisions), {**text, "total": 2, "headline": "", "created_at": NOW}
        )
        await connection.exec_driver_sql(
            "INSERT INTO stories (issue_id, number, key, section_key, folded) VALUES"
            " (1, 1, 'a', '新闻', '世界模型wan2.2\n摘要'), (1, 2, 'b', '新闻', '别的\n摘要')"
        )
    await engine.dispose()


async def test_a_database_of_the_first_schema_is_indexed_and_answers_meanwhile(
    empty_url: str, tmp_path: Path
) -> None:
    await _first_schema(empty_url)

    report = await migrate(empty_url, backup=True, now=NOW)

    copy = tmp_path / "digestbot.db-1-20251222T003000Z.backup"
    assert report == MigrationReport(1, SCHEMA, copy if empty_url.startswith("sqlite") else None)
    store = await Store.open(empty_url)
    assert not await is_ready(store)
    async with store.reading() as tx:
        assert await tx.issues.find(("世界模型",), now=NOW, limit=10) == (1, ((TODAY, 1),))
    while await step(store):
        pass
    assert await is_ready(store)
    assert [await total(store, words) for words in ("世界模型", "wan", "摘要")] == [1, 1, 2]
    await store.close()
