"""Tokens: a term is in a text when code that shares nothing with the product's says so."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.fold import fold
from digest.foldedtext import fold_text
from digest.plaintext import is_simple
from digest.query import term_of
from digest.tokens import LONGEST_RUN, index_tokens, pattern, phrase, runs, spaced, version
from tests import lookup_truth as truth

# What real texts are made of, and what is folded: each of these meets each other soon.
LETTERS = st.sampled_from(
    [*"世界模型畫画計计裡里〇々かがカーｶ한국abcDEÉéßﬁЖжй字", "か\u3099", "ｶﾞ", "\u1112\u1161\u11ab", "e\u0301"]
)
OTHERS = st.sampled_from([*"0129５٣①②…·，。 \t-_/+#.'\u200b\u200d\ufe0f🚀👍", "n\u0303"])
TEXTS = st.lists(LETTERS | OTHERS, max_size=14).map("".join)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GPT-5.2", ("gpt", "5", "2")),
        ("Wan2.2", ("wan", "2", "2")),
        ("世界模型", ("世界模型",)),
        ("GPT世界5模型", ("gpt", "世界", "5", "模型")),
        ("HY - World 1.5", ("hy", "world", "1", "5")),
        ("ＧＰＴ　１２", ("gpt", "12")),
        ("計畫・开源", ("计画", "开源")),
        ("Café naïve Ångström", ("cafe", "naive", "angstrom")),
        ("データ、テスト", ("データ", "テスト")),
        ("がか\u3099", ("がが",)),
        ("한국어", ("한국어",)),
        ("zero\u200bwidth", ("zerowidth",)),
        ("1\ufe0f\u20e3 ① ❶", ("1", "1", "1")),
        ("二〇二五年", ("二〇二五年",)),
        ("snake_case", ("snake", "case")),
        ("瞭解 藉口", ("了解", "借口")),
        ("🚀 … —", ()),
    ],
)
def test_a_text_is_cut_into_runs(text: str, found: tuple[str, ...]) -> None:
    assert runs(text) == found


@pytest.mark.parametrize(
    ("term", "held", "other"),
    [
        ("c++", ("C++", "学C++的人", "c++11"), ("C", "C+ +", "abc++", "C#")),
        ("c#", ("C#", "用 C＃ 写"), ("c", "abc#", "f#")),
        ("f#", ("F#",), ("c#", "f", "pdf#1")),
        (".net", (".NET 9", "ASP.NET"), ("net", ".network", "dot net")),
        ("c", ("C", "C++", "C语言"), ("abc",)),
    ],
)
def test_languages_whose_names_end_in_signs_have_names_of_their_own(
    term: str, held: tuple[str, ...], other: tuple[str, ...]
) -> None:
    sought = pattern(runs(term))

    assert [text for text in held if sought not in spaced(text)] == []
    assert [text for text in other if sought in spaced(text)] == []


def test_a_wide_run_gives_its_pairs_and_its_last_character() -> None:
    assert index_tokens(spaced("世界模型 GPT")) == ["世界", "界模", "模型", "型", "gpt"]


@pytest.mark.parametrize(
    ("term", "tokens"),
    [
        ("世界模型", ("世界", "界模", "模型")),
        ("模", ("模",)),
        ("GPT-5世界模型", ("gpt", "5", "世界", "界模", "模型")),
        ("世界 模型", ("世界", "界", "模型")),
        ("世界5", ("世界", "界", "5")),
    ],
)
def test_a_term_is_tokens_one_after_the_other(term: str, tokens: tuple[str, ...]) -> None:
    assert phrase(runs(term)) == tokens


def test_an_endless_word_is_a_short_token_that_nothing_else_is() -> None:
    [one], [other] = runs("a" * 3000), runs("a" * 2999)

    assert one != other
    assert max(len(one), len(other)) <= LONGEST_RUN


def test_the_version_names_the_characters_that_python_knows() -> None:
    assert version().endswith(f"/{unicodedata.unidata_version}")


@settings(max_examples=400)
@given(TEXTS, TEXTS)
def test_a_term_is_in_a_text_when_the_truth_says_so(text: str, other: str) -> None:
    for written in (other, text[2:7]):
        term = term_of(written)

        assert (term is None) == (not truth.pieces(written))
        if term is not None:
            assert (term.pattern in spaced(text)) == truth.holds(text, written)


@settings(max_examples=400)
@given(TEXTS, TEXTS)
def test_the_tokens_of_a_term_follow_each_other_where_its_pattern_is(text: str, other: str) -> None:
    tokens = index_tokens(spaced(text))
    for term in filter(None, (term_of(other), term_of(text[1:6]))):
        *before, last = term.tokens
        size = len(before)
        ends = [
            tokens[place + size]
            for place in range(len(tokens) - size)
            if tokens[place : place + size] == before
        ]
        found = any(end == last or (term.prefix and end.startswith(last)) for end in ends)

        assert found == (term.pattern in spaced(text))


@given(text=st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFFFF), max_size=20) | TEXTS)
def test_a_text_is_folded_as_its_parts_are_when_nothing_in_it_joins(text: str) -> None:
    simple = "".join(character for character in text if is_simple(character))

    assert fold_text(simple) == "".join(fold_text(character + "\u200b") for character in simple)
    assert fold(simple) == fold(f"{simple}\u200b")
