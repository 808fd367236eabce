"""Snippets: a window of a text around what was found in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.foldedtext import fold_places, fold_text
from digest.query import Term, term_of
from digest.snippets import find_spans, snippet
from digest.tokens import spaced


def terms(*texts: str) -> tuple[Term, ...]:
    return tuple(term for text in texts if (term := term_of(text)) is not None)


def marked(text: str, *words: str) -> list[str]:
    return [text[first:last] for first, last in find_spans(text, terms(*words))]


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("腾讯开源世界模型框架", "世界模型", ["世界模型"]),
        ("騰訊開源世界模型", "开源", ["開源"]),
        ("Ｗａｎ２．２发布，wan与Wanda", "wan", ["Ｗａｎ", "wan"]),
        ("GPT - 5世界模型", "GPT-5世界", ["GPT - 5世界"]),
        ("…㍿の10㎏", "株式会社の10kg", ["㍿の10㎏"]),
        ("Cafe\u0301 café CAFÉ", "cafe", ["Cafe\u0301", "café", "CAFÉ"]),
        ("ｶﾞﾝﾀﾞﾑ", "ガンダム", ["ｶﾞﾝﾀﾞﾑ"]),
        ("学C++与C", "c++", ["C++"]),
        ("模型模型", "模型", ["模型模型"]),
        ("İstanbul", "istanbul", ["İstanbul"]),
        ("ﬁne ﬁ", "fi", ["ﬁ"]),
        ("没有", "世界", []),
        ("a" * 60, "a" * 60, ["a" * 60]),
    ],
)
def test_what_was_found_is_marked_as_it_is_written(text: str, word: str, found: list[str]) -> None:
    assert marked(text, word) == found


def test_a_window_opens_a_little_before_the_first_find() -> None:
    text = "前" * 100 + "世界模型" + "后" * 100

    shown, spans = snippet(text, terms("世界模型"))

    assert (shown[:2], shown[-2:]) == ("…前", "后…")
    assert 50 <= len(shown) <= 80
    assert [shown[first:last] for first, last in spans] == ["世界模型"]


def test_a_text_without_a_find_is_shown_from_its_beginning() -> None:
    assert snippet("短文", terms("别的")) == ("短文", ())


def test_a_short_text_is_shown_whole() -> None:
    assert snippet("混元世界模型开源", terms("模型")) == ("混元世界模型开源", ((4, 6),))


@pytest.mark.parametrize("cluster", ["e\u0301", "👩\u200d🚀", "👍🏽", "🇨🇳", "字\ufe0f", "ก็"])
@pytest.mark.parametrize("padding", range(8))
def test_a_window_does_not_cut_what_is_seen_as_one_character(cluster: str, padding: int) -> None:
    text = "。" * padding + cluster * 60 + "世界" + cluster * 60

    shown, _ = snippet(text, terms("世界"))

    inside = shown.strip("…").replace("世界", "").lstrip("。")
    assert inside
    assert inside.replace(cluster, "") == ""


@given(st.text(max_size=120), st.text(max_size=4))
def test_spans_stand_in_order_inside_the_snippet(text: str, word: str) -> None:
    sought = terms(word, text[10:13])

    shown, spans = snippet(text, sought)

    flat = [place for span in spans for place in span]
    assert flat == sorted(flat)
    assert all(0 <= first < last <= len(shown) for first, last in spans)
    assert not any(unicodedata.category(shown[last])[0] == "M" for _, last in spans if last < len(shown))


@given(st.text(max_size=40))
def test_a_text_has_spans_exactly_where_it_has_the_term(text: str) -> None:
    for term in terms(text[3:7], "世界", "a"):
        assert bool(find_spans(text, (term,))) == (term.pattern in spaced(text))


@given(st.text(max_size=40))
def test_each_folded_character_knows_where_it_stood(text: str) -> None:
    folded, begins, ends = fold_places(text)

    assert folded == fold_text(text)
    assert len(folded) == len(begins) == len(ends)
    assert all(0 <= begin < end <= len(text) for begin, end in zip(begins, ends, strict=True))
