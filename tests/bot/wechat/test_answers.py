"""What an official account answers to what Tencent reports."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.phrases import Catalogs, load_catalogs
from bot.throttle import Throttle
from bot.wechat.answers import Answers, Ways
from bot.wechat.inbound import (
    Clicked,
    Followed,
    MassFinished,
    MenuViewed,
    Other,
    Received,
    Said,
    Scanned,
    SentNothingReadable,
    Unfollowed,
)
from bot.wechat.messages import HandOver, WechatImage, WechatMessage, WechatText
from digest.accounts import ACCOUNTS, AccountKind, Capability
from digest.errors import Refused
from digest.house import CustomReply, House
from digest.intents import CustomWords
from digest.replies import Reply, Text
from digest.subscriber import AddressState, Place, Subscriber
from handlers.router import Router
from storage.store import Store
from tests.bot.wechat.pages import links, octets, shown_numbers, taps
from tests.handlers.conftest import AT_TEN, MONDAY, publish

READER = Place("wechat", "oReader", account="wx1")
QUN = CustomReply(CustomWords(("进群",)), "扫码进读者群。", "replies/qun.png")
PEOPLE = CustomReply(CustomWords(("人工",)), hand_over=True)
EDITOR = "telegram:12345"


@dataclass
class Account:
    """An account under test, and what it did beside answering."""

    store: Store
    catalogs: Catalogs
    kind: AccountKind = AccountKind.SERVICE
    house: House = field(default_factory=lambda: House(replies=(QUN, PEOPLE), admins=frozenset({EDITOR})))
    now: dt.datetime = AT_TEN
    later: list[WechatMessage] = field(default_factory=list)
    told: list[tuple[Place, Reply]] = field(default_factory=list)
    heard: list[tuple[Received, Reply]] = field(default_factory=list)
    uploads: bool = True
    denied: tuple[Capability, ...] = ()

    async def hear(self, received: Received) -> WechatMessage | None:
        """The passive reply to what is reported."""
        ways = Ways(self._upload, self._later, self._tell, self._heard)
        account = ACCOUNTS[self.kind].without(*self.denied)
        router = Router(self.store, self.catalogs, self.house)
        throttle = Throttle(self.now.timestamp)
        return await Answers(router, throttle, lambda: self.now, lambda: account, ways=ways)(received)

    async def said(self, text: str) -> str:
        """The text of the answer to typed words."""
        self.now += dt.timedelta(seconds=5)
        message = await self.hear(Said(READER, text, "1"))
        assert isinstance(message, WechatText)
        assert octets(message.text) <= 2000
        return message.text

    async def reader(self) -> Subscriber:
        """The reader as kept."""
        async with self.store.reading() as tx:
            found = await tx.subscribers.at(READER)
        assert found is not None
        return found

    async def _upload(self, path: Path) -> str:
        if not self.uploads:
            raise Refused("40004")
        return f"media-of-{path.name}"

    async def _later(self, place: Place, message: WechatMessage) -> None:
        assert place == READER
        self.later.append(message)

    async def _tell(self, place: Place, reply: Reply) -> None:
        self.told.append((place, reply))

    async def _heard(self, received: Received, reply: Reply) -> None:
        self.heard.append((received, reply))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with three issues: Friday's, Saturday's and Monday's."""
    path = tmp_path_factory.mktemp("published") / "digestbot.db"
    asyncio.run(_fill(f"sqlite:///{path}"))
    return path


async def _fill(url: str) -> None:
    store = await Store.open(url)
    await publish(store, MONDAY - dt.timedelta(3), MONDAY - dt.timedelta(2), MONDAY)
    await store.close()


@pytest.fixture
async def account(published: Path, tmp_path: Path) -> AsyncIterator[Account]:
    store = await Store.open(f"sqlite:///{shutil.copy(published, tmp_path / 'digestbot.db')}")
    yield Account(store, load_catalogs())
    await store.close()


# Words and taps


async def test_words_are_answered_with_one_text(account: Account) -> None:
    assert (await account.said("今日")).startswith("12月22日 周一 · 41条")


async def test_a_tap_of_the_menu_is_the_same_as_the_word(account: Account) -> None:
    typed = await account.said("今日")
    account.now += dt.timedelta(seconds=5)

    tapped = await account.hear(Clicked(READER, "今日", "2"))

    assert tapped == WechatText(typed)


