"""A month in simulated time: no sixth message in a window, no second mass send in a day.

Small here; `make month` runs it with 10,000 followers (`FOLLOWERS`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
from dataclasses import dataclass

from bot.outlet import Lane
from bot.wechat.client import WechatClient
from bot.wechat.inbound import Clicked, MassFinished, Said
from bot.wechat.mass import MassPush
from bot.wechat.media import Pictures
from bot.wechat.messages import WechatText
from bot.wechat.opening import note
from bot.wechat.outlet import WechatOutlet
from bot.wechat.standing import Standing
from bot.wechat.tagging import TagKeeper
from digest.accounts import AccountKind
from digest.errors import WindowShut
from digest.house import House
from digest.reach import MassState
from digest.subscriber import Place
from storage.store import Store
from tests.bot.wechat.tencent_parts import DayArticle, keep_reader, wechat_client
from tests.standins.tencent import APP_ID, Clock, TencentStandin
from tests.storage.makers import NOW, make_issue, put

FOLLOWERS = int(os.environ.get("FOLLOWERS", "10"))
DAYS = 30
AT_ONCE = 32
DAY_SECONDS = 86_400
MIDNIGHT = dt.datetime(2025, 12, 1, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@dataclass(slots=True)
class Month:
    """An account, its followers, and chance with a seed."""

    server: TencentStandin
    store: Store
    clock: Clock
    standing: Standing
    client: WechatClient
    chance: random.Random

    @property
    def now(self) -> dt.datetime:
        """The present moment."""
        return dt.datetime.fromtimestamp(self.clock(), dt.UTC)

    @property
    def places(self) -> list[Place]:
        """Where the followers are."""
        return [Place("wechat", f"o{number:05}", account=APP_ID) for number in range(FOLLOWERS)]

    async def begin(self) -> None:
        """Everybody follows, and is kept."""
        self.server.world.follow(*(place.recipient for place in self.places))
        async with self.store.transaction() as tx:
            for place in self.places:
                await keep_reader(tx, place)

    async def chatter(self) -> None:
        """Some write, some tap the menu, some do both."""
        account = self.standing.account
        async with self.store.transaction() as tx:
            for place in self.places:
                if self.chance.random() < 0.15:
                    self.server.world.heard(place.recipient, "message")
                    await note(tx, Said(place, "今日", "k"), account, self.now)
                if self.chance.random() < 0.05:
                    self.server.world.heard(place.recipient, "click")
                    await note(tx, Clicked(place, "今日", "k"), account, self.now)

    async def push(self, outlet: WechatOutlet) -> int:
        """A message to everybody, as far as they may be written to; to how many."""
        seats = asyncio.Semaphore(AT_ONCE)

        async def one(place: Place) -> int:
            async with seats:
                try:
                    await outlet.send(place, WechatText("日报"), lane=Lane.BULK)
                except WindowShut:
                    return 0
                return 1

        return sum(await asyncio.gather(*map(one, self.places)))


async def month_of(kind: AccountKind, server: TencentStandin, store: Store, clock: Clock) -> Month:
    """A month on an account of a kind."""
    month = Month(server, store, clock, Standing(kind), wechat_client(server), random.Random(20251201))
    await month.begin()
    return month


async def test_nobody_is_sent_a_sixth_message_in_a_window_over_a_month(sqlite_url: str) -> None:
    clock = Clock(MIDNIGHT.timestamp())
    store = await Store.open(sqlite_url)
    async with TencentStandin("service", clock=clock) as server:
        month = await month_of(AccountKind.SERVICE, server, store, clock)
        outlet = WechatOutlet(month.client, APP_ID, month.standing, store, lambda _: (), lambda: month.now)
        sent = 0
        for _ in range(DAYS):
            for seconds in (8 * 3600, 30, 9 * 3600):
                clock.advance(seconds)
                await month.chatter()
                sent += await month.push(outlet)
            clock.advance(DAY_SECONDS - 17 * 3600 - 30)
        await month.client.close()
    await store.close()

    assert sent == len(server.world.sent) > FOLLOWERS
    assert server.world.codes == {}


async def test_an_account_mass_sends_once_a_day_over_a_month_however_often_it_is_asked(
    sqlite_url: str,
) -> None:
    clock = Clock(MIDNIGHT.timestamp())
    store = await Store.open(sqlite_url)
    async with TencentStandin("subscription", clock=clock) as server:
        month = await month_of(AccountKind.SUBSCRIPTION, server, store, clock)
        push = mass_push(month)
        for day in range(DAYS):
            clock.now = MIDNIGHT.timestamp() + day * DAY_SECONDS + 7 * 3600
            date = MIDNIGHT.date() + dt.timedelta(days=day)
            async with store.transaction() as tx:
                await put(tx, make_issue(f"{date}", date=date), now=month.now)
            for _ in range(20):
                await push.tick()
                clock.advance(1800)
                await moderated(month, refuse=day % 7 == 3)
        await month.client.close()
        async with store.reading() as tx:
            masses = await tx.masses.since(APP_ID, NOW - dt.timedelta(days=60))
    await store.close()

    refused = sum(mass.state is MassState.REFUSED for mass in masses)
    assert refused == len([day for day in range(DAYS) if day % 7 == 3])
    assert len(server.world.masses) == len(masses) == DAYS
    assert server.world.codes == {}
    assert len(server.world.received("o00000")) == DAYS - refused


def mass_push(month: Month) -> MassPush:
    """The account's day."""
    pictures = Pictures(APP_ID, month.store, lambda: month.now)
    tags = TagKeeper(month.client, month.standing, month.store, "日报")
    return MassPush(
        month.client,
        month.standing,
        month.store,
        House(),
        pictures,
        tags,
        lambda issue: DayArticle(f"日报 {issue.date}"),
        b"\x89PNG",
        lambda: month.now,
    )


