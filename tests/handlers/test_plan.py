"""Who is due: a digest once for each reader and local date, the newest issue they have not had."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from dataclasses import dataclass, replace

import pytest

from digest.house import House
from digest.schedule import Due, Missed, Schedule, Send, Weekdays, decide, next_due, roll
from digest.subscriber import Kind, Place, Subscription
from handlers.plan import Planned, plan
from storage.store import Store
from tests.handlers import order_book
from tests.handlers.conftest import Talk
from tests.handlers.order_book import HOUSE, SHANGHAI, Clock, at, order, owed
from tests.storage.makers import make_issue, put

MONDAY = dt.date(2025, 12, 22)
SUNDAY, TUESDAY = MONDAY - dt.timedelta(1), MONDAY + dt.timedelta(1)
SATURDAY_NOON = at("2025-12-20 12:00")


@pytest.fixture
def clock(sqlite_store: Store) -> Clock:
    return Clock(sqlite_store)


async def bring(store: Store, date: dt.date, moment: str, *titles: str, embargo: str = "") -> None:
    """An issue of a date that comes at a moment, perhaps to be seen later."""
    async with store.transaction() as tx:
        midnight = at(f"{date} 00:00")
        await put(
            tx,
            make_issue(*titles, date=date),
            now=at(moment),
            available_at=at(embargo) if embargo else midnight,
        )


async def test_a_digest_is_owed_at_the_hour_and_only_once(store: Store) -> None:
    clock = Clock(store)
    await order(store, "77", SATURDAY_NOON, subscription=only_on_mondays())
    await bring(store, MONDAY, "2025-12-22 06:00")

    early = await clock.tick("2025-12-22 07:59:59")
    due = await clock.tick("2025-12-22 08:00:00")
    again = [await clock.tick(f"2025-12-22 {hour}:00") for hour in ("08", "09", "20", "23")]

    assert (early, due, again) == (Planned(), Planned(owed=1), [Planned()] * 4)
    assert await owed(store) == [("77", "2025-12-22", 1)]


def only_on_mondays() -> Subscription:
    return Subscription(active=True, weekdays="mon")


async def test_all_who_are_due_get_one_campaign(store: Store) -> None:
    for number in range(25):
        await order(store, str(100 + number), SATURDAY_NOON)
    await bring(store, SUNDAY, "2025-12-21 06:00")

    planned = await Clock(store).tick("2025-12-21 08:00")

    assert planned == Planned(owed=25)
    assert len(await owed(store)) == 25
    async with store.reading() as tx:
        (campaign,) = await tx.campaigns.list()
    assert (campaign.key, campaign.total, campaign.waiting) == ("digest:2025-12-21", 25, 25)


async def test_whoever_comes_later_joins_the_campaign_of_the_date(clock: Clock) -> None:
    await order(clock.store, "early", SATURDAY_NOON)
    nine = Subscription(active=True, push_at=dt.time(9))
    await order(clock.store, "late", SATURDAY_NOON, subscription=nine)
    await bring(clock.store, SUNDAY, "2025-12-21 06:00")

    planned = [await clock.tick(f"2025-12-21 {hour}") for hour in ("08:00", "09:00")]

    assert planned == [Planned(owed=1)] * 2
    async with clock.store.reading() as tx:
        assert [campaign.total for campaign in await tx.campaigns.list()] == [2]


async def test_the_next_digest_is_due_the_next_day(clock: Clock) -> None:
    await order(clock.store, "77", SATURDAY_NOON)
    await bring(clock.store, SUNDAY, "2025-12-21 06:00")

    await clock.tick("2025-12-21 08:00:30")

    due = await order_book.next_due(clock.store, "77")
    assert due is not None
    assert (due.on, due.at) == (MONDAY, at("2025-12-22 08:00"))


async def test_readers_of_one_schedule_are_decided_together(clock: Clock) -> None:
    for number in range(30):
        await order(clock.store, str(number), SATURDAY_NOON)
    nine = Subscription(active=True, push_at=dt.time(9))
    for number in range(30, 40):
        await order(clock.store, str(number), SATURDAY_NOON, subscription=nine)
    await order(clock.store, "abroad", SATURDAY_NOON, zone="Asia/Tokyo")

    async with clock.store.reading() as tx:
        groups = await tx.subscribers.due_groups(at("2025-12-21 10:00"))

    assert [(group.push_at, group.zone, group.count) for group in groups] == [
        ("", "Asia/Tokyo", 1), ("", "", 30), ("09:00", "", 10),
    ]  # fmt: skip


async def test_a_late_issue_leaves_as_soon_as_it_is_there(clock: Clock) -> None:
    await order(clock.store, "77", SATURDAY_NOON)
    waiting = [await clock.tick(f"2025-12-21 {hour}") for hour in ("08:00", "12:00", "19:59:59")]
    await bring(clock.store, SUNDAY, "2025-12-21 20:00")

    assert waiting == [Planned()] * 3
    assert await clock.tick("2025-12-21 20:00:00") == Planned(owed=1)


async def test_an_issue_that_comes_after_the_last_moment_waits_for_the_next_digest(clock: Clock) -> None:
    await order(clock.store, "77", SATURDAY_NOON)
    await bring(clock.store, SUNDAY, "2025-12-21 20:00:01")

    evening = await clock.tick("2025-12-21 20:00:02")
    morning = await clock.tick("2025-12-22 08:00")

    assert (evening, morning) == (Planned(missed=1), Planned(owed=1))
    assert await owed(clock.store) == [("77", "2025-12-21", 1)]


async def test_an_embargoed_issue_leaves_when_the_embargo_ends(clock: Clock) -> None:
    await order(clock.store, "77", SATURDAY_NOON)
    await bring(clock.store, SUNDAY, "2025-12-20 18:00", embargo="2025-12-21 09:30")

    planned = [await clock.tick(f"2025-12-21 {hour}") for hour in ("08:00", "09:29:59", "09:30:00")]

    assert planned == [Planned(), Planned(), Planned(owed=1)]


async def test_an_hour_after_the_last_moment_has_a_window_of_its_own(clock: Clock) -> None:
    evening = Subscription(active=True, push_at=dt.time(22))
    await order(clock.store, "77", at("2025-12-21 12:00"), subscription=evening)
    await bring(clock.store, SUNDAY, "2025-12-21 22:59")

    assert await clock.tick("2025-12-21 22:59") == Planned(owed=1)


@pytest.mark.parametrize(
    ("back_at", "planned"),
    [
        ("2025-12-21 08:35:00", Planned(owed=1)),
        ("2025-12-21 11:30:00", Planned(owed=1)),
        ("2025-12-21 20:00:00", Planned(owed=1)),
        ("2025-12-21 20:00:01", Planned(missed=1)),
    ],
)
async def test_after_a_downtime_the_digest_is_caught_up_within_its_window(
    clock: Clock, back_at: str, planned: Planned
) -> None:
    await order(clock.store, "77", SATURDAY_NOON)
    await bring(clock.store, SUNDAY, "2025-12-21 06:00")

    assert await clock.ticks(back_at) == planned


async def test_a_short_catch_up_gives_the_day_up_sooner(clock: Clock) -> None:
    clock.house = replace(HOUSE, catch_up=dt.timedelta(hours=1))
    await order(clock.store, "77", SATURDAY_NOON, house=clock.house)
    await bring(clock.store, SUNDAY, "2025-12-21 06:00")

    assert await clock.ticks("2025-12-21 09:00:01") == Planned(missed=1)


async def test_after_days_only_the_newest_issue_is_sent(store: Store) -> None:
    clock = Clock(store)
    await order(store, "77", SATURDAY_NOON)
    for day in range(21, 27):
        await bring(store, dt.date(2025, 12, day), f"2025-12-{day} 06:00")

    planned = await clock.ticks("2025-12-26 10:00")

    assert planned.owed == 1
    assert await owed(store) == [("77", "2025-12-26", 1)]


async def test_a_day_without_an_issue_is_given_up_in_the_evening_and_the_next_day_is_due(
    clock: Clock,
) -> None:
    await order(clock.store, "77", SATURDAY_NOON)

    before, after = await clock.tick("2025-12-21 20:00"), await clock.tick("2025-12-21 20:00:01")

    assert (before, after) == (Planned(), Planned(missed=1))
    due = await order_book.next_due(clock.store, "77")
    assert due is not None
    assert due.on == MONDAY


async def test_only_the_days_that_were_chosen_are_due(clock: Clock) -> None:
    weekend = Subscription(active=True, weekdays="sat-sun")
    await order(clock.store, "weekend", at("2025-12-19 12:00"), subscription=weekend)
    weekly = Subscription(active=True, weekdays="mon-fri")
    await order(clock.store, "week", at("2025-12-19 12:00"), subscription=weekly)
    for day in range(19, 24):
        await bring(clock.store, dt.date(2025, 12, day), f"2025-12-{day} 06:00")
        await clock.tick(f"2025-12-{day} 08:00")

    assert [(reader, date) for reader, date, _ in await owed(clock.store)] == [
        ("week", "2025-12-22"), ("week", "2025-12-23"), ("weekend", "2025-12-20"), ("weekend", "2025-12-21"),
    ]  # fmt: skip


async def test_working_days_are_those_of_the_calendar_with_its_make_up_days(clock: Clock) -> None:
    workdays = Subscription(active=True, weekdays="workdays")
    await order(clock.store, "77", at("2025-10-08 12:00"), subscription=workdays)
    for day in range(9, 14):
        await bring(clock.store, dt.date(2025, 10, day), f"2025-10-{day:02} 06:00")
        await clock.tick(f"2025-10-{day:02} 08:00")

    # The Saturday makes up for the holiday week, the Sunday is free.
    assert [date for _, date, _ in await owed(clock.store)] == [
        "2025-10-09", "2025-10-10", "2025-10-11", "2025-10-13",
    ]  # fmt: skip


async def test_an_issue_that_was_read_before_the_hour_is_not_pushed(talk: Talk) -> None:
    clock, other = Clock(talk.store), talk.another("78")
    talk.now = other.now = at("2025-12-21 12:00")
    await talk.say("订阅")
    await other.say("订阅")
    talk.now = at("2025-12-22 07:30")
    await talk.say("今日")

    planned = [await clock.tick("2025-12-22 10:30"), await clock.tick("2025-12-23 10:30")]

    assert planned == [Planned(owed=1), Planned()]
    assert await owed(talk.store) == [("78", "2025-12-22", 1)]


async def test_the_issue_of_the_day_before_is_sent_when_it_was_not_yet(clock: Clock) -> None:
    await order(clock.store, "77", SATURDAY_NOON, subscription=only_on_mondays())
    await bring(clock.store, SUNDAY, "2025-12-21 06:00")

    assert await clock.tick("2025-12-22 08:00") == Planned(owed=1)
    assert await owed(clock.store) == [("77", "2025-12-21", 1)]


async def test_an_older_issue_than_that_is_not_news(clock: Clock) -> None:
    await order(clock.store, "77", SATURDAY_NOON, subscription=only_on_mondays())
    await bring(clock.store, dt.date(2025, 12, 20), "2025-12-20 06:00")

    assert await clock.tick("2025-12-22 08:00") == Planned()


async def test_there_is_at_most_one_digest_a_day_and_no_issue_comes_twice(clock: Clock) -> None:
    await order(clock.store, "77", SATURDAY_NOON, subscription=Subscription(active=True, weekdays="mon-tue"))
    await bring(clock.store, SUNDAY, "2025-12-21 06:00")
    first = await clock.ticks("2025-12-22 08:00")
    await bring(clock.store, MONDAY, "2025-12-22 08:30")
    rest_of_the_day = await clock.ticks("2025-12-22 12:00")
    second = await clock.ticks("2025-12-23 08:00")
    third = await clock.ticks("2025-12-29 08:00")

    assert (first.owed, rest_of_the_day.owed, second.owed, third.owed) == (1, 0, 1, 0)
    assert [date for _, date, _ in await owed(clock.store)] == ["2025-12-21", "2025-12-22"]


async def test_the_same_issue_does_not_serve_two_days(clock: Clock) -> None:
    await order(clock.store, "77", SATURDAY_NOON)
    await bring(clock.store, SUNDAY, "2025-12-21 06:00")
    await clock.tick("2025-12-21 08:00")

    assert await clock.ticks("2025-12-22 21:00") == Planned(missed=1)
    assert await owed(clock.store) == [("77", "2025-12-21", 1)]


@pytest.mark.parametrize(
    ("zone", "moment", "date"),
    [
        ("America/New_York", "2025-12-21 08:00", "2025-12-21"),
        ("Pacific/Kiritimati", "2025-12-22 08:00", "2025-12-21"),
        ("Asia/Kathmandu", "2025-12-21 08:00", "2025-12-21"),
        ("Europe/Berlin", "2025-12-21 08:00", "2025-12-21"),
    ],
)
async def test_the_hour_is_that_of_the_readers_own_clock(
    clock: Clock, zone: str, moment: str, date: str
) -> None:
    await order(clock.store, "77", at(moment, zone) - dt.timedelta(hours=1), zone=zone)
    await bring(clock.store, SUNDAY, "2025-12-21 06:00")
    second_before = at(moment, zone) - dt.timedelta(seconds=1)

    assert await plan(clock.store, HOUSE, now=second_before) == Planned()
    assert await clock.tick(moment, zone) == Planned(owed=1)
    assert [(reader, day) for reader, day, _ in await owed(clock.store)] == [("77", date)]


async def test_an_hour_that_the_clocks_skip_comes_when_they_jump(clock: Clock) -> None:
    early = Subscription(active=True, push_at=dt.time(2, 30))
    await order(
        clock.store, "77", at("2026-03-28 12:00", "Europe/Berlin"), zone="Europe/Berlin", subscription=early
    )
    await bring(clock.store, dt.date(2026, 3, 29), "2026-03-29 00:00")

    assert await clock.tick("2026-03-29 01:59:59", "Europe/Berlin") == Planned()
    assert await clock.tick("2026-03-29 03:00", "Europe/Berlin") == Planned(owed=1)


async def test_an_hour_that_comes_twice_brings_one_digest(clock: Clock) -> None:
    early = Subscription(active=True, push_at=dt.time(2, 30))
    await order(
        clock.store, "77", at("2026-10-24 12:00", "Europe/Berlin"), zone="Europe/Berlin", subscription=early
    )
    await bring(clock.store, dt.date(2026, 10, 25), "2026-10-25 00:00")
    first = at("2026-10-25 02:30", "Europe/Berlin")

    planned = [await plan(clock.store, HOUSE, now=first + dt.timedelta(minutes=m)) for m in (0, 30, 60, 90)]

    assert planned == [Planned(owed=1), Planned(), Planned(), Planned()]


async def test_whoever_cannot_be_reached_is_owed_nothing_and_goes_on_to_the_next_day(store: Store) -> None:
    blocked = await order(store, "77", SATURDAY_NOON)
    await order(store, "78", SATURDAY_NOON)
    await bring(store, SUNDAY, "2025-12-21 06:00")
    async with store.transaction() as tx:
        await tx.subscribers.deactivate(blocked.address.id, "blocked")

    planned = await Clock(store).ticks("2025-12-21 08:00")

    due = await order_book.next_due(store, "77")
    assert planned == Planned(owed=1)
    assert [reader for reader, _, _ in await owed(store)] == ["78"]
    assert due is not None
    assert due.on == MONDAY


async def test_a_paused_reader_is_due_again_on_the_day_the_pause_ends(clock: Clock) -> None:
    paused = Subscription(active=True, paused_until=TUESDAY)
    await order(clock.store, "77", SATURDAY_NOON, subscription=paused)
    for day in (21, 22, 23):
        await bring(clock.store, dt.date(2025, 12, day), f"2025-12-{day} 06:00")

    planned = [await clock.tick(f"2025-12-{day} 08:00") for day in (21, 22, 23)]

    assert planned == [Planned(), Planned(), Planned(owed=1)]


async def test_the_revision_of_the_moment_is_pinned_for_each_reader(clock: Clock) -> None:
    await order(clock.store, "early", SATURDAY_NOON)
    nine = Subscription(active=True, push_at=dt.time(9))
    await order(clock.store, "late", SATURDAY_NOON, subscription=nine)
    await bring(clock.store, SUNDAY, "2025-12-21 06:00", "甲")
    await clock.tick("2025-12-21 08:00")
    await bring(clock.store, SUNDAY, "2025-12-21 08:30", "乙")
    await clock.tick("2025-12-21 09:00")

    assert await owed(clock.store) == [("early", "2025-12-21", 1), ("late", "2025-12-21", 2)]


async def test_two_planners_at_once_owe_once(store: Store, store_url: str) -> None:
    for number in range(10):
        await order(store, str(number), SATURDAY_NOON)
    await bring(store, SUNDAY, "2025-12-21 06:00")
    other = await Store.open(store_url)
    try:
        planned = await asyncio.gather(
            *(Clock(one).tick("2025-12-21 08:00") for one in (store, other, store, other))
        )
    finally:
        await other.close()

    assert sum(one.owed for one in planned) == 10
    assert len(await owed(store)) == 10


async def test_nothing_is_written_while_nobody_is_due(clock: Clock) -> None:
    await order(clock.store, "77", SATURDAY_NOON)
    await bring(clock.store, SUNDAY, "2025-12-21 06:00")

    await clock.tick("2025-12-21 07:00")

    async with clock.store.reading() as tx:
        assert await tx.campaigns.list() == ()


# Random orders, planned by the database in groups and by the rules one by one.


@dataclass(frozen=True, slots=True)
class Case:
    """A house, its issues (date, kept, seen from) and a moment."""

    house: House
    issues: tuple[tuple[dt.date, dt.datetime, dt.datetime], ...]
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One reader's order as it stands before the tick."""

    recipient: str
    zone: str
    subscription: Subscription
    due: Due


