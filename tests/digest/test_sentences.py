"""First sentences and headlines of texts in Chinese and English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.fold import fold, matches, pattern_parts
from digest.sentences import first_sentence, headline


@pytest.mark.parametrize(
    ("summary", "sentence"),
    [
        ("甲说了。乙也说了。", "甲说了。"),
        ("涨薪；融资；上市。", "涨薪；"),
        ("真的吗？！不信。", "真的吗？！"),
        ("他说：“好。”然后走了。", "他说：“好。”"),
        ("（好！）走。", "（好！）"),
        ("Claude Opus 4.5超GPT-5.1-Codex-Max。后面", "Claude Opus 4.5超GPT-5.1-Codex-Max。"),
        ("Version 4.5 of Foo Inc. is out. It is fast.", "Version 4.5 of Foo Inc. is out."),
        ("The U.S. bans it. Nobody cares.", "The U.S. bans it."),
        ("J. Smith et al. agree! Others do not.", "J. Smith et al. agree!"),
        ("He said “yes.” Then he left.", "He said “yes.”"),
        ("Is it? Yes.", "Is it?"),
        ("Wait... what? Yes.", "Wait..."),
        ("没有句号的话", "没有句号的话"),
        ("第一行\n第二行。", "第一行"),
        ("见 example.com 的说明。好。", "见 example.com 的说明。"),
        ("", ""),
    ],
)
def test_a_first_sentence_ends_where_a_reader_would_stop(summary: str, sentence: str) -> None:
    assert first_sentence(summary) == sentence


@given(st.text(alphabet="甲。！？；.!? \n”)a4"))
def test_a_first_sentence_is_a_beginning_of_the_text(text: str) -> None:
    assert text.startswith(first_sentence(text))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("短的一句。后面", "短的一句"),
        ("一二三四五六，七八九十，又一句。", "一二三四五六，七八九十"),
        ("哇哦！太强了！新方法来了，快看。", "新方法来了，快看"),
        ("好。", "好"),
        ("没有标点的很长很长很长的一句话在这里。", "没有标点的很长很长很长的一句话在这里"),
    ],
)
def test_a_headline_is_whole_clauses(text: str, title: str) -> None:
    assert headline(text, 12) == title


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ｃｌａｕｄｅ　４．５", "claude 4.5"),
        ("开源 动态", "开源动态"),
        ("AI日报：", "ai日报:"),
        ("Straße", "STRASSE"),
        ("❤️", "❤"),
        ("甲\u200b乙", "甲乙"),
    ],
)
def test_texts_that_look_the_same_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("pattern", "text", "matching"),
    [
        ("FAQ", "ｆａｑ", True),
        ("FAQ", "FAQs", False),
        ("*语音版", "AI资讯日报语音版", True),
        ("*语音版", "语音版的", False),
        ("今日*TOP*", "今日必看 TOP 10", True),
        ("a*a", "a", False),
        ("*", "", True),
        ("[产品]*", "[产品] 甲", True),
        ("*b*b*", "abcb", True),
        ("*b*b*", "abc", False),
    ],
)
def test_a_star_stands_for_anything(pattern: str, text: str, *, matching: bool) -> None:
    assert matches(pattern_parts(pattern), fold(text)) is matching
