"""Ranges of days as people type them: `上周`, `11月`, `12月15日到21日`, `last week`, `Dec 15 - 21`."""

from __future__ import annotations

import datetime as dt
import re
from calendar import isleap
from dataclasses import dataclass, replace
from functools import lru_cache

from digest.dates import short_date, take_date
from digest.day_words import WEEK, weekday_of
from digest.days import DAY, Days, exact, month_of, months_back, week_of, year_of
from digest.english import any_of, months, whole_weekdays
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
_NOW = re.compile(
    r"(?:一直)?(?:到|至)(?:现在|如今|目前|今(?![天日儿年晚早]))|以来|(?:to|until|till) now(?![a-z])"
)
_YEAR_SAID = re.compile(
    r"(?<!\d)(?:1[89]|2[01])\d\d|(?<!\d)\d\d ?年|[零〇一二三四五六七八九]{4} ?年|[今去前明]年"
)
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

    `short` where only `12.22` says so; `month` and `year` where they were said: `12月5日`, `2024年`.
    """

    days: Days
    rest: Words
    short: bool = False
    month: bool = False
    year: bool = False

    @property
    def floats(self) -> bool:
        """Whether it may be of any year."""
        return self.month and not self.year

    @property
    def dated(self) -> bool:
        """Whether it says itself of which year it is."""
        return self.month and self.year


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
    """The day or the days at the beginning of the words, and what was said of their month and year."""
    point = _days_at(words, known)
    if point is None:
        return None
    said = words.folded.removesuffix(point.rest.folded)
    return replace(point, month=bool(_month_said().match(said)), year=bool(_YEAR_SAID.search(said)))


def _days_at(words: Words, known: Known) -> _Point | None:
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
    month = months_back(first.replace(day=1), -1 if day < first.day else 0)
    last = exact(int(found["year"] or month.year), month.month, day) if month else None
    if not isinstance(last, dt.date):
        return None
    said = bool(found["year"])
    return _Point((last, last), _rest(words, found.end()), month=said, year=said)


@lru_cache(maxsize=1)
def _month_said() -> re.Pattern[str]:
    """A month by its name or number; not one of which only is said how long ago it was."""
    return re.compile(
        rf"(?:.*年的? ?)?(?:{NUMBER} ?月(?! ?[之以]?前)|第?[一二三四1-4]季度|[上下]半年)|"
        r"\d+ ?[-/.\u2010-\u2015 ] ?\d|\d{8}|\d{4}$|"
        rf"(?!last|this|next|past).*?(?<![a-z]){any_of(months())}(?![a-z])"
    )


@lru_cache(maxsize=1)
def _weekday() -> re.Pattern[str]:
    names = any_of(whole_weekdays())
    return re.compile(
        rf"(?:{WEEK}(?=[一二三四五六日天1-7]))?(?P<day>(?<=[周期拜])[一二三四五六日天1-7]|{names})(?![a-z])"
    )


def _settled(begin: _Point, end: _Point, known: Known, *, asked: bool) -> Spanned | None:
    """The days between, in their order."""
    first, last = _between(begin, end)
    loose = (begin.short or end.short) and not (begin.dated or end.dated)
    if loose and not asked and not any(first <= day <= last for day in known.archive_dates):
        return None
    return Spanned(first, last, "", _rest(end.rest, 0))


def _between(begin: _Point, end: _Point) -> Days:
    """A year that only one end has is meant for the other: the nearest that keeps their order."""
    if begin.dated and end.floats:
        return begin.days[0], _from(begin.days[0], end.days)
    if end.dated and begin.floats:
        return _until(end.days[1], begin.days[0]), end.days[1]
    if begin.days[0] <= end.days[1]:
        return begin.days[0], end.days[1]
    return _ordered(begin.days, end.days, swap=begin.year and end.year)


def _ordered(begin: Days, end: Days, *, swap: bool) -> Days:
    """Days in their order: turned round, or over a new year where that is what they are."""
    first, last = begin[0], None if swap else _years_later(end[1], 1)
    if last and 0 <= (last - first).days <= _OVER_NEW_YEAR:
        return first, last
    return end[0], begin[1]


def _from(first: dt.date, days: Days) -> dt.date:
    """The last of the days in the first year in which that is not before a day."""
    ends = (_last_in(year, days) for year in (first.year, first.year + 1))
    return next((day for day in ends if day and day >= first), max(first, days[1]))


def _until(last: dt.date, day: dt.date) -> dt.date:
    """A day in the last year in which it is not after another."""
    begins = (_years_later(day, year - day.year) for year in (last.year, last.year - 1))
    return next((begin for begin in begins if begin and begin <= last), min(day, last))


def _last_in(year: int, days: Days) -> dt.date | None:
    """The last of the days in another year; February ends as it does there."""
    last = _years_later(days[1], year - days[1].year)
    ends_month = days[0] != days[1] == month_of(days[1])[1]
    return month_of(last)[1] if last and ends_month else last


def _years_later(day: dt.date, years: int) -> dt.date | None:
    leap_day = (day.month, day.day) == (2, 29) and not isleap(day.year + years)
    try:
        return day.replace(year=day.year + years, day=28 if leap_day else day.day)
    except ValueError:
        return None