HOURS = tuple(dt.time(hour, minute) for hour in (0, 6, 8, 12, 21, 23) for minute in (0, 30))
ZONES = ("", SHANGHAI, "America/New_York", "Pacific/Kiritimati", "Europe/Berlin", "Asia/Kathmandu")
DAYS = ("", "mon-sun", "mon-fri", "sat-sun", "workdays")


def random_case(chance: random.Random) -> Case:
    now = at("2025-12-24 00:00") + dt.timedelta(minutes=chance.randrange(2 * 1440))
    house = House(
        push_at=chance.choice(HOURS),
        weekdays=chance.choice(DAYS[1:]),
        late_until=chance.choice(HOURS),
        catch_up=dt.timedelta(hours=chance.choice((0, 1, 12, 60))),
    )
    dates = chance.sample([MONDAY + dt.timedelta(step) for step in range(-2, 5)], 5)
    kept = [at(f"{date} 00:00") + dt.timedelta(minutes=chance.randrange(-360, 1800)) for date in dates]
    seen = [moment + dt.timedelta(minutes=chance.choice((0, 0, 90, 600))) for moment in kept]
    issues = [issue for issue in zip(dates, kept, seen, strict=True) if issue[1] <= now]
    return Case(house, tuple(issues), now)


def schedule_of(row: Row, house: House) -> Schedule:
    return Schedule(
        push_at=row.subscription.push_at or house.push_at,
        zone=row.zone or house.zone,
        weekdays=Weekdays.parse(row.subscription.weekdays or house.weekdays),
        late_until=house.late_until,
        catch_up=house.catch_up,
    )


