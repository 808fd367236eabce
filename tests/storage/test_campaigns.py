"""Campaigns: planned once, whoever plans."""

from __future__ import annotations

import asyncio

from digest.campaign import CampaignState, DeliveryState, Outcome
from digest.subscriber import Subscription
from storage.store import Store
from tests.storage.makers import (
    DAY,
    HOUR,
    NOW,
    TODAY,
    claim,
    due,
    due_group,
    make_issue,
    plan,
    put,
    state_of,
    subscribe,
)

TOMORROW = due(TODAY + DAY, NOW + DAY)


async def _owe_due(store: Store) -> int:
    """Do what a tick does: owe the issue to whoever is due."""
    async with store.transaction() as tx:
        campaign_id = await tx.campaigns.open("digest:2025-12-22", kind="digest", issue_date=TODAY, now=NOW)
        groups = await tx.subscribers.due_groups(NOW)
        return sum(
            [
                await tx.campaigns.owe(
                    campaign_id, group, revision=1, issue_date=TODAY, next_due=TOMORROW, now=NOW
                )
                for group in groups
            ]
        )


async def test_planning_twice_owes_once(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue())
        await subscribe(tx, 1)
        await subscribe(tx, 2)

    owed = await asyncio.gather(_owe_due(store), _owe_due(store), _owe_due(store))

    async with store.reading() as tx:
        (progress,) = await tx.campaigns.list()
        reader, _ = await tx.subscribers.page()
    assert sorted(owed) == [0, 0, 2]
    assert (progress.total, progress.waiting, progress.state) == (2, 2, CampaignState.RUNNING)
    assert reader.subscription.digests == 1


async def test_who_is_owed_a_digest_has_had_that_day_and_that_issue(store: Store) -> None:
    await plan(store, 1)

    async with store.reading() as tx:
        (reader,) = await tx.subscribers.page()
        order = reader.subscription
        assert (order.digest_on, order.shown, order.digests) == (TODAY, TODAY, 1)
        assert await tx.subscribers.due_of(reader.id) == TOMORROW
        assert await tx.subscribers.due_groups(NOW) == ()


async def test_who_cannot_be_written_to_is_due_again_tomorrow_and_has_had_nothing(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue())
        blocked = await subscribe(tx, 1)
        await subscribe(tx, 2)
        await tx.subscribers.deactivate(blocked.address.id, "blocked")

    assert await _owe_due(store) == 1

    async with store.reading() as tx:
        kept = await tx.subscribers.get(blocked.id)
        assert kept is not None
        assert kept.subscription == blocked.subscription
        assert await tx.subscribers.due_of(blocked.id) == TOMORROW


async def test_owing_one_group_leaves_the_others_due(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue())
        await subscribe(tx, 1)
        await subscribe(tx, 2, zone="Asia/Tokyo")
        first, _ = await tx.subscribers.due_groups(NOW)
        campaign_id = await tx.campaigns.open("digest:2025-12-22", kind="digest", issue_date=TODAY, now=NOW)
        await tx.campaigns.owe(campaign_id, first, revision=1, issue_date=TODAY, next_due=TOMORROW, now=NOW)

        (left,) = await tx.subscribers.due_groups(NOW)

    assert left.zone != first.zone


async def test_deliveries_come_in_chunks_of_a_size(store: Store) -> None:
    campaign_id = await plan(store, 5, chunk_size=2)

    async with store.reading() as tx:
        assert await tx.outbox.open_chunks() == ((campaign_id, 1), (campaign_id, 2), (campaign_id, 3))
    assert [len(await claim(store, campaign_id, chunk)) for chunk in (1, 2, 3)] == [2, 2, 1]


async def test_one_campaign_a_date_grows_by_chunks_and_runs_again_when_it_was_done(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id)
    async with store.transaction() as tx:
        sent = Outcome(owed.subscriber.id, DeliveryState.SENT)
        await tx.outbox.settle(campaign_id, (sent,), owner="me", now=NOW)
        await tx.outbox.close_chunk(campaign_id, 1, NOW)
        await subscribe(tx, 7)

    await _owe_due(store)

    async with store.reading() as tx:
        (progress,) = await tx.campaigns.list()
        assert await tx.outbox.open_chunks() == ((campaign_id, 2),)
    assert (progress.id, progress.state, progress.done_at) == (campaign_id, CampaignState.RUNNING, None)
    assert (progress.total, progress.sent, progress.waiting) == (2, 1, 1)


