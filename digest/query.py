"""Queries: what a reader typed to look up, as terms that stories have, or must not have."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from digest.days import Days
from digest.errors import UserError
from digest.tokens import is_wide, pattern, phrase, runs

LONGEST = 200
MOST_TERMS = 16
MOST_DAY_WORDS = 5
# Alone, these are in every other story and say nothing.
STOP_CHARACTERS = frozenset("的了是在和与及或也就都而着过吗呢吧啊把被这那个你我他她它们有不之以于为对从到")

_QUOTES = {'"': '"', "＂": "＂", "“": "”", "「": "」", "『": "』"}
# Only in ASCII are cases alike: ſ is no s.
_FILTER = re.compile(r"((?ai:section|版块|板块|栏目|from|从|since|自|to|到|至|until))\s*[:：]\s*")
_SECTION = frozenset(("section", "版块", "板块", "栏目"))
_FROM = frozenset(("from", "从", "since", "自"))
_MINUS = "-－"

ReadDay = Callable[[str], Days | None]


@dataclass(frozen=True, slots=True)
class Term:
    """Something to look for.

    `text`: as it was typed; `tokens`: one after the other in a story's title or summary; `prefix`: the last
    token is the beginning of one; `pattern`: what the spaced form of a text with this term has in it.
    """

    text: str
    tokens: tuple[str, ...]
    prefix: bool = False
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that a story has all of, terms of which it has none, and where to look: days both included."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()
    section: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(slots=True)
class _Reading:
    """What has been read of a query."""

    wanted: list[Term] = field(default_factory=list)
    unwanted: list[Term] = field(default_factory=list)
    section: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word or phrase of a query: bare or with a `-` before it, or the value of a filter."""

    text: str
    minus: bool = False
    filter: str = ""


def parse_query(words: str, read_day: ReadDay) -> Query:
    """What is asked for; `wanted` is empty when only unwanted terms or filters were given.

    `read_day` reads the value of `from:` and `to:` as days, both included, or None. UserError:
    search.too_long, search.empty, search.too_many, search.too_common, search.bad_filter (`filter`, `value`).
    """
    if len(words) > LONGEST:
        raise UserError("search.too_long", limit=str(LONGEST))
    reading = _Reading()
    for piece in _joined(tuple(_pieces(words)), read_day):
        _take(piece, reading, read_day)
    terms = (*reading.wanted, *reading.unwanted)
    if not (terms or reading.section or reading.first or reading.last):
        raise UserError("search.empty")
    if len(terms) > MOST_TERMS:
        raise UserError("search.too_many", limit=str(MOST_TERMS))
    if reading.wanted and all(_says_nothing(term) for term in reading.wanted):
        raise UserError("search.too_common", words=" ".join(term.text for term in reading.wanted))
    return Query(tuple(reading.wanted), tuple(reading.unwanted), reading.section, reading.first, reading.last)


def term_of(text: str) -> Term | None:
    """The term that a text is, None when there is nothing in it to look for."""
    found = runs(text)
    if not found:
        return None
    last = found[-1]
    return Term(text, phrase(found), is_wide(last) and len(last) == 1, pattern(found))


def _says_nothing(term: Term) -> bool:
    return term.pattern in STOP_CHARACTERS


def _take(piece: _Piece, reading: _Reading, read_day: ReadDay) -> None:
    if piece.filter:
        _narrow(piece, reading, read_day)
        return
    term = term_of(piece.text)
    terms = reading.unwanted if piece.minus else reading.wanted
    if term is not None and all(term.pattern != other.pattern for other in terms):
        terms.append(term)


def _narrow(piece: _Piece, reading: _Reading, read_day: ReadDay) -> None:
    name = piece.filter.lower()
    refused = UserError("search.bad_filter", filter=piece.filter, value=piece.text)
    if name in _SECTION:
        if not piece.text:
            raise refused
        reading.section = piece.text
        return
    days = read_day(piece.text) if piece.text else None
    if days is None:
        raise refused
    if name in _FROM:
        reading.first = days[0]
    else:
        reading.last = days[1]


def _joined(pieces: Sequence[_Piece], read_day: ReadDay) -> Iterator[_Piece]:
    """The pieces, a day that is several words as one: `from:last week`, `to:Dec 1`."""
    place = 0
    while place < len(pieces):
        count = _day_words(pieces[place : place + MOST_DAY_WORDS], read_day)
        yield replace(pieces[place], text=_together(pieces[place : place + count]))
        place += count


def _day_words(pieces: Sequence[_Piece], read_day: ReadDay) -> int:
    first, *others = pieces
    if not first.text or not first.filter or first.filter.lower() in _SECTION:
        return 1
    bare = list(takewhile(lambda piece: not (piece.minus or piece.filter), others))
    counts = range(1, len(bare) + 2)
    # `Dec` is a month, `Dec 1` a day of it; `22` a day, and `22 Dec 2025` another.
    goes_on = first.text.isdigit() or first.text.endswith(",") or (bare and bare[0].text[:1].isdigit())
    tried = reversed(counts) if goes_on else counts
    return next((count for count in tried if read_day(_together(pieces[:count]))), 1)


def _together(pieces: Sequence[_Piece]) -> str:
    return " ".join(piece.text for piece in pieces)


def _pieces(words: str) -> Iterator[_Piece]:
    """The words and phrases of a query: white space parts them, and a phrase ends where its quotes do."""
    place = 0
    while place < len(words):
        if words[place].isspace():
            place += 1
            continue
        minus = words[place] in _MINUS and place + 1 < len(words) and not words[place + 1].isspace()
        named = None if minus else _FILTER.match(words, place)
        text, place = _piece(words, named.end() if named else place + minus)
        yield _Piece(text, minus, named[1] if named else "")


def _piece(words: str, place: int) -> tuple[str, int]:
    """The word or phrase at a place, and where it ends."""
    close = _QUOTES.get(words[place]) if place < len(words) else None
    end = words.find(close, place + 1) if close else -1
    if end >= 0:
        return words[place + 1 : end], end + 1
    end = place
    while end < len(words) and not words[end].isspace() and not (end > place and _opens(words, end)):
        end += 1
    return words[place:end], end


def _opens(words: str, place: int) -> bool:
    """Whether a phrase begins in the middle of what is written without spaces: 查“世界模型”."""
    character = words[place]
    return character in "“「『" and words.find(_QUOTES[character], place + 1) >= 0
