"""Look-ups: the stories that hold what was asked for, best first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from digest.query import Query
from digest.ranking import Ranking, ranked
from storage.candidates import MOST, Candidates, day_of
from storage.lookup_index import Progress, index_state, is_wanted, next_step, show_life
from storage.near_words import near_terms

# So many of the newest are ranked first; mostly none of the older ones can be among the best.
STEPS = (120, 400)
# Of more terms, the stories with all but one are not looked for before those with any.
MOST_PARTED = 6


@dataclass(frozen=True, slots=True)
class Match:
    """A story that was found: its issue's date, and its number there."""

    date: dt.date
    number: int


@dataclass(frozen=True, slots=True)
class Matches:
    """How many stories were found (1,001: more than 1,000), and a page of them, best first."""

    total: int
    page: tuple[Match, ...]


class Lookups:
    """The look-up index of one publication."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._candidates = Candidates(connection)

    async def find(
        self,
        query: Query,
        *,
        section_keys: frozenset[str] | None,
        now: dt.datetime,
        today: dt.date,
        limit: int,
        offset: int = 0,
    ) -> Matches:
        """The stories with every wanted term and no unwanted one, that can be read now.

        `section_keys`: those of the sections to look in, None for all; the words of `query.section` are not
        looked at. Of more than 1,000 stories the newest 1,001 are ranked.
        """
        if not query.wanted or section_keys == frozenset():
            return Matches(0, ())
        found = await self._candidates.with_all(query, section_keys, now)
        best = await self._best(found, Ranking(query.wanted, today, offset + limit))
        return _matches(len(found), best[offset : offset + limit])

    async def any_of(
        self,
        query: Query,
        *,
        section_keys: frozenset[str] | None,
        now: dt.datetime,
        today: dt.date,
        limit: int,
        offset: int = 0,
    ) -> Matches:
        """The stories with some of the wanted terms and no unwanted one, those with most of them first."""
        if not query.wanted or section_keys == frozenset():
            return Matches(0, ())
        found: set[int] = set()
        all_but_one = len(query.wanted) - 1
        for count in {1, all_but_one} if 1 < all_but_one < MOST_PARTED else {1}:
            found.update(await self._candidates.with_some(query, section_keys, now, count))
        best = ranked(await self._candidates.texts(found), query.wanted, today)
        return _matches(len(found), best[offset : offset + limit])

    async def count(
        self, query: Query, *, section_keys: frozenset[str] | None, now: dt.datetime, most: int
    ) -> int:
        """How many stories have every wanted term and no unwanted one; no more than `most` are counted."""
        if not query.wanted or section_keys == frozenset():
            return 0
        return len(await self._candidates.with_all(query, section_keys, now, most=most))

    async def _best(self, found: Sequence[int], ranking: Ranking) -> list[tuple[int, int]]:
        """The best of what was found. Old stories are not read where no old one can be among them."""
        begin = 0
        for end in (*STEPS, len(found)):
            if begin >= len(found) or ranking.is_settled(day_of(found[begin])):
                break
            ranking.add(await self._candidates.texts(found[begin:end]))
            begin = end
        return ranking.best()

    async def like_words(self, term: str, *, now: dt.datetime) -> tuple[str, ...]:
        """What may have been meant by a mistyped term, nearest first, at most five; each finds something."""
        return await near_terms(self._connection, self._candidates, term, now)

    async def ready(self) -> bool:
        """False while the index is made anew: look-ups would miss stories."""
        return (await index_state(self._connection)).ready

    async def wanted(self) -> bool:
        """Whether the index is to be made by this program; one of a newer program is left to it."""
        return await is_wanted(self._connection)

    async def show_life(self) -> None:
        """Let older programs know that somebody looks after the index, where it is of our tokens."""
        await show_life(self._connection)

    async def index_more(self) -> Progress | None:
        """Index a few of the issues that are still to be indexed; None when none is."""
        return await next_step(self._connection)


def _matches(total: int, page: Iterable[tuple[int, int]]) -> Matches:
    found = tuple(Match(dt.date.fromordinal(day), number) for day, number in page)
    return Matches(min(total, MOST + 1), found)
