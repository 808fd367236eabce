"""What follows from a changed configuration: new dues, and the Telegram channels of the house."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.house import House
from digest.subscriber import Kind, Place, Subscriber, Subscription
from handlers.defaults import follow_schedule, keep_channels
from handlers.plan import Planned
from storage.store import Store
from tests.handlers.conftest import MONDAY, publish
from tests.handlers.order_book import HOUSE, Clock, at, next_due, order, owed

NOON = at("2025-12-20 12:00")
NINE = replace(HOUSE, push_at=dt.time(9))
LATER = at("2025-12-20 13:00")


async def hours(store: Store, *recipients: str) -> list[str]:
    """When each of these readers is due, on Shanghai's clock."""
    dues = [await next_due(store, recipient) for recipient in recipients]
    shanghai = dt.timezone(dt.timedelta(hours=8))
    return [f"{due.at.astimezone(shanghai):%d %H:%M}" if due else "-" for due in dues]


async def house_of_four(store: Store) -> None:
    """The house's hour twice (once in Tokyo), an hour of one's own, and one who has left."""
    await follow_schedule(store, HOUSE, now=NOON)
    await order(store, "usual", NOON)
    await order(store, "tokyo", NOON, zone="Asia/Tokyo")
    await order(store, "own", NOON, subscription=Subscription(active=True, push_at=dt.time(7)))
    await order(store, "left", NOON, subscription=Subscription(active=False))


async def test_a_changed_hour_moves_those_who_left_it_to_the_house(store: Store) -> None:
    await house_of_four(store)
    before = await hours(store, "usual", "tokyo", "own", "left")

    moved = await follow_schedule(store, NINE, now=LATER)

    assert before == ["21 08:00", "21 07:00", "21 07:00", "-"]
    assert moved == 3
    assert await hours(store, "usual", "tokyo", "own", "left") == ["21 09:00", "21 08:00", "21 07:00", "-"]


async def test_the_same_configuration_moves_nobody(sqlite_store: Store) -> None:
    await house_of_four(sqlite_store)
    await follow_schedule(sqlite_store, NINE, now=LATER)

    assert await follow_schedule(sqlite_store, NINE, now=LATER) == 0


async def test_the_first_start_moves_nobody(sqlite_store: Store) -> None:
    await order(sqlite_store, "usual", NOON)

    assert await follow_schedule(sqlite_store, NINE, now=LATER) == 0
    assert await hours(sqlite_store, "usual") == ["21 08:00"]


async def test_changed_days_and_zone_of_the_house_are_followed(sqlite_store: Store) -> None:
    await house_of_four(sqlite_store)
    weekly = replace(HOUSE, weekdays="mon-fri", zone="Asia/Tokyo")

    await follow_schedule(sqlite_store, weekly, now=LATER)

    assert await hours(sqlite_store, "usual", "tokyo", "own") == ["22 07:00", "22 07:00", "22 06:00"]


async def test_an_hour_moved_past_a_digest_of_today_sends_no_second_one(sqlite_store: Store) -> None:
    await house_of_four(sqlite_store)
    await publish(sqlite_store, MONDAY - dt.timedelta(1), now=at("2025-12-21 06:00"))
    await Clock(sqlite_store).ticks("2025-12-21 08:00")

    await follow_schedule(sqlite_store, NINE, now=at("2025-12-21 08:30"))
    planned = await Clock(sqlite_store, NINE).ticks("2025-12-21 09:00")

    assert planned == Planned()
    assert await hours(sqlite_store, "usual") == ["22 09:00"]
    assert len(await owed(sqlite_store)) == 3


async def test_a_digest_that_is_open_while_the_hour_changes_still_leaves(sqlite_store: Store) -> None:
    await house_of_four(sqlite_store)
    await Clock(sqlite_store).tick("2025-12-21 08:00")

    await follow_schedule(sqlite_store, replace(HOUSE, push_at=dt.time(6)), now=at("2025-12-21 08:30"))
    await publish(sqlite_store, MONDAY - dt.timedelta(1), now=at("2025-12-21 08:40"))
    planned = await Clock(sqlite_store, replace(HOUSE, push_at=dt.time(6))).tick("2025-12-21 08:40")

    assert planned.owed == 3


async def test_a_pause_outlives_a_change_of_the_house(sqlite_store: Store) -> None:
    await follow_schedule(sqlite_store, HOUSE, now=NOON)
    paused = Subscription(active=True, paused_until=dt.date(2025, 12, 25))
    await order(sqlite_store, "paused", NOON, subscription=paused)

    await follow_schedule(sqlite_store, NINE, now=LATER)

    assert await hours(sqlite_store, "paused") == ["25 09:00"]


async def channel(store: Store, name: str) -> Subscriber:
    async with store.reading() as tx:
        found = await tx.subscribers.at(Place("telegram", name))
    assert found is not None
    return found


async def keep(store: Store, *names: str, house: House = HOUSE, now: dt.datetime = NOON) -> None:
    await keep_channels(store, house, names, now=now)


async def test_the_channels_of_the_configuration_are_subscribed_at_the_houses_hour(store: Store) -> None:
    await keep(store, "@one", "@two")

    found = [await channel(store, name) for name in ("@one", "@two")]
    assert [(one.kind, one.subscription.active, one.subscription.push_at) for one in found] == [
        (Kind.CHANNEL, True, None)
    ] * 2
    assert await hours(store, "@one", "@two") == ["21 08:00"] * 2


async def test_each_channel_gets_the_issue_in_one_delivery(sqlite_store: Store) -> None:
    await keep(sqlite_store, "@one", "@two")
    await publish(sqlite_store, MONDAY - dt.timedelta(1), now=at("2025-12-21 06:00"))

    assert await Clock(sqlite_store).ticks("2025-12-21 08:00") == Planned(owed=2)
    assert [name for name, _, _ in await owed(sqlite_store)] == ["@one", "@two"]


async def test_a_channel_that_is_taken_out_is_ended_and_one_put_back_goes_on(sqlite_store: Store) -> None:
    await keep(sqlite_store, "@one", "@two")

    await keep(sqlite_store, "@one", now=LATER)
    ended = await channel(sqlite_store, "@two")
    left = await hours(sqlite_store, "@one", "@two")
    await keep(sqlite_store, "@one", "@two", now=LATER)

    assert not ended.subscription.active
    assert left == ["21 08:00", "-"]
    assert (await channel(sqlite_store, "@two")).id == ended.id
    assert await hours(sqlite_store, "@two") == ["21 08:00"]


async def test_a_start_with_the_same_channels_changes_nothing(sqlite_store: Store) -> None:
    await keep(sqlite_store, "@one")
    before = await channel(sqlite_store, "@one")

    await keep(sqlite_store, "@one", now=LATER)

    assert await channel(sqlite_store, "@one") == before


async def test_a_channel_that_the_configuration_never_named_is_left_alone(sqlite_store: Store) -> None:
    await order(sqlite_store, "@imported", NOON, kind=Kind.CHANNEL)

    await keep(sqlite_store, "@one")
    await keep(sqlite_store)

    assert (await channel(sqlite_store, "@imported")).subscription.active
    assert not (await channel(sqlite_store, "@one")).subscription.active


async def test_a_channel_that_was_removed_is_not_made_again_to_be_ended(sqlite_store: Store) -> None:
    await keep(sqlite_store, "@one")
    removed = await channel(sqlite_store, "@one")
    async with sqlite_store.transaction() as tx:
        await tx.subscribers.remove(removed.id)

    await keep(sqlite_store)

    async with sqlite_store.reading() as tx:
        assert await tx.subscribers.at(Place("telegram", "@one")) is None
