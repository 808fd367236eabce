"""Many workers on one PostgreSQL: each chunk to one at a time, those of a dead worker to another."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.delivery.queue import Habits, Queue
from digest.campaign import CampaignState
from digest.errors import Wait
from digest.subscriber import Place
from storage.store import Store
from tests.bot.outbound import Bench, FakeOutlet, make_bench
from tests.postgres import postgres
from tests.storage.makers import claim, plan

READERS = 60
QUICK = Habits(beat=0.2, keep=0.3, stalled=1.2)
# Where somebody who lives must not be taken for dead, however slow the machine is.
PATIENT = Habits(beat=0.3, keep=0.3, stalled=4.0)
LEFT = (
    "SELECT extract(epoch FROM not_before - clock_timestamp()) FROM deliveries WHERE not_before IS NOT NULL"
)


@pytest.fixture
async def shared(postgres_url: str) -> AsyncIterator[Store]:
    """An open, empty store on PostgreSQL."""
    opened = await Store.open(postgres_url)
    yield opened
    await opened.close()


@asynccontextmanager
async def working(
    url: str, outlet: FakeOutlet, *, concurrency: int = 8, rate: float = 300, habits: Habits = PATIENT
) -> AsyncIterator[Bench]:
    """A worker of a process of its own, as far as the database can tell."""
    store = await Store.open(url)
    bench = make_bench(store, outlet, concurrency=concurrency, rate=rate)
    bench.worker.fed_by(Queue(store, url, habits=habits))
    await bench.worker.start()
    try:
        yield bench
    finally:
        await bench.worker.drain(5.0)
        await store.close()


async def die(store: Store, campaign: int) -> None:
    """What a kill leaves: a ticket in the hands of nobody, and deliveries that were just being sent."""
    await claim(store, campaign, limit=8, owner="dead-0")
    async with store.transaction() as tx:
        await tx.connection.exec_driver_sql(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '10 seconds')"
        )
        await tx.connection.exec_driver_sql(
            "UPDATE procrastinate_jobs SET status = 'doing',"
            " worker_id = (SELECT id FROM procrastinate_workers) WHERE priority = -1"
        )


def copies(*outlets: FakeOutlet) -> Counter[str]:
    return sum((outlet.copies for outlet in outlets), Counter[str]())


async def test_two_workers_share_a_campaign_and_nobody_gets_it_twice(
    shared: Store, postgres_url: str
) -> None:
    first, second = FakeOutlet(latency=0.02), FakeOutlet(latency=0.02)

    async with working(postgres_url, first) as bench, working(postgres_url, second):
        campaign = await plan(shared, READERS, chunk_size=5)
        progress = await bench.settled(campaign)

    assert progress.sent == READERS
    assert len(first.accepted) > 0
    assert len(second.accepted) > 0
    assert set(copies(first, second).values()) == {1}


async def test_what_a_dead_worker_had_in_hand_another_one_sends(shared: Store, postgres_url: str) -> None:
    campaign = await plan(shared, READERS, chunk_size=20)
    await die(shared, campaign)
    outlet = FakeOutlet()

    async with working(postgres_url, outlet, habits=QUICK) as bench:
        progress = await bench.settled(campaign)

    assert progress.sent == READERS
    assert outlet.copies == Counter({str(1000 + number): 1 for number in range(READERS)})


async def test_a_fault_of_ours_loses_no_chunk(shared: Store, postgres_url: str) -> None:
    campaign = await plan(shared, READERS, chunk_size=20)
    outlet = FakeOutlet(latency=0.02)

    async def fail(most: int) -> int:
        raise RuntimeError(f"a fault of ours, for {most}")

    async with working(postgres_url, outlet, concurrency=4) as bench:
        await bench.until(lambda: len(outlet.accepted) >= 6)
        bench.worker._dispatch.seats = fail  # type: ignore[method-assign]
        await bench.settled(campaign, 30.0)

    assert len(outlet.copies) == READERS


async def test_a_worker_that_stops_gives_its_chunks_back_at_once(shared: Store, postgres_url: str) -> None:
    campaign = await plan(shared, READERS, chunk_size=20)
    first, second = FakeOutlet(latency=0.05), FakeOutlet()

    async with working(postgres_url, first, concurrency=2) as bench:
        await bench.until(lambda: len(first.accepted) >= 6)
        await bench.worker.drain(5.0)
        stopped = len(first.accepted)
        async with working(postgres_url, second) as other:
            began = time.monotonic()
            await other.settled(campaign)
            seconds = time.monotonic() - began

    assert len(first.accepted) == stopped < READERS
    assert set(copies(first, second).values()) == {1}
    assert len(copies(first, second)) == READERS
    assert seconds < 4


async def test_a_paused_campaign_is_left_and_taken_up_again(shared: Store, postgres_url: str) -> None:
    campaign = await plan(shared, READERS, chunk_size=10)
    outlet = FakeOutlet(latency=0.02)

    async def set_state(to: CampaignState, before: CampaignState) -> None:
        async with shared.transaction() as tx:
            assert await tx.campaigns.set_state(campaign, to, (before,), now=bench.moment.now())

    async with working(postgres_url, outlet, concurrency=4) as bench:
        await bench.until(lambda: len(outlet.accepted) >= 10)
        await set_state(CampaignState.PAUSED, CampaignState.RUNNING)
        paused = len(outlet.accepted)
        await asyncio.sleep(1.0)
        further = len(outlet.accepted) - paused
        await set_state(CampaignState.RUNNING, CampaignState.PAUSED)
        await bench.settled(campaign)

    assert further <= 4
    assert set(outlet.copies.values()) == {1}
    assert len(outlet.copies) == READERS


async def test_a_wait_is_kept_by_the_databases_clock_however_wrong_the_workers_is(
    shared: Store, postgres_url: str
) -> None:
    # The worker's clock stands in the year of the issue.
    campaign = await plan(shared, 3)
    outlet = FakeOutlet(
        script=lambda place, words: Wait(40, whole=False) if place.recipient == "1001" else None
    )

    async with working(postgres_url, outlet) as bench:
        await bench.reach(campaign, lambda at: at.sent == 2)
        await bench.until(lambda: bench.worker.under_way == 0)
        async with shared.reading() as tx:
            left = (await tx.connection.exec_driver_sql(LEFT)).scalars().all()

    assert len(left) == 1
    assert 0 < float(left[0]) < 60


async def test_a_chunk_whose_ticket_is_lost_is_sent_all_the_same(shared: Store, postgres_url: str) -> None:
    campaign = await plan(shared, READERS, chunk_size=10)
    async with shared.transaction() as tx:
        await tx.connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
    outlet = FakeOutlet()

    async with working(postgres_url, outlet) as bench:
        await bench.settled(campaign)

    assert len(outlet.copies) == READERS


async def test_deliveries_that_a_living_worker_holds_are_not_taken_from_it(
    shared: Store, postgres_url: str
) -> None:
    campaign = await plan(shared, READERS, chunk_size=READERS)
    held = await claim(shared, campaign, limit=5, owner="other-0")
    outlet, alive = FakeOutlet(), True

    async def live() -> None:
        while alive:
            async with shared.transaction() as tx:
                await tx.senders.beat("other")
            await asyncio.sleep(0.2)

    async with working(postgres_url, outlet) as bench:
        living = asyncio.create_task(live())
        await bench.until(lambda: len(outlet.accepted) == READERS - 5)
        await asyncio.sleep(PATIENT.stalled + 0.5)
        meanwhile = len(outlet.accepted)
        alive = False
        await living
        await bench.settled(campaign)

    assert meanwhile == READERS - 5
    assert len(held) == 5
    assert set(outlet.copies.values()) == {1}


async def test_a_worker_that_was_frozen_does_not_send_what_others_took_over(
    shared: Store, postgres_url: str
) -> None:
    campaign = await plan(shared, 8, chunk_size=8)
    zombie, alive = FakeOutlet(), FakeOutlet()
    frozen = asyncio.Event()

    async with working(postgres_url, zombie) as bench:
        pace = bench.worker._lines["telegram"].pace
        depart, sender = pace.depart, bench.worker._sender

        async def freeze(place: Place, *, taken_at: float) -> None:
            await depart(place, taken_at=taken_at)
            await frozen.wait()

        pace.depart = freeze  # type: ignore[method-assign]
        await bench.until(lambda: bench.worker.under_way == 8)
        sender._clock = lambda: time.monotonic() + 60
        async with shared.transaction() as tx:
            await tx.connection.exec_driver_sql("UPDATE deliveries SET status = 0, owner = ''")
        other = asyncio.create_task(claim(shared, campaign, owner="other-0"))
        assert len(await other) == 8
        frozen.set()
        await bench.until(lambda: bench.worker.under_way == 0)

    assert zombie.calls == []
    assert alive.calls == []


async def test_after_the_database_was_away_the_push_goes_on(shared: Store) -> None:
    outlet = FakeOutlet(latency=0.02)
    with postgres() as server:
        store = await Store.open(server.url())
        campaign = await plan(store, 200, chunk_size=20)
        async with working(server.url(), outlet, rate=100) as bench:
            await bench.until(lambda: len(outlet.accepted) >= 30)
            server.stop()
            await asyncio.sleep(2.0)
            server.start()
            back, before = time.monotonic(), len(outlet.accepted)
            await bench.until(lambda: len(outlet.accepted) > before + 3)
            resumed = time.monotonic() - back
            await bench.settled(campaign, 40.0)
        await store.close()

    assert resumed < 5
    assert set(outlet.copies.values()) == {1}
    assert len(outlet.copies) == 200
