"""A look-up with other words in the place of its own."""

from __future__ import annotations

import pytest

from bot.phrases import load_catalogs
from digest.asked import Asked, mended_look_up
from digest.intents import LookUp
from digest.query import Query, parse_query
from tests.digest.talk import TODAY


def query(words: str) -> Query:
    """The query that words are, without days."""
    return parse_query(words, lambda value: None)


def mended(typed: str, meant: str) -> str:
    """What is looked up where the wanted words of a query are meant."""
    asked = Asked(LookUp(typed), query(typed), load_catalogs().speak("en"), TODAY)
    return mended_look_up(asked, query(meant)).words


@pytest.mark.parametrize(
    ("typed", "meant", "words"),
    [
        ("target targ", "target tarp", "target tarp"),
        ("targ target", "tarp target", "tarp target"),
        ("-targ targ section:x", "tarp", "-targ tarp section:x"),
        ("查“世界 摸型”targ", "查“世界 模型”tarp", "查“世界 模型”tarp"),
        ("ab bc", "bc cd", "bc cd"),
    ],
)
def test_a_word_is_mended_where_it_stands_alone(typed: str, meant: str, words: str) -> None:
    assert mended(typed, meant) == words
