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
from digest.footing import page_words
from digest.frames import Frame
from digest.issue import Issue
from digest.parsing import parse
from digest.ports import Phrases
from digest.replies import Reply
from digest.screens import issue_screen, story_screen
from digest.section_screens import section_screen
from digest.subscriber import Subscription
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
