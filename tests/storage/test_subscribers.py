"""Readers and their standing orders."""

from __future__ import annotations

import asyncio
import datetime as dt

from digest.campaign import Standing
from digest.replies import Form
from digest.subscriber import AddressState, Kind, Place, Sections, Selection, Subscription
from storage.store import Store
from tests.storage.makers import DAY, HOUR, MINUTE, NOW, TODAY, due, due_group, plan, subscribe

PLACE = Place("telegram", "7", account="42")


async def test_who_arrives_is_known_afterwards_with_an_empty_order(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.subscribers.at(PLACE) is None
        arrived = await tx.subscribers.arrive(PLACE, kind=Kind.GROUP, locale="en", now=NOW)
    async with store.reading() as tx:
        known = await tx.subscribers.at(PLACE)

    assert known == arrived
    assert (arrived.kind, arrived.locale, arrived.address.place) == (Kind.GROUP, "en", PLACE)
    assert arrived.subscription == Subscription()


async def test_a_place_has_one_subscriber_also_when_two_arrive_at_once(store: Store) -> None:
    async def arrive() -> int:
        async with store.transaction() as tx:
            return (await tx.subscribers.arrive(PLACE, kind=Kind.PERSON, locale="", now=NOW)).id

    ids = await asyncio.gather(*(arrive() for _ in range(6)))

    async with store.reading() as tx:
        assert len(set(ids)) == 1
        assert await tx.subscribers.count() == 1


async def test_topics_of_a_group_and_bots_are_places_of_their_own(store: Store) -> None:
    places = (
        PLACE,
        Place("telegram", "7", "1", "42"),
        Place("telegram", "7", "", "43"),
        Place("wechat", "7"),
    )
    async with store.transaction() as tx:
        readers = [await tx.subscribers.arrive(one, kind=Kind.PERSON, locale="", now=NOW) for one in places]

    assert len({reader.id for reader in readers}) == 4


async def test_an_address_without_an_account_is_the_same_as_with_one(store: Store) -> None:
    async with store.transaction() as tx:
        bare = await tx.subscribers.arrive(Place("telegram", "7"), kind=Kind.PERSON, locale="", now=NOW)
        seen = await tx.subscribers.arrive(PLACE, kind=Kind.PERSON, locale="", now=NOW)
        written = await tx.subscribers.at(Place("telegram", "7"))

    assert seen.id == bare.id
    assert seen.address.place == PLACE
    assert written == seen


async def test_when_somebody_was_seen_is_noted_at_most_hourly(store: Store) -> None:
    async def seen_at(now: dt.datetime) -> dt.datetime:
        async with store.transaction() as tx:
            await tx.subscribers.arrive(PLACE, kind=Kind.PERSON, locale="", now=now)
            rows = await tx.connection.exec_driver_sql("SELECT last_seen_at FROM addresses")
            kept = rows.scalar_one()
        return kept if isinstance(kept, dt.datetime) else dt.datetime.fromisoformat(kept)

    assert await seen_at(NOW) == NOW
    assert await seen_at(NOW + 59 * MINUTE) == NOW
    assert await seen_at(NOW + 60 * MINUTE) == NOW + HOUR


async def test_every_preference_comes_back_as_it_was_saved(store: Store) -> None:
    order = Subscription(
        active=True,
        push_at=dt.time(7, 30),
        weekdays="mon-fri",
        sections=Sections(Selection.EXCEPT, frozenset({"论文", "开源"})),
        form=Form.FULL,
        silent=True,
        paused_until=TODAY + DAY,
        subscribed_at=NOW,
        digest_on=TODAY,
        shown=TODAY - DAY,
        digests=17,
    )
    async with store.transaction() as tx:
        reader = await subscribe(tx, 7, zone="Asia/Tokyo", subscription=order)

    async with store.reading() as tx:
        kept = await tx.subscribers.get(reader.id)
        assert kept is not None
        assert (kept.subscription, kept.zone, kept.locale) == (order, "Asia/Tokyo", "zh-Hans")
        assert await tx.subscribers.due_of(reader.id) == due()


async def test_a_blocked_address_keeps_its_order_and_can_be_revived(store: Store) -> None:
    async with store.transaction() as tx:
        reader = await subscribe(tx, 7)
        await tx.subscribers.deactivate(reader.address.id, "blocked")
        blocked = await tx.subscribers.get(reader.id)
        await tx.subscribers.revive(reader.address.id)
        revived = await tx.subscribers.get(reader.id)

    assert blocked is not None
    assert (blocked.address.state, blocked.address.reason) == (AddressState.INACTIVE, "blocked")
    assert blocked.subscription.active
    assert revived == reader


async def test_a_group_that_moved_is_the_same_reader(store: Store) -> None:
    async with store.transaction() as tx:
        group = await subscribe(tx, -5)
        await tx.subscribers.move(group.address.id, "-1005")
        moved = await tx.subscribers.at(Place("telegram", "-1005", account="42"))

    assert moved is not None
    assert (moved.id, moved.subscription) == (group.id, group.subscription)


async def test_a_group_that_moved_where_it_already_spoke_keeps_its_order(store: Store) -> None:
    there = Place("telegram", "-1005", account="42")
    async with store.transaction() as tx:
        group = await subscribe(tx, -5)
        await tx.subscribers.arrive(there, kind=Kind.GROUP, locale="", now=NOW)
        await tx.subscribers.move(group.address.id, "-1005")
        moved = await tx.subscribers.at(there)
        readers = await tx.subscribers.count()

    assert moved is not None
    assert (moved.id, readers) == (group.id, 1)


async def test_of_two_orders_at_one_place_the_one_that_was_there_stays(store: Store) -> None:
    async with store.transaction() as tx:
        group, newer = await subscribe(tx, -5), await subscribe(tx, -1005)
        await tx.subscribers.move(group.address.id, "-1005")
        left, stayed = await tx.subscribers.get(group.id), await tx.subscribers.get(newer.id)

    assert left is not None
    assert (left.address.state, left.address.reason) == (AddressState.INACTIVE, "moved")
    assert stayed == newer


async def test_a_forgotten_reader_is_gone_and_their_number_is_never_given_again(store: Store) -> None:
    await plan(store, 1)
    async with store.transaction() as tx:
        (reader,) = await tx.subscribers.page()
        await tx.subscribers.remove(reader.id)
        assert await tx.subscribers.at(reader.address.place) is None
        assert await tx.subscribers.page() == ()

        again = await subscribe(tx, 1000)

        assert again.id > reader.id
        assert again.address.id > reader.address.id
        assert await tx.lives.recent(again.id) == ()
        assert len(await tx.lives.recent(reader.id)) == 1


async def test_readers_come_in_pages(store: Store) -> None:
    async with store.transaction() as tx:
        readers = [await subscribe(tx, number) for number in range(3)]
        await subscribe(tx, 9, subscription=Subscription())

        first = await tx.subscribers.page(limit=2)
        rest = await tx.subscribers.page(first[-1].id, limit=9, only_active=True)
        assert (*first, *rest) == tuple(readers)
        assert await tx.subscribers.count("telegram") == 4
        assert await tx.subscribers.count("telegram", only_active=True) == 3
        assert await tx.subscribers.count("wechat") == 0


async def test_readers_with_the_same_due_schedule_and_shown_issue_are_one_group(store: Store) -> None:
    early = Subscription(active=True, push_at=dt.time(7))
    shown = Subscription(active=True, shown=TODAY)
    async with store.transaction() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 2)
        await subscribe(tx, 3, zone="Asia/Tokyo")
        await subscribe(tx, 4, subscription=early)
        await subscribe(tx, 5, subscription=shown)
        await subscribe(tx, 6, subscription=Subscription(active=False))
        await subscribe(tx, 7, first_due=due(at=NOW + MINUTE))

        groups = await tx.subscribers.due_groups(NOW)

        described = sorted((one.zone, one.push_at, str(one.shown), one.count) for one in groups)
        assert described == [
            ("", "", "2025-12-22", 1),
            ("", "", "None", 2),
            ("", "07:00", "None", 1),
            ("Asia/Tokyo", "", "None", 1),
        ]
        assert {one.due for one in groups} == {due()}
        assert await tx.subscribers.next_due_at() == NOW


