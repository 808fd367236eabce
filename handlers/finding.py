"""How a look-up is carried out: every word, then words that may have been meant, then some of the words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest.compounds import likelihood, partings
from digest.findings import Parted
from digest.fold import fold
from digest.query import Query, Term, term_of
from digest.snippets import find_spans
from handlers.context import Context
from storage.lookups import Match, Matches
from storage.store import Transaction
from storage.stories import MOST_HITS, Within

NOTHING = Matches(0, ())
SUGGESTED = 2
ONE_ISSUE = 100
USUAL = 100
RARE = 10
MOST_MENDED = 2
LONGEST_MENDED = 24


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, by which query; `parted` where no story has all the words."""

    matches: Matches
    query: Query
    parted: Parted


@dataclass(frozen=True, slots=True)
class Search:
    """The index of one moment, looked up in some sections (their keys; None for all)."""

    context: Context
    tx: Transaction
    keys: frozenset[str] | None
    ready: bool

    async def every(self, query: Query, *, limit: int, offset: int = 0) -> Matches:
        """The stories that hold every word."""
        if not self.ready:
            return await self._by_letters(query, limit=limit, offset=offset)
        context = self.context
        return await self.tx.lookups.find(
            query, section_keys=self.keys, now=context.now, today=context.today, limit=limit, offset=offset
        )

    async def everywhere(self, query: Query) -> int:
        """How many stories hold every word, whatever their section and day."""
        free = replace(self, keys=None)
        return await free.count(replace(query, section="", first=None, last=None))

    async def count(self, query: Query) -> int:
        """How many stories hold every word; 1,001 for more than 1,000."""
        return (await self.every(query, limit=1)).total

    async def some(self, query: Query, *, limit: int, offset: int = 0) -> Found | None:
        """The stories that hold some of the words, or the halves of the only one; None for none."""
        if not self.ready:
            return None
        joined = query.wanted[0].text if len(query.wanted) == 1 else ""
        split = await self._split(query) if joined else query
        if split is None:
            return None
        words = tuple(term.text for term in split.wanted)
        every = await self.every(split, limit=limit, offset=offset) if joined else NOTHING
        if every.total:
            return Found(every, split, Parted(words, joined))
        some = await self._any(split, limit=limit, offset=offset)
        return Found(some, split, Parted(words)) if some.total else None

    async def meant(self, query: Query) -> tuple[tuple[Query, int], ...]:
        """Queries with words of the archive in the place of those it does not have, and what each finds."""
        if not self.ready:
            return ()
        found: list[tuple[Query, int]] = []
        for mended in await self._mended(query):
            matches = await self.every(mended, limit=1)
            if matches.page:
                found.append((await self._as_written(mended, query, matches.page[0]), matches.total))
        # What is ten times rarer than the nearest is hardly meant.
        return tuple((mended, total) for mended, total in found if total * RARE >= found[0][1])

    async def _as_written(self, mended: Query, query: Query, match: Match) -> Query:
        """The query with the new words in the letters of a story that has them: `OpenAI`."""
        stories = await self.tx.issues.stories([(match.date, match.number)], self.context.now)
        texts = [text for story in stories for text in (story.item.title, story.item.summary)]
        pairs = zip(mended.wanted, query.wanted, strict=True)
        return replace(
            mended, wanted=tuple(new if new == old else _written(new, texts) for new, old in pairs)
        )

    async def shared_day(self, query: Query, matches: Matches) -> dt.date | None:
        """The day of all that was found, or None when there are several."""
        days = {match.date for match in matches.page}
        if len(days) != 1 or matches.total > ONE_ISSUE:
            return None
        (day,) = days
        if matches.total == len(matches.page):
            return day
        there = await self.count(replace(query, first=day, last=day))
        return day if there == matches.total else None

    async def _any(self, query: Query, *, limit: int, offset: int) -> Matches:
        context = self.context
        return await self.tx.lookups.any_of(
            query, section_keys=self.keys, now=context.now, today=context.today, limit=limit, offset=offset
        )

    async def _by_letters(self, query: Query, *, limit: int, offset: int) -> Matches:
        """The look-up that needs no index, for the minutes in which it is made anew: newest first."""
        words = tuple(fold(term.text) for term in query.wanted)
        without = tuple(fold(term.text) for term in query.unwanted)
        total = 0
        found: list[tuple[dt.date, int]] = []
        for key in self.keys or ("",):
            within = Within(query.first or dt.date.min, query.last or dt.date.max, key, without)
            some, page = await self.tx.issues.find(
                words, now=self.context.now, within=within, limit=offset + limit
            )
            total, found = total + some, [*found, *page]
        newest = sorted(found, key=lambda place: (-place[0].toordinal(), place[1]))[offset : offset + limit]
        return Matches(min(total, MOST_HITS), tuple(Match(date, number) for date, number in newest))

    async def _mended(self, query: Query) -> list[Query]:
        absent = [place for place in range(len(query.wanted)) if await self._is_absent(query, place)]
        if len(absent) > MOST_MENDED or any(len(query.wanted[p].text) > LONGEST_MENDED for p in absent):
            return []
        whole = [query]
        for place in absent:
            others = await self._like(query.wanted[place])
            whole = [_with_term(mended, place, other) for other in others for mended in whole][:SUGGESTED]
        return [mended for mended in whole if mended != query]

    async def _is_absent(self, query: Query, place: int) -> bool:
        """Whether no issue has this word; of a single word that is known already."""
        if len(query.wanted) == 1:
            return True
        alone = Query((query.wanted[place],))
        return not await self.tx.lookups.count(alone, section_keys=None, now=self.context.now, most=1)

    async def _like(self, term: Term) -> list[Term]:
        words = await self.tx.lookups.like_words(term.text, now=self.context.now)
        return [other for word in words[:SUGGESTED] if (other := term_of(word)) is not None]

    async def _split(self, query: Query) -> Query | None:
        """The words that the only one most likely is made of."""
        counts: dict[str, int] = {}
        for ways in partings(query.wanted[0].text):
            found = [parts for parts in ways if await self._has_each(parts, query, counts)]
            if found:
                best = max(found, key=lambda parts: likelihood([counts[part] for part in parts]))
                return replace(query, wanted=_terms(best))
        return None

    async def _has_each(self, parts: tuple[str, ...], query: Query, counts: dict[str, int]) -> bool:
        for part in parts:
            # What holds a word that is nowhere is nowhere itself.
            if any(not count and absent in part for absent, count in counts.items()):
                return False
            if part not in counts:
                counts[part] = await self._some_of(replace(query, wanted=_terms((part,))))
            if not counts[part]:
                return False
        return True

    async def _some_of(self, query: Query) -> int:
        """How many stories hold every word, as far as it tells how usual they are."""
        return await self.tx.lookups.count(query, section_keys=self.keys, now=self.context.now, most=USUAL)


def _terms(parts: tuple[str, ...]) -> tuple[Term, ...]:
    return tuple(term for part in parts if (term := term_of(part)) is not None)


def _written(term: Term, texts: Sequence[str]) -> Term:
    for text in texts:
        for begin, end in find_spans(text, (term,)):
            found = term_of(text[begin:end])
            if found is not None and found.pattern == term.pattern:
                return found
    return term


def _with_term(query: Query, place: int, term: Term) -> Query:
    return replace(query, wanted=(*query.wanted[:place], term, *query.wanted[place + 1 :]))
