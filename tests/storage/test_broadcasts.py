"""Broadcasts on both databases: drafts, audiences, the beginning, corrections."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from digest.audience import Audience, read_audience
from digest.broadcast import CorrectionSums
from digest.campaign import CampaignState, DeliveryState, Outcome
from digest.content import Content, Span
from digest.intents import SectionName
from digest.roles import Role
from digest.subscriber import Kind, Place, Sections, Selection, Subscription
from storage.audiences import REASONS, Surroundings
from storage.store import Store, Transaction
from tests.storage.makers import DAY, NOW, TODAY, claim, subscribe

CONTENT = Content(
    "维护通知：今晚停机", (Span("bold", 0, 4), Span("text_link", 5, 2, "https://e.org/?a=1;2")), "AgAC"
)
AROUND = Surroundings(NOW, TODAY, "zh-Hans", frozenset({"telegram"}), frozenset({"telegram:1"}))
SECTIONS = (SectionName("开源动态", "开源动态"), SectionName("论文", "算法论文"))
EVERYBODY = Audience()


async def draft(tx: Transaction, key: str = "broadcast:1") -> int:
    return (await tx.broadcasts.draft(key, CONTENT, author="telegram:1", now=NOW)).id


async def begin(store: Store, audience: Audience = EVERYBODY, chunk_size: int = 500) -> int:
    """The id of a broadcast that has begun."""
    async with store.transaction() as tx:
        campaign_id = await draft(tx)
        await tx.broadcasts.begin(campaign_id, audience, AROUND, chunk_size=chunk_size)
    return campaign_id


async def send_all(store: Store, campaign_id: int, *, owner: str = "me") -> None:
    owed = await claim(store, campaign_id, owner=owner)
    outcomes = tuple(
        Outcome(one.subscriber.id, DeliveryState.SENT, ref=f"{one.subscriber.address.place.recipient}:7")
        for one in owed
    )
    async with store.transaction() as tx:
        await tx.outbox.settle(campaign_id, outcomes, owner=owner, now=NOW)
        await tx.outbox.close_chunk(campaign_id, 1, NOW)


async def test_a_draft_keeps_what_it_says_under_its_key(store: Store) -> None:
    async with store.transaction() as tx:
        first = await tx.broadcasts.draft("broadcast:1", CONTENT, author="telegram:1", now=NOW)
        again = await tx.broadcasts.draft("broadcast:1", Content("别的"), now=NOW)

    assert again == first
    assert first.draft
    assert (first.content, first.revision, first.author) == (CONTENT, 1, "telegram:1")
    assert first.state is CampaignState.PAUSED


async def test_a_broadcast_begins_once(store: Store) -> None:
    async with store.transaction() as tx:
        for number in range(3):
            await subscribe(tx, 10 + number)
        campaign_id = await draft(tx)
        first = await tx.broadcasts.begin(campaign_id, EVERYBODY, AROUND)
        second = await tx.broadcasts.begin(campaign_id, EVERYBODY, AROUND)
        progress = await tx.campaigns.show(campaign_id)

    assert (first, second) == (3, None)
    assert progress is not None
    assert (progress.total, progress.waiting, progress.state) == (3, 3, CampaignState.RUNNING)
    assert progress.issue_date is None


async def test_a_cancelled_draft_never_begins(store: Store) -> None:
    async with store.transaction() as tx:
        await subscribe(tx, 10)
        campaign_id = await draft(tx)
        await tx.campaigns.set_state(campaign_id, CampaignState.CANCELLED, (CampaignState.PAUSED,), now=NOW)
        begun = await tx.broadcasts.begin(campaign_id, EVERYBODY, AROUND)
        progress = await tx.campaigns.show(campaign_id)

    assert begun is None
    assert progress is not None
    assert (progress.total, progress.state) == (0, CampaignState.CANCELLED)


async def test_a_broadcast_to_nobody_is_done_at_once(store: Store) -> None:
    campaign_id = await begin(store)

    async with store.reading() as tx:
        progress = await tx.campaigns.show(campaign_id)
    assert progress is not None
    assert (progress.total, progress.state) == (0, CampaignState.DONE)


async def test_those_left_out_are_counted_by_their_reason(store: Store) -> None:
    async with store.transaction() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 2, subscription=Subscription(active=False, subscribed_at=NOW))
        blocked = await subscribe(tx, 3)
        await tx.subscribers.deactivate(blocked.address.id, "blocked")
        await subscribe(tx, 4, subscription=Subscription(active=True, paused_until=TODAY + DAY))
        await subscribe(tx, 5, subscription=Subscription(active=True, paused_until=TODAY))
        await subscribe(tx, "me", channel="console")
        await subscribe(tx, -7)
        await tx.subscribers.arrive(Place("telegram", "8"), kind=Kind.PERSON, locale="", now=NOW)
        reach = await tx.broadcasts.reach(EVERYBODY, AROUND)
        campaign_id = await draft(tx)
        begun = await tx.broadcasts.begin(campaign_id, EVERYBODY, AROUND)

    assert reach.heads == {("telegram", Kind.PERSON): 3}
    assert reach.left_out == dict.fromkeys(REASONS, 1)
    assert reach.total == begun == 3


async def people(tx: Transaction) -> None:
    """1 is an admin, 2 speaks English, 3 wants only papers, 4 all but open source, 5 has gone quiet."""
    await subscribe(tx, 1)
    english = await subscribe(tx, 2)
    await tx.subscribers.save(english.id, locale="en", zone="", subscription=english.subscription, due=None)
    for recipient, mode, key in ((3, Selection.ONLY, "论文"), (4, Selection.EXCEPT, "开源动态")):
        sections = Sections(mode, frozenset({key}))
        await subscribe(tx, recipient, subscription=Subscription(active=True, sections=sections))
    await subscribe(tx, 5, now=NOW - 40 * DAY)
    group = await tx.subscribers.arrive(Place("telegram", "-9"), kind=Kind.GROUP, locale="", now=NOW)
    await tx.subscribers.save(group.id, locale="", zone="", subscription=Subscription(active=True), due=None)


@pytest.mark.parametrize(
    ("written", "recipients"),
    [
        ("", {"1", "2", "3", "4", "5", "-9"}),
        ("channel:telegram", {"1", "2", "3", "4", "5", "-9"}),
        ("channel:wechat", set()),
        ("lang:en", {"2"}),
        ("lang:zh-Hans", {"1", "3", "4", "5", "-9"}),
        ("section:开源动态", {"1", "2", "5", "-9"}),
        ("section:算法论文", {"1", "2", "3", "4", "5", "-9"}),
        ("active:30d", {"1", "2", "3", "4", "-9"}),
        ("admin", {"1"}),
        ("private", {"1", "2", "3", "4", "5"}),
        ("group", {"-9"}),
        ("private lang:zh-Hans section:开源 active:30d", {"1"}),
    ],
)
async def test_an_audience_picks_whom_its_terms_name(
    store: Store, written: str, recipients: set[str]
) -> None:
    audience = read_audience(written, SECTIONS)
    async with store.transaction() as tx:
        await people(tx)
        reach = await tx.broadcasts.reach(audience, AROUND)
        campaign_id = await draft(tx)
        await tx.broadcasts.begin(campaign_id, audience, AROUND)

    owed = await claim(store, campaign_id)
    assert {one.subscriber.address.place.recipient for one in owed} == recipients
    assert reach.total == len(recipients)


async def test_a_section_whose_name_is_a_word_of_the_ledger_is_a_section_like_any(store: Store) -> None:
    sections = Sections(Selection.EXCEPT, frozenset({"100%_a"}))
    async with store.transaction() as tx:
        await subscribe(tx, 1, subscription=Subscription(active=True, sections=sections))
        without = await tx.broadcasts.reach(Audience(sections=("100%_a",)), AROUND)
        other = await tx.broadcasts.reach(Audience(sections=("100xya",)), AROUND)

    assert (without.total, other.total) == (0, 1)


async def test_a_scheduled_broadcast_is_due_at_its_hour_and_not_before(store: Store) -> None:
    async with store.transaction() as tx:
        campaign_id = await draft(tx)
        assert await tx.broadcasts.due(NOW + DAY) == ()
        await tx.broadcasts.change(campaign_id, starts_at=NOW + DAY)
        assert await tx.broadcasts.due(NOW + DAY) == ()
        await tx.broadcasts.change(campaign_id, confirmed_at=NOW)
        early = await tx.broadcasts.due(NOW + DAY - dt.timedelta(seconds=1))
        due = await tx.broadcasts.due(NOW + DAY)
        await tx.broadcasts.begin(campaign_id, EVERYBODY, replace(AROUND, now=NOW + DAY))
        later = await tx.broadcasts.due(NOW + DAY)

    assert early == later == ()
    assert [(one.id, one.scheduled, one.draft) for one in due] == [(campaign_id, True, False)]


async def test_a_correction_reaches_what_was_sent_and_what_waits(store: Store) -> None:
    async with store.transaction() as tx:
        for number in range(3):
            await subscribe(tx, 10 + number)
    campaign_id = await begin(store, chunk_size=2)
    await send_all(store, campaign_id)

    corrected = replace(CONTENT, text="维护通知：明晚停机")
    async with store.transaction() as tx:
        assert await tx.broadcasts.rewrite(campaign_id, corrected, now=NOW) == 2
        before = await tx.corrections.sums(campaign_id)
        copies = await tx.corrections.next(10)
        await tx.corrections.settle(copies[0])
        last = await tx.corrections.next(10, after=(campaign_id, copies[0].subscriber_id))
        await tx.corrections.settle(last[0], failed=True)
        after = await tx.corrections.sums(campaign_id)
        content = await tx.broadcasts.content(campaign_id, 2)
    (waiting,) = await claim(store, campaign_id, 2)

    assert [(copy.reference, copy.revision) for copy in copies] == [("10:7", 2), ("11:7", 2)]
    assert last == copies[1:]
    assert (before, after) == (CorrectionSums(0, 0, 2), CorrectionSums(1, 1, 0))
    assert waiting.revision == 2
    assert content == corrected


async def test_only_the_unknown_are_sent_again_when_only_they_are_wanted(store: Store) -> None:
    async with store.transaction() as tx:
        for number in range(4):
            await subscribe(tx, 10 + number)
    campaign_id = await begin(store)
    owed = await claim(store, campaign_id)
    states = (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.DEAD, DeliveryState.SKIPPED)
    outcomes = tuple(
        Outcome(one.subscriber.id, state, "" if state is DeliveryState.SENT else state.value)
        for one, state in zip(owed, states, strict=True)
    )
    async with store.transaction() as tx:
        await tx.outbox.settle(campaign_id, outcomes, owner="me", now=NOW)
        await tx.outbox.close_chunk(campaign_id, 1, NOW)
        reasons = await tx.campaigns.reasons(campaign_id)
        again = await tx.campaigns.retry(campaign_id, (DeliveryState.UNKNOWN,), now=NOW + DAY)
        progress = await tx.campaigns.show(campaign_id)
    (unknown,) = await claim(store, campaign_id, 2)

    assert reasons == {
        (DeliveryState.DEAD, "dead"): 1,
        (DeliveryState.SKIPPED, "skipped"): 1,
        (DeliveryState.UNKNOWN, "unknown"): 1,
    }
    assert again == 1
    assert progress is not None
    assert (progress.sent, progress.failed, progress.skipped, progress.unknown, progress.waiting) == (
        1,
        1,
        1,
        0,
        1,
    )
    assert progress.total == 4
    assert unknown.subscriber.id == owed[1].subscriber.id
    assert unknown.planned_at == NOW + DAY


async def test_a_role_is_given_changed_and_taken(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.roles.give("telegram:5", Role.WATCHER, NOW)
        await tx.roles.give("telegram:5", Role.EDITOR, NOW)
        await tx.roles.give("telegram:6", Role.WATCHER, NOW)
        everybody = await tx.roles.all()
        taken = await tx.roles.take("telegram:6"), await tx.roles.take("telegram:6")
        gone = await tx.roles.of("telegram:6")

    assert everybody == {"telegram:5": Role.EDITOR, "telegram:6": Role.WATCHER}
    assert (taken, gone) == ((True, False), None)
