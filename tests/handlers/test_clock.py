"""The clock's question: who is due, what are they owed, and when is a day given up."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from digest.campaign import Owed
from digest.house import House
from digest.subscriber import Place
from handlers.ingest import SourceFile, ingest
from handlers.plan import Planned, digest_key, plan
from handlers.push import push
from handlers.roster import import_rows
from storage.store import Store
from tests.handlers.conftest import MONDAY, RULES, SAMPLE, publish

DAY = dt.timedelta(days=1)
HOUSE = House()


def shanghai(hour: int, minute: int = 0, *, day: dt.date = MONDAY) -> dt.datetime:
    """A moment in Shanghai, in UTC."""
    return dt.datetime.combine(day, dt.time(hour, minute), dt.UTC) - dt.timedelta(hours=8)


async def readers(store: Store, *rows: dict[str, str], now: dt.datetime, house: House = HOUSE) -> None:
    """Keep readers as the operator would import them."""
    imported = await import_rows(list(rows), store, house, wall=lambda: now)
    assert imported.faults == ()


def row(number: int, **more: str) -> dict[str, str]:
    """One reader on Telegram."""
    return {"address": f"telegram:{number}", **more}


async def owed(store: Store, date: dt.date = MONDAY) -> list[Owed]:
    """Everything that is owed of an issue, claimed."""
    async with store.transaction() as tx:
        campaign = await tx.campaigns.open(digest_key(date), kind="digest", issue_date=date, now=shanghai(0))
        chunks = [chunk for chunk in await tx.outbox.open_chunks() if chunk[0] == campaign]
        return [
            one
            for chunk in chunks
            for one in await tx.outbox.claim(*chunk, 1000, owner="test", now=shanghai(12))
        ]


async def test_a_reader_is_owed_the_issue_at_their_hour_and_once(store: Store) -> None:
    await readers(store, row(1), now=shanghai(7))
    await publish(store, MONDAY, now=shanghai(7, 30))

    early = await plan(store, HOUSE, now=shanghai(7, 59))
    at_eight = await plan(store, HOUSE, now=shanghai(8))
    again = await plan(store, HOUSE, now=shanghai(8, 1))

    assert [early.owed, at_eight.owed, again.owed] == [0, 1, 0]
    assert [one.subscriber.address.place.recipient for one in await owed(store)] == ["1"]


async def test_each_reader_has_their_own_hour_and_zone(store: Store) -> None:
    await readers(
        store,
        row(1, push_at="09:00", timezone="Asia/Tokyo"),
        row(2, push_at="09:30"),
        row(3, push_at="08:00", weekdays="sat-sun"),
        now=shanghai(6),
    )
    await publish(store, MONDAY, now=shanghai(6))

    eight = await plan(store, HOUSE, now=shanghai(8))
    half_past_nine = await plan(store, HOUSE, now=shanghai(9, 30))

    assert [eight.owed, half_past_nine.owed] == [1, 1]


async def test_a_late_issue_leaves_as_soon_as_it_is_there(store: Store) -> None:
    await readers(store, row(1), row(2), now=shanghai(7))

    waiting = await plan(store, HOUSE, now=shanghai(9))
    await publish(store, MONDAY, now=shanghai(10))
    arrived = await plan(store, HOUSE, now=shanghai(10))

    assert waiting == Planned()
    assert arrived.owed == 2


async def test_an_issue_later_than_the_limit_is_not_sent_that_day(store: Store) -> None:
    await readers(store, row(1), now=shanghai(7))
    await publish(store, MONDAY, now=shanghai(20, 30))

    late = await plan(store, HOUSE, now=shanghai(20, 30))
    given_up = await plan(store, HOUSE, now=shanghai(23))
    tomorrow = await plan(store, HOUSE, now=shanghai(8, day=MONDAY + DAY))

    assert late.owed == given_up.owed == 0
    # The next morning it is yesterday's issue, which this reader has not had.
    assert tomorrow.owed == 1


async def test_after_a_short_downtime_the_digest_still_leaves(store: Store) -> None:
    await readers(store, row(1), now=shanghai(7))
    await publish(store, MONDAY, now=shanghai(7))

    assert (await plan(store, HOUSE, now=shanghai(11))).owed == 1


async def test_after_the_catch_up_window_it_is_marked_missed(store: Store) -> None:
    house = House(catch_up=dt.timedelta(hours=1))
    await readers(store, row(1), now=shanghai(7), house=house)
    await publish(store, MONDAY, now=shanghai(7))

    planned = await plan(store, house, now=shanghai(11))

    assert planned == Planned(owed=0, missed=1)


async def test_after_days_only_the_newest_issue_is_owed(store: Store) -> None:
    await readers(store, row(1), now=shanghai(7))
    days = [MONDAY + n * DAY for n in range(6)]
    await publish(store, *days, now=shanghai(9, day=days[-1]))
    now = shanghai(9, day=days[-1])

    first = await plan(store, HOUSE, now=now)
    second = await plan(store, HOUSE, now=now)

    assert (first.missed, second.owed) == (1, 1)
    assert len(await owed(store, days[-1])) == 1
    assert [await owed(store, day) for day in days[:-1]] == [[]] * 5


async def test_who_has_read_todays_issue_is_not_pushed_it(store: Store) -> None:
    await readers(store, row(1), row(2), now=shanghai(7))
    await publish(store, MONDAY, now=shanghai(7))
    async with store.transaction() as tx:
        reader = await tx.subscribers.at(Place("telegram", "1"))
        assert reader is not None
        due = await tx.subscribers.due_of(reader.id)
        shown = replace(reader.subscription, shown=MONDAY)
        await tx.subscribers.save(reader.id, locale="", zone="", subscription=shown, due=due)

    assert (await plan(store, HOUSE, now=shanghai(8))).owed == 1


async def test_a_paused_reader_is_owed_nothing(store: Store) -> None:
    await readers(store, row(1, active="false"), now=shanghai(7))
    await publish(store, MONDAY, now=shanghai(7))

    assert await plan(store, HOUSE, now=shanghai(8)) == Planned()


async def test_an_embargoed_issue_waits_for_its_hour(store: Store) -> None:
    await readers(store, row(1), now=shanghai(6))
    text = SAMPLE.replace("---\n\n>", "publish_at: 2025-12-22T08:30\n---\n\n>", 1)
    file = SourceFile("a.md", "2025-12-22.md", text.encode())
    await ingest([file], store, RULES, now=shanghai(6))

    eight = await plan(store, HOUSE, now=shanghai(8))
    half_past = await plan(store, HOUSE, now=shanghai(8, 30))

    assert [eight.owed, half_past.owed] == [0, 1]


async def test_a_push_and_the_clock_share_the_date_and_nobody_is_owed_it_twice(store: Store) -> None:
    await readers(store, row(1), row(2, push_at="12:00"), now=shanghai(7))
    await publish(store, MONDAY, now=shanghai(7))

    by_clock = await plan(store, HOUSE, now=shanghai(8))
    by_hand = await push(store, MONDAY, now=shanghai(9), dry_run=False)
    again = await push(store, MONDAY, now=shanghai(9), dry_run=False)
    at_noon = await plan(store, HOUSE, now=shanghai(12))

    assert [by_clock.owed, by_hand.owed, again.owed, at_noon.owed] == [1, 1, 0, 0]
    assert len(await owed(store)) == 2


async def test_a_dry_run_owes_nothing(store: Store) -> None:
    await readers(store, row(1), row(2), now=shanghai(7))
    await publish(store, MONDAY, now=shanghai(7))

    pushed = await push(store, MONDAY, now=shanghai(7), dry_run=True)

    assert dict(pushed.head_count) == {"telegram": 2}
    assert await owed(store) == []


@pytest.mark.parametrize("days", [0, 1])
async def test_the_digest_of_a_date_carries_its_issue_or_that_of_the_day_before(
    store: Store, days: int
) -> None:
    await readers(store, row(1), now=shanghai(7))
    await publish(store, MONDAY - days * DAY, now=shanghai(7))

    assert (await plan(store, HOUSE, now=shanghai(8))).owed == 1


async def test_the_digest_of_a_date_never_carries_an_older_issue(store: Store) -> None:
    await readers(store, row(1), now=shanghai(7))
    await publish(store, MONDAY - 2 * DAY, now=shanghai(7))

    assert (await plan(store, HOUSE, now=shanghai(8))).owed == 0