async def test_a_push_reaches_every_order_whatever_its_hour_and_nobody_twice(store: Store) -> None:
    campaign_id = await plan(store, 1)
    async with store.transaction() as tx:
        later = await subscribe(tx, 7, first_due=due(at=NOW + HOUR))
        newer = await subscribe(tx, 8, subscription=Subscription(active=True, shown=TODAY + DAY))
        await subscribe(tx, 9, subscription=Subscription(active=False))
        blocked = await subscribe(tx, 10)
        await tx.subscribers.deactivate(blocked.address.id, "blocked")
        assert await tx.campaigns.head_count() == {"telegram": 3}

        pushed = await tx.campaigns.owe_all(campaign_id, revision=1, issue_date=TODAY, now=NOW)
        again = await tx.campaigns.owe_all(campaign_id, revision=1, issue_date=TODAY, now=NOW)

        orders = [
            reader.subscription for reader in await tx.subscribers.page() if reader.id in (later.id, newer.id)
        ]
        assert [(order.shown, order.digests) for order in orders] == [(TODAY, 1), (TODAY + DAY, 1)]
        assert await tx.subscribers.due_of(later.id) == due(at=NOW + HOUR)
    assert (pushed, again) == (2, 0)


async def test_a_push_leaves_out_who_paused_when_it_knows_the_day(store: Store) -> None:
    async with store.transaction() as tx:
        await subscribe(tx, 1, subscription=Subscription(active=True, paused_until=TODAY + DAY))
        await subscribe(tx, 2, subscription=Subscription(active=True, paused_until=TODAY))
        campaign_id = await tx.campaigns.open("digest:2025-12-22", kind="digest", issue_date=TODAY, now=NOW)

        assert await tx.campaigns.head_count(TODAY) == {"telegram": 1}
        assert await tx.campaigns.head_count() == {"telegram": 2}
        assert (
            await tx.campaigns.owe_all(campaign_id, revision=1, issue_date=TODAY, now=NOW, today=TODAY) == 1
        )


async def test_a_campaign_that_owes_nobody_is_done(store: Store) -> None:
    async with store.transaction() as tx:
        campaign_id = await tx.campaigns.open("digest:2025-12-22", kind="digest", issue_date=TODAY, now=NOW)
        await tx.campaigns.owe_all(campaign_id, revision=1, issue_date=TODAY, now=NOW)
        progress = await tx.campaigns.show(campaign_id)

    assert progress is not None
    assert (progress.state, progress.total, progress.done_at) == (CampaignState.DONE, 0, NOW)


async def test_a_paused_campaign_is_not_claimed_and_goes_on_when_it_resumes(store: Store) -> None:
    campaign_id = await plan(store, 1)
    running, paused = (CampaignState.RUNNING,), (CampaignState.PAUSED,)
    async with store.transaction() as tx:
        assert await tx.campaigns.set_state(campaign_id, CampaignState.PAUSED, running, now=NOW)
        assert not await tx.campaigns.set_state(campaign_id, CampaignState.PAUSED, running, now=NOW)
        assert await tx.outbox.open_chunks() == ()
    assert await claim(store, campaign_id) == ()

    async with store.transaction() as tx:
        assert await tx.campaigns.set_state(campaign_id, CampaignState.RUNNING, paused, now=NOW)

    assert len(await claim(store, campaign_id)) == 1


async def test_a_campaign_whose_last_chunk_closed_in_a_pause_is_done_when_it_resumes(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id)
    async with store.transaction() as tx:
        await tx.campaigns.set_state(campaign_id, CampaignState.PAUSED, (CampaignState.RUNNING,), now=NOW)
        dead = Outcome(owed.subscriber.id, DeliveryState.DEAD, "blocked")
        await tx.outbox.settle(campaign_id, (dead,), owner="me", now=NOW)
        assert await tx.outbox.close_chunk(campaign_id, 1, NOW)

        await tx.campaigns.set_state(campaign_id, CampaignState.RUNNING, (CampaignState.PAUSED,), now=NOW)

        progress = await tx.campaigns.show(campaign_id)
    assert progress is not None
    assert (progress.state, progress.failed) == (CampaignState.DONE, 1)


async def test_a_cancelled_campaign_is_never_claimed(store: Store) -> None:
    campaign_id = await plan(store, 1)
    async with store.transaction() as tx:
        await tx.campaigns.set_state(campaign_id, CampaignState.CANCELLED, (CampaignState.RUNNING,), now=NOW)

    assert await claim(store, campaign_id) == ()


