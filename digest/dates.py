"""Days as people type them: `2025-12-22`, `12月22日`, `昨天`, `上周五`, `Dec 22`; the past is meant."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from digest.day_words import asked_weekdays, word_forms
from digest.days import IMPOSSIBLE, NOT_THAT_MONTH, UNREADABLE, WHICH, Day, Form
from digest.holidays import asked_holidays, holiday_forms
from digest.intents import Known
from digest.wording import Words, heard
from digest.written_days import bare_forms, loose_forms, named_forms, short_forms, written_forms

__all__ = [
    "IMPOSSIBLE",
    "NOT_THAT_MONTH",
    "UNREADABLE",
    "WHICH",
    "Dated",
    "possible_day",
    "read_date",
    "short_date",
    "take_date",
]

_NEWEST = re.compile(r"今(?:[天日]|儿个?)(?!头条)|today(?![a-z])")
_TAIL = re.compile(
    r"(?:(?:那天|当天|那一?期|这期|一?期|份)?(?:的|嘅|'s)? ?(?:日报|早报|简报|晚报|issue|"
    r"digest|news|(?:都?有(?:些|过)?|发了)(?:什么|哪些|啥)(?:新闻|内容|消息)?|内容|消息)?(?:来一?[份个期])?)[\s:,、]*"
)
_POSSIBLE = re.compile(r"\d{1,2} ?[-/.] ?\d{1,2}")


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that opens the words (None for the newest issue's), and what comes after it."""

    day: Day | None
    rest: Words


def take_date(words: Words, known: Known, *, asked: bool = False) -> Dated | None:
    """The day at the beginning of the words; None when there is none.

    `asked` says that a date was asked for: then `12.22`, `1220` and `22` need no issue of that day.
    """
    forms = (*named_forms(), *word_forms(), *holiday_forms(), *written_forms(), *loose_forms())
    extra = (*asked_holidays(), *asked_weekdays(), *bare_forms()) if asked else ()
    return _take(words, known, (*forms, *extra)) or _take_newest(words)


def read_date(words: Words, known: Known, *, asked: bool = False) -> Day | None:
    """The day that the words are, and nothing but that; None when they are none."""
    dated = take_date(words, known, asked=asked)
    return dated.day if dated and not dated.rest else None


def short_date(words: Words, known: Known) -> Dated | None:
    """`12.22` or `11-20` at the beginning of the words, whether or not the archive has that day."""
    return _take(words, known, short_forms())


def possible_day(text: str, known: Known) -> dt.date | None:
    """The day that a text such as `4.5` would be if the archive had it; None when it could be none."""
    words = heard(text)
    if not _POSSIBLE.fullmatch(words.folded):
        return None
    dated = short_date(words, known)
    return dated.day if dated and isinstance(dated.day, dt.date) else None


def _take(words: Words, known: Known, forms: Iterable[Form]) -> Dated | None:
    for pattern, reading in forms:
        found = pattern.match(words.folded)
        day = reading(found, known) if found else None
        if found and day is not None:
            return Dated(day, _after(words, found.end()))
    return None


def _take_newest(words: Words) -> Dated | None:
    found = _NEWEST.match(words.folded)
    return Dated(None, _after(words, found.end())) if found else None


def _after(words: Words, end: int) -> Words:
    tail = _TAIL.match(words.folded, end)
    return words.cut(tail.end() if tail else end)
