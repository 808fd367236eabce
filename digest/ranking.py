"""Ranking: which of the stories that were found come first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from digest.query import Term

# How much a term weighs in a title; how fast more of the same counts less; how much longer texts lose by it.
TITLE = 4.0
SATURATION = 1.2
LENGTH_SHARE = 0.5
USUAL_LENGTH = 180.0
# What is new weighs twice as much as what is very old; at this age, in days, half of that is gone.
FRESH_DAYS = 30.0

_LEAST = SATURATION * (1.0 - LENGTH_SHARE)
_BY_LENGTH = SATURATION * LENGTH_SHARE / USUAL_LENGTH


# A story that was found: the day of its issue as `date.toordinal` counts, its number there, and the spaced
# forms of its title and summary. A thousand of them are ranked while a reader waits.
Candidate = tuple[int, int, str, str]


class Ranking:
    """The order of candidates that are given newest first, as far as it matters for the best so many.

    Most terms first, then by score, then the newest, then by number.
    """

    def __init__(self, terms: Sequence[Term], today: dt.date, places: int) -> None:
        self._patterns = tuple(term.pattern for term in terms)
        self._today = today.toordinal()
        self._places = places
        self._order: list[tuple[int, float, int, int]] = []

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Take in candidates."""
        order, patterns, today = self._order, self._patterns, self._today
        for day, number, title, body in candidates:
            length = len(title) + len(body)
            # Stories of a usual length are alike, so that their order is the issue's: only longer ones lose.
            damping = _LEAST + _BY_LENGTH * max(USUAL_LENGTH, length)
            held, score = 0, 0.0
            for pattern in patterns:
                weight = TITLE * title.count(pattern) + body.count(pattern)
                if weight:
                    held -= 1
                    score -= weight / (weight + damping)
            order.append((held, score * _freshness(today - day), -day, number))
        order.sort()

    def is_settled(self, day: int) -> bool:
        """Whether no candidate of this day, or of an older one, can be among the best."""
        if len(self._order) < self._places:
            return False
        held, score, *_ = self._order[self._places - 1]
        # A term's share of a score is less than one.
        return -held == len(self._patterns) and -score >= len(self._patterns) * _freshness(self._today - day)

    def best(self) -> list[tuple[int, int]]:
        """Day and number of the candidates, in their order; after the best so many some may be missing."""
        return [(-day, number) for _, _, day, number in self._order]


def ranked(candidates: Iterable[Candidate], terms: Sequence[Term], today: dt.date) -> list[tuple[int, int]]:
    """Day and number of all candidates, in their order."""
    ranking = Ranking(terms, today, 0)
    ranking.add(candidates)
    return ranking.best()


def _freshness(age: int) -> float:
    return 1.0 + 1.0 / (1.0 + max(0, age) / FRESH_DAYS)
