"""A push by the operator: at once, to everybody who has not had the issue, once."""

from __future__ import annotations

import datetime as dt

import pytest

from digest.errors import OperatorError
from digest.subscriber import Subscription
from handlers.plan import Planned
from handlers.push import Pushed, push
from storage.store import Store
from tests.handlers.order_book import Clock, at, order, owed
from tests.storage.makers import make_issue, put, subscribe

SUNDAY = dt.date(2025, 12, 21)
SATURDAY_NOON = at("2025-12-20 12:00")
AT_SEVEN = at("2025-12-21 07:00")


async def house_of_three(store: Store) -> None:
    """Three readers with hours of their own, one who has left, and an issue."""
    for name, subscription in {
        "early": Subscription(active=True, push_at=dt.time(6)),
        "usual": Subscription(active=True),
        "weekly": Subscription(active=True, weekdays="wed"),
        "left": Subscription(active=False),
    }.items():
        await order(store, name, SATURDAY_NOON, subscription=subscription)
    async with store.transaction() as tx:
        await put(tx, make_issue(date=SUNDAY), now=AT_SEVEN)


async def test_everybody_with_an_order_gets_it_whatever_their_hour_and_days(store: Store) -> None:
    await house_of_three(store)

    pushed = await push(store, SUNDAY, now=AT_SEVEN, dry_run=False)

    assert pushed == Pushed(pushed.campaign_id, "digest:2025-12-21", {"telegram": 3}, 3)
    assert [(reader, date) for reader, date, _ in await owed(store)] == [
        ("early", "2025-12-21"), ("usual", "2025-12-21"), ("weekly", "2025-12-21"),
    ]  # fmt: skip


async def test_a_second_push_adds_only_who_is_new(store: Store) -> None:
    await house_of_three(store)
    first = await push(store, SUNDAY, now=AT_SEVEN, dry_run=False)
    await order(store, "new", AT_SEVEN)

    second = await push(store, SUNDAY, now=AT_SEVEN, dry_run=False)
    third = await push(store, SUNDAY, now=AT_SEVEN, dry_run=False)

    assert (first.campaign_id, second.owed, third.owed) == (second.campaign_id, 1, 0)
    assert len(await owed(store)) == 4


async def test_a_dry_run_counts_and_owes_nothing(sqlite_store: Store) -> None:
    await house_of_three(sqlite_store)

    pushed = await push(sqlite_store, SUNDAY, now=AT_SEVEN, dry_run=True)

    assert pushed == Pushed(None, "digest:2025-12-21", {"telegram": 3}, 0)
    assert await owed(sqlite_store) == []
    async with sqlite_store.reading() as tx:
        assert await tx.campaigns.list() == ()


async def test_what_was_pushed_does_not_come_again_at_the_hour(sqlite_store: Store) -> None:
    await house_of_three(sqlite_store)
    await push(sqlite_store, SUNDAY, now=AT_SEVEN, dry_run=False)

    planned = await Clock(sqlite_store).ticks("2025-12-22 07:30")

    assert planned.owed == 0
    assert len(await owed(sqlite_store)) == 3


async def test_what_came_at_the_hour_is_not_pushed_again(sqlite_store: Store) -> None:
    await house_of_three(sqlite_store)
    assert await Clock(sqlite_store).tick("2025-12-21 08:00") == Planned(owed=2)

    pushed = await push(sqlite_store, SUNDAY, now=at("2025-12-21 09:00"), dry_run=False)

    assert pushed.owed == 1
    assert [reader for reader, _, _ in await owed(sqlite_store)] == ["early", "usual", "weekly"]
    async with sqlite_store.reading() as tx:
        assert [campaign.key for campaign in await tx.campaigns.list()] == ["digest:2025-12-21"]


async def test_whoever_cannot_be_reached_is_neither_counted_nor_owed(sqlite_store: Store) -> None:
    await house_of_three(sqlite_store)
    blocked = await order(sqlite_store, "blocked", SATURDAY_NOON)
    async with sqlite_store.transaction() as tx:
        await tx.subscribers.deactivate(blocked.address.id, "blocked")

    pushed = await push(sqlite_store, SUNDAY, now=AT_SEVEN, dry_run=False)

    assert (pushed.head_count, pushed.owed) == ({"telegram": 3}, 3)


async def test_whoever_has_paused_is_left_in_peace_until_the_day_it_ends(sqlite_store: Store) -> None:
    paused = Subscription(active=True, paused_until=SUNDAY + dt.timedelta(1))
    await order(sqlite_store, "paused", SATURDAY_NOON, subscription=paused)
    await house_of_three(sqlite_store)

    today = await push(sqlite_store, SUNDAY, now=AT_SEVEN, dry_run=False, today=SUNDAY)
    next_day = SUNDAY + dt.timedelta(1)
    tomorrow = await push(sqlite_store, SUNDAY, now=AT_SEVEN, dry_run=False, today=next_day)

    assert (today.owed, tomorrow.owed) == (3, 1)


async def test_the_channels_are_counted_one_by_one(sqlite_store: Store) -> None:
    await house_of_three(sqlite_store)
    async with sqlite_store.transaction() as tx:
        await subscribe(tx, "me", channel="console")

    pushed = await push(sqlite_store, SUNDAY, now=AT_SEVEN, dry_run=True)

    assert pushed.head_count == {"console": 1, "telegram": 3}


@pytest.mark.parametrize(
    ("date", "near"),
    [(dt.date(2025, 12, 20), "2025-12-21"), (dt.date(2025, 12, 25), "2025-12-21")],
)
async def test_a_date_without_an_issue_is_refused_and_names_the_nearest(
    sqlite_store: Store, date: dt.date, near: str
) -> None:
    await house_of_three(sqlite_store)

    with pytest.raises(OperatorError) as refused:
        await push(sqlite_store, date, now=AT_SEVEN, dry_run=False)

    assert (refused.value.code, refused.value.exit_code) == ("push.no_issue", 2)
    assert refused.value.values == {"date": date.isoformat(), "near": near}


async def test_an_issue_that_nobody_may_see_yet_is_not_pushed(sqlite_store: Store) -> None:
    await house_of_three(sqlite_store)
    tomorrow = SUNDAY + dt.timedelta(1)
    async with sqlite_store.transaction() as tx:
        await put(tx, make_issue(date=tomorrow), now=AT_SEVEN, available_at=at("2025-12-22 00:00"))

    with pytest.raises(OperatorError):
        await push(sqlite_store, tomorrow, now=AT_SEVEN, dry_run=True)
