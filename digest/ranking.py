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


def ranked(candidates: Iterable[Candidate], terms: Sequence[Term], today: dt.date) -> list[tuple[int, int]]:
    """Day and number of the candidates: most terms first, then by score, then the newest, then by number."""
    patterns, now = tuple(term.pattern for term in terms), today.toordinal()
    order: list[tuple[int, float, int, int]] = []
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
        age = now - day if day < now else 0
        order.append((held, score * (1.0 + 1.0 / (1.0 + age / FRESH_DAYS)), -day, number))
    order.sort()
    return [(-day, number) for _, _, day, number in order]
