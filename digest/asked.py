"""A look-up as it is asked: how it is read, what narrows it, and how that is said."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from digest.intents import LookUp, SectionName
from digest.ports import Phrases
from digest.query import Query

RECENT_DAYS = 30
MOST_TITLES = 3
OTHER_YEAR = 300
_INSIDE = r"[^\s\"＂“”「」『』]"


@dataclass(frozen=True, slots=True)
class Asked:
    """A look-up: what was asked, how it is read, in which sections; `hint` is said first.

    `followed`: the keys of the words that the reader follows.
    """

    intent: LookUp
    query: Query
    phrases: Phrases
    today: dt.date
    sections: tuple[SectionName, ...] = ()
    edits: bool = False
    hint: str = ""
    followed: frozenset[str] = frozenset()

    @property
    def words(self) -> str:
        """The wanted words without filters, as typed."""
        return shown(self.query)

    @property
    def narrowed(self) -> bool:
        """Whether sections or days narrow it."""
        return bool(self.sections or self.query.first or self.query.last)


def shown(query: Query) -> str:
    """The wanted words of a query, without its filters."""
    return " ".join(wanted_texts(query))


def wanted_texts(query: Query) -> tuple[str, ...]:
    """The wanted words and phrases of a query, each as typed."""
    return tuple(term.text for term in query.wanted)


def mended_look_up(asked: Asked, query: Query) -> LookUp:
    """The same look-up with the words of another query in the place of its own."""
    words, place = asked.intent.words, 0
    for before, after in zip(asked.query.wanted, query.wanted, strict=True):
        found = re.compile(rf"(?<!{_INSIDE}){re.escape(before.text)}(?!{_INSIDE})").search(words, place)
        if found:
            place = found.start() + len(after.text)
            words = words[: found.start()] + after.text + words[found.end() :]
    return replace(asked.intent, words=words, page=1, guessed=False)


def unfiltered(query: Query) -> str:
    """The words of a query without its sections and days, to be typed."""
    wanted = (as_typed(term.text) for term in query.wanted)
    return " ".join((*wanted, *(f"-{as_typed(term.text)}" for term in query.unwanted)))


def as_typed(text: str) -> str:
    """A word or phrase as it is to be typed."""
    return f'"{text}"' if " " in text else text


def conditions(asked: Asked) -> str:
    """What narrows the look-up, in brackets; '' when nothing does."""
    inside = _conditions(asked)
    return asked.phrases("search.where", where=inside) if inside else ""


def recent(today: dt.date) -> dt.date:
    """The day since when stories count as recent."""
    return today - dt.timedelta(days=RECENT_DAYS)


def said_day(day: dt.date, asked: Asked) -> str:
    """A day, with its year when that is not the reader's."""
    say = asked.phrases
    return say.short_day(day) if day.year == asked.today.year else say.year_day(day)


def _conditions(asked: Asked) -> str:
    say = asked.phrases
    unwanted = (say("search.without", word=term.text) for term in asked.query.unwanted)
    found = (_sections(asked), _days(asked), *unwanted)
    return say.join(tuple(part for part in found if part))


def _sections(asked: Asked) -> str:
    if len(asked.sections) > MOST_TITLES:
        return asked.phrases.count("search.sections", len(asked.sections))
    return asked.phrases.join(tuple(section.title for section in asked.sections))


def _days(asked: Asked) -> str:
    say, first, last = asked.phrases, asked.query.first, asked.query.last
    if first and last:
        if first == last:
            return _near_day(first, asked)
        return say("search.between", first=_near_day(first, asked), last=_near_day(last, asked))
    if first and first == recent(asked.today):
        return say.count("search.last_days", RECENT_DAYS)
    if first:
        return say("search.since", day=_near_day(first, asked))
    return say("search.until", day=_near_day(last, asked)) if last else ""


def _near_day(day: dt.date, asked: Asked) -> str:
    """A day of the past months without its year: it can be no other."""
    return (
        asked.phrases.short_day(day) if 0 <= (asked.today - day).days < OTHER_YEAR else said_day(day, asked)
    )
