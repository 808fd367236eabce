"""Nearness: what a mistyped word may have been meant to be."""

from __future__ import annotations

import pytest

from digest.nearness import fillings, gaps, mendable, mended, near_letters, swapped


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("deepseak", ["deepseek"]), ("openia", ["openai"]), ("gtp", ["gpt"]), ("anthropc", ["anthropic"])],
)
def test_the_words_with_the_fewest_mistakes_are_near(typed: str, meant: list[str]) -> None:
    known = ["deepseek", "deepen", "openai", "open", "gpt", "gpu", "anthropic", "cat"]

    assert near_letters(typed, known) == meant


def test_nothing_is_near_to_a_word_of_its_own() -> None:
    assert near_letters("quantum", ["deepseek", "openai"]) == []


def test_neighbours_are_changed_about() -> None:
    assert swapped("具身能智") == ["身具能智", "具能身智", "具身智能"]
    assert swapped("哈哈") == []


def test_a_gap_is_filled_with_what_the_texts_have() -> None:
    assert ("具身", "能") in list(gaps("具身只能"))[2:3]
    assert fillings("具身", "能", ["具身智能与具身智能", "具身职能", "具身智能", "具身"]) == {
        "具身智能": 2,
        "具身职能": 1,
    }


def test_two_characters_are_too_few_for_a_gap() -> None:
    assert list(gaps("智能")) == []


def test_the_mistyped_part_alone_is_mended() -> None:
    text = "HY-Wolrd1.5具身只能"

    parts = [(text[begin:end], run) for run, begin, end in mendable(text)]

    assert parts == [("Wolrd", "wolrd"), ("具身只能", "具身只能")]
    assert mended(text, 3, 8, "world") == "HY-world1.5具身只能"
