"""Corrections on a real socket: every delivered message is edited in place, once, also after a restart."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from bot.composer import Composer
from bot.console.outlet import ConsoleOutlet
from bot.console.render import render as render_console
from bot.correcting import Corrections
from bot.desk import desk_of
from bot.outlet import Outlet
from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.telegram.channel import TelegramChannel
from bot.telegram.notices import Notices
from bot.telegram.outlet import TelegramOutlet
from bot.worker import Surroundings, Worker
from digest.dialect import SEED_DIALECT
from digest.house import House
from digest.intents import Incoming
from digest.replies import Form, Reply
from digest.rules import Rules
from digest.subscriber import Place, Sections, Selection, Subscription
from handlers.push import push
from handlers.router import Router
from storage.store import Store
from tests.handlers.conftest import AT_TEN, MONDAY, publish
from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_world import BotMessage
from tests.storage.makers import subscribe

ADMIN, READERS = 77, (1001, 1002, 1003)
HOUSE = House(admins=frozenset({f"telegram:{ADMIN}"}))
USUAL = Subscription(active=True, digests=9)
NEW = "船厂里的新机房"


@dataclass
class Bot:
    """One life of the program, without its clock: what it sends, hears and corrects."""

    store: Store
    server: TelegramStandin
    channel: TelegramChannel
    corrections: Corrections
    router: Router
    pace: Pace
    now: dt.datetime = AT_TEN

    async def push(self, date: dt.date = MONDAY) -> None:
        """Send the issue of a date to everybody."""
        worker = Worker(
            self.store,
            HOUSE,
            load_catalogs(),
            {"telegram": (TelegramOutlet(self.channel), self.pace)},
        )
        await push(self.store, date, now=self.now, dry_run=False)
        await worker.start()
        while await self._open():
            await self.corrections.sleep(0.02)
        await worker.drain(5)

    async def _open(self) -> bool:
        async with self.store.reading() as tx:
            return bool(await tx.outbox.open_chunks())

    async def hears(self, text: str = "", tap: str = "") -> str:
        """What the admin is answered."""
        incoming = Incoming(text, tap=tap, sender=str(ADMIN), language="zh-hans")
        place = Place("telegram", str(ADMIN), account=self.channel.bot_id)
        self.reply = await self.router.answer(incoming, place, now=self.now)
        return "\n".join(m.text for m in render_console(self.reply, load_catalogs().speak("zh-Hans")))

    async def taps(self, label: str) -> str:
        """What the admin is answered to a tap."""
        choice = next(c for row in self.reply.choices for c in row if c.label == label)
        return await self.hears(tap=choice.tap)

    async def finishes(self) -> None:
        """Carry every correction to its end."""
        while await self.corrections.step():
            pass

    def shown(self, chat: int) -> tuple[BotMessage, ...]:
        """The messages in a chat as they look now."""
        return self.server.messages(chat)


@asynccontextmanager
async def running(server: TelegramStandin, store: Store) -> AsyncIterator[Bot]:
    channel = TelegramChannel(server.token, api_base_url=server.base_url)
    await channel.open()
    catalogs = load_catalogs()
    pace = Pace(Rate(1000), clock=time.monotonic)

    def now() -> dt.datetime:
        return AT_TEN

    corrections = Corrections(
        store,
        catalogs,
        Composer(store, HOUSE, catalogs, now=now),
        TelegramOutlet(channel),
        pace,
        Notices(channel, pace),
        now,
    )
    router = Router(store, catalogs, HOUSE, desk_of(Rules(SEED_DIALECT, HOUSE.zone)))
    try:
        yield Bot(store, server, channel, corrections, router, pace)
    finally:
        await channel.close()


async def readers(store: Store, *orders: Subscription) -> None:
    await publish(store, MONDAY)
    async with store.transaction() as tx:
        for number, order in zip(READERS, orders, strict=False):
            await subscribe(tx, number, subscription=order)


async def title_of(store: Store, number: int) -> str:
    async with store.reading() as tx:
        edition = await tx.issues.at(MONDAY, now=AT_TEN)
    assert edition is not None
    item = edition.issue.item(number)
    assert item is not None
    return item.title


async def test_a_title_is_corrected_in_every_delivered_message_and_counted(sqlite_store: Store) -> None:
    await readers(sqlite_store, USUAL, USUAL, replace(USUAL, form=Form.FULL))
    old = await title_of(sqlite_store, 29)
    async with TelegramStandin() as server, running(server, sqlite_store) as bot:
        await bot.push()
        before = {chat: bot.shown(chat) for chat in READERS}
        shown = await bot.hears(f"更正 29 标题 {NEW}")
        told = await bot.taps("改正")
        await bot.finishes()
        after = {chat: bot.shown(chat) for chat in READERS}
        (notice,) = bot.shown(ADMIN)

    assert "会原地改正" in shown
    assert "正在改已送到的 3 份" in told
    assert [len(after[chat]) for chat in READERS] == [1, 1, 2]
    for chat in READERS:
        for was, is_now in zip(before[chat], after[chat], strict=True):
            assert is_now.text == was.text.replace(old, NEW)
            assert is_now.labels == was.labels
            assert is_now.edits == (old in was.text)
    assert notice.text == "12月22日第29条的标题改完了。\n已改正 3 处。"
    assert await title_of(sqlite_store, 29) == NEW


async def test_asked_again_nothing_is_done_twice(sqlite_store: Store) -> None:
    await readers(sqlite_store, USUAL)
    async with TelegramStandin() as server, running(server, sqlite_store) as bot:
        await bot.push()
        await bot.hears(f"更正 29 标题 {NEW}")
        asked = bot.reply
        await bot.taps("改正")
        await bot.finishes()
        edits = server.truth.calls["editMessageText"]
        bot.reply = asked
        tapped = await bot.taps("改正")
        said = await bot.hears(f"更正 29 标题 {NEW}")
        await bot.finishes()

    assert edits == server.truth.calls["editMessageText"] == 1
    assert tapped.startswith("第29条的标题已经是这样了，不用再改。\n已改正 1 处。")
    assert said.startswith("第29条的标题已经是这样了")
    async with sqlite_store.reading() as tx:
        edition = await tx.issues.at(MONDAY, now=AT_TEN)
    assert edition is not None
    assert edition.revision == 2


async def test_what_was_begun_is_finished_after_a_restart(sqlite_store: Store) -> None:
    await readers(sqlite_store, USUAL, USUAL, USUAL)
    async with TelegramStandin() as server:
        async with running(server, sqlite_store) as bot:
            await bot.push()
            await bot.hears(f"更正 29 标题 {NEW}")
            await bot.taps("改正")
        async with running(server, sqlite_store) as second:
            await second.finishes()
            texts = [message.text for chat in READERS for message in second.shown(chat)]

    assert [NEW in text for text in texts] == [True] * 3


async def test_what_cannot_be_edited_is_counted_by_reason(sqlite_store: Store) -> None:
    await readers(sqlite_store, USUAL, USUAL, USUAL)
    async with TelegramStandin() as server, running(server, sqlite_store) as bot:
        await bot.push()
        server.world.chat(1001).sent.clear()
        server.block(1002)
        await bot.hears(f"更正 29 标题 {NEW}")
        await bot.taps("改正")
        await bot.finishes()
        (notice,) = bot.shown(ADMIN)

    assert notice.text.splitlines()[1] == "已改正 1 处。2 处改不了（屏蔽 1，消息已删除 1）。"


async def test_a_message_without_the_story_is_left_alone(sqlite_store: Store) -> None:
    only = Sections(Selection.ONLY, frozenset({"算法论文"}))
    await readers(sqlite_store, USUAL, replace(USUAL, sections=only))
    async with TelegramStandin() as server, running(server, sqlite_store) as bot:
        await bot.push()
        await bot.hears(f"更正 29 标题 {NEW}")
        await bot.taps("改正")
        await bot.finishes()
        (notice,) = bot.shown(ADMIN)

    assert server.truth.calls["editMessageText"] == 1
    assert notice.text.splitlines()[1] == "已改正 1 处。1 份里没有这一处，不用改。"


async def test_two_corrections_stand_side_by_side(sqlite_store: Store) -> None:
    await readers(sqlite_store, USUAL)
    async with TelegramStandin() as server, running(server, sqlite_store) as bot:
        await bot.push()
        for number, words in ((29, NEW), (30, "另一个新标题")):
            await bot.hears(f"更正 {number} 标题 {words}")
            await bot.taps("改正")
        await bot.finishes()
        await bot.hears("更正 29 链接 https://b.example/29")
        await bot.taps("改正")
        await bot.finishes()
        (message,) = bot.shown(1001)

    assert NEW in message.text
    assert "另一个新标题" in message.text
    assert "https://b.example/29" in message.links


async def test_the_platforms_wait_is_kept_and_the_edit_made_afterwards(sqlite_store: Store) -> None:
    await readers(sqlite_store, USUAL)
    async with TelegramStandin() as server, running(server, sqlite_store) as bot:
        await bot.push()
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        bot.corrections.sleep = sleep
        await bot.hears(f"更正 29 标题 {NEW}")
        await bot.taps("改正")
        server.fault("retry_after", chat=1001, value=1, times=1)
        await bot.finishes()
        (message,) = bot.shown(1001)

    assert NEW in message.text
    assert message.edits == 1


async def test_a_dialogue_asks_for_what_was_not_said(sqlite_store: Store) -> None:
    await readers(sqlite_store, USUAL)
    async with TelegramStandin() as server, running(server, sqlite_store) as bot:
        which = await bot.hears("更正")
        story = await bot.hears("更正 29")
        asked = await bot.taps("改标题")
        shown = await bot.hears("全新的，标题（新）")
        done = await bot.taps("改正")

    assert which.startswith("改正哪一条？")
    assert story.startswith("改哪里？")
    assert asked.startswith("第29条的标题现在是：")
    assert "改成：全新的，标题（新）" in shown
    assert done.startswith("改好了：第29条的标题。")
    assert await title_of(sqlite_store, 29) == "全新的，标题（新）"


@pytest.mark.parametrize("said", ["/correct 29", "/correct 29 title x"])
async def test_readers_correct_nothing(sqlite_store: Store, said: str) -> None:
    await readers(sqlite_store, USUAL)
    async with TelegramStandin() as server, running(server, sqlite_store) as bot:
        reply = await bot.router.answer(Incoming(said), Place("telegram", "5"), now=AT_TEN)

    assert "管理员" in str(reply.blocks[0])


async def test_where_messages_cannot_be_edited_the_next_digest_has_a_line(sqlite_store: Store) -> None:
    await readers(sqlite_store, USUAL)
    async with sqlite_store.transaction() as tx:
        await subscribe(tx, "me", channel="console", subscription=USUAL)
    catalogs = load_catalogs()
    async with TelegramStandin() as server, running(server, sqlite_store) as bot:
        await bot.push()
        await bot.hears(f"更正 29 标题 {NEW}")
        await bot.taps("改正")
        await publish(sqlite_store, MONDAY + dt.timedelta(1), now=AT_TEN)
        composer = Composer(sqlite_store, HOUSE, catalogs, now=lambda: AT_TEN + dt.timedelta(1))
        async with sqlite_store.transaction() as tx:
            date = MONDAY + dt.timedelta(1)
            later = AT_TEN + dt.timedelta(1)
            campaign = await tx.campaigns.open(f"digest:{date}", kind="digest", issue_date=date, now=later)
            await tx.campaigns.owe_all(campaign, revision=1, issue_date=date, now=later)
            owed = await tx.outbox.claim(campaign, 1, 9, owner="me", now=later)
        console = ConsoleOutlet(lambda: catalogs.speak("zh-Hans"), lambda message: None)
        outlets: dict[str, Outlet] = {"telegram": TelegramOutlet(bot.channel), "console": console}
        told = {
            one.subscriber.address.place.channel: repr(
                await composer.messages(one, outlets[one.subscriber.address.place.channel])
            )
            for one in owed
        }

    line = "更正：12月22日第29条的标题应为：船厂里的新机房"
    assert line in told["console"]
    assert line not in told["telegram"]


@dataclass
class Desk:
    """A terminal that gets the digests of some days, and at which a story can be corrected."""

    store: Store
    shown: list[str]

    async def gets(self, date: dt.date, now: dt.datetime) -> str:
        """What is drawn there when the issue of a date is pushed."""
        catalogs = load_catalogs()
        console = ConsoleOutlet(
            lambda: catalogs.speak("zh-Hans"), lambda message: self.shown.append(message.text)
        )
        worker = Worker(
            self.store,
            HOUSE,
            catalogs,
            {"console": (console, Pace(Rate(1000), clock=time.monotonic))},
            around=Surroundings(now=lambda: now),
        )
        await push(self.store, date, now=now, dry_run=False)
        before = len(self.shown)
        await worker.start()
        async with asyncio.timeout(20):
            while len(self.shown) == before:  # noqa: ASYNC110 - a terminal tells nobody
                await asyncio.sleep(0.02)
        await worker.drain(5)
        return self.shown[-1]

    async def says(self, text: str, now: dt.datetime) -> Reply:
        """What is answered there."""
        router = Router(self.store, load_catalogs(), HOUSE, desk_of(Rules(SEED_DIALECT, HOUSE.zone)))
        return await router.answer(Incoming(text, sender="me"), Place("console", "me"), now=now)


async def test_the_line_comes_with_the_next_digest_and_with_no_other(sqlite_store: Store) -> None:
    day = dt.timedelta(1)
    await publish(sqlite_store, MONDAY)
    async with sqlite_store.transaction() as tx:
        await subscribe(tx, "me", channel="console", subscription=USUAL)
    desk = Desk(sqlite_store, [])

    digests = [await desk.gets(MONDAY, AT_TEN)]
    for words in ("一个还是错的标题", NEW):
        asked = await desk.says(f"更正 29 标题 {words}", AT_TEN + day / 24)
        await desk.says(asked.typed[0], AT_TEN + day / 24)
    for age in (1, 2):
        await publish(sqlite_store, MONDAY + age * day, now=AT_TEN + age * day)
        digests.append(await desk.gets(MONDAY + age * day, AT_TEN + age * day))

    lines = [[line.strip() for line in digest.splitlines() if "更正：" in line] for digest in digests]
    assert lines == [[], [f"更正：12月22日第29条的标题应为：{NEW}"], []]
