"""Tickets and senders: what a chunk needs to be sent by one of many workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import sqlalchemy as sa

from digest.campaign import CampaignState, DeliveryState, OnUnknown, Outcome
from digest.errors import StoreUnavailable
from storage.engines import migrating_engine
from storage.jobs import missing, reconcile, submit
from storage.schema import SCHEMA, Plan, _run_scripts, migrate
from storage.store import Store, Transaction
from storage.tickets import Enqueued, Tickets
from tests.storage.makers import HOUR, NOW, TODAY, claim, plan

Act = Callable[[Transaction], Awaitable[object]]
LIVE = (
    "SELECT args->>'campaign' AS campaign, args->>'number' AS number FROM procrastinate_jobs"
    " WHERE status IN ('todo', 'doing')"
)
ENGINE = """
SELECT count(*) FROM pg_proc WHERE proname LIKE 'procrastinate%'
UNION ALL SELECT count(*) FROM pg_tables WHERE tablename LIKE 'procrastinate%'
"""


@pytest.fixture
async def shared(postgres_url: str) -> AsyncIterator[Store]:
    """An open, empty store on PostgreSQL."""
    opened = await Store.open(postgres_url)
    yield opened
    await opened.close()


async def tickets(store: Store) -> set[tuple[int, int]]:
    async with store.reading() as tx:
        rows = await tx.connection.exec_driver_sql(LIVE)
        return {(int(row.campaign), int(row.number)) for row in rows}


async def lose_tickets(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.connection.exec_driver_sql("DELETE FROM procrastinate_jobs")


async def test_a_plan_is_committed_with_a_ticket_for_each_chunk(shared: Store) -> None:
    campaign = await plan(shared, 7, chunk_size=3)

    assert await tickets(shared) == {(campaign, 1), (campaign, 2), (campaign, 3)}
    async with shared.reading() as tx:
        assert await missing(tx.connection) == ()


async def test_a_plan_that_is_not_kept_leaves_no_ticket(shared: Store) -> None:
    async def fail() -> None:
        async with shared.transaction() as tx:
            await submit(tx.connection, [(1, 1)])
            raise StoreUnavailable("just now")

    with pytest.raises(StoreUnavailable):
        await fail()

    assert await tickets(shared) == set()


async def test_deliveries_that_are_due_again_get_a_ticket(shared: Store) -> None:
    campaign = await plan(shared, 2)
    (owed,) = await claim(shared, campaign, limit=1)
    later = Outcome(owed.subscriber.id, DeliveryState.RETRY, "429", not_before=NOW + HOUR)
    async with shared.transaction() as tx:
        await tx.outbox.settle(campaign, (later,), owner="me", now=NOW)
        await tx.outbox.ripen(NOW + HOUR)

    assert await tickets(shared) == {(campaign, 1), (campaign, 2)}


async def test_a_chunk_that_lost_its_ticket_gets_another_and_only_one(shared: Store) -> None:
    campaign = await plan(shared, 7, chunk_size=3)
    await lose_tickets(shared)

    async def look() -> int:
        async with shared.transaction() as tx:
            return await reconcile(tx.connection)

    assert sum(await asyncio.gather(*(look() for _ in range(4)))) == 3
    assert await tickets(shared) == {(campaign, 1), (campaign, 2), (campaign, 3)}
    assert await look() == 0


async def test_one_ticket_too_many_is_refused(shared: Store) -> None:
    campaign = await plan(shared, 1)

    async with shared.transaction() as tx:
        with pytest.raises(Enqueued):
            async with tx.connection.begin_nested():
                await submit(tx.connection, [(campaign, 1)])
        await tx.meta.set("still", "usable")


async def test_a_paused_campaign_wants_no_tickets_and_one_that_resumes_gets_them(shared: Store) -> None:
    campaign = await plan(shared, 3, chunk_size=2)
    await lose_tickets(shared)
    async with shared.transaction() as tx:
        await tx.campaigns.set_state(campaign, CampaignState.PAUSED, (CampaignState.RUNNING,), now=NOW)
    async with shared.transaction() as tx:
        paused = await reconcile(tx.connection)
        await tx.campaigns.set_state(campaign, CampaignState.RUNNING, (CampaignState.PAUSED,), now=NOW)

    assert paused == 0
    assert await tickets(shared) == {(campaign, 1), (campaign, 2)}


async def test_what_a_silent_worker_holds_is_an_orphan_and_what_a_living_one_holds_is_not(
    shared: Store,
) -> None:
    campaign = await plan(shared, 4)
    await claim(shared, campaign, limit=2, owner="silent-0")
    await claim(shared, campaign, limit=2, owner="alive-3")
    async with shared.transaction() as tx:
        await tx.senders.beat("silent")
    await asyncio.sleep(0.5)
    async with shared.transaction() as tx:
        await tx.senders.beat("alive")
        orphans = await tx.senders.orphans(campaign, 1, 0.4)
        found = await tx.outbox.recover(OnUnknown.RESEND, chunk=(campaign, 1), owners=orphans, now=NOW)

    assert orphans == ("silent-0",)
    assert found == 2


async def test_of_many_that_look_after_the_dead_one_does_at_a_time(shared: Store) -> None:
    async with shared.transaction() as first, shared.transaction() as second:
        assert await first.senders.keeps(0.1)
        assert not await second.senders.keeps(0.1)
    async with shared.transaction() as third:
        assert await third.senders.keeps(0.1)


async def test_nobody_is_taken_for_dead_by_a_server_that_has_just_come_back(shared: Store) -> None:
    campaign = await plan(shared, 1)
    await claim(shared, campaign, owner="silent-0")

    async with shared.transaction() as tx:
        assert not await tx.senders.keeps(10**6)
        assert await tx.senders.orphans(campaign, 1, 10**6) == ()


async def test_a_new_database_and_a_migrated_one_have_the_same_engine(empty_postgres_url: str) -> None:
    engine = migrating_engine(empty_postgres_url)
    async with engine.begin() as connection:
        await connection.run_sync(_run_scripts, Plan())
        migrated = (await connection.exec_driver_sql(ENGINE.replace("%", "%%"))).scalars().all()
        await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        await connection.exec_driver_sql("CREATE SCHEMA public")
    await engine.dispose()
    report = await migrate(empty_postgres_url, backup=False)
    engine = migrating_engine(empty_postgres_url)
    async with engine.begin() as connection:
        made = (await connection.execute(sa.text(ENGINE))).scalars().all()
    await engine.dispose()

    assert report.after == SCHEMA
    assert made == migrated
    assert made[1] == 4


async def test_a_queue_without_its_database_says_so() -> None:
    queue = Tickets("postgresql://nobody@127.0.0.1:1/nothing", patience=0.5)
    with pytest.raises(StoreUnavailable):
        async with queue.opened():
            pass


async def test_a_queue_that_was_closed_says_so_to_whoever_looks_after_it(postgres_url: str) -> None:
    queue = Tickets(postgres_url)

    with pytest.raises(StoreUnavailable):
        await queue.rescue(1.0)


async def sent_but_open(store: Store, chunks: int) -> int:
    """A campaign of so many chunks of which everything is sent and none is closed."""
    campaign = await plan(store, chunks, chunk_size=1)
    for chunk in range(1, chunks + 1):
        (owed,) = await claim(store, campaign, chunk=chunk, limit=1, owner="me")
        async with store.transaction() as tx:
            sent = Outcome(owed.subscriber.id, DeliveryState.SENT, part=0, ref="1:1")
            await tx.outbox.settle(campaign, (sent,), owner="me", now=NOW)
    return campaign


async def at_once(store: Store, first: Act, second: Act) -> None:
    """Two transactions, of which the second begins when the first has done its part and not committed."""
    began = asyncio.Event()

    async def lead() -> None:
        async with store.transaction() as tx:
            await first(tx)
            began.set()
            # Time enough for the other one to look, did it not wait.
            await asyncio.sleep(0.3)

    async def follow() -> None:
        await began.wait()
        async with store.transaction() as tx:
            await second(tx)

    await asyncio.gather(lead(), follow())


def closing(campaign: int, chunk: int) -> Act:
    return lambda tx: tx.outbox.close_chunk(campaign, chunk, NOW)


def steering(campaign: int, to: CampaignState, before: CampaignState) -> Act:
    return lambda tx: tx.campaigns.set_state(campaign, to, (before,), now=NOW)


async def state(store: Store, campaign: int) -> CampaignState:
    async with store.reading() as tx:
        progress = await tx.campaigns.show(campaign)
    assert progress is not None
    return progress.state


async def test_two_that_close_the_last_chunks_at_once_end_the_campaign(shared: Store) -> None:
    campaign = await sent_but_open(shared, 2)

    await at_once(shared, closing(campaign, 1), closing(campaign, 2))

    assert await state(shared, campaign) is CampaignState.DONE


@pytest.mark.parametrize("closes_first", [True, False])
async def test_a_campaign_that_resumes_while_its_last_chunk_is_closed_ends(
    shared: Store, closes_first: bool
) -> None:
    campaign = await sent_but_open(shared, 1)
    pause = steering(campaign, CampaignState.PAUSED, CampaignState.RUNNING)
    async with shared.transaction() as tx:
        await pause(tx)
    resume = steering(campaign, CampaignState.RUNNING, CampaignState.PAUSED)
    acts = (closing(campaign, 1), resume)

    await at_once(shared, *(acts if closes_first else reversed(acts)))

    assert await state(shared, campaign) is CampaignState.DONE


@pytest.mark.parametrize("closes_first", [True, False])
async def test_a_campaign_that_is_planned_again_while_its_last_chunk_is_closed_ends(
    shared: Store, closes_first: bool
) -> None:
    campaign = await sent_but_open(shared, 1)

    async def owe(tx: Transaction) -> int:
        return await tx.campaigns.owe_all(campaign, revision=1, issue_date=TODAY, now=NOW)

    acts = (closing(campaign, 1), owe)
    await at_once(shared, *(acts if closes_first else reversed(acts)))

    assert await state(shared, campaign) is CampaignState.DONE


async def test_a_retry_that_is_due_while_the_last_chunk_is_closed_keeps_the_campaign_running(
    shared: Store,
) -> None:
    campaign = await plan(shared, 2)
    first, second = await claim(shared, campaign)
    later = Outcome(second.subscriber.id, DeliveryState.RETRY, "429", not_before=NOW + HOUR)
    async with shared.transaction() as tx:
        sent = Outcome(first.subscriber.id, DeliveryState.SENT, part=0, ref="1:1")
        await tx.outbox.settle(campaign, (sent, later), owner="me", now=NOW)

    await at_once(shared, lambda tx: tx.outbox.ripen(NOW + HOUR), closing(campaign, 1))

    assert await state(shared, campaign) is CampaignState.RUNNING
