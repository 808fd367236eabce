"""How campaigns went, by channel, kind, state and reason; who was told; what alone is sent again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from digest.campaign import DeliveryState, Outcome, Progress, Share
from digest.subscriber import Kind, SubscriberId
from storage.store import Store
from tests.storage.makers import DAY, MINUTE, NOW, TODAY, claim, plan, subscribe

STATES = (
    (DeliveryState.SENT, ""),
    (DeliveryState.SENT, ""),
    (DeliveryState.SKIPPED, "blocked"),
    (DeliveryState.DEAD, "too_long"),
    (DeliveryState.UNKNOWN, "read_timeout"),
    (DeliveryState.UNKNOWN, "read_timeout"),
)


@dataclass(frozen=True, slots=True)
class Settled:
    """A campaign of seven readers of whom one still waits."""

    campaign: int
    readers: tuple[int, ...]


async def settled(store: Store) -> Settled:
    campaign = await plan(store, len(STATES) + 1)
    owed = await claim(store, campaign, limit=len(STATES))
    outcomes = tuple(
        Outcome(one.subscriber.id, state, reason, ref=f"{one.subscriber.id}:1")
        for one, (state, reason) in zip(owed, STATES, strict=True)
    )
    async with store.transaction() as tx:
        await tx.outbox.settle(campaign, outcomes, owner="me", now=NOW + MINUTE)
    return Settled(campaign, tuple(one.subscriber.id for one in owed))


async def progress(store: Store, campaign: int) -> Progress:
    async with store.reading() as tx:
        found = await tx.campaigns.show(campaign)
    assert found is not None
    return found


async def test_a_tally_tells_every_delivery_once(store: Store) -> None:
    one = await settled(store)

    async with store.reading() as tx:
        tally = await tx.reports.tally(one.campaign)
        nothing = await tx.reports.tally(one.campaign + 1)

    assert tally is not None
    assert nothing is None
    person = ("telegram", Kind.PERSON)
    assert set(tally.shares) == {
        Share(*person, DeliveryState.PENDING, "", 1),
        Share(*person, DeliveryState.SENT, "", 2),
        Share(*person, DeliveryState.SKIPPED, "blocked", 1),
        Share(*person, DeliveryState.DEAD, "too_long", 1),
        Share(*person, DeliveryState.UNKNOWN, "read_timeout", 2),
    }
    assert tally.count() == 7 == (await progress(store, one.campaign)).total
    assert (tally.issue_date, tally.last_at, tally.retried) == (TODAY, NOW + MINUTE, 0)


async def test_a_reader_who_left_no_trace_is_still_counted(store: Store) -> None:
    one = await settled(store)
    async with store.transaction() as tx:
        await tx.subscribers.remove(SubscriberId(one.readers[0]))

    async with store.reading() as tx:
        tally = await tx.reports.tally(one.campaign)

    assert tally is not None
    assert Share("", None, DeliveryState.SENT, "", 1) in tally.shares
    assert tally.count() == 7


async def test_an_admin_is_told_once_however_many_programs_there_are(store: Store) -> None:
    one = await settled(store)

    async with store.transaction() as tx:
        first = await tx.reports.tell(one.campaign, "telegram:7", NOW)
        second = await tx.reports.tell(one.campaign, "telegram:7", NOW)
        other = await tx.reports.tell(one.campaign, "telegram:8", NOW)
    async with store.transaction() as tx:
        await tx.reports.untell(one.campaign, "telegram:8")
        told = await tx.reports.told(one.campaign)

    assert (first, second, other) == (True, False, True)
    assert told == {"telegram:7"}


async def test_digests_are_found_by_the_moment_they_were_opened(store: Store) -> None:
    one = await settled(store)

    async with store.reading() as tx:
        found = await tx.reports.digests(since=NOW - MINUTE, until=NOW)
        before = await tx.reports.digests(since=NOW - DAY, until=NOW - MINUTE)
        newest = await tx.reports.newest()

    assert found == ((one.campaign, TODAY),)
    assert before == ()
    assert newest == one.campaign


async def test_the_unknown_alone_are_sent_again_and_the_sums_still_add_up(store: Store) -> None:
    one = await settled(store)

    async with store.transaction() as tx:
        count = await tx.campaigns.retry(one.campaign, (DeliveryState.UNKNOWN,))
    async with store.transaction() as tx:
        again = await tx.campaigns.retry(one.campaign, (DeliveryState.UNKNOWN,))
    found = await progress(store, one.campaign)
    owed = await claim(store, one.campaign, chunk=2)

    assert (count, again) == (2, 0)
    assert (found.sent, found.failed, found.unknown, found.skipped, found.waiting) == (2, 1, 0, 1, 3)
    assert found.total == 7
    assert {reader.subscriber.id for reader in owed} == set(one.readers[4:])


async def test_without_a_word_the_failed_are_sent_again_too(store: Store) -> None:
    one = await settled(store)

    async with store.transaction() as tx:
        count = await tx.campaigns.retry(one.campaign)
    found = await progress(store, one.campaign)

    assert count == 3
    assert Counter(sent=found.sent, failed=found.failed, unknown=found.unknown) == Counter(sent=2)
    assert found.waiting == 4


async def test_two_channels_stand_apart(store: Store) -> None:
    async with store.transaction() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, "me", channel="console")
        campaign = await tx.campaigns.open("digest:x", kind="digest", issue_date=TODAY, now=NOW)
        await tx.campaigns.owe_all(campaign, revision=1, issue_date=TODAY, now=NOW)
        tally = await tx.reports.tally(campaign)

    assert tally is not None
    assert {share.channel: share.count for share in tally.shares} == {"telegram": 1, "console": 1}
