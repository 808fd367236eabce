"""A move: every row on PostgreSQL as it was on SQLite, or none."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from digest.campaign import DeliveryState, OnUnknown, Outcome
from digest.content import Content
from digest.errors import OperatorError
from digest.following import read_followed
from digest.incoming import Awaits, Conversation
from digest.query import parse_query
from digest.roles import Role
from digest.troubles import Trouble, TroubleKind
from storage.lookup_index import Progress
from storage.move import MoveReport, Policies, Stage, move
from storage.schema import migrate
from storage.store import Store
from storage.tables import metadata
from storage.types import Status, UTCDateTime
from tests.move_truth import different_rows, tables_of
from tests.storage.makers import DAY, HOUR, NOW, TODAY, claim, make_issue, plan, put, state_of, subscribe

POLICIES = Policies(OnUnknown.RESEND, OnUnknown.HOLD)
READERS = 12


def silent(_: Stage, __: Progress) -> None:
    return None


async def moved(source: str, target: str, policies: Policies = POLICIES) -> MoveReport:
    return await move(source, target, policies, now=NOW + HOUR, tell=silent)


async def fill(url: str) -> int:
    """A database with a row in every table, its push at half; the campaign."""
    store = await Store.open(url)
    try:
        campaign_id = await plan(store, READERS, chunk_size=5)
        async with store.transaction() as tx:
            for age, title in enumerate(
                ("世界模型 RAG", "tab\there \\N 'quoted' \U0001f600", "e\u0301\u2028"), 1
            ):
                await put(tx, make_issue(title, date=TODAY - age * DAY, summary=f"{title} 摘要"))
            await put(tx, make_issue("另一则", date=TODAY))
            reader = await subscribe(tx, "-100777", first_due=None)
            await tx.follows.put(reader.id, [read_followed("具身智能"), read_followed('"world model"')], NOW)
            await tx.conversations.put(
                reader.address.id, Conversation(Awaits.NOTHING, screen="i.251222"), NOW
            )
            await tx.inbox.put("telegram", "42", [(7, '{"text": "\\u0000 你好"}'), (8, "{}")], NOW)
            await tx.inbox.done(1, NOW + HOUR)
            await tx.roles.give("telegram:7", Role.EDITOR, NOW)
            await tx.troubles.begin(Trouble(TroubleKind.STALLED), NOW)
            await tx.broadcasts.draft("broadcast:1", Content("今晚维护"), now=NOW)
        await settle_first(store, campaign_id)
    finally:
        await store.close()
    return campaign_id


async def settle_first(store: Store, campaign_id: int) -> None:
    """Of five claimed one is sent, one waits, one is dead, two are left in the middle."""
    sent, waits, dead, *_ = await claim(store, campaign_id, limit=5, owner="gone")
    async with store.transaction() as tx:
        outcomes = (
            Outcome(sent.subscriber.id, DeliveryState.SENT, part=0, ref="1000:5"),
            Outcome(waits.subscriber.id, DeliveryState.RETRY, "429", not_before=NOW + DAY),
            Outcome(dead.subscriber.id, DeliveryState.DEAD, "poison"),
        )
        await tx.outbox.settle(campaign_id, outcomes, owner="gone", now=NOW)


def fill_the_rest(path: Path) -> None:
    """A row, of whatever its columns take, in each table that has none."""
    with closing(sqlite3.connect(path)) as opened:
        for table in metadata.sorted_tables:
            if opened.execute(f'SELECT 1 FROM "{table.name}"').fetchone() is None:
                row = {column.name: _some(column.type) for column in table.columns}
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join("?" for _ in row)
                opened.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(row.values()))
        opened.commit()


def _some(kind: sa.types.TypeEngine[Any]) -> str | int:
    match kind:
        case UTCDateTime():
            return "2025-12-22T00:30:00.000001+00:00"
        case sa.Date():
            return "2025-12-22"
        case sa.Boolean() | sa.Integer():
            return 1
        case _:
            return 1 if isinstance(kind, Status) else "某"


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def contents(path: Path) -> dict[str, str]:
    """The hash of the file and of what SQLite keeps beside it."""
    beside = [path.with_name(path.name + end) for end in ("", "-wal")]
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in beside if one.exists()}


def tables_in(url: str) -> list[str]:
    with psycopg.connect(url) as opened:
        rows = opened.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [name for (name,) in rows]


async def test_every_row_of_every_table_is_the_same_and_the_old_file_untouched(
    sqlite_url: str, empty_postgres_url: str
) -> None:
    path = file_of(sqlite_url)
    campaign_id = await fill(sqlite_url)
    before = contents(path)

    fill_the_rest(path)
    # Nothing is in the middle of being sent: what a move decides about that is another test.
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("UPDATE deliveries SET status = 0, owner = '' WHERE status = 1")
        opened.commit()
    settled = contents(path)
    report = await moved(sqlite_url, empty_postgres_url)

    assert different_rows(path, empty_postgres_url) == {}
    assert {table.table for table in report.tables} == set(tables_of(path))
    assert [table.table for table in report.tables if not table.rows] == []
    assert contents(path) == settled != before
    assert campaign_id == 1


async def test_a_campaign_in_the_middle_goes_on_by_the_rules_of_a_crash(
    sqlite_url: str, empty_postgres_url: str
) -> None:
    campaign_id = await fill(sqlite_url)

    report = await moved(sqlite_url, empty_postgres_url)

    assert report.recovered == 2
    store = await Store.open(empty_postgres_url)
    try:
        async with store.reading() as tx:
            progress = await tx.campaigns.show(campaign_id)
            chunks = await tx.outbox.open_chunks()
        assert progress is not None
        assert (progress.sent, progress.failed, progress.waiting) == (1, 1, READERS - 2)
        claimed = [one for no in (1, 2, 3) for one in await claim(store, campaign_id, no, 10)]
        assert chunks == ((campaign_id, 1), (campaign_id, 2), (campaign_id, 3))
        assert len(claimed) == READERS - 3
        assert len({one.subscriber.id for one in claimed if one.attempts == 2}) == 2
    finally:
        await store.close()


async def test_what_may_have_been_sent_is_held_where_the_policy_says_so(
    sqlite_url: str, empty_postgres_url: str
) -> None:
    campaign_id = await fill(sqlite_url)

    await moved(sqlite_url, empty_postgres_url, Policies(OnUnknown.HOLD, OnUnknown.HOLD))

    store = await Store.open(empty_postgres_url)
    try:
        async with store.reading() as tx:
            progress = await tx.campaigns.show(campaign_id)
        assert progress is not None
        assert progress.unknown == 2
    finally:
        await store.close()


async def test_look_ups_find_the_same_at_once(sqlite_url: str, empty_postgres_url: str) -> None:
    await fill(sqlite_url)

    await moved(sqlite_url, empty_postgres_url)

    found = []
    for url in (sqlite_url, empty_postgres_url):
        store = await Store.open(url)
        async with store.reading() as tx:
            assert await tx.lookups.ready()
            query = parse_query("世界模型", lambda _: None)
            found.append(await tx.lookups.find(query, section_keys=None, now=NOW, today=TODAY, limit=10))
        await store.close()
    assert found[0] == found[1]
    assert found[0].total == 1


async def test_an_index_of_other_tokens_stays_behind_and_is_made_anew(
    sqlite_url: str, empty_postgres_url: str
) -> None:
    await fill(sqlite_url)
    with closing(sqlite3.connect(file_of(sqlite_url))) as opened:
        opened.execute("UPDATE meta SET value = 'other 2025-12-01' WHERE key = 'lookups'")
        opened.commit()

    await moved(sqlite_url, empty_postgres_url)

    store = await Store.open(empty_postgres_url)
    async with store.reading() as tx:
        assert not await tx.lookups.ready()
    for _ in range(3):
        async with store.transaction() as tx:
            await tx.lookups.index_more()
    async with store.reading() as tx:
        query = parse_query("世界模型", lambda _: None)
        found = await tx.lookups.find(query, section_keys=None, now=NOW, today=TODAY, limit=10)
        assert await tx.lookups.ready()
    await store.close()
    assert found.total == 1


async def test_ids_begin_above_those_of_rows_that_are_gone(sqlite_url: str, empty_postgres_url: str) -> None:
    await fill(sqlite_url)
    with closing(sqlite3.connect(file_of(sqlite_url))) as opened:
        opened.execute("UPDATE sqlite_sequence SET seq = 900 WHERE name = 'subscribers'")
        opened.commit()

    await moved(sqlite_url, empty_postgres_url)

    store = await Store.open(empty_postgres_url)
    async with store.transaction() as tx:
        reader = await subscribe(tx, 5555)
        issue = await put(tx, make_issue(date=TODAY + DAY))
        opened_campaign = await tx.campaigns.open("digest:x", kind="digest", issue_date=TODAY, now=NOW)
    await store.close()
    assert (reader.id, opened_campaign) == (901, 3)
    assert issue.revision == 1


async def test_a_database_with_rows_is_refused_and_left_as_it_is(sqlite_url: str, postgres_url: str) -> None:
    await fill(sqlite_url)
    store = await Store.open(postgres_url)
    async with store.transaction() as tx:
        reader = await subscribe(tx, 1)
    await store.close()

    with pytest.raises(OperatorError) as refused:
        await moved(sqlite_url, postgres_url)

    assert (refused.value.code, refused.value.exit_code) == ("move.not_empty", 2)
    store = await Store.open(postgres_url)
    async with store.reading() as tx:
        assert await tx.subscribers.get(reader.id) is not None
        assert await tx.campaigns.list() == ()
    await store.close()


async def test_a_database_with_our_tables_and_nothing_in_them_is_empty(
    sqlite_url: str, postgres_url: str
) -> None:
    campaign_id = await fill(sqlite_url)

    await moved(sqlite_url, postgres_url)

    store = await Store.open(postgres_url)
    async with store.reading() as tx:
        assert await tx.campaigns.show(campaign_id) is not None
    await store.close()


async def test_a_database_of_somebody_else_is_refused(sqlite_url: str, empty_postgres_url: str) -> None:
    await fill(sqlite_url)
    with psycopg.connect(empty_postgres_url) as opened:
        opened.execute("CREATE TABLE theirs (id INT)")

    with pytest.raises(OperatorError) as refused:
        await moved(sqlite_url, empty_postgres_url)

    assert refused.value.code == "storage.not_a_database"
    assert tables_in(empty_postgres_url) == ["theirs"]


@pytest.mark.parametrize("stage", Stage)
async def test_a_move_that_ends_in_the_middle_leaves_nothing_and_can_be_given_again(
    stage: Stage, sqlite_url: str, empty_postgres_url: str
) -> None:
    await fill(sqlite_url)

    def pull_the_plug(at: Stage, _: Progress) -> None:
        if at is stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await move(sqlite_url, empty_postgres_url, POLICIES, now=NOW, tell=pull_the_plug)

    assert tables_in(empty_postgres_url) == []
    assert (await moved(sqlite_url, empty_postgres_url)).recovered == 2


async def test_a_row_that_postgresql_cannot_hold_stops_the_move(
    sqlite_url: str, empty_postgres_url: str
) -> None:
    await fill(sqlite_url)
    with closing(sqlite3.connect(file_of(sqlite_url))) as opened:
        opened.execute("UPDATE campaigns SET total = 'many'")
        opened.commit()

    with pytest.raises(OperatorError) as refused:
        await moved(sqlite_url, empty_postgres_url)

    assert (refused.value.code, refused.value.exit_code) == ("move.failed", 1)
    assert tables_in(empty_postgres_url) == []


async def test_a_row_that_is_not_the_same_when_read_back_stops_the_move(
    sqlite_url: str, empty_postgres_url: str
) -> None:
    await fill(sqlite_url)
    with closing(sqlite3.connect(file_of(sqlite_url))) as opened:
        # PostgreSQL takes it, and reads it back as another text: no time zone is told that way.
        opened.execute("UPDATE campaigns SET created_at = '2025-12-22T08:30:00+08:00'")
        opened.commit()

    with pytest.raises(OperatorError) as refused:
        await moved(sqlite_url, empty_postgres_url)

    assert (refused.value.code, refused.value.values["table"]) == ("move.differs", "campaigns")
    assert tables_in(empty_postgres_url) == []


async def test_only_our_own_schema_is_moved(sqlite_url: str, empty_postgres_url: str) -> None:
    await fill(sqlite_url)
    with closing(sqlite3.connect(file_of(sqlite_url))) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '0001'")
        opened.commit()

    with pytest.raises(OperatorError) as older:
        await moved(sqlite_url, empty_postgres_url)

    assert (older.value.code, older.value.exit_code) == ("storage.older_schema", 2)
    assert tables_in(empty_postgres_url) == []


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("sqlite:///absent.db", "postgresql://nobody@127.0.0.1:1/none", "storage.absent"),
        ("postgresql://a@b/c", "postgresql://a@b/d", "move.not_sqlite"),
        ("sqlite:///some.db", "sqlite:///other.db", "move.not_postgresql"),
        ("sqlite:///some.db", "mysql://a@b/c", "storage.bad_url"),
    ],
)
async def test_what_cannot_be_moved_is_said(source: str, target: str, code: str) -> None:
    with pytest.raises(OperatorError) as refused:
        await moved(source, target)

    assert refused.value.code == code


async def test_a_server_that_does_not_answer_is_said(sqlite_url: str) -> None:
    await migrate(sqlite_url, backup=False)

    with pytest.raises(OperatorError) as refused:
        await moved(sqlite_url, "postgresql://nobody@127.0.0.1:1/none")

    assert (refused.value.code, refused.value.exit_code) == ("move.failed", 1)


async def test_states_of_readers_are_as_they_were(sqlite_url: str, empty_postgres_url: str) -> None:
    await fill(sqlite_url)

    await moved(sqlite_url, empty_postgres_url)

    states = []
    for url in (sqlite_url, empty_postgres_url):
        store = await Store.open(url)
        async with store.reading() as tx:
            readers = await tx.subscribers.page()
        states.append([(reader, await state_of(store, reader.id)) for reader in readers[5:READERS]])
        await store.close()
    assert states[0] == states[1]
