"""The real issue's texts and the drafts, side by side."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.console.render import render as render_console
from bot.phrases import load_catalogs
from bot.telegram.render import TelegramMessage
from bot.telegram.render import render as render_telegram
from digest.compose import Marks
from digest.following import StoryTexts, read_followed
from digest.frames import Frame
from digest.issue import Issue
from digest.parsing import parse
from digest.ports import Phrases
from digest.replies import Form
from digest.screens import issue_screen, story_screen
from digest.section_screens import section_screen
from digest.subscriber import Sections, Selection, Subscription
from tests.shared_folder import SHARED
from tests.standins.telegram_html import parse as parse_html

assert SHARED is not None
DRAFTS = (SHARED / "design" / "drafts.md").read_text(encoding="utf-8")
SEED = (SHARED / "seeds" / "2025-12-22.md").read_bytes()
TODAY = dt.date(2025, 12, 22)


@pytest.fixture(scope="module")
def issue() -> Issue:
    parsed = parse(SEED, file_name="2025-12-22.md", zone=ZoneInfo("Asia/Shanghai"), today=TODAY)
    assert parsed.problems == ()
    return parsed.issues[0]


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_catalogs().speak("zh-Hans")


@pytest.fixture
def frame(phrases: Phrases) -> Frame:
    return Frame(phrases, TODAY, Subscription())


def drafted(heading: str, language: str = "html") -> list[str]:
    """The fenced drafts of one section of the page."""
    part = DRAFTS.split(f"\n### {heading}", 1)[1]
    part = re.split(r"\n###? ", part, maxsplit=1)[0]
    return re.findall(rf"```{language}\n(.*?)\n```", part, re.DOTALL)


def counted(message: TelegramMessage) -> tuple[int, int, int]:
    """UTF-16 units after parsing, entities and raw bytes, by a reader that knows nothing of the product."""
    parsed = parse_html(message.html)
    assert parsed.notes == ()
    return parsed.units, len(parsed.entities), len(message.html.encode())


def test_the_issue_is_read_exactly(issue: Issue) -> None:
    assert issue.date == TODAY
    sections = [(section.title, len(section.items)) for section in issue.sections]
    assert sections == [("新闻资讯", 19), ("产品应用", 6), ("推荐文章", 3), ("开源动态", 7), ("算法论文", 6)]
    assert len({item.title for item in issue.items}) == issue.total == 41
    assert issue.leads == (1, 2, 3)
    assert len(issue.introduction) == 2
    assert issue.footer.link is not None
    assert issue.footer.link.url == "https://aireadinghub.com/"
    assert issue.footer.picture is not None
    assert issue.footer.picture.endswith("-hub.png")


def test_each_story_has_its_whole_link_and_a_summary_without_it(issue: Issue) -> None:
    written = re.findall(r"### (.*?)\n\n(.*?)\[>阅读原文\]\((.*?)\)", SEED.decode())

    assert [(item.title, item.summary, item.url) for item in issue.items] == written


def test_the_brief_digest_is_the_draft(issue: Issue, frame: Frame) -> None:
    (message,) = render_telegram(issue_screen(issue, frame))

    assert message.html == drafted("1.1")[0]
    assert counted(message) == (1187, 55, 11862)
    assert parse_html(message.html).text[:60].find(issue.items[0].title) > 0


def test_a_section_is_the_draft(issue: Issue, frame: Frame) -> None:
    (message,) = render_telegram(section_screen(issue, issue.sections[3], frame))

    assert message.html == drafted("1.2")[0]
    assert counted(message) == (894, 15, 3603)


def test_the_longest_section_is_one_message_with_every_summary(issue: Issue, frame: Frame) -> None:
    (message,) = render_telegram(section_screen(issue, issue.sections[0], frame))

    assert counted(message) == (2233, 39, 9760)


def test_the_full_digest_is_the_draft(issue: Issue, frame: Frame) -> None:
    messages = render_telegram(issue_screen(issue, frame, form=Form.FULL))

    assert [message.html for message in messages] == drafted("1.3")
    assert [counted(message) for message in messages] == [(3252, 60, 14314), (1567, 29, 6758)]
    assert [message.silent for message in messages] == [False, True]
    assert [bool(message.buttons) for message in messages] == [False, True]


def test_two_followed_sections_make_the_short_digest_that_was_counted(issue: Issue, phrases: Phrases) -> None:
    keys = frozenset(section.key for section in issue.sections[3:])
    frame = Frame(phrases, TODAY, Subscription(sections=Sections(Selection.ONLY, keys)))

    (message,) = render_telegram(issue_screen(issue, frame))

    assert parse_html(message.html).text.startswith("12月22日 周一 · 你选的13条（共41条）")
    assert counted(message)[:2] == (371, 18)


def test_stories_with_a_followed_word_are_further_leads_and_marked(issue: Issue, frame: Frame) -> None:
    numbers = StoryTexts(issue).with_word(read_followed("世界模型"))

    (message,) = render_telegram(issue_screen(issue, replace(frame, marks=Marks(numbers))))

    # The three that the draft of the look-up has.
    assert numbers == {1, 9, 35}
    told = [f"<b>{mark}、<a href=" in message.html for mark in ("★1", "★9", "★35", "2", "3")]
    assert told == [True] * 5
    assert "\n35、" not in message.html
    assert message.html.index("★35、") < message.html.index("<b>2、")
    assert message.html.startswith("<b>12月22日 周一</b> · 41条 · 约")
    assert counted(message)[1] <= 100


def test_every_story_is_there_by_its_number(issue: Issue, frame: Frame) -> None:
    for item in issue.items:
        (message,) = render_telegram(story_screen(issue, item, frame))
        shown = parse_html(message.html)

        assert f"第{item.number}条" in shown.text
        assert item.title in shown.text
        assert item.summary in shown.text
        assert item.url in [entity.url for entity in shown.entities]


def test_the_terminal_is_as_drawn(issue: Issue, frame: Frame, phrases: Phrases) -> None:
    (message,) = render_console(issue_screen(issue, frame), phrases)

    assert message.text == drafted("4.1", "text")[0]


def test_the_terminal_in_full_is_as_drawn(issue: Issue, frame: Frame, phrases: Phrases) -> None:
    (message,) = render_console(issue_screen(issue, frame, form=Form.FULL), phrases)

    drawn = drafted("4.2", "text")[0]
    assert message.text[: len(drawn)] == drawn
    # What follows is the bar of words to try, as under the brief form.
    assert message.text[len(drawn) :].startswith("\n\n────")
