"""Alerts: told once, told again when it is over, in the admin's language, through a real connection."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.alerts import Alerts
from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.telegram.channel import TelegramChannel
from bot.telegram.outlet import TelegramOutlet
from bot.telegram.request import Patience
from digest.campaign import CampaignState, DeliveryState, Outcome
from digest.errors import Refused
from digest.house import House
from digest.subscriber import Kind, Place
from digest.troubles import Trouble, TroubleKind
from handlers.watch import Signs, Watch
from storage.store import Store
from tests.bot.outbound import FakeOutlet, working
from tests.postgres import PostgresServer
from tests.standins.telegram import TelegramStandin
from tests.storage.makers import DAY, NOW, TODAY, claim, make_issue, plan, put, subscribe

ADMIN, SECOND = 901, 902
HOUSE = House(admins=frozenset({f"telegram:{ADMIN}"}))
EVERYTHING = frozenset(TroubleKind)
REVOKED = Trouble(TroubleKind.TOKEN, "telegram")
UNREACHABLE = Trouble(TroubleKind.UNREACHABLE, "telegram")
FULL = Trouble(TroubleKind.DISK, "", {"folder": "/var/lib/digestbot", "free": 0})


@dataclass
class Desk:
    """The admins' chats at a stand-in server, and a program that looks when it is told to."""

    server: TelegramStandin
    channel: TelegramChannel
    store: Store
    house: House = HOUSE
    channels: tuple[str, ...] = ()
    moment: dt.datetime = NOW
    wrong: tuple[Trouble, ...] = ()
    alerts: Alerts = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Another life of the program: nothing is known but what is kept."""
        pace = Pace(Rate(1000), clock=time.monotonic)
        self.alerts = Alerts(
            self.store,
            self.house,
            load_catalogs(),
            {"telegram": (TelegramOutlet(self.channel), pace)},
            Watch(self.house, self.channels),
            lambda: Signs(self.wrong, EVERYTHING),
            lambda: self.moment,
        )

    async def looks(self, minutes: float = 0, times: int = 2) -> None:
        """Time passes, then the program looks, more than once."""
        self.moment += dt.timedelta(minutes=minutes)
        for _ in range(times):
            await self.alerts.look()

    def told(self, admin: int = ADMIN) -> list[str]:
        """What an admin has been told."""
        return [message.text for message in self.server.messages(admin)]


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandin]:
    async with TelegramStandin() as standin:
        yield standin


@pytest.fixture
async def channel(server: TelegramStandin) -> AsyncIterator[TelegramChannel]:
    opened = TelegramChannel(server.token, api_base_url=server.base_url, patience=Patience(read=2.0))
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def desk(server: TelegramStandin, channel: TelegramChannel, store: Store) -> Desk:
    """On each database in turn."""
    return Desk(server, channel, store)


@pytest.fixture
def lone_desk(server: TelegramStandin, channel: TelegramChannel, sqlite_store: Store) -> Desk:
    """On SQLite."""
    return Desk(server, channel, sqlite_store)


async def send_one(store: Store, campaign: int) -> None:
    """A worker sends one delivery."""
    (owed,) = await claim(store, campaign, limit=1)
    async with store.transaction() as tx:
        sent = (Outcome(owed.subscriber.id, DeliveryState.SENT, ref="1"),)
        await tx.outbox.settle(campaign, sent, owner="me", now=NOW)


async def test_a_push_that_stands_still_is_told_once_and_once_when_it_moves(desk: Desk) -> None:
    campaign = await plan(desk.store, 3)
    await desk.looks()
    await desk.looks(minutes=1.9)
    before = desk.told()
    await desk.looks(minutes=0.2)
    desk.restart()
    await desk.looks(minutes=10)
    still = desk.told()
    await send_one(desk.store, campaign)
    desk.restart()
    await desk.looks(minutes=1)
    await desk.looks(minutes=1)

    assert before == []
    assert len(still) == 1
    assert still[0].startswith(
        "推送停住了：digest:2025-12-22 从 8:30 起一条也没再发出，已送达 0，还有 3 位在等"
    )
    assert desk.told()[1:] == ["恢复了：digest:2025-12-22 8:43 起又在走了（8:30 起停过）。"]


async def test_a_push_that_moves_or_only_waits_for_a_retry_stands_not_still(lone_desk: Desk) -> None:
    campaign = await plan(lone_desk.store, 2)
    for _ in range(2):
        await lone_desk.looks(minutes=1.5)
        await send_one(lone_desk.store, campaign)
    await lone_desk.looks(minutes=5)

    later = await plan_again(lone_desk.store)
    (owed,) = await claim(lone_desk.store, later)
    async with lone_desk.store.transaction() as tx:
        wait = Outcome(owed.subscriber.id, DeliveryState.RETRY, "wait", NOW + DAY)
        await tx.outbox.settle(later, (wait,), owner="me", now=NOW)
    await lone_desk.looks(minutes=5)
    await lone_desk.looks(minutes=5)

    assert lone_desk.told() == []


async def plan_again(store: Store) -> int:
    """A notice to one more reader."""
    async with store.transaction() as tx:
        await subscribe(tx, 2000)
        campaign = await tx.campaigns.open("notice", kind="broadcast", issue_date=TODAY, now=NOW)
        await tx.campaigns.owe_all(campaign, revision=1, issue_date=TODAY, now=NOW)
        readers = await tx.subscribers.page()
        ids = [one.id for one in readers if one.address.place.recipient != "2000"]
    others = await claim(store, campaign, limit=10)
    async with store.transaction() as tx:
        sent = tuple(
            Outcome(one.subscriber.id, DeliveryState.SENT) for one in others if one.subscriber.id in ids
        )
        await tx.outbox.settle(campaign, sent, owner="me", now=NOW)
        await tx.outbox.release("me")
    return campaign


async def test_a_breaker_that_opened_is_told_with_the_platforms_words(desk: Desk) -> None:
    campaign = await plan(desk.store, 30)
    refused = Refused("bad_request")
    refused.saying("Bad Request: wrong file identifier")

    async with working(desk.store, FakeOutlet(script=lambda *_: refused), concurrency=1) as bench:
        await bench.reach(campaign, lambda at: at.state is CampaignState.PAUSED)
    await desk.looks(minutes=1)
    desk.restart()
    await desk.looks(minutes=1)
    async with desk.store.transaction() as tx:
        await tx.campaigns.set_state(campaign, CampaignState.RUNNING, (CampaignState.PAUSED,), now=NOW)
    await desk.looks()

    begun, over = desk.told()
    assert begun.startswith(
        f"推送暂停了：campaign {campaign} 连着 10 条被拒绝（Bad Request: wrong file identifier）"
    )
    assert over.startswith(f"恢复了：campaign {campaign} 8:32 起不再暂停")


async def test_a_token_that_was_revoked_is_told_when_it_is_taken_again(desk: Desk) -> None:
    desk.server.revoke(desk.server.token)
    desk.wrong = (REVOKED,)
    await desk.looks()
    await desk.looks(minutes=1)
    desk.restart()
    await desk.looks(minutes=1)
    meanwhile = desk.told()
    desk.server.allow_token(desk.server.token)
    desk.wrong = ()
    await desk.looks(minutes=20)
    desk.restart()
    await desk.looks(minutes=1)

    assert meanwhile == []
    assert desk.told() == [
        "恢复了：Telegram 8:52 起认我们的 token，8:30 起不认过。期间没发的正接着发，不会重发也不会漏。"
    ]


async def test_a_long_wait_that_the_platform_asked_for_is_told_when_it_is_over(lone_desk: Desk) -> None:
    lone_desk.wrong = (Trouble(TroubleKind.LIMITED, "telegram", {"seconds": 95}),)
    await lone_desk.looks()
    lone_desk.wrong = ()
    await lone_desk.looks(minutes=2)

    assert lone_desk.told() == [
        "Telegram 让我们慢过一点（429，8:30 起等 95 秒）：已自动等完，8:32 起照常发，不会重发也不会漏。"
    ]


async def test_a_poll_that_fails_for_a_moment_is_no_trouble_and_for_long_it_is(lone_desk: Desk) -> None:
    lone_desk.wrong = (UNREACHABLE,)
    await lone_desk.looks()
    lone_desk.wrong = ()
    await lone_desk.looks(minutes=0.5)
    brief = lone_desk.told()

    lone_desk.wrong = (UNREACHABLE,)
    await lone_desk.looks()
    await lone_desk.looks(minutes=2, times=1)
    lone_desk.wrong = ()
    await lone_desk.looks(minutes=1)

    assert brief == []
    (only,) = lone_desk.told()
    assert only.startswith("恢复了：Telegram 8:33 起连上了，8:30 起断过。")


async def test_while_nothing_can_be_sent_nobody_hears_that_nothing_is_sent(lone_desk: Desk) -> None:
    await plan(lone_desk.store, 3)
    lone_desk.wrong = (FULL,)

    await lone_desk.looks()
    await lone_desk.looks(minutes=30)

    (only,) = lone_desk.told()
    assert only.startswith("磁盘满了（/var/lib/digestbot 剩 0 字节）")


async def test_what_cannot_be_written_down_is_told_once_all_the_same(lone_desk: Desk, tmp_path: Path) -> None:
    lone_desk.wrong = (FULL,)
    with closing(sqlite3.connect(tmp_path / "digestbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await lone_desk.looks(times=1)
        other.execute("ROLLBACK")
    await lone_desk.looks(minutes=1)
    lone_desk.restart()
    await lone_desk.looks(minutes=1)
    lone_desk.wrong = ()
    await lone_desk.looks(minutes=1)

    begun, over = lone_desk.told()
    assert begun.startswith("磁盘满了")
    assert over.startswith("恢复了：8:33 起磁盘又有地方了，8:30 起停过。")


async def test_a_trouble_that_was_never_written_down_is_told_when_it_is_over(
    lone_desk: Desk, tmp_path: Path
) -> None:
    lone_desk.wrong = (FULL,)
    with closing(sqlite3.connect(tmp_path / "digestbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await lone_desk.looks(times=1)
        other.execute("ROLLBACK")
    lone_desk.wrong = ()
    await lone_desk.looks(minutes=1)

    assert [text.partition("：")[0].partition("（")[0] for text in lone_desk.told()] == ["磁盘满了", "恢复了"]


async def test_a_database_that_was_gone_is_told_when_it_is_back(
    server: TelegramStandin, channel: TelegramChannel, postgres_server: PostgresServer
) -> None:
    store = await Store.open(postgres_server.url(postgres_server.new_database()))
    desk = Desk(server, channel, store)
    await desk.looks()
    postgres_server.stop()
    try:
        await desk.looks(minutes=1)
        await desk.looks(minutes=3)
        meanwhile = desk.told()
    finally:
        postgres_server.start()
    async with asyncio.timeout(30):
        while not desk.told():
            await desk.looks(times=1)
            await asyncio.sleep(0.1)
    desk.restart()
    await desk.looks(minutes=1)
    await store.close()

    assert meanwhile == []
    (only,) = desk.told()
    assert only.startswith("恢复了：数据库 8:34 又连上了，8:31 起断过。")


async def test_a_late_issue_is_told_with_who_waits_and_once_when_it_comes(desk: Desk) -> None:
    desk.house = replace(HOUSE, expect_by=dt.time(7, 45), late_until=dt.time(12))
    desk.moment = dt.datetime(2025, 12, 21, 23, 44, tzinfo=dt.UTC)
    desk.restart()
    async with desk.store.transaction() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 2)
    await desk.looks()
    before = desk.told()
    await desk.looks(minutes=1)
    desk.restart()
    await desk.looks(minutes=5)
    waiting = desk.told()
    async with desk.store.transaction() as tx:
        await put(tx, make_issue())
    await desk.looks(minutes=8)

    assert before == []
    assert waiting == ["7:45 了，今天的稿子还没到。\n8:00 有 2 位在等。到了我立刻发，最迟等到 12:00。"]
    assert desk.told()[1:] == ["今天的稿子到了（7:58），到点的马上发。"]


async def test_an_issue_that_never_came_is_not_waited_for_the_next_day(lone_desk: Desk) -> None:
    lone_desk.house = replace(HOUSE, expect_by=dt.time(7, 45), weekdays="mon")
    lone_desk.moment = dt.datetime(2025, 12, 21, 23, 50, tzinfo=dt.UTC)
    lone_desk.restart()
    await lone_desk.looks()
    await lone_desk.looks(minutes=24 * 60)

    assert len(lone_desk.told()) == 1
    async with lone_desk.store.reading() as tx:
        assert [one for one in await tx.troubles.known(lone_desk.moment) if one.over_at is None] == []


async def test_a_telegram_channel_that_shut_us_out_is_told(lone_desk: Desk) -> None:
    lone_desk.channels = ("@morning",)
    lone_desk.restart()
    async with lone_desk.store.transaction() as tx:
        place = Place("telegram", "@morning")
        reader = await tx.subscribers.arrive(place, kind=Kind.CHANNEL, locale="", now=NOW)
        await tx.subscribers.deactivate(reader.address.id, "no_rights")
    await lone_desk.looks()
    async with lone_desk.store.transaction() as tx:
        await tx.subscribers.revive(reader.address.id)
    await lone_desk.looks(minutes=5)

    begun, over = lone_desk.told()
    assert begun.startswith("Telegram 频道 @morning 不让我们发了（no_rights）：把机器人加回频道")
    assert over == "恢复了：Telegram 频道 @morning 8:35 起又能发了。"


async def test_an_admin_reads_their_own_language_and_one_who_is_gone_stops_nobody(lone_desk: Desk) -> None:
    lone_desk.house = House(
        admins=frozenset({f"telegram:{ADMIN}", f"telegram:{SECOND}", "wecom:lisi", "telegram:@nobody"})
    )
    lone_desk.restart()
    lone_desk.server.fault("blocked", chat=ADMIN)
    async with lone_desk.store.transaction() as tx:
        place = Place("telegram", str(SECOND))
        await tx.subscribers.arrive(place, kind=Kind.PERSON, locale="en", now=NOW)
    lone_desk.wrong = (FULL,)

    await lone_desk.looks()
    await lone_desk.looks(minutes=5)

    assert lone_desk.told() == []
    (only,) = lone_desk.told(SECOND)
    assert only.startswith("The disk is full (/var/lib/digestbot has 0 bytes left)")


async def test_an_admin_who_cannot_be_reached_now_is_told_later(lone_desk: Desk) -> None:
    number = lone_desk.server.fault("retry_after", chat=ADMIN, value=3)
    lone_desk.wrong = (FULL,)
    await lone_desk.looks()
    lone_desk.server.heal(number=number)
    await lone_desk.looks(minutes=0.1)
    too_early = lone_desk.told()
    await lone_desk.looks(minutes=1)

    assert too_early == []
    assert len(lone_desk.told()) == 1


async def test_an_alert_whose_answer_was_lost_is_not_told_again(lone_desk: Desk) -> None:
    lone_desk.server.fault("drop", chat=ADMIN)
    lone_desk.wrong = (FULL,)

    for _ in range(3):
        await lone_desk.looks(minutes=1)

    assert len(lone_desk.told()) == 1


async def test_two_programs_on_one_database_tell_once(desk: Desk) -> None:
    desk.wrong = (FULL,)
    other = Desk(desk.server, desk.channel, desk.store, wrong=(FULL,))

    await asyncio.gather(desk.looks(), other.looks())

    assert len(desk.told()) == 1
