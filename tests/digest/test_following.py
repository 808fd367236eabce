"""Followed words: read as look-ups are, and found in exactly the stories that hold them."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import UserError
from digest.following import LONGEST_BYTES, Followed, StoryTexts, read_followed, renewed, texts_of
from digest.intents import Follow, Unfollow, Unreadable
from digest.issue import Issue, Item, Section
from digest.taps import tap, untap
from tests.digest.talk import known


def make_issue(*texts: tuple[str, str]) -> Issue:
    """An issue with a story for each title and summary."""
    items = tuple(
        Item(number, f"key-{number}", title, summary, None)
        for number, (title, summary) in enumerate(texts, 1)
    )
    return Issue(dt.date(2025, 12, 22), "日报", (), (Section("新闻", "新闻", items),), ())


def holding(word: str, *texts: tuple[str, str]) -> set[int]:
    """The numbers of the stories that hold a word."""
    return set(StoryTexts(make_issue(*texts)).with_word(read_followed(word)))


# What is typed


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("RAG", "rag"),
        ("RAG", "ＲＡＧ"),
        ("GPT-5", "gpt_5"),
        ("世界模型", "世界模型 "),
        ("機器人", "机器人"),
        ("RAG 世界模型", "世界模型  rag"),
        ('"世界模型"', "世界模型"),
        ('"world model"', "“World Model”"),
        ("café", "cafe"),
    ],
)
def test_a_word_is_the_same_however_it_is_typed(typed: str, same: str) -> None:
    assert read_followed(typed).key == read_followed(same).key


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("RAG", "RAGs"),
        ("世界模型", "世界"),
        ("world model", '"world model"'),
        ("C++", "C"),
        ("C++", "C#"),
        ("GPT-5", "GPT-4"),
    ],
)
def test_words_that_find_other_stories_are_others(typed: str, other: str) -> None:
    assert read_followed(typed).key != read_followed(other).key


def test_a_word_is_shown_as_it_was_typed() -> None:
    assert read_followed("  HY -  World｜1.5|RAG ").word == "HY - World｜1.5 RAG"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "follow.empty"),
        ("  ", "follow.empty"),
        ("!!!", "follow.empty"),
        ("的", "follow.too_common"),
        ("的 了", "follow.too_common"),
        ("二" * 21, "follow.too_long"),
        ("x" * 61, "follow.too_long"),
        ("a b c d e f g h i j k l m n o p q r", "follow.too_long"),
        ("RAG -OpenAI", "follow.no_filters"),
        ("-OpenAI", "follow.no_filters"),
        ("RAG section:开源", "follow.no_filters"),
        ("RAG 版块：开源", "follow.no_filters"),
        ("RAG from:昨天", "follow.no_filters"),
        ("from:2025-12-01", "follow.no_filters"),
    ],
)
def test_what_cannot_be_followed_is_refused_by_name(typed: str, code: str) -> None:
    with pytest.raises(UserError) as refused:
        read_followed(typed)

    assert refused.value.code == code


def read(typed: str) -> Followed | str:
    """The followed word, or why it is refused."""
    try:
        return read_followed(typed)
    except UserError as refused:
        return refused.code


ANYTHING = st.text(st.characters(), max_size=80)


@given(ANYTHING)
def test_whatever_is_typed_is_followed_or_refused(typed: str) -> None:
    found = read(typed)

    if isinstance(found, str):
        assert found.startswith("follow.")
    else:
        assert len(found.word.encode()) <= LONGEST_BYTES
        assert "\0" not in found.word + found.key
        assert read(found.word) == found


@given(ANYTHING | st.text(alphabet="世界模型RAGgpt-52 ", max_size=20))
def test_the_button_of_a_followed_word_needs_no_screen(typed: str) -> None:
    found = read(typed)

    if isinstance(found, Followed) and not set(found.word) & set("%;~"):
        assert untap(tap(Unfollow(found.word)), known()) == Unfollow(found.word)
        assert untap(tap(Follow(found.word)), known()) == Follow(found.word)


def test_a_word_too_long_to_follow_makes_a_button_that_fits() -> None:
    pressed = tap(Follow("二" * 60))

    assert len(pressed.encode()) <= 64
    assert untap(pressed, known()) == Unreadable("tap.expired")


# Which stories hold it


TEXTS = (
    ("腾讯开源世界模型", "能在 24 FPS 下互动。"),
    ("本周 AI 圈", "腾讯混元开源实时世界模型框架等。"),
    ("GPT-5.2 上手", "比 gpt5 快，Wan2.2 也更新了。"),
    ("世界杯与模型车", "一则世界趣闻，配一个模型。"),
    ("World Model 101", "RAGs are not RAG."),
)


@pytest.mark.parametrize(
    ("word", "numbers"),
    [
        ("世界模型", {1, 2}),
        ("世界 模型", {1, 2, 4}),
        ('"世界 模型"', set()),
        ("世", {1, 2, 4}),
        ("rag", {5}),
        ("RA", set()),
        ("gpt", {3}),
        ("GPT-5.2", {3}),
        ("gpt 5", {3}),
        ("Wan", {3}),
        ("腾讯 FPS", {1}),
        ("量子", set()),
        ("world model", {5}),
        ("model world", {5}),
        ('"model world"', set()),
        ("模型腾讯", set()),
        ("互动本周", set()),
    ],
)
def test_a_word_is_in_the_stories_that_hold_all_of_it(word: str, numbers: set[int]) -> None:
    assert holding(word, *TEXTS) == numbers


def test_title_and_summary_together_may_hold_the_words_but_no_word_spans_both() -> None:
    assert holding("世界 模型", ("世界", "模型")) == {1}
    assert holding("世界模型", ("世界", "模型")) == set()


def test_an_issue_without_stories_holds_nothing() -> None:
    assert holding("世界模型") == set()


def test_a_key_made_by_other_rules_is_made_anew_from_the_word() -> None:
    old = Followed("0.1/9.0.0\n世界 界模", "世界模型")
    texts = StoryTexts(make_issue(*TEXTS))

    assert renewed(old) == read_followed("世界模型")
    assert texts.with_word(old) == {1, 2}
    assert texts.with_key(old.key) == frozenset()
    assert (texts.is_ours(old.key), texts.is_ours(renewed(old).key)) == (False, True)


def test_a_kept_word_that_cannot_be_read_any_more_finds_nothing() -> None:
    unreadable = Followed("0.1/9.0.0\n", "!!!")

    assert renewed(unreadable) == unreadable
    assert StoryTexts(make_issue(*TEXTS)).with_word(unreadable) == frozenset()


def test_an_issue_is_made_ready_once() -> None:
    issue = make_issue(*TEXTS)

    assert texts_of(issue) is texts_of(replace(issue))
    assert texts_of(issue) is not texts_of(make_issue(("别的", "")))


# Against a naive reading of the same rules: runs of one kind, compared one by one


def kind_of(character: str) -> str:
    if character in "世界模型智能":
        return "wide"
    return "digit" if character.isdigit() else "letter" if character.isalpha() else ""


def naive_runs(text: str) -> list[tuple[str, str]]:
    groups = itertools.groupby(text.lower(), kind_of)
    return [(kind, "".join(group)) for kind, group in groups if kind]


def naively_in(term: str, text: str) -> bool:
    wanted, found = naive_runs(term), naive_runs(text)
    return any(
        all(
            fits(want, have, first=place == 0, last=place == len(wanted) - 1)
            for place, (want, have) in enumerate(zip(wanted, found[start:], strict=False))
        )
        for start in range(len(found) - len(wanted) + 1)
    )


def fits(want: tuple[str, str], have: tuple[str, str], *, first: bool, last: bool) -> bool:
    if want[0] != have[0] or want[0] != "wide":
        return want == have
    if first and last:
        return want[1] in have[1]
    return have[1].endswith(want[1]) if first else have[1].startswith(want[1]) if last else want == have


LETTERS = st.text(alphabet="世界模型智能RAGrag25 -，。", max_size=12)


@given(
    words=st.lists(st.text(alphabet="世界模型智能RAGrag25-", min_size=1, max_size=5), min_size=1, max_size=3),
    texts=st.lists(st.tuples(LETTERS, LETTERS), max_size=4),
)
def test_the_stories_found_are_those_of_a_naive_reading(
    words: list[str], texts: list[tuple[str, str]]
) -> None:
    words = [word for word in words if naive_runs(word) and not word.startswith("-")]
    if not words:
        return

    truth = {
        number
        for number, story in enumerate(texts, 1)
        if all(any(naively_in(word, text) for text in story) for word in words)
    }

    assert holding(" ".join(words), *texts) == truth


def test_the_naive_reading_knows_what_is_true() -> None:
    assert naively_in("世界", "智能世界模型")
    assert not naively_in("世界模型", "世界-模型")
    assert naively_in("rag-2智", "RAG 2，智能")
    assert not naively_in("rag", "rags")
