"""The report that makes the morning over: once, fifteen minutes after the hour, with sums that add up."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from bot.phrases import Catalogs
from digest.campaign import DeliveryState, Outcome
from digest.subscriber import Kind, Place
from handlers.report import Report, morning_reports
from tests.handlers.conftest import MONDAY, Talk
from tests.handlers.editor import HOUSE, editor

EIGHT = dt.datetime(2025, 12, 22, 0, 0, tzinfo=dt.UTC)  # in Shanghai
TWO_ADMINS = replace(HOUSE, admins=frozenset({"telegram:77", "telegram:78", "wecom:lisi"}))


async def owe(talk: Talk, readers: int, *, now: dt.datetime = EIGHT) -> int:
    """A campaign that owes Monday's issue to so many readers and one group."""
    async with talk.store.transaction() as tx:
        for number in range(readers + 1):
            kind = Kind.GROUP if number == readers else Kind.PERSON
            place = Place("telegram", str(-100 if number == readers else 1000 + number))
            reader = await tx.subscribers.arrive(place, kind=kind, locale="", now=now)
            order = replace(reader.subscription, active=True)
            await tx.subscribers.save(reader.id, locale="", zone="", subscription=order, due=None)
        campaign = await tx.campaigns.open(f"digest:{MONDAY}", kind="digest", issue_date=MONDAY, now=now)
        await tx.campaigns.owe_all(campaign, revision=1, issue_date=MONDAY, now=now)
    return campaign


async def settle(talk: Talk, campaign: int, *states: tuple[DeliveryState, str]) -> None:
    """Let the first deliveries end so, at 8:04:38."""
    async with talk.store.transaction() as tx:
        owed = await tx.outbox.claim(campaign, 1, len(states), owner="me", now=EIGHT)
        outcomes = tuple(
            Outcome(one.subscriber.id, *state, ref="1:1") for one, state in zip(owed, states, strict=True)
        )
        at = EIGHT + dt.timedelta(minutes=4, seconds=38)
        await tx.outbox.settle(campaign, outcomes, owner="me", now=at)


async def due(talk: Talk, catalogs: Catalogs, minutes: float) -> tuple[Report, ...]:
    now = EIGHT + dt.timedelta(minutes=minutes)
    return await morning_reports(talk.store, TWO_ADMINS, catalogs, now=now, channel="telegram")


SENT = (DeliveryState.SENT, "")
UNKNOWN = (DeliveryState.UNKNOWN, "read_timeout")
BLOCKED = (DeliveryState.SKIPPED, "blocked")


async def test_it_comes_fifteen_minutes_after_the_hour_to_every_admin_of_the_channel(
    talk: Talk, catalogs: Catalogs
) -> None:
    await owe(talk, 2)

    early, in_time = await due(talk, catalogs, 14.9), await due(talk, catalogs, 15)

    assert early == ()
    assert [str(report.place) for report in in_time] == ["telegram:77", "telegram:78"]


async def test_a_digest_that_was_opened_late_is_told_fifteen_minutes_later(
    talk: Talk, catalogs: Catalogs
) -> None:
    await owe(talk, 2, now=EIGHT + dt.timedelta(hours=1))

    assert await due(talk, catalogs, 74) == ()
    assert len(await due(talk, catalogs, 75)) == 2


async def test_nobody_is_told_of_yesterdays_digest(talk: Talk, catalogs: Catalogs) -> None:
    await owe(talk, 2)

    assert await due(talk, catalogs, 60 * 24 + 15) == ()


async def test_the_sums_add_up(talk: Talk, catalogs: Catalogs) -> None:
    campaign = await owe(talk, 5)
    await settle(talk, campaign, SENT, SENT, BLOCKED, UNKNOWN)

    report, _ = await due(talk, catalogs, 15)
    lines = talk.drawn(report.reply).split("\n")

    assert lines[:4] == [
        "12月22日，8:15 的情况",
        "Telegram 私聊　5 位：送达 2，屏蔽 1，不确定 1，还没发 1",
        "Telegram 群　1 个：还没发 1",
        "最后一位 8:04:38 收到。今天没有人收到两次。",
    ]
    for line in lines[1:3]:
        whole, *parts = map(int, re.findall(r"\d+", line))
        assert whole == sum(parts)


async def test_the_unknown_are_sent_again_by_two_taps_and_nobody_else(talk: Talk) -> None:
    campaign = await owe(talk, 5)
    await settle(talk, campaign, SENT, SENT, BLOCKED, UNKNOWN, UNKNOWN)
    admin = editor(talk)

    await admin.say("战报")
    asked = await admin.tap("不确定的2位")
    sure = admin.last
    told = await admin.tap("补发不确定的2位")
    admin.last = sure
    again = await admin.tap("补发不确定的2位")
    async with talk.store.reading() as tx:
        tally = await tx.reports.tally(campaign)

    assert asked.startswith("不确定的 2 位：")
    assert told.startswith("正在补发 2 位，别的都不动。")
    assert again == "没有不确定的了。"
    assert tally is not None
    counts = [
        tally.count(state) for state in (DeliveryState.PENDING, DeliveryState.SENT, DeliveryState.SKIPPED)
    ]
    assert counts == [3, 2, 1]


async def test_the_reasons_are_told_by_a_tap(talk: Talk) -> None:
    campaign = await owe(talk, 5)
    await settle(talk, campaign, BLOCKED, (DeliveryState.DEAD, "too_long"), BLOCKED)
    admin = editor(talk)

    await admin.say("/report")
    told = await admin.tap("失败原因")

    assert told.split("\n") == ["没送到的 3 位", "屏蔽 2", "失败（too_long） 1"]


@pytest.mark.parametrize("said", ["战报", "/report"])
async def test_without_a_digest_there_is_nothing_to_report(talk: Talk, said: str) -> None:
    assert await editor(talk).say(said) == "还没有发过日报。\n\n› 今日 · 帮助"


async def test_readers_get_no_report(talk: Talk) -> None:
    await owe(talk, 1)
    reader = replace(editor(talk), place=Place("telegram", "5"))

    assert (await reader.say("/report")).startswith("稿子要管理员来发")


async def test_words_do_what_the_taps_do(talk: Talk) -> None:
    campaign = await owe(talk, 5)
    await settle(talk, campaign, SENT, BLOCKED, UNKNOWN)
    admin = editor(talk)

    reasons = await admin.say("战报 失败")
    asked = await admin.say("战报 不确定")
    told = await admin.say("确认")

    assert reasons.startswith("没送到的 1 位")
    assert asked.startswith("不确定的 1 位：")
    assert told.startswith("正在补发 1 位")
