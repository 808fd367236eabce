"""A correction changes one part of one story, in whatever text of the issue has that story."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from digest.correcting import Correction, Part, acceptable, corrected
from digest.editing import as_written
from digest.editorial import Correct
from digest.errors import UserError
from digest.grammar import understand
from digest.intents import Awaits, Conversation
from digest.issue import Issue, Item, Link, Section
from digest.taps import remember, tap, untap
from tests.digest.talk import NEWEST, describe, known, typed

MOMENT = dt.datetime(2025, 12, 22, tzinfo=dt.UTC)
FIRST = Item(1, "k1", "甲来了", "甲的摘要。", "https://a.cn/1", (Link(">阅读原文", "https://a.cn/1"),))
SECOND = Item(2, "k2", "乙来了", "乙的摘要。", None)
ISSUE = Issue(NEWEST, "AI日报：甲来了; 丙", (), (Section("s", "新闻", (FIRST, SECOND)),), (1,))


def made(part: Part, new: str, key: str = "k1", old: str = "甲来了") -> Correction:
    return Correction(1, NEWEST, key, 1, part, old, new, 2, MOMENT)


def test_a_title_is_corrected_in_its_story_and_in_the_issues_own() -> None:
    issue = corrected(ISSUE, [made(Part.TITLE, "甲走了")])

    assert [item.title for item in issue.items] == ["甲走了", "乙来了"]
    assert issue.title == "AI日报：甲走了; 丙"
    assert issue.items[0].key == "k1"


def test_a_link_is_corrected_wherever_the_story_has_it() -> None:
    issue = corrected(ISSUE, [made(Part.LINK, "https://b.cn/")])

    assert issue.items[0].url == "https://b.cn/"
    assert issue.items[0].links == (Link(">阅读原文", "https://b.cn/"),)


def test_corrections_follow_each_other_and_miss_what_is_not_there() -> None:
    story = [made(Part.SUMMARY, "一"), made(Part.SUMMARY, "二"), made(Part.TITLE, "x", key="gone")]

    assert corrected(ISSUE, story).items[0] == replace(FIRST, summary="二")
    assert corrected(ISSUE, story).items[1] == SECOND


@pytest.mark.parametrize(
    ("part", "text", "becomes"),
    [
        (Part.TITLE, "  两 行\n标题 ", "两 行 标题"),
        (Part.SUMMARY, "一\n  二", "一\n二"),
        (Part.LINK, " https://a.cn/新 ", "https://a.cn/%E6%96%B0"),
    ],
)
def test_new_words_are_tidied(part: Part, text: str, becomes: str) -> None:
    assert acceptable(part, text) == becomes


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        (Part.TITLE, " \n", "correct.empty"),
        (Part.TITLE, "长" * 201, "correct.too_long"),
        (Part.LINK, "a.cn", "correct.no_link"),
        (Part.LINK, "javascript:alert(1)", "correct.no_link"),
    ],
)
def test_what_cannot_be_is_refused(part: Part, text: str, code: str) -> None:
    with pytest.raises(UserError) as refused:
        acceptable(part, text)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("更正", "Correct"),
        ("更正 29", "Correct(number=29)"),
        ("更正 第29条 标题 新的标题", "Correct(number=29, part=title, text=新的标题)"),
        ("更正 29 链接改成 https://a.cn/1", "Correct(number=29, part=link, text=https://a.cn/1)"),
        ("/correct 29 title The New One", "Correct(number=29, part=title, text=The New One)"),
        ("/correct 2025-12-22 29", "Correct(number=29, date=2025-12-22)"),
        ("更正 12月22日 29 摘要 " + "很长" * 100, None),
    ],
)
def test_a_correction_is_understood_from_one_line(said: str, meant: str | None) -> None:
    intent = understand(typed(said), known(admin=True))

    assert isinstance(intent, Correct)
    if meant is not None:
        assert describe(intent) == meant
    else:
        assert (intent.number, intent.date, intent.part, len(intent.text)) == (29, NEWEST, "summary", 200)


def test_words_keep_the_widths_and_lines_they_were_written_in() -> None:
    message = "更正 29 摘要：第一句，（对）。\n第二句！"
    intent = understand(typed(message), known(admin=True))

    assert isinstance(intent, Correct)
    assert as_written(message, intent.text) == "第一句，（对）。\n第二句！"
    assert as_written("直接发来的，新标题", "直接发来的,新标题") == "直接发来的，新标题"


def test_while_new_words_are_waited_for_all_words_are_those() -> None:
    asked = Correct(29, NEWEST, "title")
    talk = Conversation(Awaits.CORRECTION, screen=remember(asked))

    heard = understand(typed("今日"), known(talk, admin=True))
    stopped = understand(typed("取消"), known(talk, admin=True))

    assert heard == replace(asked, text="今日")
    assert describe(stopped) == "Cancel"


def test_a_button_brings_long_words_back_from_the_screen() -> None:
    asked = Correct(29, NEWEST, "summary", "很长的新摘要。" * 20, sure=True)
    screen = Conversation(screen=remember(replace(asked, sure=False)))

    assert len(tap(asked).encode()) <= 64
    assert untap(tap(asked), known(screen)) == asked