async def test_every_link_of_every_answer_leads_on(account: Account) -> None:
    asked = ["今日", "设置", "世界模型", "往期", "帮助", "订阅", "状态", "补看", "上周", "12月21日"]
    seen = set[str]()
    while asked:
        says = asked.pop(0)
        if says in seen or len(seen) > 60:
            continue
        seen.add(says)
        text = await account.said(says)
        assert "没看懂" not in text, says
        assert says == "世界模型" or "按关键词查" not in text, says
        # What pages mean depends on what is on the screen: they are turned elsewhere.
        asked += [found for _, found in taps(text) if found not in ("下一页", "上一页")]

    assert len(seen) > 40


async def test_pages_are_turned_to_the_last_and_back(account: Account) -> None:
    first = await account.said("今日")
    second = await account.said("下一页")

    assert shown_numbers(first) + shown_numbers(second) == list(range(1, 42))
    assert (await account.said("下一页")).startswith("后面没有了。")
    assert await account.said("上一页") == first
    assert await account.said("2页") == second
    assert await account.said("更多") != first


async def test_of_a_long_section_of_some_days_every_page_is_reached(account: Account) -> None:
    pages = [await account.said("12月19日到12月22日 新闻资讯")]
    while "后面没有了" not in (text := await account.said("下一页")):
        pages.append(text)

    # Three issues with 19 of these stories each.
    assert sum(len(links(page)) for page in pages) == 57
    assert len(pages) > 4


async def test_a_number_is_a_story_on_whatever_page_it_stood(account: Account) -> None:
    await account.said("今日")
    await account.said("下一页")

    assert (await account.said("29")).startswith("第29条 · 开源动态 · 12月22日")
    assert (await account.said("第４条")).startswith("第4条 · 新闻资讯")


async def test_after_a_while_the_next_page_is_that_of_today(account: Account) -> None:
    first = await account.said("今日")
    account.now += dt.timedelta(hours=3)

    second = await account.said("下一页")

    assert shown_numbers(second)[0] == shown_numbers(first)[-1] + 1


async def test_traditional_words_and_a_slash_are_understood(account: Account) -> None:
    for typed in ("/today", "今日", "日報", "／today"):
        assert (await account.said(typed)).startswith("12月22日")
    assert (await account.said("開源動態")).startswith("【开源动态】")
    assert (await account.said("搜尋 世界模型")).startswith("「世界模型」")
    assert (await account.said("訂閱")).startswith("订阅好了")


async def test_what_is_no_text_gets_one_kind_line(account: Account) -> None:
    for what, line in (("picture", "图片我看不懂"), ("voice", "语音我听不懂"), ("location", "这个我看不懂")):
        account.now += dt.timedelta(seconds=5)
        message = await account.hear(SentNothingReadable(READER, what, what))
        assert isinstance(message, WechatText)
        assert message.text.startswith(line)


async def test_an_unknown_word_is_looked_up_and_the_answer_says_so(account: Account) -> None:
    assert (await account.said("世界模型")).startswith("按关键词查「世界模型」：")


# Coming and going


async def test_who_follows_is_welcomed_by_what_the_account_may_do(account: Account) -> None:
    account.kind = AccountKind.PERSONAL

    message = await account.hear(Followed(READER, "", "1"))

    assert isinstance(message, WechatText)
    assert "微信不允许这个号主动发消息" in message.text


async def test_who_scans_a_code_is_welcomed_as_well(account: Account) -> None:
    message = await account.hear(Scanned(READER, "spring", "1"))

    assert isinstance(message, WechatText)
    assert [says for _, says in taps(message.text)] == ["订阅", "今日"]


async def test_who_leaves_gets_nothing_any_more(account: Account) -> None:
    await account.said("订阅")

    answer = await account.hear(Unfollowed(READER, "3"))

    reader = await account.reader()
    assert answer is None
    assert (reader.subscription.active, reader.address.state) == (False, AddressState.INACTIVE)
    async with account.store.reading() as tx:
        assert await tx.subscribers.due_of(reader.id) is None


