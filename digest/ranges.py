"""Ranges of days as people type them: `上周`, `11月`, `12月15日到21日`, `last week`, `Dec 15 - 21`."""

from __future__ import annotations

import datetime as dt
import re
from calendar import isleap
from dataclasses import dataclass
from functools import lru_cache

from digest.dates import short_date, take_date
from digest.day_words import WEEK, weekday_of
from digest.days import DAY, Days, exact, month_of, months_back, week_of, year_of
from digest.english import any_of, whole_weekdays
from digest.intents import BadDate, Known
from digest.numerals import NUMBER, number
from digest.span_words import SpanForm, asked_spans, span_forms
from digest.wording import Words, heard

LONGEST_LABEL = 24
"""How many bytes of the reader's own words for a range are kept: they travel in buttons."""

_OVER_NEW_YEAR = 120
_TAIL = re.compile(
    r"(?:的|嘅|'s|s')?(?:所有|全部|全)?的? ?"
    r"(?:日报合集|日报|早报|简报|合集|汇总|回顾|总结|要闻|内容|消息|issues?|digests?|news|"
    r"(?:都?有(?:些|过)?|发了)(?:什么|哪些|啥)(?:新闻|内容|消息)?)?[\s:,、]*"
)
_FROM = re.compile(r"从|自|from |between ")
_TO = re.compile(
    r" ?(?:一直)?(?:到|至|~|[-\u2010-\u2015]|(?:to|till|until|through|thru|and)(?![a-z])) ?(?=\S)"
)
_NOW = re.compile(r"(?:一直)?(?:到|至)(?:现在|如今|目前|今(?!天))|以来|(?:to|until|till) now(?![a-z])")
_SINCE = re.compile(r"(?:ever )?since ")
_BARE_DAYS = re.compile(rf"(?P<day>{NUMBER}) ?(?:到|至|~|[-\u2010-\u2015]) ?(?:{NUMBER}) ?[日号]")
_DAY = re.compile(
    rf"(?P<day>{NUMBER}) ?(?:日|号|st|nd|rd|th)?"
    r"(?![\d.:/月年点时天周个条期零〇一二两三四五六七八九十廿百-]|[a-z])(?:,? ?(?P<year>20\d\d)(?!\d))?"
)


@dataclass(frozen=True, slots=True)
class Spanned:
    """Days that open the words, both included; how the reader called them, and what comes after."""

    first: dt.date
    last: dt.date
    label: str
    rest: Words


@dataclass(frozen=True, slots=True)
class _Point:
    """One end of a range: the days that were named there.

    `short` where only `12.22` says so; `year` where one stands behind both ends.
    """

    days: Days
    rest: Words
    short: bool = False
    year: int = 0


def take_span(words: Words, known: Known, *, asked: bool = False) -> Spanned | None:
    """The range in words at the beginning of the words; None when there is none.

    `asked` says that days were asked for: then `2025` and `dec` are a range.
    """
    forms = (*span_forms(), *(asked_spans() if asked else ()))
    return _in_words(words, known, forms)


def take_between(words: Words, known: Known, *, asked: bool = False) -> Spanned | None:
    """Days from one to another: `12月15日到21日`, `上周一到周五`, `12月15日以来`, `since Dec 15`."""
    since = _SINCE.match(words.folded)
    if since:
        begin = _point(words.cut(since.end()), known)
        return _since(begin, begin.rest, known) if begin else None
    opening = _FROM.match(words.folded)
    begin = _begin(words.cut(opening.end()) if opening else words, known)
    if begin is None:
        return None
    if now := _NOW.match(begin.rest.folded):
        return _since(begin, begin.rest.cut(now.end()), known)
    to = _TO.match(begin.rest.folded)
    end = _end(begin.rest.cut(to.end()), begin.days[0], known) if to else None
    return _settled(begin, end, known, asked=asked) if end else None


def read_span(text: str, known: Known) -> Days | None:
    """The days that a text means, both included: a day, a month, a range; None when it means none.

    A day is asked for: `12.22`, `22` and `2025` count, whatever the archive holds.
    """
    words = heard(text.replace("_", " "))
    for take in (take_between, take_span):
        spanned = take(words, known, asked=True)
        if spanned and not spanned.rest:
            return spanned.first, spanned.last
    dated = take_date(words, known, asked=True)
    if dated is None or dated.rest:
        return None
    day = dated.day or known.today
    return (day, day) if isinstance(day, dt.date) else None


def month_name(first: dt.date, last: dt.date) -> str:
    """`2025-12` for the days of a whole month, '' for others."""
    return first.isoformat()[:7] if (first, last) == month_of(first) else ""