async def test_rolling_a_group_moves_exactly_its_readers(store: Store) -> None:
    async with store.transaction() as tx:
        first, second = await subscribe(tx, 1), await subscribe(tx, 2)
        others = [
            await subscribe(tx, 3, zone="Asia/Tokyo"),
            await subscribe(tx, 4, subscription=Subscription(active=True, push_at=dt.time(7))),
            await subscribe(tx, 5, subscription=Subscription(active=True, weekdays="mon-fri")),
            await subscribe(tx, 6, subscription=Subscription(active=True, shown=TODAY)),
            await subscribe(tx, 7, subscription=Subscription(active=False)),
            await subscribe(tx, 8, first_due=due(TODAY - DAY)),
            await subscribe(tx, 9, first_due=due(at=NOW - MINUTE)),
        ]
        dues = [await tx.subscribers.due_of(reader.id) for reader in others]
        (group,) = [one for one in await tx.subscribers.due_groups(NOW) if one.count == 2]

        rolled = await tx.subscribers.roll(group, due(TODAY + DAY, NOW + DAY))

        assert rolled == 2
        assert await tx.subscribers.due_of(first.id) == due(TODAY + DAY, NOW + DAY)
        assert await tx.subscribers.due_of(second.id) == due(TODAY + DAY, NOW + DAY)
        assert [await tx.subscribers.due_of(reader.id) for reader in others] == dues


async def test_a_group_can_be_left_without_a_due(store: Store) -> None:
    async with store.transaction() as tx:
        reader = await subscribe(tx, 1)
        await tx.subscribers.roll(await due_group(tx), None)

        assert await tx.subscribers.due_of(reader.id) is None
        assert await tx.subscribers.next_due_at() is None


async def test_a_change_of_the_house_moves_exactly_the_orders_it_concerns(store: Store) -> None:
    paused = Subscription(active=True, paused_until=TODAY + DAY)
    async with store.transaction() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 2)
        other = await subscribe(tx, 3, subscription=paused)
        standings = await tx.subscribers.schedules()
        common = Standing("", "", "", None, None, due(), 2)
        assert set(standings) == {common, Standing("", "", "", None, TODAY + DAY, due(), 1)}

        moved = await tx.subscribers.set_due(common, due(at=NOW + HOUR))

        assert moved == 2
        assert await tx.subscribers.due_of(other.id) == due()
        (still,) = await tx.subscribers.due_groups(NOW)
        assert still.count == 1
