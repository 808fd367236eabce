"""`digestbot explain`: the life of a delivery, in order and with reasons."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.phrases import Catalogs
from digest.absence import Absence
from digest.campaign import CampaignState, DeliveryState, OnUnknown
from digest.issue import IssueState
from digest.lives import Step, What, steps
from digest.subscriber import Place
from handlers.explain import Explained, Verdict, explain
from storage.store import Store
from tests.handlers.conftest import MONDAY, Talk, publish
from tests.handlers.mornings import ended, planned, subscribed
from tests.handlers.order_book import HOUSE, at, claimed

KEPT = dt.timedelta(days=30)
BLOCKED = "Forbidden: bot was blocked by the user"


@pytest.fixture
async def talk(store: Store, catalogs: Catalogs) -> Talk:
    """A reader of a bot whose issue of Monday is there in time, on each database in turn."""
    await publish(store, MONDAY, now=at("2025-12-22 06:00"))
    return Talk(store, catalogs)


async def asked(talk: Talk, date: dt.date | None = MONDAY, place: Place | None = None) -> Explained:
    """What the operator is told now."""
    return await explain(talk.store, HOUSE, place or talk.place, date, now=talk.now, kept=KEPT)


def told(step: Step) -> tuple[What, str, str]:
    """A step in short."""
    moment = f"{step.at + dt.timedelta(hours=8):%H:%M:%S}" if step.at else ""
    return step.what, moment, step.reason or step.ref or step.owner


async def test_a_delivery_is_told_from_its_plan_to_its_end(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    await ended(
        talk, DeliveryState.RETRY, "2025-12-22 08:00:02", "wait", 5, "Too Many Requests: retry after 5"
    )
    async with talk.store.transaction() as tx:
        await tx.outbox.ripen(at("2025-12-22 08:00:08"))
    await ended(talk, DeliveryState.SENT, "2025-12-22 08:00:09")

    found = await asked(talk)

    assert (found.why, found.checks) == (None, ())
    assert found.digest is not None
    assert [told(step) for step in steps(found.digest)] == [
        (What.PLANNED, "08:00:00", ""),
        (What.SETBACK, "08:00:02", "wait"),
        (What.CLAIMED, "08:00:09", "me"),
        (What.PART_SENT, "08:00:09", f"{(await talk.reader()).id}:9"),
        (What.ENDED, "08:00:09", ""),
    ]
    assert found.digest.setbacks[0].words == "Too Many Requests: retry after 5"


async def test_a_refusal_keeps_the_platforms_own_words(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    await ended(talk, DeliveryState.SKIPPED, "2025-12-22 08:00:02", "blocked", words=BLOCKED)

    digest = (await asked(talk)).digest

    assert digest is not None
    assert (digest.state, digest.reason, digest.words) == (DeliveryState.SKIPPED, "blocked", BLOCKED)
    assert [step.what for step in steps(digest)] == [What.PLANNED, What.CLAIMED, What.PART_BEGUN, What.ENDED]


async def test_the_same_setback_many_times_is_one_with_a_count(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    for second in (2, 20, 40):
        await ended(talk, DeliveryState.RETRY, f"2025-12-22 08:00:{second:02}", "wait", 5)
        async with talk.store.transaction() as tx:
            await tx.outbox.ripen(talk.now + dt.timedelta(seconds=6))

    digest = (await asked(talk)).digest

    assert digest is not None
    (setback,) = digest.setbacks
    assert (setback.times, setback.first_at, setback.last_at) == (
        3,
        at("2025-12-22 08:00:02"),
        at("2025-12-22 08:00:40"),
    )


@pytest.mark.parametrize("policy", OnUnknown)
async def test_a_worker_that_died_is_told(talk: Talk, policy: OnUnknown) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    await claimed(talk.store, at("2025-12-22 08:00:01"))
    for _ in range(2):
        async with talk.store.transaction() as tx:
            await tx.outbox.recover(policy, now=at("2025-12-22 08:01:00"))

    digest = (await asked(talk)).digest

    assert digest is not None
    (setback,) = digest.setbacks
    assert (setback.reason, setback.owner, setback.times) == ("worker_died", "me", 1)
    again = policy is OnUnknown.RESEND
    assert setback.state is (DeliveryState.RETRY if again else DeliveryState.UNKNOWN)


async def test_nobody_is_known_at_an_address(talk: Talk) -> None:
    found = await asked(talk, place=Place("telegram", "404"))

    assert (found.reader, found.why, found.lives) == (None, Verdict.UNKNOWN_ADDRESS, ())


async def test_a_reader_without_an_order_gets_none_and_the_check_says_so(talk: Talk) -> None:
    await talk.say("今日")

    found = await asked(talk)

    assert found.why is Absence.NOT_SUBSCRIBED
    assert next(check.name for check in found.checks if not check.passed) == "subscribed"


async def test_one_who_paused_gets_none(talk: Talk) -> None:
    await subscribed(talk)
    await talk.say("暂停 7")
    talk.now = at("2025-12-22 09:00")

    assert (await asked(talk)).why is Absence.PAUSED


async def test_a_date_without_an_issue_says_so(talk: Talk) -> None:
    await subscribed(talk)
    talk.now = at("2025-12-25 09:00")

    found = await asked(talk, MONDAY - dt.timedelta(5))

    assert found.issue is None
    assert found.why is Absence.SUBSCRIBED_LATER


async def test_a_day_that_nothing_was_published_on_is_given_up(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    await planned(talk, "2025-12-24 07:00:00")

    assert (await asked(talk, MONDAY + dt.timedelta(1))).why is Absence.NO_ISSUE


async def test_a_retracted_issue_says_so(talk: Talk) -> None:
    await subscribed(talk)
    async with talk.store.transaction() as tx:
        await tx.issues.set_state(MONDAY, IssueState.RETRACTED, talk.now)
    talk.now = at("2025-12-22 09:00")

    assert (await asked(talk)).why is Verdict.RETRACTED


async def test_without_a_date_it_is_the_readers_today(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")

    found = await asked(talk, None)

    assert found.date == MONDAY
    assert found.digest is not None


async def test_what_is_too_old_to_be_kept_says_so(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    await ended(talk, DeliveryState.SENT, "2025-12-22 08:00:02")
    async with talk.store.transaction() as tx:
        (campaign,) = await tx.campaigns.list()
        await tx.outbox.close_chunk(campaign.id, 1, talk.now)
    talk.now = at("2026-02-01 09:00")
    async with talk.store.transaction() as tx:
        await tx.campaigns.sweep(talk.now - KEPT)

    found = await asked(talk)

    assert (found.why, found.lives) == (Verdict.ERASED, ())


async def test_a_notice_of_the_day_is_told_beside_the_digest(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    async with talk.store.transaction() as tx:
        notice = await tx.campaigns.open("notice:1", kind="broadcast", issue_date=MONDAY, now=talk.now)
        await tx.campaigns.owe_all(notice, revision=1, issue_date=MONDAY, now=talk.now)

    found = await asked(talk)

    assert [life.kind for life in found.lives] == ["digest", "broadcast"]
    assert found.digest is not None
    assert (found.digest.kind, found.digest.campaign) == ("digest", CampaignState.RUNNING)
