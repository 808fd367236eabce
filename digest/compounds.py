"""Words written as one that may be several: `世界模型融资`, `GPT融资`, a phrase in quotes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

LONGEST = 12
MOST_PARTS = 3

_SHORTEST = 2
_LATIN = re.compile(r"[0-9A-Za-z.+#'-]{2}")
_DRESS = re.compile(r"^[^\w.]+|[^\w+#]+$")


def partings(word: str) -> Iterator[list[tuple[str, ...]]]:
    """The ways to part a word: at its spaces; where it has none all those in two, then all those in three.

    No Latin word is cut, and no character left alone.
    """
    if len(word.split()) > 1:
        yield [tuple(word.split())]
    elif len(word) <= LONGEST:
        for count in range(2, MOST_PARTS + 1):
            yield list(dict.fromkeys(_parted(word, count)))


def _parted(word: str, count: int) -> Iterator[tuple[str, ...]]:
    if count == 1:
        yield (word,)
        return
    for place in range(_SHORTEST, len(word) - _SHORTEST + 1):
        first, rest = (_DRESS.sub("", part) for part in (word[:place], word[place:]))
        if not _LATIN.match(word, place - 1) and min(len(first), len(rest)) >= _SHORTEST:
            yield from ((first, *others) for others in _parted(rest, count - 1))


def likelihood(counts: Sequence[int]) -> float:
    """How likely words are, by the stories that have each: `世界模型|融资` more than `世界|模型融资`."""
    return sum(math.log(count) for count in counts)
