"""Words written as one come apart where they may, and where they most likely do."""

from __future__ import annotations

import pytest

from digest.compounds import likelihood, partings


def every_way(word: str) -> list[list[tuple[str, ...]]]:
    return list(partings(word))


def test_a_word_is_parted_in_two_before_it_is_parted_in_three() -> None:
    in_two, in_three = every_way("世界模型融资")

    assert in_two == [("世界", "模型融资"), ("世界模", "型融资"), ("世界模型", "融资")]
    assert in_three == [("世界", "模型", "融资")]


def test_no_character_is_left_alone() -> None:
    parts = [part for ways in every_way("具身智能机器人") for parts in ways for part in parts]

    assert min(map(len, parts)) == 2


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("GPT融资", [("GPT", "融资")]),
        ("融资GPT-5.2", [("融资", "GPT-5.2")]),
        ("c++课程", [("c++", "课程")]),
        ("具身：智能", [("具身", "智能")]),
    ],
)
def test_no_latin_word_is_cut(word: str, parts: list[tuple[str, ...]]) -> None:
    assert every_way(word)[0] == parts


def test_a_phrase_is_parted_at_its_spaces() -> None:
    assert every_way("HY World 1.5") == [[("HY", "World", "1.5")]]


@pytest.mark.parametrize("word", ["融资", "机器人", "", "一句很长很长很长很长很长的话"])
def test_what_is_short_or_endless_stays_whole(word: str) -> None:
    assert [parts for ways in every_way(word) for parts in ways] == []


def test_usual_words_are_likelier() -> None:
    assert likelihood([40, 30]) > likelihood([42, 2])
