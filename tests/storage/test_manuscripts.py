"""Manuscripts, and texts that no file of the folder brought, on both databases."""

from __future__ import annotations

import datetime as dt

from digest.issue import IssueState
from storage.puts import PutOutcome
from storage.store import Store
from tests.storage.makers import DAY, HOUR, MINUTE, NOW, TODAY, make_issue, put

TOMORROW = TODAY + DAY


async def test_a_manuscript_waits_under_its_date_until_it_is_dropped(store: Store) -> None:
    issue = make_issue("甲", "乙")
    async with store.transaction() as tx:
        await tx.manuscripts.put(issue, source_hash="h", file_name="a.md", now=NOW)

    async with store.reading() as tx:
        found, absent = await tx.manuscripts.get(TODAY), await tx.manuscripts.get(TOMORROW)
    async with store.transaction() as tx:
        dropped, again = await tx.manuscripts.drop(TODAY), await tx.manuscripts.drop(TODAY)

    assert found is not None
    assert (found.issue, found.source_hash, found.received_at) == (issue, "h", NOW)
    assert absent is None
    assert (dropped, again) == (True, False)


async def test_the_last_manuscript_that_came_is_meant_where_no_date_is_said(store: Store) -> None:
    async with store.transaction() as tx:
        for minutes, date in enumerate((TOMORROW, TODAY)):
            later = NOW + minutes * MINUTE
            await tx.manuscripts.put(make_issue(date=date), source_hash="h", file_name="", now=later)
        newest = await tx.manuscripts.get()

    assert newest is not None
    assert newest.issue.date == TODAY


async def test_another_manuscript_of_a_date_takes_the_place_of_the_first(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.manuscripts.put(make_issue("甲"), source_hash="1", file_name="", now=NOW)
        await tx.manuscripts.put(make_issue("乙"), source_hash="2", file_name="", now=NOW + MINUTE)
        found = await tx.manuscripts.get(TODAY)

    assert found is not None
    assert (found.issue, found.source_hash) == (make_issue("乙"), "2")


async def test_a_text_made_by_hand_outlives_the_file_it_was_made_over(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue("甲"), "file")
        revised = await tx.issues.revise(
            make_issue("乙"), source_hash="chat", now=NOW + HOUR, available_at=NOW + HOUR
        )
        same_file = await put(tx, make_issue("甲"), "file", now=NOW + HOUR)
        hashes = await tx.issues.hashes()
        edition = await tx.issues.at(TODAY, now=NOW, everything=True)
        new_file = await put(tx, make_issue("丙"), "file 2", now=NOW + HOUR)

    assert (revised.outcome, revised.revision) == (PutOutcome.CHANGED, 2)
    assert same_file.outcome is PutOutcome.UNCHANGED
    assert hashes == {"file": (TODAY,)}
    assert edition is not None
    assert (edition.issue, edition.available_at) == (make_issue("乙"), NOW)
    assert (new_file.outcome, new_file.revision) == (PutOutcome.CHANGED, 3)


async def test_the_same_text_by_hand_makes_no_revision(store: Store) -> None:
    async with store.transaction() as tx:
        first = await tx.issues.revise(make_issue("甲"), source_hash="1", now=NOW, available_at=NOW)
        again = await tx.issues.revise(make_issue("甲"), source_hash="2", now=NOW, available_at=NOW)

    assert (first.outcome, first.revision) == (PutOutcome.NEW, 1)
    assert (again.outcome, again.revision) == (PutOutcome.UNCHANGED, 1)


async def test_a_state_may_be_given_from_a_moment_on(store: Store) -> None:
    at_eight = NOW + HOUR
    async with store.transaction() as tx:
        await put(tx, make_issue(draft=True))
        await tx.issues.set_state(TODAY, IssueState.PUBLISHED, NOW, available_at=at_eight)
        before, after = await tx.issues.at(TODAY, now=NOW), await tx.issues.at(TODAY, now=at_eight)
        last = await tx.issues.last()

    assert before is None
    assert after is not None
    assert last == TODAY


async def test_without_issues_there_is_no_last_date(store: Store) -> None:
    async with store.reading() as tx:
        last: dt.date | None = await tx.issues.last()

    assert last is None
