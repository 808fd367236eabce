"""Nearness: what a mistyped word may have been meant to be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from digest.foldedtext import fold_places
from digest.tokens import WIDE, folded_runs, is_wide, is_word

SHORTEST_WORD = 3
SHORTEST_GAP = 3
MOST_NEAR = 5


def mistakes(letters: int) -> int:
    """How many letters of a word so long may be missing, wrong, too many or swapped."""
    return 1 if letters < 6 else 2


def near_letters(word: str, known: Sequence[str]) -> list[str]:
    """The known words from which the fewest mistakes lead to one, those first that begin like it."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(word, known, scorer=OSA.distance, score_cutoff=mistakes(len(word)), limit=None)
    near = [
        (int(distance), other)
        for other, distance, _ in found
        if other != word and (len(word) > SHORTEST_WORD or other[0] == word[0])
    ]
    fewest = min((distance for distance, _ in near), default=0)
    return sorted(
        (other for distance, other in near if distance == fewest),
        key=lambda other: (other[0] != word[0], other),
    )


def swapped(run: str) -> list[str]:
    """A wide run with two neighbours changed about, each pair in turn."""
    changed = (run[:place] + run[place + 1] + run[place] + run[place + 2 :] for place in range(len(run) - 1))
    return [other for other in dict.fromkeys(changed) if other != run]


def gaps(run: str) -> Iterator[tuple[str, str]]:
    """A wide run with each of its characters left out: what stands before it and after it."""
    if len(run) >= SHORTEST_GAP:
        for place in range(len(run)):
            yield run[:place], run[place + 1 :]


def fillings(before: str, after: str, texts: Iterable[str]) -> Counter[str]:
    """What the texts have with one character in the gap, and how many of them."""
    gap = re.compile(f"{re.escape(before)}[{WIDE}]{re.escape(after)}")
    found: Counter[str] = Counter()
    for text in texts:
        found.update(set(gap.findall(text)))
    return found


def mendable(text: str) -> Iterator[tuple[str, int, int]]:
    """The runs of a text that may be mistyped, and where in it each begins and ends."""
    folded, begins, ends = fold_places(text)
    for run, begin, end in folded_runs(folded):
        if is_wide(run) or (is_word(run) and len(run) >= SHORTEST_WORD):
            yield run, begins[begin], ends[end - 1]


def mended(text: str, begin: int, end: int, run: str) -> str:
    """The text with another run in one place."""
    return f"{text[:begin]}{run}{text[end:]}"
