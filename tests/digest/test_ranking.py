"""Ranking: which of the found stories come first."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from digest.query import Term, term_of
from digest.ranking import Candidate, Ranking, ranked
from digest.tokens import spaced

TODAY = dt.date(2025, 12, 22)


def story(title: str, body: str = "", *, number: int = 1, days_ago: int = 0) -> Candidate:
    return (TODAY.toordinal() - days_ago, number, spaced(title), spaced(body))


def terms(*texts: str) -> tuple[Term, ...]:
    return tuple(term for text in texts if (term := term_of(text)) is not None)


def order(*stories: Candidate, words: tuple[str, ...] = ("模型",)) -> list[int]:
    """The numbers of the stories, best first."""
    return [number for _, number in ranked(stories, terms(*words), TODAY)]


def test_a_word_in_a_title_comes_before_one_in_a_summary() -> None:
    assert order(story("新闻", "模型", number=1), story("模型", "新闻", number=2)) == [2, 1]


def test_more_of_a_word_comes_first() -> None:
    assert order(story("甲", "模型", number=1), story("乙", "模型与模型", number=2)) == [2, 1]


def test_a_short_story_comes_before_a_long_one() -> None:
    long = story("甲", "模型" + "字" * 900, number=1)

    assert order(long, story("乙", "模型", number=2)) == [2, 1]


def test_the_new_comes_before_the_old() -> None:
    assert order(story("模型", number=1, days_ago=60), story("模型", number=2)) == [2, 1]


def test_a_title_of_last_month_comes_before_a_mention_of_today() -> None:
    assert order(story("甲", "模型", number=1), story("模型", number=2, days_ago=30)) == [2, 1]


def test_whole_words_count_and_parts_of_words_do_not() -> None:
    one, other = story("甲", "ai ai", number=1), story("乙", "ai said paid", number=2)

    assert order(other, one, words=("AI",)) == [1, 2]


def test_most_terms_come_first() -> None:
    one, both = story("模型模型模型", number=1), story("甲", "模型与融资", number=2, days_ago=900)

    assert order(one, both, words=("模型", "融资")) == [2, 1]


def test_equals_stand_newest_first_and_then_by_number() -> None:
    stories = [
        story("模型", number=number, days_ago=days) for days, number in ((40, 1), (40, 2), (3, 9), (3, 8))
    ]

    assert order(*stories) == [8, 9, 1, 2]
    assert order(*reversed(stories)) == [8, 9, 1, 2]


STORIES = st.lists(
    st.tuples(st.text("模型融资 ", max_size=8), st.text("模型融资字 ", max_size=40), st.integers(-3, 900)),
    max_size=40,
)


@given(given=STORIES, places=st.integers(1, 12), step=st.integers(1, 9))
def test_the_best_are_the_same_when_old_stories_are_left_out_that_cannot_be_among_them(
    given: list[tuple[str, str, int]], places: int, step: int
) -> None:
    stories = [
        story(title, body, number=number, days_ago=age)
        for number, (title, body, age) in enumerate(sorted(given, key=lambda one: one[2]), start=1)
    ]
    words = terms("模型")
    whole = ranked(stories, words, TODAY)
    ranking = Ranking(words, TODAY, places)

    for begin in range(0, len(stories), step):
        if ranking.is_settled(stories[begin][0]):
            break
        ranking.add(stories[begin : begin + step])

    assert ranking.best()[:places] == whole[:places]


def test_a_week_of_titles_leaves_the_mentions_of_last_year_unread() -> None:
    ranking = Ranking(terms("模型"), TODAY, 10)
    ranking.add(story("模型", "模型", number=number, days_ago=number // 2) for number in range(1, 12))

    assert ranking.is_settled(TODAY.toordinal() - 365)
    assert not ranking.is_settled(TODAY.toordinal() - 6)


def test_stories_with_some_of_the_words_settle_nothing() -> None:
    ranking = Ranking(terms("模型", "融资"), TODAY, 1)
    ranking.add([story("模型模型", "模型")])

    assert not ranking.is_settled(TODAY.toordinal() - 900)