def random_row(chance: random.Random, number: int, case: Case) -> Row:
    subscription = Subscription(
        active=True,
        push_at=chance.choice((None, *HOURS)),
        weekdays=chance.choice(DAYS),
        shown=chance.choice((None, None, MONDAY, TUESDAY)),
    )
    blank = Row(str(number), chance.choice(ZONES), subscription, Due(MONDAY, case.now, case.now, case.now))
    ordered_at = case.now - dt.timedelta(minutes=chance.randrange(2 * 1440))
    return replace(blank, due=next_due(schedule_of(blank, case.house), now=ordered_at, after=None))


def tick(row: Row, case: Case) -> tuple[Row, str]:
    """One reader after a tick, and the date of the issue that they are owed by it ('' for none)."""
    on, shown = row.due.on, row.subscription.shown
    seen = [issue for issue in case.issues if issue[2] <= case.now and on - dt.timedelta(1) <= issue[0] <= on]
    newest = max(seen, default=None)
    if newest is not None and shown is not None and newest[0] <= shown:
        newest = None
    decision = decide(
        row.due,
        now=case.now,
        issue_date=newest[0] if newest else None,
        available_at=max(newest[1], newest[2]) if newest else None,
        catch_up=case.house.catch_up,
    )
    rolled = replace(row, due=roll(schedule_of(row, case.house), now=case.now, after=on))
    match decision:
        case Send(issue_date=date):
            return replace(rolled, subscription=replace(row.subscription, shown=date)), date.isoformat()
        case Missed():
            return rolled, ""
        case _:
            return row, ""


