"""Near words: terms of the archive in the place of one that was mistyped."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.nearness import (
    MOST_NEAR,
    fillings,
    gaps,
    mendable,
    mended,
    mistakes,
    near_letters,
    swapped,
)
from digest.query import Query, term_of
from digest.tokens import is_wide
from storage.candidates import Candidates
from storage.lookup_tables import lookup_words

# A gap's neighbours may be in every other story: the newest of these tell enough.
MOST_READ = 300
MOST_WORDS = 300_000
# What is longer is a sentence, and not one word that was mistyped.
MOST_RUNS = 4
# Words that are equally near are put in order by the stories that have them, up to so many.
MOST_TRIED = 8
MOST_COUNTED = 20


async def near_terms(
    connection: AsyncConnection, candidates: Candidates, text: str, now: dt.datetime
) -> tuple[str, ...]:
    """What may have been meant, nearest first, at most five; each is in a story that can be read."""
    near = NearWords(connection, candidates, now)
    found: list[str] = []
    runs = tuple(mendable(text))
    for run, begin, end in runs if len(runs) <= MOST_RUNS else ():
        for other in await near.of(run):
            whole = mended(text, begin, end, other)
            if whole not in found and await near.stories(whole, most=1):
                found.append(whole)
    return tuple(found[:MOST_NEAR])


@dataclass(frozen=True, slots=True)
class NearWords:
    """The words of the archive that can be read at a moment."""

    connection: AsyncConnection
    candidates: Candidates
    now: dt.datetime

    async def of(self, run: str) -> list[str]:
        """Runs near to one, nearest first; of equally near ones first what most stories have."""
        return await (self._wide(run) if is_wide(run) else self._letters(run))

    async def stories(self, text: str, *, most: int) -> int:
        """How many stories have a term, as far as they are counted."""
        term = term_of(text)
        if term is None:
            return 0
        return len(await self.candidates.with_all(Query((term,)), None, self.now, most=most))

    async def _letters(self, word: str) -> list[str]:
        """Words of letters, where no story has the word itself."""
        if await self.stories(word, most=1):
            return []
        reach, length = mistakes(len(word)), sa.func.length(lookup_words.c.word)
        alike = sa.select(lookup_words.c.word)
        alike = alike.where(length.between(len(word) - reach, len(word) + reach)).limit(MOST_WORDS)
        # As one text: a row for each of so many words would be a second's work.
        joined = sa.select(sa.func.aggregate_strings(alike.subquery().c.word, " "))
        known: str | None = await self.connection.scalar(joined)
        near = near_letters(word, known.split() if known else [])
        usual = {other: await self.stories(other, most=MOST_COUNTED) for other in near[:MOST_TRIED]}
        return sorted(usual, key=lambda other: (other[0] != word[0], -usual[other], other))[:MOST_NEAR]

    async def _wide(self, run: str) -> list[str]:
        """Neighbours changed about, then one character for another."""
        found: Counter[str] = Counter()
        for before, after in gaps(run):
            parts = (term_of(part) for part in (before, after) if len(part) > 1)
            terms = tuple(term for term in parts if term is not None)
            if terms:
                newest = await self.candidates.with_all(Query(terms), None, self.now, most=MOST_READ)
                stories = await self.candidates.texts(newest)
                found |= fillings(before, after, (f"{title}\n{body}" for _, _, title, body in stories))
        found.pop(run, None)
        others = sorted(found, key=lambda other: (-found[other], other))
        return [*swapped(run), *others[:MOST_NEAR]]
