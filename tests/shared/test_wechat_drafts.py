"""The real issue on WeChat and WeCom, beside the drafts of it: every character and every byte."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.phrases import load_catalogs
from bot.wechat.messages import WechatCard, WechatText
from bot.wechat.render import Cards, Paper, count_pages
from bot.wechat.render import render as render_wechat
from bot.wecom.render import render as render_wecom
from digest.accounts import ACCOUNTS, AccountKind
from digest.dialect import SEED_DIALECT
from digest.footing import page_words
from digest.frames import Frame
from digest.house import House
from digest.intents import Incoming
from digest.issue import Issue
from digest.manner import Manner
from digest.parsing import parse
from digest.ports import Phrases
from digest.replies import Reply
from digest.screens import issue_screen, story_screen
from digest.section_screens import section_screen
from digest.subscriber import Place, Subscription
from handlers.ingest import Rules, SourceFile, ingest
from handlers.router import Router
from storage.store import Store
from tests.handlers.conftest import AT_TEN
from tests.shared_folder import SHARED

assert SHARED is not None
DRAFTS = (SHARED / "design" / "drafts.md").read_text(encoding="utf-8")
SEED = (SHARED / "seeds" / "2025-12-22.md").read_bytes()
TODAY = dt.date(2025, 12, 22)
SITE = "https://aireadinghub.com"


@pytest.fixture(scope="module")
def issue() -> Issue:
    parsed = parse(SEED, file_name="2025-12-22.md", zone=ZoneInfo("Asia/Shanghai"), today=TODAY)
    return parsed.issues[0]


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_catalogs().speak("zh-Hans")


@pytest.fixture
def frame(phrases: Phrases) -> Frame:
    return Frame(phrases, TODAY, Subscription(), before=dt.date(2025, 12, 21))


def drafted(heading: str) -> list[str]:
    """The fenced texts of one section of the page."""
    part = DRAFTS.split(f"\n### {heading}", 1)[1]
    part = re.split(r"\n###? ", part, maxsplit=1)[0]
    return re.findall(r"```text\n(.*?)\n```", part, re.DOTALL)


def answered(reply: Reply, phrases: Phrases, page: int = 1) -> str:
    """The one text of a page that a reader asked for."""
    (message,) = render_wechat(replace(reply, words=page_words(phrases), page=page))
    assert isinstance(message, WechatText)
    return message.text


def octets(text: str) -> int:
    return len(text.encode())


def test_the_answer_to_today_is_one_text_without_any_web_site(
    issue: Issue, frame: Frame, phrases: Phrases
) -> None:
    text = answered(issue_screen(issue, frame), phrases)

    assert text == drafted("2.1")[0]
    assert octets(text) == 1829


def test_its_second_page_is_the_last(issue: Issue, frame: Frame, phrases: Phrases) -> None:
    reply = replace(issue_screen(issue, frame), words=page_words(phrases))

    text = answered(reply, phrases, page=2)

    assert text == drafted("2.2")[0]
    assert octets(text) == 1565
    assert count_pages(reply) == 2


def test_with_a_site_of_ours_a_line_leads_there(issue: Issue, frame: Frame, phrases: Phrases) -> None:
    text = answered(issue_screen(issue, replace(frame, base_url=SITE)), phrases)

    assert f'<a href="{SITE}/2025-12-22">网页版：全部摘要</a>' in text.splitlines()
    assert octets(text) == 1904


@pytest.mark.parametrize(("place", "draft"), [(2, 0), (3, 1)])
def test_a_section_is_told_as_richly_as_one_text_holds(
    issue: Issue, frame: Frame, phrases: Phrases, place: int, draft: int
) -> None:
    text = answered(section_screen(issue, issue.sections[place], frame), phrases)

    assert text == drafted("2.3")[draft]


def test_each_section_is_one_text_of_the_size_that_was_counted(
    issue: Issue, frame: Frame, phrases: Phrases
) -> None:
    replies = [section_screen(issue, section, frame) for section in issue.sections]

    assert [octets(answered(reply, phrases)) for reply in replies] == [1283, 1325, 1479, 1499, 1342]
    assert [count_pages(replace(reply, words=page_words(phrases))) for reply in replies] == [1] * 5


def test_a_story_is_the_draft(issue: Issue, frame: Frame, phrases: Phrases) -> None:
    text = answered(story_screen(issue, issue.items[28], frame), phrases)

    assert text == drafted("2.4")[0]
    assert octets(text) == 679


def test_the_longest_story_is_of_the_size_that_was_counted(
    issue: Issue, frame: Frame, phrases: Phrases
) -> None:
    sizes = [octets(answered(story_screen(issue, item, frame), phrases)) for item in issue.items]

    assert max(sizes) == 725


def test_as_one_card_it_is_the_draft(issue: Issue, frame: Frame, phrases: Phrases) -> None:
    reply = issue_screen(issue, replace(frame, base_url=SITE))

    (card,) = render_wechat(replace(reply, words=page_words(phrases)), Paper(cards=Cards.ARTICLE))

    title, description = re.findall(r"title `(.*?)` .*? description `(.*?)` ", DRAFTS.split("### 2.6")[1])[0]
    assert isinstance(card, WechatCard)
    assert (card.title, card.description, card.url) == (title, description, f"{SITE}/2025-12-22")
    assert (len(card.title), len(card.description)) == (24, 64)
    assert card.picture == issue.footer.picture


def test_wecom_shows_the_drafts_card(issue: Issue, frame: Frame, phrases: Phrases) -> None:
    reply = issue_screen(issue, replace(frame, base_url=SITE))

    (card,) = render_wecom(replace(reply, words=page_words(phrases)))

    assert card == WechatCard(
        "12月22日 周一 · 41条", drafted("3.4")[0], f"{SITE}/2025-12-22", button="看全部"
    )
    assert isinstance(card, WechatCard)
    assert (octets(card.title), octets(card.description)) == (26, 224)


def test_without_a_site_wecom_has_the_text_with_words_in_place_of_links(
    issue: Issue, frame: Frame, phrases: Phrases
) -> None:
    (message,) = render_wecom(replace(issue_screen(issue, frame), words=page_words(phrases)))

    assert isinstance(message, WechatText)
    assert octets(message.text) == 1752
    assert "weixin://" not in message.text
    assert "回复「下一页」：产品·推荐·开源·算法 22条" in message.text.splitlines()


KINDS = {0: AccountKind.PERSONAL, 1: AccountKind.SUBSCRIPTION, 2: AccountKind.SERVICE}


async def said(store: Store, typed: str, kind: AccountKind, *, elsewhere: str = "") -> str:
    """What an account of this kind answers on the day of the issue, at ten in the morning."""
    file = SourceFile("2025-12-22.md", "2025-12-22.md", SEED)
    await ingest([file], store, Rules(SEED_DIALECT, "Asia/Shanghai"), now=AT_TEN)
    manner = Manner(ACCOUNTS[kind].reach, count_pages, elsewhere=elsewhere)
    place = Place("wechat", "oReader", account="wx1")
    router = Router(store, load_catalogs(), House())
    (message,) = render_wechat(await router.answer(Incoming(typed), place, now=AT_TEN, manner=manner))
    assert isinstance(message, WechatText)
    return message.text


@pytest.mark.parametrize("draft", KINDS)
async def test_the_welcome_says_what_the_account_may_do(sqlite_store: Store, draft: int) -> None:
    text = await said(sqlite_store, "你好", KINDS[draft])

    assert text == drafted("2.5")[draft]
    assert octets(text) == (430, 353, 434)[draft]


async def test_a_wish_to_be_sent_it_is_answered_honestly_where_nothing_can_be(sqlite_store: Store) -> None:
    text = await said(sqlite_store, "订阅", AccountKind.PERSONAL, elsewhere="aireadinghub_bot")

    assert text == drafted("5.2")[0]
    assert octets(text) == 272


async def test_without_a_telegram_bot_none_is_offered(sqlite_store: Store) -> None:
    text = await said(sqlite_store, "订阅", AccountKind.PERSONAL)

    assert "Telegram" not in text


async def test_a_look_up_is_the_draft(sqlite_store: Store) -> None:
    text = await said(sqlite_store, "搜 世界模型", AccountKind.SERVICE)

    assert text == drafted("6.3")[0]
    assert octets(text) == 1020


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("搜 具身只能", ["没有「具身只能」。是不是想找「具身智能」？有2条。"]),
        ("开源新闻", ["没有叫「开源新闻」的栏目，最接近的是 开源动态（7条）。"]),
        ("12月25日", ["12月25日还没到。最新一期是今天的，12月22日 周一（41条）。"]),
        ("12月21日", ["12月21日 周日没有出刊。", "后一期：12月22日 周一（41条）"]),
        ("搜 的", ["「的」到处都是，没法找。多给一两个字？"]),
    ],
)
async def test_what_is_not_there_is_answered_as_drafted(
    sqlite_store: Store, typed: str, lines: list[str]
) -> None:
    text = await said(sqlite_store, typed, AccountKind.SERVICE)

    assert text.splitlines()[: len(lines)] == lines
