"""A group robot's messages of the real issue, and the drafts, side by side."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from bot.phrases import load_catalogs
from bot.wecom.markdown import render
from digest.codes import code_of
from digest.frames import Frame
from digest.house import House
from digest.issue import Issue
from digest.parsing import parse
from digest.robots import robot_screen, with_links
from digest.subscriber import Sections, Selection, Subscription
from handlers.robots import Robot, greeting
from tests.shared_folder import SHARED

assert SHARED is not None
DRAFTS = (SHARED / "design" / "drafts.md").read_text(encoding="utf-8")
SEED = (SHARED / "seeds" / "2025-12-22.md").read_bytes()
TODAY = dt.date(2025, 12, 22)
SITE = "https://aireadinghub.com"
FIRST_CODE = 7001


@pytest.fixture(scope="module")
def issue() -> Issue:
    return parse(SEED, file_name="2025-12-22.md", zone=ZoneInfo("Asia/Shanghai"), today=TODAY).issues[0]


def frame(sections: Sections | None = None) -> Frame:
    phrases = load_catalogs().speak("zh-Hans")
    return Frame(phrases, TODAY, Subscription(sections=sections or Sections()))


def drafted(heading: str, language: str = "markdown") -> list[str]:
    """The fenced drafts of one section of the page."""
    part = DRAFTS.split(f"\n### {heading}", 1)[1]
    part = re.split(r"\n###? ", part, maxsplit=1)[0]
    return re.findall(rf"```{language}\n(.*?)\n```", part, re.DOTALL)


def test_with_a_web_site_the_issue_is_one_message(issue: Issue) -> None:
    codes = {item.url: f"{SITE}/s/{code_of(FIRST_CODE + place)}" for place, item in enumerate(issue.items)}
    links = {url: code for url, code in codes.items() if url}

    (message,) = render(robot_screen(with_links(issue, links), frame(), page=f"{SITE}/2025-12-22"))

    assert message.markdown == drafted("3.1")[0]
    assert len(message.markdown.encode()) == 3983


def test_without_a_web_site_the_issue_is_two_messages(issue: Issue) -> None:
    messages = render(robot_screen(issue, frame()))

    assert [message.markdown for message in messages] == drafted("3.2")
    assert [len(message.markdown.encode()) for message in messages] == [3415, 3690]


def test_whole_links_make_it_more_messages_still_split_between_sections_where_they_can_be(
    issue: Issue,
) -> None:
    messages = render(robot_screen(issue, frame()), shorten=False)

    assert len(messages) in {3, 4}
    assert all(len(message.markdown.encode()) <= 4000 for message in messages)


def test_two_sections_make_one_message(issue: Issue) -> None:
    keys = frozenset(section.key for section in issue.sections[3:])

    (message,) = render(robot_screen(issue, frame(Sections(Selection.ONLY, keys))))

    assert message.markdown == drafted("3.3")[0]
    assert len(message.markdown.encode()) == 2237


def test_the_first_word_in_a_group_is_the_draft() -> None:
    robot = Robot("开发群", ("开源动态", "算法论文"), dt.time(8, 40), "workdays")
    reply = greeting(robot, House(), load_catalogs().speak("zh-Hans"), telegram=True)

    (message,) = render(reply)

    assert [message.markdown] == drafted("5.3", "text")