async def moderated(month: Month, *, refuse: bool) -> None:
    """The platform is done with what it looked at, and says so."""
    for mass in [one for one in month.server.world.masses.values() if not one.status]:
        told = month.server.world.finish_mass(mass.number, "err(10001)" if refuse else "send success")
        report = MassFinished(
            APP_ID,
            told["MsgID"],
            told["Status"],
            int(told["TotalCount"]),
            int(told["FilterCount"]),
            int(told["SentCount"]),
            int(told["ErrorCount"]),
            "m",
        )
        async with month.store.transaction() as tx:
            await note(tx, report, month.standing.account, month.now)


async def test_a_refused_mass_send_goes_again_once_the_issue_has_another_text(sqlite_url: str) -> None:
    clock = Clock(MIDNIGHT.timestamp() + 8 * 3600)
    store = await Store.open(sqlite_url)
    async with TencentStandin("subscription", clock=clock) as server:
        month = await month_of(AccountKind.SUBSCRIPTION, server, store, clock)
        push = mass_push(month)
        date = MIDNIGHT.date()
        for title in ("推广", "正文"):
            async with store.transaction() as tx:
                await put(tx, make_issue(title, date=date), now=month.now)
            await push.tick()
            await push.tick()
            await moderated(month, refuse=title == "推广")
        await month.client.close()
    await store.close()

    assert [mass.status for mass in server.world.masses.values()] == ["err(10001)", "send success"]
    assert len(server.world.received("o00000")) == 1


async def test_who_unsubscribed_is_left_out_by_a_tag(sqlite_url: str) -> None:
    clock = Clock(MIDNIGHT.timestamp() + 8 * 3600)
    store = await Store.open(sqlite_url)
    async with TencentStandin("subscription", clock=clock) as server:
        month = await month_of(AccountKind.SUBSCRIPTION, server, store, clock)
        async with store.transaction() as tx:
            await keep_reader(tx, month.places[0], active=False)
            await put(tx, make_issue("正文", date=MIDNIGHT.date()), now=month.now)
        await mass_push(month).tick()
        await moderated(month, refuse=False)
        await month.client.close()
    await store.close()

    assert server.world.received("o00000") == ()
    assert len(server.world.received("o00001")) == 1


async def test_a_mass_send_in_doubt_is_made_again_under_its_name_and_arrives_once(sqlite_url: str) -> None:
    clock = Clock(MIDNIGHT.timestamp() + 8 * 3600)
    store = await Store.open(sqlite_url)
    async with TencentStandin("subscription", clock=clock) as server:
        month = await month_of(AccountKind.SUBSCRIPTION, server, store, clock)
        async with store.transaction() as tx:
            await put(tx, make_issue("正文", date=MIDNIGHT.date()), now=month.now)
        server.fault("reset", "sendall", times=2)
        push = mass_push(month)
        for _ in range(6):
            await push.tick()
            clock.advance(90)
        await moderated(month, refuse=False)
        await month.client.close()
        async with store.reading() as tx:
            (mass,) = await tx.masses.since(APP_ID, NOW - dt.timedelta(days=60))
    await store.close()

    assert mass.state is MassState.SENT
    assert server.paths.count("draft/add") == 1
    assert len(server.world.received("o00000")) == 1
