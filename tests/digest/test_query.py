"""Queries: what a reader types to look something up."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.days import Days
from digest.errors import UserError
from digest.query import LONGEST, Query, parse_query

DECEMBER = (dt.date(2025, 12, 1), dt.date(2025, 12, 31))


def read_day(value: str) -> Days | None:
    """A reader of two days' words."""
    return {"12月": DECEMBER, "2025-12-22": (dt.date(2025, 12, 22),) * 2}.get(value)


def asked(words: str) -> Query:
    return parse_query(words, read_day)


def wanted(words: str) -> list[str]:
    return [term.text for term in asked(words).wanted]


def unwanted(words: str) -> list[str]:
    return [term.text for term in asked(words).unwanted]


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("世界模型", ["世界模型"]),
        ("世界模型 融资", ["世界模型", "融资"]),
        ("世界模型　融资", ["世界模型", "融资"]),
        ('"世界 模型" 融资', ["世界 模型", "融资"]),
        ("“世界 模型”融资", ["世界 模型", "融资"]),
        ("查「世界 模型」", ["查", "世界 模型"]),
        ("『a b』", ["a b"]),
        ("HY - World", ["HY", "World"]),
        ("GPT-5世界模型", ["GPT-5世界模型"]),
        ("模型 模型 MODEL ｍｏｄｅｌ", ["模型", "MODEL"]),
        ('5"屏', ['5"屏']),
        ('"不成对', ['"不成对']),
        ('"" 火箭 🚀', ["火箭"]),
        ("section 论文", ["section", "论文"]),
        ("http://example.org", ["http://example.org"]),
        ("ſection:论文", ["ſection:论文"]),
    ],
)
def test_words_and_phrases_are_wanted(words: str, terms: list[str]) -> None:
    assert wanted(words) == terms
    assert unwanted(words) == []


@pytest.mark.parametrize(
    ("words", "terms", "others"),
    [
        ("发布 -苹果", ["发布"], ["苹果"]),
        ("-苹果 发布", ["发布"], ["苹果"]),
        ("发布 －苹果", ["发布"], ["苹果"]),
        ('发布 -"苹果 公司"', ["发布"], ["苹果 公司"]),
        ("发布 - 苹果", ["发布", "苹果"], []),
        ("发布 -", ["发布"], []),
        ("-苹果", [], ["苹果"]),
    ],
)
def test_a_minus_before_a_word_means_without_it(words: str, terms: list[str], others: list[str]) -> None:
    assert (wanted(words), unwanted(words)) == (terms, others)


@pytest.mark.parametrize("name", ["section:", "版块：", "栏目:", "SECTION：", "版块: "])
def test_a_section_is_named_in_both_languages(name: str) -> None:
    query = asked(f"推理 {name}算法论文")

    assert (query.section, wanted(f"推理 {name}算法论文")) == ("算法论文", ["推理"])


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("x from:12月", DECEMBER[0], None),
        ("x 从：2025-12-22", dt.date(2025, 12, 22), None),
        ("x to:12月", None, DECEMBER[1]),
        ("到:2025-12-22 x 从:12月", DECEMBER[0], dt.date(2025, 12, 22)),
    ],
)
def test_days_are_named_in_both_languages(words: str, first: dt.date | None, last: dt.date | None) -> None:
    query = asked(words)

    assert (query.first, query.last) == (first, last)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "search.empty"),
        ("　 ", "search.empty"),
        ("🚀 … -", "search.empty"),
        ("的", "search.too_common"),
        ("的 了 “的”", "search.too_common"),
        ("x" * (LONGEST + 1), "search.too_long"),
        (" ".join(f"词{n}" for n in range(17)), "search.too_many"),
        ("x from:明儿", "search.bad_filter"),
        ("x to:", "search.bad_filter"),
        ("x 栏目：", "search.bad_filter"),
    ],
)
def test_what_cannot_be_looked_up_is_refused(words: str, code: str) -> None:
    with pytest.raises(UserError) as refused:
        asked(words)

    assert refused.value.code == code


def test_a_filter_that_is_refused_is_named_as_it_was_typed() -> None:
    with pytest.raises(UserError) as refused:
        asked("x From：明儿")

    assert refused.value.values == {"filter": "From", "value": "明儿"}


def test_a_stop_character_among_other_words_is_looked_for() -> None:
    assert wanted("的 模型") == ["的", "模型"]


def test_sixteen_words_of_which_some_are_the_same_are_not_too_many() -> None:
    assert len(wanted(" ".join(f"词{n % 16}" for n in range(40)))) == 16


@given(st.text(max_size=LONGEST))
def test_whatever_is_typed_is_read_or_refused(words: str) -> None:
    with contextlib.suppress(UserError):
        query = asked(words)

        assert all(term.tokens and term.pattern for term in (*query.wanted, *query.unwanted))


@given(st.text(min_size=1, max_size=LONGEST - 2))
def test_whatever_is_typed_in_quotes_is_one_term_at_most(words: str) -> None:
    with contextlib.suppress(UserError):
        assert len(asked(f"“{words.replace('”', '')}”").wanted) <= 1
