"""The outbox: claim, send, settle, and what a crash leaves."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from digest.campaign import CampaignState, DeliveryState, OnUnknown, Outcome, Owed, Progress
from digest.issue import IssueState
from storage.store import Store
from tests.storage.makers import HOUR, MINUTE, NOW, TODAY, claim, make_issue, plan, put, state_of, subscribe


async def _settle(store: Store, campaign_id: int, *outcomes: Outcome, owner: str = "me") -> int:
    async with store.transaction() as tx:
        return len(await tx.outbox.settle(campaign_id, outcomes, owner=owner, now=NOW))


async def _progress(store: Store, campaign_id: int) -> Progress:
    async with store.reading() as tx:
        progress = await tx.campaigns.show(campaign_id)
    assert progress is not None
    return progress


def _sent(owed: Owed, ref: str = "") -> Outcome:
    return Outcome(owed.subscriber.id, DeliveryState.SENT, part=owed.next_part, ref=ref)


def _retry(owed: Owed, not_before: dt.datetime, *, counted: bool = True) -> Outcome:
    return Outcome(owed.subscriber.id, DeliveryState.RETRY, "429", not_before=not_before, counted=counted)


async def test_a_claim_gives_all_that_sending_needs(store: Store) -> None:
    campaign_id = await plan(store, 2)

    (owed,) = await claim(store, campaign_id, limit=1)

    async with store.reading() as tx:
        reader, _ = await tx.subscribers.page()
    assert owed == Owed(
        campaign_id=campaign_id,
        chunk=1,
        kind="digest",
        issue_date=TODAY,
        revision=1,
        subscriber=reader,
        attempts=1,
        next_part=0,
        planned_at=NOW,
    )


async def test_what_one_claims_nobody_else_does(store: Store) -> None:
    campaign_id = await plan(store, 7)

    taken = await asyncio.gather(*(claim(store, campaign_id, limit=2, owner=str(n)) for n in range(5)))

    ids = [one.subscriber.id for some in taken for one in some]
    assert len(ids) == len(set(ids)) == 7


async def test_a_sent_delivery_keeps_the_platforms_name_for_its_message(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id)

    await _settle(store, campaign_id, _sent(owed, ref="4711"))

    async with store.transaction() as tx:
        rows = await tx.connection.exec_driver_sql("SELECT part, status, message_ref FROM messages")
        assert [tuple(row) for row in rows] == [(0, 2, "4711")]
        delivery = await tx.lives.delivery_of(owed.subscriber.id, TODAY)
        assert delivery is not None
        assert (delivery.state, delivery.attempts, delivery.settled_at) == (DeliveryState.SENT, 1, NOW)
    assert await claim(store, campaign_id) == ()


async def test_a_settled_chunk_closes_and_its_campaign_is_done(store: Store) -> None:
    campaign_id = await plan(store, 4)
    sent, dead, unknown, skipped = await claim(store, campaign_id)
    async with store.transaction() as tx:
        assert not await tx.outbox.close_chunk(campaign_id, 1, NOW)

    await _settle(
        store,
        campaign_id,
        _sent(sent),
        Outcome(dead.subscriber.id, DeliveryState.DEAD, "blocked"),
        Outcome(unknown.subscriber.id, DeliveryState.UNKNOWN, "timeout"),
        Outcome(skipped.subscriber.id, DeliveryState.SKIPPED, "unsubscribed"),
    )
    async with store.transaction() as tx:
        assert await tx.outbox.close_chunk(campaign_id, 1, NOW + HOUR)
        assert not await tx.outbox.close_chunk(campaign_id, 1, NOW + HOUR)

    progress = await _progress(store, campaign_id)
    assert (progress.state, progress.done_at) == (CampaignState.DONE, NOW + HOUR)
    assert (progress.sent, progress.failed, progress.unknown, progress.skipped, progress.waiting) == (
        1,
        1,
        1,
        1,
        0,
    )
    assert await state_of(store, dead.subscriber.id) == "dead: blocked"


async def test_a_foreign_owner_settles_nothing(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id, owner="me")

    settled = await _settle(store, campaign_id, _sent(owed, "1"), owner="zombie")

    assert settled == 0
    assert await state_of(store, owed.subscriber.id) == "sending"
    assert (await _progress(store, campaign_id)).sent == 0
    assert await _settle(store, campaign_id, _sent(owed, "2")) == 1


async def test_what_is_settled_stays_settled(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id)
    await _settle(store, campaign_id, _sent(owed))

    assert await _settle(store, campaign_id, Outcome(owed.subscriber.id, DeliveryState.DEAD, "late")) == 0

    assert await state_of(store, owed.subscriber.id) == "sent"
    assert (await _progress(store, campaign_id)).failed == 0


async def test_a_retry_leaves_its_chunk_and_comes_back_in_a_new_one_when_it_is_due(store: Store) -> None:
    campaign_id = await plan(store, 2)
    first, second = await claim(store, campaign_id)
    await _settle(store, campaign_id, _sent(first), _retry(second, NOW + MINUTE))
    async with store.transaction() as tx:
        assert await tx.outbox.close_chunk(campaign_id, 1, NOW)
        assert await tx.outbox.ripen(NOW) == ()
        assert await tx.outbox.next_retry_at() == NOW + MINUTE
        assert await tx.outbox.open_chunks() == ()
    assert (await _progress(store, campaign_id)).state is CampaignState.RUNNING

    async with store.transaction() as tx:
        ripe = await tx.outbox.ripen(NOW + MINUTE)
        assert await tx.outbox.ripen(NOW + MINUTE) == ()
        assert await tx.outbox.next_retry_at() is None

    (again,) = await claim(store, campaign_id, 2)
    assert ripe == ((campaign_id, 2),)
    assert (again.subscriber.id, again.attempts) == (second.subscriber.id, 2)
    await _settle(store, campaign_id, _sent(again))
    async with store.transaction() as tx:
        await tx.outbox.close_chunk(campaign_id, 2, NOW)
    progress = await _progress(store, campaign_id)
    assert (progress.state, progress.sent, progress.total, progress.waiting) == (CampaignState.DONE, 2, 2, 0)


async def test_a_retry_of_many_comes_back_in_chunks_of_a_size(store: Store) -> None:
    campaign_id = await plan(store, 5)
    owed = await claim(store, campaign_id)
    await _settle(store, campaign_id, *(_retry(one, NOW) for one in owed))

    async with store.transaction() as tx:
        assert await tx.outbox.ripen(NOW, chunk_size=2) == (
            (campaign_id, 2),
            (campaign_id, 3),
            (campaign_id, 4),
        )
    assert len(await claim(store, campaign_id, 4)) == 1


async def test_a_wait_that_the_platform_asked_for_is_no_attempt(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id)
    await _settle(store, campaign_id, _retry(owed, NOW, counted=False))
    async with store.transaction() as tx:
        await tx.outbox.ripen(NOW)

    (again,) = await claim(store, campaign_id, 2)

    assert again.attempts == 1


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.CANCELLED])
async def test_a_retry_of_a_campaign_that_does_not_run_does_not_ripen(
    store: Store, state: CampaignState
) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id)
    await _settle(store, campaign_id, _retry(owed, NOW))

    async with store.transaction() as tx:
        await tx.campaigns.set_state(campaign_id, state, (CampaignState.RUNNING,), now=NOW)

        assert await tx.outbox.ripen(NOW) == ()


async def test_after_a_crash_with_resend_what_was_being_sent_is_sent_again(store: Store) -> None:
    campaign_id = await plan(store, 3)
    lost, done = await claim(store, campaign_id, limit=2, owner="dead")
    await _settle(store, campaign_id, _sent(done), owner="dead")

    async with store.transaction() as tx:
        recovered = await tx.outbox.recover(OnUnknown.RESEND, now=NOW)

    again = await claim(store, campaign_id)
    assert recovered == 1
    assert sorted(one.attempts for one in again) == [1, 2]
    assert (again[0].subscriber.id, again[0].attempts) == (lost.subscriber.id, 2)


async def test_after_a_crash_with_hold_what_was_being_sent_is_unknown_and_counted(store: Store) -> None:
    campaign_id = await plan(store, 3, chunk_size=2)
    (one,) = await claim(store, campaign_id, 2, owner="dead")
    (two,) = await claim(store, campaign_id, 1, limit=1, owner="dead")

    async with store.transaction() as tx:
        assert await tx.outbox.recover(OnUnknown.HOLD, now=NOW, kind="broadcast") == 0
        assert await tx.outbox.recover(OnUnknown.HOLD, now=NOW, kind="digest") == 2
        assert await tx.outbox.close_chunk(campaign_id, 2, NOW)

    progress = await _progress(store, campaign_id)
    assert (progress.unknown, progress.waiting) == (2, 1)
    assert await state_of(store, one.subscriber.id) == "unknown: unknown"
    assert await state_of(store, two.subscriber.id) == "unknown: unknown"


async def test_one_chunk_alone_is_recovered_when_another_worker_takes_it(store: Store) -> None:
    campaign_id = await plan(store, 2, chunk_size=1)
    (lost,) = await claim(store, campaign_id, 1, owner="dead")
    (live,) = await claim(store, campaign_id, 2, owner="alive")

    async with store.transaction() as tx:
        await tx.outbox.begin_chunk(campaign_id, 1)
        assert await tx.outbox.recover(OnUnknown.RESEND, now=NOW, chunk=(campaign_id, 1)) == 1

    assert await state_of(store, lost.subscriber.id) == "pending"
    assert await state_of(store, live.subscriber.id) == "sending"


async def test_a_resumed_delivery_goes_on_at_its_first_unsent_part(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id, owner="dead")
    reader = owed.subscriber.id
    async with store.transaction() as tx:
        assert await tx.outbox.part_sent(campaign_id, reader, 0, "m0", owner="dead", now=NOW)
        assert await tx.outbox.part_sending(campaign_id, reader, 1, owner="dead")
        await tx.outbox.recover(OnUnknown.RESEND, now=NOW)

    (again,) = await claim(store, campaign_id)
    assert again.next_part == 1
    await _settle(store, campaign_id, _sent(again, "m1"))

    async with store.transaction() as tx:
        rows = await tx.connection.exec_driver_sql(
            "SELECT part, status, message_ref FROM messages ORDER BY part"
        )
        assert [tuple(row) for row in rows] == [(0, 2, "m0"), (1, 2, "m1")]


async def test_who_lost_a_delivery_is_told_before_its_next_part(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id, owner="zombie")
    async with store.transaction() as tx:
        await tx.outbox.recover(OnUnknown.RESEND, now=NOW)
    await claim(store, campaign_id, owner="rescuer")

    async with store.transaction() as tx:
        reader = owed.subscriber.id
        assert not await tx.outbox.part_sent(campaign_id, reader, 0, "m0", owner="zombie", now=NOW)
        assert not await tx.outbox.part_sending(campaign_id, reader, 1, owner="zombie")
        assert await tx.outbox.part_sending(campaign_id, reader, 1, owner="rescuer")


async def test_what_was_not_begun_is_given_back_and_is_no_attempt(store: Store) -> None:
    campaign_id = await plan(store, 3)
    sent, *_ = await claim(store, campaign_id, limit=2, owner="leaving")
    await claim(store, campaign_id, limit=1, owner="staying")
    await _settle(store, campaign_id, _sent(sent), owner="leaving")

    async with store.transaction() as tx:
        assert await tx.outbox.release("leaving") == 1

    (again,) = await claim(store, campaign_id)
    assert again.attempts == 1


async def test_an_outcome_of_pending_gives_one_delivery_back(store: Store) -> None:
    campaign_id = await plan(store, 1)
    (owed,) = await claim(store, campaign_id)

    await _settle(store, campaign_id, Outcome(owed.subscriber.id, DeliveryState.PENDING, counted=False))

    (again,) = await claim(store, campaign_id)
    assert again.attempts == 1
    assert (await _progress(store, campaign_id)).waiting == 1


async def test_what_is_not_sent_of_a_retracted_issue_is_skipped(store: Store) -> None:
    campaign_id = await plan(store, 3)
    (owed,) = await claim(store, campaign_id, limit=1)
    await _settle(store, campaign_id, _sent(owed))
    async with store.transaction() as tx:
        await tx.issues.set_state(TODAY, IssueState.RETRACTED, NOW)

    assert await claim(store, campaign_id) == ()

    async with store.transaction() as tx:
        assert await tx.outbox.close_chunk(campaign_id, 1, NOW)
        last = (await tx.subscribers.page())[-1]
    progress = await _progress(store, campaign_id)
    assert (progress.state, progress.sent, progress.skipped) == (CampaignState.DONE, 1, 2)
    assert await state_of(store, last.id) == "skipped: retracted"


async def test_a_forgotten_reader_is_skipped_and_the_next_one_served(store: Store) -> None:
    campaign_id = await plan(store, 2)
    async with store.transaction() as tx:
        gone, stays = await tx.subscribers.page()
        await tx.subscribers.remove(gone.id)

    (owed,) = await claim(store, campaign_id, limit=1)

    assert owed.subscriber.id == stays.id
    assert await state_of(store, gone.id) == "skipped: forgotten"
    assert (await _progress(store, campaign_id)).skipped == 1


async def test_a_reader_can_ask_for_their_place_and_their_last_deliveries(store: Store) -> None:
    campaign_id = await plan(store, 3, chunk_size=2)
    await claim(store, campaign_id, limit=1)
    async with store.transaction() as tx:
        _, second, third = await tx.subscribers.page()
        stranger = await subscribe(tx, 7)
        assert await tx.lives.ahead(second.id, TODAY) == 0
        assert await tx.lives.ahead(third.id, TODAY) == 1
        assert await tx.lives.ahead(stranger.id, TODAY) == 0
        assert await tx.lives.delivery_of(stranger.id, TODAY) is None

        later = TODAY + dt.timedelta(days=1)
        await put(tx, make_issue(date=later))
        next_campaign = await tx.campaigns.open("digest:2025-12-23", kind="digest", issue_date=later, now=NOW)
        await tx.campaigns.owe_all(next_campaign, revision=1, issue_date=later, now=NOW)

        recent = await tx.lives.recent(third.id)
        assert [(one.issue_date, one.state) for one in recent] == [
            (later, DeliveryState.PENDING),
            (TODAY, DeliveryState.PENDING),
        ]
        assert await tx.lives.recent(third.id, limit=1) == recent[:1]
