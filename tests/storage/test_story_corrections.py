"""Corrections: which deliveries are to be edited, what came of each, and what is sent corrected at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.campaign import DeliveryState, Outcome
from digest.correcting import Correction, Part
from digest.subscriber import SubscriberId
from storage.store import Store
from storage.story_corrections import Edited, Edits
from tests.storage.makers import DAY, MINUTE, NOW, TODAY, claim, plan, subscribe

LATER = NOW + MINUTE


def correction(new: str = "新标题", *, revision: int = 2, at: dt.datetime = LATER) -> Correction:
    return Correction(0, TODAY, "key-一则新闻", 1, Part.TITLE, "一则新闻", new, revision, at)


async def add(store: Store, made: Correction) -> Correction:
    async with store.transaction() as tx:
        return replace(made, id=await tx.story_corrections.add(made, asked_by="telegram:77"))


async def delivered(store: Store, readers: int, *states: DeliveryState) -> int:
    """A campaign of which the first deliveries have ended so; the others were not begun."""
    campaign = await plan(store, readers)
    owed = await claim(store, campaign, limit=len(states)) if states else ()
    outcomes = tuple(
        Outcome(one.subscriber.id, state, ref=f"{one.subscriber.id}:7")
        for one, state in zip(owed, states, strict=True)
    )
    async with store.transaction() as tx:
        await tx.outbox.settle(campaign, outcomes, owner="me", now=NOW)
    return campaign


SENT, SKIPPED = DeliveryState.SENT, DeliveryState.SKIPPED


async def test_what_was_delivered_is_gathered_once_with_its_references(store: Store) -> None:
    await delivered(store, 4, SENT, SENT, SKIPPED)
    made = await add(store, correction())

    async with store.transaction() as tx:
        gathered = await tx.story_corrections.gather(made, "telegram")
        again = await tx.story_corrections.gather(made, "telegram")
        pending = await tx.story_corrections.pending(made.id, 10)

    assert gathered == again == len(pending) == 2
    assert [one.refs for one in pending] == [(f"{one.owed.subscriber.id}:7",) for one in pending]
    assert {(one.sent_at, one.owed.revision, one.owed.issue_date) for one in pending} == {(NOW, 1, TODAY)}


async def test_what_was_not_begun_brings_the_corrected_text_at_once(store: Store) -> None:
    campaign = await delivered(store, 3, SENT)
    made = await add(store, correction())

    owed = await claim(store, campaign)
    async with store.reading() as tx:
        coming = await tx.story_corrections.coming(made, "telegram")

    assert [one.revision for one in owed] == [2, 2]
    assert coming == 0


async def test_what_is_under_way_is_waited_for(store: Store) -> None:
    campaign = await plan(store, 1)
    (owed,) = await claim(store, campaign)
    made = await add(store, correction())

    async with store.transaction() as tx:
        before = (
            await tx.story_corrections.coming(made, "telegram"),
            await tx.story_corrections.gather(made, "telegram"),
        )
        await tx.outbox.settle(campaign, (Outcome(owed.subscriber.id, SENT, ref="1:1"),), owner="me", now=NOW)
        after = (
            await tx.story_corrections.coming(made, "telegram"),
            await tx.story_corrections.gather(made, "telegram"),
        )

    assert owed.revision == 1
    assert (before, after) == ((1, 0), (0, 1))


async def test_what_came_of_each_adds_up(store: Store) -> None:
    campaign = await delivered(store, 5, SENT, SENT, SENT, SENT, SENT)
    made = await add(store, correction())

    async with store.transaction() as tx:
        await tx.story_corrections.gather(made, "telegram")
        ids = [one.owed.subscriber.id for one in await tx.story_corrections.pending(made.id, 10)]
        results = ((SENT, ""), (SKIPPED, ""), (DeliveryState.DEAD, "not_editable"), (SENT, ""))
        settled = [Edited(campaign, ids[place], *result) for place, result in enumerate(results)]
        await tx.story_corrections.settle(made.id, settled)
        edits = await tx.story_corrections.edits(made.id)
        left = await tx.story_corrections.pending(made.id, 10)

    assert edits == Edits(waiting=1, edited=2, unchanged=1, failed=(("not_editable", 1),))
    assert [one.owed.subscriber.id for one in left] == ids[4:]


async def test_a_correction_is_open_until_it_is_finished_once(store: Store) -> None:
    made = await add(store, correction())

    async with store.transaction() as tx:
        before = await tx.story_corrections.open()
        first = await tx.story_corrections.finish(made.id, LATER)
        second = await tx.story_corrections.finish(made.id, LATER)
        after = await tx.story_corrections.open()

    assert before == ((made, "telegram:77"),)
    assert (first, second) == (True, False)
    assert after == ()


async def test_readers_elsewhere_are_counted_apart(store: Store) -> None:
    async with store.transaction() as tx:
        await subscribe(tx, "me", channel="console")
    await delivered(store, 2, SENT, SENT, SENT)

    async with store.reading() as tx:
        reach = await tx.story_corrections.reach(correction(), "telegram")

    assert reach == (2, 1)


async def test_a_forgotten_readers_messages_are_given_up(store: Store) -> None:
    await delivered(store, 1, SENT)
    made = await add(store, correction())
    async with store.transaction() as tx:
        await tx.story_corrections.gather(made, "telegram")
        (one,) = await tx.story_corrections.pending(made.id, 10)
        await tx.subscribers.remove(SubscriberId(one.owed.subscriber.id))

    async with store.transaction() as tx:
        pending = await tx.story_corrections.pending(made.id, 10)
        given_up = await tx.story_corrections.abandon(made.id, "forgotten")
        edits = await tx.story_corrections.edits(made.id)

    assert (pending, given_up) == ((), 1)
    assert edits == Edits(failed=(("forgotten", 1),))


async def test_errata_are_those_made_since_the_digest_before_began(store: Store) -> None:
    await plan(store, 1)
    old = await add(store, correction("旧的", at=NOW - MINUTE))
    made = await add(store, correction())

    async with store.reading() as tx:
        since = await tx.story_corrections.since(TODAY)
        nothing = await tx.story_corrections.since(TODAY + DAY)
        both = await tx.story_corrections.of(TODAY)

    assert since == (made,)
    assert nothing == ()
    assert both == (old, made)


async def test_old_notes_of_edits_are_erased_and_the_corrections_stay(store: Store) -> None:
    await delivered(store, 1, SENT)
    made = await add(store, correction())
    async with store.transaction() as tx:
        await tx.story_corrections.gather(made, "telegram")
        await tx.story_corrections.finish(made.id, LATER)
        await tx.story_corrections.sweep(LATER)
        kept = await tx.story_corrections.edits(made.id)
        await tx.story_corrections.sweep(LATER + MINUTE)
        swept = await tx.story_corrections.edits(made.id)
        corrections = await tx.story_corrections.of(TODAY)

    assert (kept.waiting, swept.waiting) == (1, 0)
    assert corrections == (made,)