def ticks(row: Row, case: Case) -> tuple[Row, list[tuple[str, str]]]:
    """One reader when nothing is left to do at this moment, and all that they are owed."""
    found: list[tuple[str, str]] = []
    while True:
        after, date = tick(row, case)
        if after == row:
            return row, found
        found += [(row.recipient, date)] if date else []
        row = after


async def keep_case(store: Store, case: Case, rows: list[Row]) -> None:
    """Put issues and orders on the store, all at once."""
    async with store.transaction() as tx:
        for date, kept, seen in case.issues:
            await put(tx, make_issue(date=date), now=kept, available_at=seen)
        for row in rows:
            reader = await tx.subscribers.arrive(
                Place("telegram", row.recipient), kind=Kind.PERSON, locale="", now=case.now
            )
            await tx.subscribers.save(
                reader.id, locale="", zone=row.zone, subscription=row.subscription, due=row.due
            )


@pytest.mark.parametrize("seed", [0, 3, 4])
async def test_what_the_database_plans_in_groups_is_what_the_rules_say_of_each_reader(
    store: Store, seed: int
) -> None:
    chance = random.Random(seed)
    case = random_case(chance)
    rows = [random_row(chance, number, case) for number in range(100)]
    await keep_case(store, case, rows)

    while await plan(store, case.house, now=case.now) != Planned():
        pass

    wanted = [ticks(row, case) for row in rows]
    sent = [(reader, date) for reader, date, _ in await owed(store)]
    assert sent == sorted(one for _, found in wanted for one in found)
    assert await dues(store) == {row.recipient: row.due for row, _ in wanted}
    assert 0 < len(sent) < len(rows)


async def dues(store: Store) -> dict[str, Due | None]:
    """When each reader is due."""
    async with store.reading() as tx:
        readers = await tx.subscribers.page(limit=1000)
        return {reader.address.place.recipient: await tx.subscribers.due_of(reader.id) for reader in readers}