async def test_a_retry_by_hand_takes_what_failed_or_is_unknown_and_nothing_else(store: Store) -> None:
    campaign_id = await plan(store, 3)
    sent, dead, unknown = (one.subscriber.id for one in await claim(store, campaign_id))
    outcomes = (
        Outcome(sent, DeliveryState.SENT),
        Outcome(dead, DeliveryState.DEAD, "blocked"),
        Outcome(unknown, DeliveryState.UNKNOWN, "timeout"),
    )
    async with store.transaction() as tx:
        await tx.outbox.settle(campaign_id, outcomes, owner="me", now=NOW)
        await tx.outbox.close_chunk(campaign_id, 1, NOW)

        assert await tx.campaigns.retry(campaign_id) == 2
        assert await tx.campaigns.retry(campaign_id) == 0

        progress = await tx.campaigns.show(campaign_id)
    assert progress is not None
    assert (
        progress.state,
        progress.total,
        progress.sent,
        progress.failed,
        progress.unknown,
        progress.waiting,
    ) == (CampaignState.RUNNING, 3, 1, 0, 0, 2)
    again = await claim(store, campaign_id, 2)
    assert [(one.subscriber.id, one.attempts) for one in again] == [(dead, 1), (unknown, 1)]


async def test_sweeping_erases_old_deliveries_and_keeps_the_sums(store: Store) -> None:
    campaign_id = await plan(store, 2)
    owed = await claim(store, campaign_id)
    sent = tuple(Outcome(one.subscriber.id, DeliveryState.SENT) for one in owed)
    async with store.transaction() as tx:
        await tx.outbox.settle(campaign_id, sent, owner="me", now=NOW)
        assert await tx.campaigns.sweep(NOW + DAY) == 0
        await tx.outbox.close_chunk(campaign_id, 1, NOW)

        assert await tx.campaigns.sweep(NOW) == 0
        assert await tx.campaigns.sweep(NOW + DAY) == 2

        progress = await tx.campaigns.show(campaign_id)
        assert progress is not None
        assert (progress.total, progress.sent) == (2, 2)
        assert await tx.lives.recent(owed[0].subscriber.id) == ()


async def test_sweeping_goes_in_steps_and_leaves_nothing_but_one_row_of_sums(store: Store) -> None:
    campaign_id = await plan(store, 5, chunk_size=2)
    async with store.transaction() as tx:
        for chunk in (1, 2, 3):
            owed = await tx.outbox.claim(campaign_id, chunk, 10, owner="me", now=NOW)
            ended = (*(Outcome(one.subscriber.id, DeliveryState.SENT, ref="1") for one in owed[1:]),)
            dead = Outcome(owed[0].subscriber.id, DeliveryState.DEAD, "too_long", words="Bad Request")
            await tx.outbox.settle(campaign_id, (dead, *ended), owner="me", now=NOW)
            await tx.outbox.close_chunk(campaign_id, chunk, NOW)
        before = await tx.campaigns.show(campaign_id)

    erased: list[int] = []
    while not erased or erased[-1]:
        async with store.transaction() as tx:
            erased.append(await tx.campaigns.sweep(NOW + DAY, most=2))

    async with store.reading() as tx:
        left = {
            table: (await tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar()
            for table in ("deliveries", "messages", "setbacks", "chunks", "campaigns")
        }
        assert await tx.campaigns.show(campaign_id) == before
    assert erased == [2, 2, 1, 0]
    assert left == {"deliveries": 0, "messages": 0, "setbacks": 0, "chunks": 1, "campaigns": 1}


async def test_an_old_campaign_that_ran_again_lately_is_kept(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id)
    async with store.transaction() as tx:
        sent = (Outcome(owed.subscriber.id, DeliveryState.SENT),)
        await tx.outbox.settle(campaign_id, sent, owner="me", now=NOW)
        await tx.outbox.close_chunk(campaign_id, 1, NOW + DAY)

        assert await tx.campaigns.sweep(NOW + HOUR) == 0
        assert await tx.campaigns.sweep(NOW + 2 * DAY) == 1


async def test_the_revision_is_pinned_when_a_delivery_is_planned(store: Store) -> None:
    campaign_id = await plan(store, 1)
    async with store.transaction() as tx:
        await put(tx, make_issue("改过的"))

    (owed,) = await claim(store, campaign_id)

    assert owed.revision == 1


async def test_a_due_group_is_owed_by_its_value_alone(store: Store) -> None:
    async with store.transaction() as tx:
        await put(tx, make_issue())
        reader = await subscribe(tx, 1)
        group = await due_group(tx)
        await tx.subscribers.roll(group, TOMORROW)
        campaign_id = await tx.campaigns.open("digest:2025-12-22", kind="digest", issue_date=TODAY, now=NOW)

        owed = await tx.campaigns.owe(
            campaign_id, group, revision=1, issue_date=TODAY, next_due=due(), now=NOW
        )

        assert owed == 0
        assert await tx.subscribers.due_of(reader.id) == TOMORROW


async def test_states_are_told_by_name(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id)

    assert await state_of(store, owed.subscriber.id) == "sending"
