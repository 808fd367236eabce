"""A reader on two channels gets a digest on the second when the first cannot be reached."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.worker import Surroundings, Worker
from digest.campaign import Progress
from digest.errors import Gone, NotAllowed, SendFailure, WindowShut
from digest.house import House
from digest.subscriber import AddressId, Kind, Place
from storage.store import Store
from tests.bot.outbound import Bench, FakeOutlet, Moment
from tests.storage.makers import NOW, plan

WECHAT = Place("wechat", "oXYZ", account="wx1")


async def plan_for_pairs(store: Store, readers: int = 1) -> int:
    """A campaign for readers of Telegram; the first of them reads WeChat, too."""
    campaign = await plan(store, readers)
    async with store.transaction() as tx:
        first = await tx.subscribers.at(Place("telegram", "1000", account="42"))
        other = await tx.subscribers.arrive(WECHAT, kind=Kind.PERSON, locale="", now=NOW)
        assert first is not None
        assert await tx.pairings.join(first.id, other.id, first.address.id)
    return campaign


@asynccontextmanager
async def at_work(store: Store, telegram: FakeOutlet, wechat: FakeOutlet | None) -> AsyncIterator[Bench]:
    moment = Moment()
    outlets = {
        one.channel: (one, Pace(Rate(1000), clock=time.monotonic)) for one in (telegram, wechat) if one
    }
    around = Surroundings(now=moment.now, random=lambda: 0.5)
    worker = Worker(store, House(), load_catalogs(), outlets, around=around)
    await worker.start()
    try:
        yield Bench(store, telegram, worker, moment)
    finally:
        await worker.drain(5.0)


def fails_for(recipient: str, failure: SendFailure) -> FakeOutlet:
    return FakeOutlet(script=lambda place, words: failure if place.recipient == recipient else None)


def on_wechat(failure: SendFailure | None = None) -> FakeOutlet:
    return FakeOutlet(channel="wechat", account="wx1", script=lambda place, words: failure)


async def settled(store: Store, campaign: int, telegram: FakeOutlet, wechat: FakeOutlet | None) -> Progress:
    async with at_work(store, telegram, wechat) as bench:
        return await bench.settled(campaign)


@pytest.mark.parametrize("failure", [Gone("blocked"), NotAllowed("refused"), WindowShut("window")])
async def test_who_cannot_be_reached_on_the_first_channel_is_reached_on_the_second(
    store: Store, failure: SendFailure
) -> None:
    campaign = await plan_for_pairs(store, 3)
    telegram, wechat = (
        FakeOutlet(script=lambda place, _: failure if place.recipient == "1000" else None),
        on_wechat(),
    )

    progress = await settled(store, campaign, telegram, wechat)

    assert (progress.total, progress.sent, progress.waiting) == (3, 3, 0)
    assert telegram.copies == {"1001": 1, "1002": 1}
    assert wechat.copies == {"oXYZ": 1}


async def test_the_first_channel_stays_the_first_when_its_window_opens_again(store: Store) -> None:
    await plan_for_pairs(store)

    async with store.reading() as tx:
        reader = await tx.subscribers.at(WECHAT)
        assert reader is not None
        kept = await tx.subscribers.get(reader.id)
    async with store.transaction() as tx:
        await tx.subscribers.seen(reader.address.id, NOW.replace(year=2030))
        still = await tx.subscribers.get(reader.id)
        assert kept is not None
        await tx.subscribers.deactivate(kept.address.id, "blocked")
        other = await tx.subscribers.get(reader.id)

    assert still is not None
    assert other is not None
    assert [one.address.place.channel for one in (kept, still, other)] == ["telegram", "telegram", "wechat"]


async def test_what_was_planned_for_an_address_that_ended_since_takes_the_other(store: Store) -> None:
    campaign = await plan_for_pairs(store)
    async with store.transaction() as tx:
        address = (await tx.connection.execute(sa.text("SELECT address_id FROM deliveries"))).scalar_one()
        await tx.subscribers.deactivate(AddressId(address), "blocked")
    telegram, wechat = FakeOutlet(), on_wechat()

    await settled(store, campaign, telegram, wechat)

    assert (telegram.copies, wechat.copies) == ({}, {"oXYZ": 1})


async def test_when_no_channel_is_left_the_reason_is_that_of_the_last(store: Store) -> None:
    campaign = await plan_for_pairs(store)
    telegram = FakeOutlet(script=lambda place, _: Gone("blocked"))

    progress = await settled(store, campaign, telegram, on_wechat(Gone("not_following")))

    async with store.reading() as tx:
        reasons = (await tx.connection.execute(sa.text("SELECT error FROM deliveries"))).scalars().all()
    assert (progress.skipped, progress.sent) == (1, 0)
    assert reasons == ["not_following"]
    assert len(telegram.calls) == 1


async def test_a_shut_window_with_no_other_way_waits(store: Store) -> None:
    campaign = await plan(store, 1)
    telegram = FakeOutlet(script=lambda place, _: WindowShut("window"))

    async with at_work(store, telegram, on_wechat()) as bench:
        await bench.until(lambda: len(telegram.calls) == 1 and bench.worker.under_way == 0)
        progress = await bench.progress(campaign)

    assert (progress.waiting, progress.skipped) == (1, 0)


async def test_a_digest_of_which_a_part_has_arrived_is_not_begun_elsewhere(store: Store) -> None:
    campaign = await plan_for_pairs(store)
    telegram = FakeOutlet(parts=2, script=lambda place, words: Gone("blocked") if words.part else None)
    wechat = on_wechat()

    progress = await settled(store, campaign, telegram, wechat)

    assert progress.skipped == 1
    assert wechat.copies == {}


async def test_a_channel_that_is_not_configured_any_more_is_passed_over(store: Store) -> None:
    campaign = await plan_for_pairs(store)
    wechat = on_wechat()
    async with store.transaction() as tx:
        reader = await tx.subscribers.at(WECHAT)
        assert reader is not None
        await tx.pairings.prefer(reader.id, reader.address.id)
        await tx.connection.execute(
            sa.text("UPDATE deliveries SET address_id = :there"), {"there": reader.address.id}
        )
    telegram = FakeOutlet()

    await settled(store, campaign, telegram, None)

    assert (telegram.copies, wechat.copies) == ({"1000": 1}, {})