async def test_who_follows_again_can_be_reached_again(account: Account) -> None:
    await account.said("订阅")
    await account.hear(Unfollowed(READER, "3"))
    account.now += dt.timedelta(days=1)

    await account.hear(Followed(READER, "", "4"))

    reader = await account.reader()
    assert (reader.subscription.active, reader.address.state) == (False, AddressState.ACTIVE)


async def test_a_stranger_who_leaves_is_nobody(account: Account) -> None:
    assert await account.hear(Unfollowed(Place("wechat", "oNobody"), "3")) is None


@pytest.mark.parametrize(
    "received",
    [
        MenuViewed(READER, "https://a.example", "1"),
        Other(READER, "poi_check_notify", "2"),
        MassFinished("wx1", "7", "send success", 10, 10, 9, 1, "3"),
    ],
)
async def test_what_asks_for_nothing_is_not_answered_but_handed_on(
    account: Account, received: Received
) -> None:
    assert await account.hear(received) is None
    assert [one for one, _ in account.heard] == [received]


# What the account cannot do


@pytest.mark.parametrize("typed", ["订阅", "改成7点半", "状态", "设置"])
async def test_an_account_that_sends_nothing_says_so(account: Account, typed: str) -> None:
    account.kind = AccountKind.PERSONAL
    await account.said("订阅")

    text = await account.said(typed)

    assert "微信不让" in text
    assert "明天" not in text


@pytest.mark.parametrize("typed", ["订阅", "改成7点半", "状态", "设置"])
async def test_an_account_that_sends_to_all_at_once_promises_no_hour_of_ones_own(
    account: Account, typed: str
) -> None:
    account.kind = AccountKind.SUBSCRIPTION
    await account.said("订阅")

    assert "这个号每天统一推送一期" in await account.said(typed)


async def test_a_wish_is_kept_even_where_nothing_can_be_sent(account: Account) -> None:
    account.kind = AccountKind.PERSONAL

    await account.said("订阅 开源动态")

    assert (await account.reader()).subscription.active


async def test_an_account_that_lost_its_rights_says_so_from_then_on(account: Account) -> None:
    account.denied = (Capability.CUSTOM,)

    assert "微信不让主动发消息" in await account.said("订阅")


async def test_subscribing_is_answered_with_the_way_to_the_issue(account: Account) -> None:
    text = await account.said("订阅")

    assert text.startswith("订阅好了。明天（周二）8:00 见，北京时间。")
    assert "两天没说过话就不能给你发" in text
    assert ("看今天的", "今日") in taps(text)


# The publisher's own replies


async def test_the_publishers_picture_is_shown_and_the_words_follow(account: Account) -> None:
    message = await account.hear(Said(READER, "进群", "1"))

    assert message == WechatImage("media-of-qun.png")
    assert account.later == [WechatText("扫码进读者群。")]


async def test_without_the_picture_the_words_are_shown(account: Account) -> None:
    account.uploads = False

    assert await account.said("进群") == "扫码进读者群。"


async def test_people_take_over_where_the_account_has_them(account: Account) -> None:
    assert await account.hear(Said(READER, "人工", "1")) == HandOver()
    assert account.told == []


async def test_elsewhere_the_editors_are_told(account: Account) -> None:
    account.kind = AccountKind.PERSONAL

    text = await account.said("人工")

    ((place, reply),) = account.told
    assert text.startswith("已转给编辑。")
    assert str(place) == EDITOR
    assert reply.blocks == (Text("读者 wechat:oReader：\n人工"),)


async def test_with_nobody_to_tell_the_reader_is_told_so(account: Account) -> None:
    account.kind = AccountKind.PERSONAL
    account.house = replace(account.house, admins=frozenset())

    assert "现在没有人能接" in await account.said("人工")


async def test_who_writes_too_fast_is_told_once(account: Account) -> None:
    account.now += dt.timedelta(seconds=1)
    router = Router(account.store, account.catalogs, account.house)
    throttle = Throttle(lambda: 0.0)
    service = ACCOUNTS[AccountKind.SERVICE]
    answers = Answers(router, throttle, lambda: account.now, lambda: service)

    found = [await answers(Said(READER, "帮助", str(n))) for n in range(40)]

    told = [one for one in found if isinstance(one, WechatText) and "慢一点" in one.text]
    assert len(told) == 1
    assert found[-1] is None
