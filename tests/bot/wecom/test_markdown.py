"""A group robot's Markdown: its limits, its order, and texts that would like to be marks."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.phrases import load_catalogs
from bot.wecom.markdown import render
from bot.wecom.pages import halves
from digest.codes import code_of, number_of
from digest.content import Content, Span
from digest.frames import Frame
from digest.issue import Issue, Item, Section
from digest.parsing import parse
from digest.replies import (
    SILENCE,
    Block,
    Choice,
    Form,
    Headlines,
    Hit,
    Lead,
    Masthead,
    Passage,
    Reply,
    Stories,
    Story,
    Strong,
    Text,
)
from digest.robots import robot_screen, with_links
from digest.subscriber import Sections, Selection, Subscription
from tests.storage.makers import make_issue

SAMPLE = Path(__file__).parents[2] / "samples" / "2025-12-22.md"
TODAY = dt.date(2025, 12, 22)
SITE = "https://n.example"
LINK = re.compile(r"\[([^\[\]\n]*)\]\((https?://[^\s()]+)\)")


@pytest.fixture(scope="module")
def issue() -> Issue:
    return parse(
        SAMPLE.read_bytes(), file_name=SAMPLE.name, zone=ZoneInfo("Asia/Shanghai"), today=TODAY
    ).issues[0]


def frame(sections: Sections | None = None, form: Form = Form.BRIEF, language: str = "zh-Hans") -> Frame:
    phrases = load_catalogs().speak(language)
    return Frame(phrases, TODAY, Subscription(sections=sections or Sections(), form=form))


def shortened(issue: Issue) -> Issue:
    return with_links(
        issue, {item.url: f"{SITE}/s/{code_of(7001 + n)}" for n, item in enumerate(issue.items) if item.url}
    )


def texts(reply: Reply) -> list[str]:
    return [message.markdown for message in render(reply)]


def test_with_short_links_the_sample_is_one_message_with_every_story_once(issue: Issue) -> None:
    (text,) = texts(robot_screen(shortened(issue), frame(), page=f"{SITE}/2025-12-22"))

    links = LINK.findall(text)
    assert len(text.encode()) <= 4000
    assert len(links) == issue.total + 1 == 42
    assert text.startswith('**12月22日 周一** <font color="comment">41条</font>\n1、[')
    assert text.endswith(f"\n[网页版：全部摘要]({SITE}/2025-12-22)")
    assert re.findall(r"^(\d+)、", text, re.MULTILINE) == [str(n) for n in reading_order(issue)]


def reading_order(issue: Issue) -> list[int]:
    """The leads, then the others as they stand."""
    return [*issue.leads, *(item.number for item in issue.items if item.number not in issue.leads)]


def test_without_a_web_site_the_sample_is_two_messages_that_break_between_sections(issue: Issue) -> None:
    first, second = texts(robot_screen(issue, frame()))

    assert max(len(first.encode()), len(second.encode())) <= 4000
    assert first.split("\n")[0].endswith("41条 · 1/2</font>")
    assert second.split("\n")[0].endswith("41条 · 2/2</font>")
    assert second.split("\n")[1] in {f"**{section.title}**" for section in issue.sections}
    assert len(LINK.findall(first)) + len(LINK.findall(second)) == issue.total


def test_links_to_wechat_have_the_four_parameters_they_need(issue: Issue) -> None:
    pages = "".join(texts(robot_screen(issue, frame())))

    links = [url for _, url in LINK.findall(pages) if "mp.weixin.qq.com" in url]
    assert links
    assert all(re.findall(r"[?&](\w+)=", url) == ["__biz", "mid", "idx", "sn"] for url in links)


def test_a_group_with_its_own_sections_reads_which(issue: Issue) -> None:
    chosen = issue.sections[3:]
    keys = frozenset(section.key for section in chosen)

    (text,) = texts(robot_screen(issue, frame(Sections(Selection.ONLY, keys))))

    names, count = "·".join(s.title for s in chosen), sum(len(s.items) for s in chosen)
    assert text.split("\n")[0] == f'**12月22日 周一** <font color="comment">{names} {count}条</font>'
    assert len(LINK.findall(text)) == count


def test_a_group_without_stories_hears_nothing(issue: Issue) -> None:
    assert robot_screen(issue, frame(Sections(Selection.ONLY, frozenset({"nothing"})))) == SILENCE
    assert texts(SILENCE) == []


def test_the_full_form_is_split_between_sections_and_each_part_is_within_the_limit(issue: Issue) -> None:
    pages = texts(robot_screen(issue, frame(form=Form.FULL)))

    assert all(len(page.encode()) <= 4000 for page in pages)
    assert sum(len(LINK.findall(page)) for page in pages) == issue.total


HOSTILE = [
    "x](https://evil.example/) [y",
    "a\n> quoted\n# heading",
    "<@all> 快看",
    '<font color="warning">红</font>',
    "**粗** `code`",
    ">引",
    "# 大标题",
    "a\x00b\u2028c\x0b",
    "](",
    "\\[x\\]",
    "孤\ud83d",
]


def marks(text: str) -> list[str]:
    """What a reader of this Markdown would take for marks, our own first line and headings aside."""
    text = re.sub(r'<font color="comment">(.*?)</font>', r"\1", text)
    return re.findall(r"<@?\w|`|^#+\s|^>(?! )", text, re.MULTILINE)


@pytest.mark.parametrize("words", HOSTILE)
def test_no_text_becomes_a_mark(words: str) -> None:
    issue = make_issue(words, "好", section=words, summary=words)
    reply = robot_screen(replace(issue, title=words), replace(frame(), note=words, footer_line=words))

    (text,) = texts(reply)

    assert marks(text) == []
    assert [url for _, url in re.findall(r"\[([^\]]*)\]\(([^)]*)\)", text)] == [
        "https://example.org/1",
        "https://example.org/2",
    ]
    assert text.count("**") == 4
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u2028]", text)


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://example.org/a(b)c", "https://example.org/a%28b%29c"),
        ("https://example.org/a b", None),
        ("https://example.org/[x]", "https://example.org/%5Bx%5D"),
        ("javascript:alert(1)", None),
        ("//example.org", None),
        ("mailto:a@example.org", None),
        ("https://example.org/%E4%BD%A0", "https://example.org/%E4%BD%A0"),
    ],
)
def test_only_what_a_browser_opens_becomes_a_link(url: str, written: str | None) -> None:
    (text,) = texts(Reply((Headlines("", (Item(1, "k", "题", "", url),)),)))

    assert text == (f"1、[题]({written})" if written else "1、题")


words = st.text(min_size=0, max_size=400)
items = st.builds(
    Item,
    st.integers(1, 99),
    st.just("k"),
    words,
    words,
    st.one_of(st.none(), st.just("https://example.org/x"), st.just("https://example.org/" + "y" * 3000)),
)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, st.text(max_size=6000)),
    st.builds(Strong, words),
    st.builds(Lead, items, words),
    st.builds(Headlines, words, st.lists(items, max_size=20).map(tuple)),
    st.builds(Stories, words, st.lists(items, max_size=20).map(tuple)),
    st.builds(Story, words, items, words),
    st.builds(lambda place, item, text: Hit(place, item, text, (), text), st.integers(1, 9), items, words),
    st.builds(lambda text: Passage(Content(text)), st.text(max_size=4000)),
)
mastheads = st.builds(Masthead, words, st.lists(words, max_size=2).map(tuple))


@given(head=mastheads, body=st.lists(blocks, max_size=6))
def test_whatever_is_said_keeps_the_limit(head: Masthead, body: list[Block]) -> None:
    for message in render(Reply((head, *body), ((Choice("网页", url=SITE),),))):
        assert 0 < len(message.markdown.encode()) <= 4000
        assert marks(message.markdown) == []


def test_a_broadcast_keeps_its_bold_words_and_links() -> None:
    text = "停刊通知：今天停刊\n详情见这里 [x](y)"
    content = Content(
        text, (Span("bold", 0, 4), Span("text_link", 13, 2, "https://example.org/a"), Span("italic", 5, 2))
    )

    (message,) = texts(Reply((Passage(content),)))

    assert message == "**停刊通知**：今天停刊\n详情见[这里](https://example.org/a) [x］(y)"


def test_halves_are_cut_before_a_heading_and_never_before_a_quotation() -> None:
    assert halves("一行") is None
    assert halves("1、甲\n> 说") is None
    assert halves("1、甲\n2、乙\n**栏**\n3、丙") == ("1、甲\n2、乙", "**栏**\n3、丙")


@pytest.mark.parametrize(("number", "code"), [(1, "1"), (61, "z"), (62, "10"), (7001, "1ov"), (7006, "1p0")])
def test_codes_are_numbers_in_sixty_two_signs(number: int, code: str) -> None:
    assert code_of(number) == code
    assert number_of(code) == number


@pytest.mark.parametrize("code", ["", "0", "01", "é", "a/b", "../x", "1" * 11, "１"])
def test_what_is_no_code_stands_for_nothing(code: str) -> None:
    assert number_of(code) is None


def test_every_story_of_a_section_too_long_for_a_page_is_there_under_its_heading() -> None:
    section = Section(
        "长", "长栏", tuple(Item(n, str(n), "题" * 60, "", f"https://example.org/{n}") for n in range(1, 61))
    )
    issue = replace(make_issue(), sections=(section,), leads=())

    pages = texts(robot_screen(issue, frame()))

    assert len(pages) > 2
    assert all(page.split("\n")[1] == "**长栏**" for page in pages)
    assert [int(n) for page in pages for n in re.findall(r"^(\d+)、", page, re.MULTILINE)] == list(
        range(1, 61)
    )