def year_name(first: dt.date, last: dt.date) -> str:
    """`2025` for the days of a whole year, '' for others."""
    return first.isoformat()[:4] if (first, last) == year_of(first) else ""


def is_week(first: dt.date, last: dt.date) -> bool:
    """Whether the days are a week from Monday to Sunday."""
    return (first, last) == week_of(first)


def _in_words(words: Words, known: Known, forms: tuple[SpanForm, ...]) -> Spanned | None:
    for pattern, reading in forms:
        found = pattern.match(words.folded)
        days = reading(found, known) if found else None
        if found and days:
            rest = _rest(words, found.end())
            return Spanned(*days, _label(words.said[: found.end()], days), rest)
    return None


def _rest(words: Words, start: int) -> Words:
    tail = _TAIL.match(words.folded, start)
    return words.cut(tail.end() if tail else start)


def _label(said: str, days: Days) -> str:
    label = said.strip()
    plain = month_name(*days) or year_name(*days)
    return "" if plain or len(label.encode()) > LONGEST_LABEL else label


def _since(begin: _Point, rest: Words, known: Known) -> Spanned | None:
    first = begin.days[0]
    return Spanned(first, known.today, "", _rest(rest, 0)) if first <= known.today else None


def _begin(words: Words, known: Known) -> _Point | None:
    """The first end; `15-21日` says only at its end that these are days."""
    found = _BARE_DAYS.match(words.folded)
    day = take_date(heard(f"{found['day']}日"), known) if found else None
    if found and day and isinstance(day.day, dt.date):
        return _Point((day.day, day.day), words.cut(found.end("day")))
    return _point(words, known)


def _point(words: Words, known: Known) -> _Point | None:
    """The day or the days at the beginning of the words."""
    dated = take_date(words, known)
    if dated:
        day = dated.day or known.today
        return None if isinstance(day, BadDate) else _Point((day, day), dated.rest)
    spanned = take_span(words, known)
    if spanned:
        return _Point((spanned.first, spanned.last), spanned.rest)
    short = short_date(words, known)
    if short and isinstance(short.day, dt.date):
        return _Point((short.day, short.day), short.rest, short=True)
    return None


def _end(words: Words, first: dt.date, known: Known) -> _Point | None:
    """The other end; a bare day is of the same month, a bare weekday of the same week."""
    if found := _DAY.match(words.folded):
        return _same_month(found, words, first)
    if found := _weekday().match(words.folded):
        day = week_of(first)[0] + weekday_of(found["day"]) * DAY
        day = day if day >= first else day + 7 * DAY
        return _Point((day, day), _rest(words, found.end()))
    return _point(words, known)


def _same_month(found: re.Match[str], words: Words, first: dt.date) -> _Point | None:
    day = number(found["day"])
    if day is None:
        return None
    year = int(found["year"]) if found["year"] else first.year
    last = exact(year, first.month, day)
    if isinstance(last, dt.date) and last < first and not found["year"]:
        following = months_back(first.replace(day=1), -1)
        last = exact(following.year, following.month, day) if following else last
    if not isinstance(last, dt.date):
        return None
    return _Point((last, last), _rest(words, found.end()), year=year if found["year"] else 0)


@lru_cache(maxsize=1)
def _weekday() -> re.Pattern[str]:
    names = any_of(whole_weekdays())
    return re.compile(
        rf"(?:{WEEK}(?=[一二三四五六日天1-7]))?(?P<day>(?<=[周期拜])[一二三四五六日天1-7]|{names})(?![a-z])"
    )


def _settled(begin: _Point, end: _Point, known: Known, *, asked: bool) -> Spanned | None:
    """The days between, in their order; over a new year where that is what they are."""
    first, last = begin.days[0], end.days[1]
    if end.year:
        first = _years_later(first, end.year - first.year) or first
    if last < first:
        first, last = _ordered(begin.days, end.days)
    loose = begin.short or end.short
    if loose and not asked and not any(first <= day <= last for day in known.archive_dates):
        return None
    return Spanned(first, last, "", _rest(end.rest, 0))


def _ordered(begin: Days, end: Days) -> Days:
    first, last = begin[0], _years_later(end[1], 1)
    if last and 0 <= (last - first).days <= _OVER_NEW_YEAR:
        return first, last
    return end[0], begin[1]


def _years_later(day: dt.date, years: int) -> dt.date | None:
    leap_day = (day.month, day.day) == (2, 29) and not isleap(day.year + years)
    try:
        return day.replace(year=day.year + years, day=28 if leap_day else day.day)
    except ValueError:
        return None
