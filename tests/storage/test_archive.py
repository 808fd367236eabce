"""What a program remembers of the archive is never older than what it sees in the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.issue import IssueState
from storage.archive import KEPT_EDITIONS, Archive, Day, Memory
from storage.store import Store
from tests.storage.makers import DAY, HOUR, NOW, TODAY, make_issue, put

YESTERDAY = TODAY - DAY


@pytest.fixture
async def other(store_url: str, store: Store) -> AsyncIterator[Store]:
    """The same database as another program sees it."""
    opened = await Store.open(store_url)
    yield opened
    await opened.close()


async def newest_title(store: Store, now: dt.datetime = NOW) -> str | None:
    """The first title of the newest issue."""
    async with store.reading() as tx:
        edition = await tx.issues.newest(now)
    return None if edition is None else edition.issue.items[0].title


async def test_what_another_program_publishes_is_seen_at_the_next_look(store: Store, other: Store) -> None:
    assert await newest_title(store) is None
    async with other.transaction() as tx:
        await put(tx, make_issue("甲"))
    assert await newest_title(store) == "甲"
    async with other.transaction() as tx:
        await put(tx, make_issue("乙"), now=NOW + HOUR)
    assert await newest_title(store) == "乙"
    async with other.transaction() as tx:
        await tx.issues.set_state(TODAY, IssueState.RETRACTED, NOW)
    assert await newest_title(store) is None


async def test_what_was_not_kept_in_the_end_is_not_remembered(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("甲"))
    with suppress(RuntimeError):
        async with store.transaction() as tx:
            await put(tx, make_issue("乙"), now=NOW + HOUR)
            edition = await tx.issues.newest(NOW)
            assert edition is not None
            assert edition.issue.items[0].title == "乙"
            raise RuntimeError

    assert await newest_title(store) == "甲"
    async with store.transaction() as tx:
        await put(tx, make_issue("丙"), now=NOW + HOUR)
    assert await newest_title(store) == "丙"


async def test_a_look_that_began_before_a_change_stays_as_it_was(store: Store, other: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("甲", date=YESTERDAY))
    async with store.reading() as look:
        assert await look.issues.count(NOW) == 1
        async with other.transaction() as tx:
            await put(tx, make_issue("乙"))
        assert await newest_title(store) == "乙"
        edition = await look.issues.newest(NOW)
        assert edition is not None
        assert edition.issue.date == YESTERDAY
    assert await newest_title(store) == "乙"


async def test_an_embargo_ends_without_a_change(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("甲", date=YESTERDAY))
        await put(tx, make_issue("乙"), available_at=NOW + HOUR)

    assert await newest_title(store) == "甲"
    assert await newest_title(store, NOW + HOUR) == "乙"


days = st.integers(0, 40).map(lambda n: TODAY - n * DAY)
kept = st.dictionaries(days, st.integers(-2, 2).map(lambda n: NOW + n * HOUR), max_size=12)


@given(kept, days)
def test_an_archive_answers_as_a_walk_through_all_days_would(
    available: dict[dt.date, dt.datetime], date: dt.date
) -> None:
    rows = tuple(Day(day, 1, available[day], 3) for day in sorted(available))
    archive = Archive("v", rows, ())

    seen = [row for row in rows if row.available_at <= NOW]
    assert archive.newest(NOW) == (seen[-1] if seen else None)
    assert archive.at(date, NOW) == next((row for row in seen if row.date == date), None)
    assert archive.before(date, NOW) == next((row for row in reversed(seen) if row.date < date), None)
    assert archive.after(date, NOW) == next((row for row in seen if row.date > date), None)
    assert archive.dates(NOW) == {row.date for row in seen}
    assert archive.count(NOW) == len(seen)
    assert sum(n for _, n in archive.months(NOW)) == len(seen)


def test_only_a_few_texts_are_kept_at_hand_the_last_asked_for() -> None:
    memory = Memory()
    first = make_issue("甲", date=TODAY)
    memory.keep(first, 1)
    for number in range(1, KEPT_EDITIONS):
        memory.keep(make_issue("乙", date=TODAY - number * DAY), 1)

    assert memory.text(TODAY, 1) is first
    memory.keep(make_issue("丙", date=TODAY - KEPT_EDITIONS * DAY), 1)
    assert memory.text(TODAY, 1) is first
    assert memory.text(TODAY - DAY, 1) is None
    assert memory.text(TODAY, 2) is None
