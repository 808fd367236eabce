"""`没收到`: what became of today's digest, why there is none, and what to do."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.phrases import Catalogs
from digest.absence import Absence, Out, absence
from digest.campaign import CampaignState, DeliveryState
from digest.schedule import Schedule
from digest.subscriber import (
    Address,
    AddressId,
    AddressState,
    Kind,
    Place,
    Subscriber,
    SubscriberId,
    Subscription,
)
from digest.troubles import Trouble, TroubleKind
from digest.weekdays import Weekdays
from storage.store import Store
from tests.handlers.conftest import MONDAY, Talk, publish
from tests.handlers.mornings import ended, planned, subscribed
from tests.handlers.order_book import at

TUESDAY = MONDAY + dt.timedelta(1)


@pytest.fixture
async def talk(store: Store, catalogs: Catalogs) -> Talk:
    """A reader of a bot whose issue of Monday is there in time, on each database in turn."""
    await publish(store, MONDAY, now=at("2025-12-22 06:00"))
    return Talk(store, catalogs)


async def test_the_digest_that_came_is_told_to_the_second_and_the_next_with_its_zone(
    talk: Talk,
) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    await ended(talk, DeliveryState.SENT, "2025-12-22 08:00:07")

    assert (await talk.say("没收到")).split("\n\n")[0].splitlines()[:4] == [
        "今天的 8:00:07 已送达（Telegram）。",
        "明天（周二）8:00 发下一期：全部5个栏目，标题加头条摘要。",
        "时间按北京时间（Asia/Shanghai）。",
        "没看到？看看是不是在「已归档」里，或者对话被设成了静音。",
    ]


async def test_a_digest_that_waits_says_how_many_go_first_and_when_it_comes(talk: Talk) -> None:
    others = [talk.another(str(number)) for number in range(10, 70)]
    for other in others:
        await subscribed(other)
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")

    shown = await talk.say("没收到")

    assert "今天的你还没收到：正在排队，前面还有60位，预计 8:00 送到。不用重新订阅。" in shown


async def test_a_digest_held_up_by_the_platform_says_since_when_and_when_it_comes(talk: Talk) -> None:
    await subscribed(talk.another("76"))
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    limited = Trouble(TroubleKind.LIMITED, "telegram", {"seconds": 480})
    async with talk.store.transaction() as tx:
        await tx.troubles.begin(limited, at("2025-12-22 07:58"))

    shown = await talk.say("没收到")

    assert "今天的你还没收到：Telegram 7:58 起限流，前面还有1位，预计 8:06 送到。不用重新订阅。" in (
        shown.replace("\n", "")
    )


async def test_a_platform_that_cannot_be_reached_promises_no_moment(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    async with talk.store.transaction() as tx:
        await tx.troubles.begin(Trouble(TroubleKind.UNREACHABLE, "telegram"), at("2025-12-22 07:58"))
        await tx.troubles.begin(Trouble(TroubleKind.REFUSED, "@morning"), at("2025-12-22 07:58"))

    shown = await talk.say("没收到")

    assert "今天的你还没收到：Telegram 7:58 起连不上，一恢复就接着发" in shown


@pytest.mark.parametrize(
    ("state", "reason", "wait", "words"),
    [
        (DeliveryState.RETRY, "wait", 35, "Telegram让我们慢一点，8:00:40 接着发"),
        (DeliveryState.RETRY, "refused_connection", 35, "刚才没发出去（Telegram没有接上），8:00:40 再试"),
        (DeliveryState.UNKNOWN, "timeout", 0, "8:00:05 发出后Telegram没有回话，多半已经到了"),
        (DeliveryState.SKIPPED, "blocked", 0, "那时Telegram说这里收不到消息"),
        (DeliveryState.SKIPPED, "retracted", 0, "那一期撤回了"),
        (DeliveryState.DEAD, "too_long", 0, "没能送达"),
    ],
)
async def test_a_digest_that_did_not_come_says_why(
    talk: Talk, state: DeliveryState, reason: str, wait: int, words: str
) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    await ended(talk, state, "2025-12-22 08:00:05", reason, wait)

    shown = await talk.say("没收到")

    assert words in shown
    assert "明天（周二）8:00 发下一期" in shown


async def test_a_paused_campaign_says_that_it_goes_on_later(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    async with talk.store.transaction() as tx:
        (campaign,) = await tx.campaigns.list()
        await tx.campaigns.set_state(
            campaign.id, CampaignState.PAUSED, (CampaignState.RUNNING,), now=talk.now
        )

    assert "这一批先停下了，恢复后接着发" in await talk.say("没收到")


async def test_the_last_that_came_is_told_beside_one_that_did_not(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    await ended(talk, DeliveryState.SENT, "2025-12-22 08:00:07")
    await publish(talk.store, TUESDAY, now=at("2025-12-23 06:00"))
    await planned(talk, "2025-12-23 08:00:00")
    await ended(talk, DeliveryState.UNKNOWN, "2025-12-23 08:00:02", "timeout")

    shown = await talk.say("没收到")

    assert "今天的 8:00:02 发出后Telegram没有回话" in shown
    assert "上一次送达是 12月22日 周一 8:00:07（12月22日的，Telegram）。" in shown


async def test_a_day_without_an_issue_says_so(talk: Talk) -> None:
    await subscribed(talk)
    await planned(talk, "2025-12-22 08:00:00")
    await ended(talk, DeliveryState.SENT, "2025-12-22 08:00:07")
    await planned(talk, "2025-12-23 23:00:00")

    assert "今天没有出刊，所以没发。" in await talk.say("没收到")


async def test_a_day_that_is_not_wanted_says_which_are(talk: Talk) -> None:
    await subscribed(talk)
    await talk.say("只要周二")
    talk.now = at("2025-12-22 09:00")

    assert "今天没发：你选的是周二，今天是周一。" in await talk.say("没收到")


async def test_one_who_subscribed_after_the_hour_is_told(talk: Talk) -> None:
    talk.now = at("2025-12-22 09:00")
    await talk.say("订阅")

    assert "今天没发：你订阅的时候已经过了 8:00。" in await talk.say("没收到")


async def test_one_who_could_not_be_reached_at_the_hour_is_told(talk: Talk) -> None:
    await subscribed(talk)
    reader = await talk.reader()
    async with talk.store.transaction() as tx:
        await tx.subscribers.deactivate(reader.address.id, "blocked")
    # Somebody else gets it, so that the day is closed for all.
    await subscribed(talk.another("78"))
    await planned(talk, "2025-12-22 08:00:00")
    talk.now = at("2025-12-22 09:00")

    shown = await talk.say("没收到")

    assert "今天没发：到点时这里收不到消息" in shown


async def test_a_broadcast_is_no_digest(sqlite_store: Store) -> None:
    async with sqlite_store.transaction() as tx:
        await tx.campaigns.open("notice:1", kind="broadcast", issue_date=MONDAY, now=at("2025-12-22 09:00"))
        assert await tx.lives.digests(SubscriberId(1)) == ()


# The rule

SCHEDULE = Schedule(dt.time(8), "Asia/Shanghai", Weekdays.every_day(), dt.time(20), dt.timedelta(hours=12))
EARLY, LATE = at("2025-12-22 06:00"), at("2025-12-22 21:00")


def why(
    now: str = "2025-12-22 09:00",
    *,
    issue: Out | None = None,
    reachable: bool = True,
    closed: bool = False,
    weekdays: str = "mon-sun",
    **order: object,
) -> Absence:
    """The verdict for Monday."""
    state = AddressState.ACTIVE if reachable else AddressState.INACTIVE
    address = Address(AddressId(1), SubscriberId(1), Place("telegram", "1"), state)
    subscription = Subscription(**{"active": True, **order})  # type: ignore[arg-type]  # named by the test
    reader = Subscriber(SubscriberId(1), Kind.PERSON, address, subscription=subscription)
    schedule = Schedule(
        SCHEDULE.push_at, SCHEDULE.zone, Weekdays.parse(weekdays), SCHEDULE.late_until, SCHEDULE.catch_up
    )
    next_on = TUESDAY if closed else MONDAY
    return absence(reader, schedule, MONDAY, now=at(now), issue=issue, next_on=next_on)


def test_the_first_reason_that_holds_is_the_reason() -> None:
    early, late = Out(MONDAY, EARLY), Out(MONDAY, LATE)

    assert why(active=False) is Absence.NOT_SUBSCRIBED
    assert why(reachable=False) is Absence.UNREACHABLE
    assert why(paused_until=TUESDAY) is Absence.PAUSED
    assert why(paused_until=MONDAY) is Absence.ISSUE_LATE
    assert why(weekdays="tue") is Absence.DAY_OFF
    assert why(subscribed_at=at("2025-12-22 08:30")) is Absence.SUBSCRIBED_LATER
    assert why("2025-12-22 07:59") is Absence.NOT_YET
    assert why(issue=early, shown=MONDAY) is Absence.SEEN
    assert why(issue=early) is Absence.DUE_NOW
    assert why(issue=early, closed=True) is Absence.PASSED_OVER
    assert why(closed=True) is Absence.NO_ISSUE
    assert why("2025-12-22 21:30", issue=late) is Absence.ISSUE_TOO_LATE
    assert why("2025-12-23 00:30", issue=early) is Absence.CATCH_UP_OVER


def test_yesterdays_issue_that_was_sent_is_no_issue_of_today() -> None:
    yesterday = Out(MONDAY - dt.timedelta(1), at("2025-12-21 06:00"))

    assert why(issue=yesterday, shown=yesterday.date) is Absence.ISSUE_LATE
    assert why(issue=yesterday) is Absence.DUE_NOW
