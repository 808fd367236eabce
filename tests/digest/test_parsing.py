"""An issue of the sample's form becomes an issue: sections, numbered stories, leads, introduction, footer."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import time
from pathlib import Path

import pytest

from digest.issue import Footer, Issue, Link
from digest.links import short_link
from digest.sentences import first_sentence
from tests.digest.issue_files import (
    BODY,
    FRONT,
    SAMPLE,
    SMALL,
    accepted,
    errors,
    one_item,
    read,
    warnings,
    with_items,
)
from tests.shared_folder import SHARED

# The product's own sample, and the real issue that it is shaped after where that stands.
ISSUES = [SAMPLE, *([SHARED / "seeds" / "2025-12-22.md"] if SHARED else [])]
NAMES = ["sample", "shared"][: len(ISSUES)]
whole_issues = pytest.mark.parametrize("path", ISSUES, ids=NAMES)


def load(path: Path) -> Issue:
    return accepted(path.read_bytes(), file_name=path.name)


# Whole issues


@whole_issues
def test_a_whole_issue_is_read_without_a_problem(path: Path) -> None:
    assert read(path.read_bytes()).problems == ()


@whole_issues
def test_a_whole_issue_has_its_sections_and_stories(path: Path) -> None:
    issue = load(path)

    assert [(section.title, section.key, len(section.items)) for section in issue.sections] == [
        ("新闻资讯", "新闻资讯", 19),
        ("产品应用", "产品应用", 6),
        ("推荐文章", "推荐文章", 3),
        ("开源动态", "开源动态", 7),
        ("算法论文", "算法论文", 6),
    ]
    assert [item.number for item in issue.items] == list(range(1, 42))
    assert (issue.date, issue.draft, issue.publish_at) == (dt.date(2025, 12, 22), False, None)


@whole_issues
def test_titles_summaries_and_links_are_those_of_the_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    written = re.findall(r"^### (.+)\n\n(.+)\[>阅读原文\]\((\S+)\)$", text, re.MULTILINE)

    assert [(item.title, item.summary, item.url) for item in load(path).items] == written
    assert all(item.links == (Link(">阅读原文", item.url or ""),) for item in load(path).items)


@whole_issues
def test_the_leads_are_the_stories_named_in_the_title(path: Path) -> None:
    issue = load(path)

    named = issue.title.removeprefix("AI日报：").split("; ")
    assert [item.title for item in issue.items if item.number in issue.leads] == named
    assert issue.leads == (1, 2, 3)


@whole_issues
def test_the_introduction_is_its_quoted_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert list(load(path).introduction) == re.findall(r"^> (.+)$", text, re.MULTILINE)


@whole_issues
def test_the_footer_belongs_to_no_story(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    picture = re.search(r'src="([^"]+)"', text)
    link = re.search(r"^\[([^\]]+)\]\((\S+)\)\s*$", text, re.MULTILINE)

    assert picture
    assert link
    assert load(path).footer == Footer(lines=(), link=Link(link[1], link[2]), picture=picture[1])


@whole_issues
def test_no_two_stories_have_one_key(path: Path) -> None:
    keys = [item.key for item in load(path).items]

    assert len(set(keys)) == 41
    assert all(re.fullmatch(r"[0-9a-f]{16}", key) for key in keys)


@whole_issues
def test_the_first_sentence_of_a_lead_ends_at_its_first_stop(path: Path) -> None:
    issue = load(path)

    for item in (issue.items[number - 1] for number in issue.leads):
        assert re.fullmatch(r"[^。！？；]+[。！？；]", first_sentence(item.summary))
        assert item.summary.startswith(first_sentence(item.summary))


@whole_issues
def test_an_article_link_can_be_shortened_to_four_parameters(path: Path) -> None:
    for item in load(path).items:
        short = short_link(item.url or "")
        assert re.fullmatch(r"https://mp\.weixin\.qq\.com/s\?__biz=[^&]+&mid=\d+&idx=\d+&sn=[0-9a-f]+", short)
        assert len(short) < len(item.url or "")


@whole_issues
def test_an_issue_of_41_stories_is_read_at_once(path: Path) -> None:
    source = path.read_bytes()
    load(path)

    before = time.perf_counter()
    for _ in range(10):
        read(source)

    # 8 ms each on an idle machine.
    assert (time.perf_counter() - before) / 10 < 0.08


# Leads


@pytest.mark.parametrize(
    ("title", "leads"),
    [
        ("AI日报：甲公司开源模型; 乙公司融资", (1, 2)),
        ("AI日报：乙公司融资；甲公司开源模型", (2, 1)),
        ("丙项目发布", (3,)),
        ("AI日报｜12月22日：丙 项 目 发 布", (3,)),
        ("晨读：丙项目发布; 不在其中", (3,)),
        ("没有一条; 在其中", (1, 2, 3)),
        ("AI日报：乙公司融资; 乙公司融资", (2,)),
        ("", (1, 2, 3)),
    ],
)
def test_leads_follow_the_title(title: str, leads: tuple[int, ...]) -> None:
    assert accepted(f"---\ndate: 2025-12-22\ntitle: '{title}'\n---\n{BODY}").leads == leads


def test_a_title_with_a_colon_or_semicolon_of_its_own_is_matched_whole() -> None:
    text = SMALL.replace("甲公司开源模型", "甲：一步; 两步").replace("乙公司融资\n\n", "乙公司融资\n\n", 1)

    assert accepted(text).leads == (1, 2)


def test_a_part_of_the_title_that_names_no_story_is_warned_of() -> None:
    parsed = read(SMALL.replace("; 乙公司融资\n", "; 乙公司上市\n"))

    assert parsed.issues[0].leads == (1,)
    assert warnings(parsed) == [(3, "lead_unknown")]


# Draft and embargo


@pytest.mark.parametrize(
    ("typed", "draft"),
    [("true", True), ("yes", True), ("是", True), ("true # 明天", True), ("false", False), ("", False)],
)
def test_front_matter_may_say_draft(typed: str, *, draft: bool) -> None:
    assert accepted(SMALL.replace("title:", f"draft: {typed}\ntitle:")).draft is draft


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2025-12-22 08:00", dt.datetime(2025, 12, 22, 0, tzinfo=dt.UTC)),
        ("2025-12-22T08:00:00+09:00", dt.datetime(2025, 12, 21, 23, tzinfo=dt.UTC)),
        ("2025-12-22T08:00:00Z", dt.datetime(2025, 12, 22, 8, tzinfo=dt.UTC)),
        ("2025-12-23", dt.datetime(2025, 12, 22, 16, tzinfo=dt.UTC)),
        ("08:00", dt.datetime(2025, 12, 22, 0, tzinfo=dt.UTC)),
        ("8：30", dt.datetime(2025, 12, 22, 0, 30, tzinfo=dt.UTC)),
    ],
)
def test_an_embargo_is_an_instant(typed: str, moment: dt.datetime) -> None:
    assert accepted(SMALL.replace("title:", f"publish_at: {typed}\ntitle:")).publish_at == moment


@pytest.mark.parametrize(
    ("key", "code"), [("draft", "draft_unreadable"), ("publish_at", "publish_at_unreadable")]
)
def test_an_embargo_that_cannot_be_read_is_not_ignored(key: str, code: str) -> None:
    assert errors(read(SMALL.replace("title:", f"{key}: 回头再说\ntitle:"))) == [(3, code)]


# Introduction and footer


def test_an_issue_without_introduction_or_footer_has_none() -> None:
    issue = accepted(SMALL.replace("> 每天三分钟。\n", ""))

    assert (issue.introduction, issue.footer) == ((), Footer())


@pytest.mark.parametrize(
    ("footer", "expected"),
    [
        ("[官网](https://s.example/)\n", Footer(link=Link("官网", "https://s.example/"))),
        ("欢迎关注公众号「某某」\n", Footer(lines=("欢迎关注公众号「某某」",))),
        (
            "---\n\n某某出品，[官网](https://s.example/)\n",
            Footer(("某某出品，官网",), Link("官网", "https://s.example/")),
        ),
        ('<img src="https://s.example/a.png">\n', Footer(picture="https://s.example/a.png")),
        ('<p><img src="javascript:x"></p>\n', Footer()),
        ("![码](https://s.example/a.png)\n\n扫码加群\n", Footer(("扫码加群",))),
        ("投稿：[写信](mailto:a@s.example)\n", Footer(("投稿：写信",), Link("写信", "mailto:a@s.example"))),
    ],
)
def test_what_stands_under_the_last_story_is_the_issues(footer: str, expected: Footer) -> None:
    issue = accepted(f"{SMALL}\n{footer}")

    assert issue.footer == dataclasses.replace(
        expected, picture=issue.footer.picture if "码" in footer else expected.picture
    )
    assert dataclasses.replace(issue, footer=Footer()) == accepted(SMALL)


def test_a_picture_inside_a_story_is_no_footer() -> None:
    text = one_item(
        '前。\n\n<p><img src="https://a.example/a.png"></p>\n\n后。[>阅读原文](https://a.example/9)'
    )

    issue = accepted(text)

    assert (issue.items[-1].summary, issue.footer) == ("前。\n后。", Footer())


def test_a_link_alone_is_the_storys_where_no_other_story_says_read_more() -> None:
    text = SMALL.replace(">阅读原文", "某站").replace(
        "。[某站](https://a.example/3)", "。\n\n[某站](https://a.example/3)"
    )

    issue = accepted(text)

    assert (issue.items[-1].url, issue.footer) == ("https://a.example/3", Footer())


# Files cut short


@pytest.mark.parametrize(
    "end",
    ["[>阅读原文](https://a.exam", "[>阅读原文](", "[>阅读", "[", "[官网：www", "丙项目发布新版", "### 丙项"],
)
def test_a_file_that_ends_inside_a_story_or_link_is_refused(end: str) -> None:
    whole = one_item("说明。[>阅读原文](https://a.example/9)").rstrip("\n")
    text = (
        whole
        + "\n\n"
        + (end if end.startswith("###") else f"### 戊\n\n戊说。{end}" if not end.startswith("[官") else end)
    )

    parsed = read(text)

    assert {code for _, code in errors(parsed)} <= {"cut_link", "cut_story"}
    assert parsed.refused


def test_a_last_story_that_stops_at_a_sentence_without_a_link_is_warned_of() -> None:
    parsed = read(SMALL[: SMALL.rindex("[>阅读原文]")])

    assert warnings(parsed) == [(22, "story_without_link")]


@whole_issues
def test_a_whole_issue_cut_inside_its_last_story_is_never_an_issue(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    start = text.rindex("\n### ") + len("\n### ")
    end = text.index(")", text.index("](", start))
    stops = set("。！？；，\n")

    cuts = [
        cut
        for cut in range(start + 1, end)
        if text[cut - 1] not in stops and not text[start:cut].endswith("\n")
    ]

    assert [cut for cut in cuts if read(text[:cut]).issues] == []


# Keys


def test_the_front_matter_takes_no_part_in_keys() -> None:
    other = accepted(FRONT.replace("2025-12-22", "2025-12-23") + BODY, file_name="2025-12-23.md")

    assert [item.key for item in other.items] == [item.key for item in accepted(SMALL).items]


def test_a_story_without_a_link_is_known_by_its_title() -> None:
    first, second = (
        accepted(with_items(f"### {t}\n\n{s}\n")).items[-1] for t, s in [("丁 A", "一。"), ("丁ａ", "二。")]
    )

    assert first.key == second.key
