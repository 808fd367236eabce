"""Spans of days in words: `上周`, `最近三天`, `11月`, `上个月`, `2025年`, `last week`, `past 3 days`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache

from digest.day_words import ENGLISH_UNIT, UNIT, WEEK, WEEKS_BACK, back, unit_of, weeks_back
from digest.days import DAY, Days, month_of, months_back, week_of, year_of
from digest.english import COUNT, any_of, count, months, whole_months
from digest.holidays import holiday_spans, read_days_off
from digest.intents import Known
from digest.numerals import NUMBER, number
from digest.written_days import YEAR, year_said

SpanReading = Callable[[re.Match[str], Known], Days | None]
SpanForm = tuple[re.Pattern[str], SpanReading]

_RECENT = 7
_HALVES = {"day": ("day", 1), "week": ("day", 4), "month": ("day", 15), "year": ("month", 6)}
_MONTHS_BACK = {"上上": 2, "上": 1, "这": 0, "本": 0, "当": 0, "下": -1}
_RELATIVE_MONTH = f"(?P<back>{'|'.join(_MONTHS_BACK)})(?:一?个)?月份?"
_THIRDS = {
    **dict.fromkeys(("初", "上旬"), (1, 10)),
    **dict.fromkeys(("中", "中旬"), (11, 20)),
    **dict.fromkeys(("底", "末", "下旬"), (21, 31)),
}
_THIRD = rf"(?P<third>{any_of(_THIRDS)})"
_ENGLISH_BACK = {"last": 1, "previous": 1, "this": 0, "current": 0, "next": -1}
_BACK = rf"(?P<back>{'|'.join(_ENGLISH_BACK)})"
_WITHIN = "(?:之?内|以来|里|来)?"
_OVER = "(?:in |over )?(?:the )?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"


@lru_cache(maxsize=1)
def span_forms() -> tuple[SpanForm, ...]:
    """The forms of spans, the more telling before the less."""
    return (
        *((pattern, read_days_off) for pattern in holiday_spans()),
        *_week_forms(),
        *_month_forms(),
        *_recent_forms(),
        *_year_forms(),
    )


@lru_cache(maxsize=1)
def asked_spans() -> tuple[SpanForm, ...]:
    """What is a span only where days were asked for: `2025`, `dec`."""
    return (
        (re.compile(rf"{_YEAR}(?![\d./-])"), _year),
        (re.compile(rf"(?P<name>{any_of(months())})\.?(?![a-z])"), _named_month),
    )


def _recent_forms() -> tuple[SpanForm, ...]:
    return (
        (re.compile(r"(?:最近|近|过去|前|这)24个?小时(?:之?内)?|24小时(?:之|以)?内"), _a_day),
        (re.compile(rf"{_OVER}(?:last|past) 24 hours(?![a-z])"), _a_day),
        (re.compile(rf"(?:最近|近|过去)的? ?(?P<n>{NUMBER}|半) ?个? ?(?P<unit>{UNIT}){_WITHIN}"), _recent),
        (re.compile(rf"(?:最近|近|过去)的?(?P<n>)(?P<unit>周|星期|礼拜|月|年){_WITHIN}"), _recent),
        (re.compile(rf"[这前](?P<n>{NUMBER}) ?个? ?(?P<unit>{UNIT}){_WITHIN}"), _recent),
        (re.compile(rf"(?P<n>{NUMBER}|半) ?个? ?(?P<unit>{UNIT})(?:之|以)?内"), _recent),
        (re.compile(r"(?:最近|近|过去)几[天日]|最近|近期|近来|近日|recently|lately|recent days"), _lately),
        (
            re.compile(rf"{_OVER}(?:last|past|previous) (?P<n>{COUNT}) (?P<unit>{ENGLISH_UNIT})s?(?![a-z])"),
            _recent_english,
        ),
        (
            re.compile(rf"{_OVER}past (?P<n>)(?P<unit>{ENGLISH_UNIT})(?![a-z])"),
            _recent_english,
        ),
    )


def _week_forms() -> tuple[SpanForm, ...]:
    return (
        (re.compile(rf"(?P<back>{WEEKS_BACK})(?:周末|个?双休日)"), _weekend),
        (re.compile(rf"(?:the )?{_BACK} weekend(?![a-z])"), _weekend_english),
        (re.compile(rf"(?P<back>{WEEKS_BACK}){WEEK}(?!(?:[一二三四五六天末1-7]|日(?!报)))"), _week),
        (re.compile(r"(?:the )?week before last(?![a-z])"), _week_before_last),
        (re.compile(rf"(?:the )?{_BACK} week(?![a-z])"), _week_english),
    )


def _month_forms() -> tuple[SpanForm, ...]:
    named = rf"(?P<name>{any_of(months())})\.?"
    return (
        (re.compile(rf"{_RELATIVE_MONTH}{_THIRD}"), _third_of_relative),
        (re.compile(rf"(?:{YEAR} ?)?(?P<month>{NUMBER}) ?月份?{_THIRD}"), _third_of_month),
        (re.compile(rf"月{_THIRD}"), _third),
        (re.compile(_RELATIVE_MONTH), _relative_month),
        (re.compile(rf"(?:{YEAR} ?)?(?P<month>{NUMBER}) ?月份?"), _month),
        (re.compile(r"(?P<year>(?:19|20)\d\d) ?[-/.] ?(?P<month>\d{1,2})(?! ?[-/.]? ?\d)"), _month),
        (re.compile(rf"(?:the )?{_BACK} month(?![a-z])"), _month_english),
        (re.compile(rf"(?:in )?{named},? (?:of )?{_YEAR}(?!\d)"), _named_month),
        (re.compile(rf"(?:in )?last {named}(?![a-z])"), _last_named_month),
        (re.compile(rf"(?:in )?(?P<name>{any_of(whole_months())})(?![a-z])"), _named_month),
    )


def _year_forms() -> tuple[SpanForm, ...]:
    year = r"(?:(?P<year>(?:19|20)\d\d|[零〇一二三四五六七八九]{4}) ?年|(?P<said>今年|去年|前年|明年)的?)"
    return (
        (re.compile(rf"{year}?(?P<half>[上下])半年"), _half_year),
        (re.compile(rf"{year}?第?(?P<quarter>[一二三四1-4])季度"), _quarter),
        (re.compile(r"年初"), _year_begin),
        (re.compile(rf"{year}年?[底末]"), _year_end),
        (re.compile(r"年[底末]"), _year_end),
        (re.compile(rf"{year}(?:全年|度|整年)?"), _year),
        (re.compile(rf"(?:the )?{_BACK} year(?![a-z])"), _year_english),
        (re.compile(rf"in {_YEAR}(?![\d./-])"), _year),
    )


def _recent(found: re.Match[str], known: Known) -> Days | None:
    if found["n"] == "半":
        return _since(*_HALVES[unit_of(found["unit"])], known)
    units = number(found["n"]) if found["n"] else 1
    return _since(unit_of(found["unit"]), units, known) if units else None


def _recent_english(found: re.Match[str], known: Known) -> Days | None:
    units = count(found["n"]) if found["n"] else 1
    return _since(found["unit"], units, known) if units else None


def _since(unit: str, units: int, known: Known) -> Days | None:
    """The last so many units, today among them."""
    before = back(known.today, units, unit)
    return (before + DAY, known.today) if before else None


def _a_day(found: re.Match[str], known: Known) -> Days | None:
    return _since("day", 2, known)


def _lately(found: re.Match[str], known: Known) -> Days | None:
    return _since("day", _RECENT, known)


def _weeks(weeks: int, known: Known) -> Days | None:
    day = back(known.today, weeks, "week")
    return week_of(day) if day else None


def _week(found: re.Match[str], known: Known) -> Days | None:
    return _weeks(weeks_back(found["back"]), known)


def _week_english(found: re.Match[str], known: Known) -> Days | None:
    return _weeks(_ENGLISH_BACK[found["back"]], known)


def _week_before_last(found: re.Match[str], known: Known) -> Days | None:
    return _weeks(2, known)


def _weekend(found: re.Match[str], known: Known) -> Days | None:
    return _end_of(_week(found, known))


def _weekend_english(found: re.Match[str], known: Known) -> Days | None:
    return _end_of(_week_english(found, known))


def _end_of(week: Days | None) -> Days | None:
    return (week[1] - DAY, week[1]) if week else None


def _months(months_ago: int, known: Known) -> Days | None:
    day = months_back(known.today.replace(day=1), months_ago)
    return month_of(day) if day else None


def _relative_month(found: re.Match[str], known: Known) -> Days | None:
    return _months(_MONTHS_BACK[found["back"]], known)


def _month_english(found: re.Match[str], known: Known) -> Days | None:
    return _months(_ENGLISH_BACK[found["back"]], known)


def _month(found: re.Match[str], known: Known) -> Days | None:
    return _month_in(year_said(found, known), number(found["month"]) or 0, known)


def _named_month(found: re.Match[str], known: Known) -> Days | None:
    return _month_in(year_said(found, known), months()[found["name"]], known)


def _last_named_month(found: re.Match[str], known: Known) -> Days | None:
    month = months()[found["name"]]
    return _month_in(known.today.year - (month >= known.today.month), month, known)


def _month_in(year: int | None, month: int, known: Known) -> Days | None:
    """The month of that year, or the last one of that name that has begun."""
    if year is None:
        year = known.today.year - (month > known.today.month)
    there = 1 <= month <= 12 and dt.MINYEAR <= year <= dt.MAXYEAR
    return month_of(dt.date(year, month, 1)) if there else None


def _third_of(month: Days | None, third: str) -> Days | None:
    if month is None:
        return None
    first, last = _THIRDS[third]
    return month[0].replace(day=first), month[0].replace(day=min(last, month[1].day))


def _third_of_relative(found: re.Match[str], known: Known) -> Days | None:
    return _third_of(_relative_month(found, known), found["third"])


def _third_of_month(found: re.Match[str], known: Known) -> Days | None:
    return _third_of(_month(found, known), found["third"])


def _third(found: re.Match[str], known: Known) -> Days | None:
    """Of this month where it has begun, else of the one before."""
    this = _third_of(_months(0, known), found["third"])
    begun = this is not None and this[0] <= known.today
    return this if begun else _third_of(_months(1, known), found["third"])


def _years(year: int) -> Days | None:
    return year_of(dt.date(year, 1, 1)) if dt.MINYEAR <= year <= dt.MAXYEAR else None


def _year(found: re.Match[str], known: Known) -> Days | None:
    return _years(year_said(found, known) or 0)


def _year_english(found: re.Match[str], known: Known) -> Days | None:
    return _years(known.today.year - _ENGLISH_BACK[found["back"]])


def _year_begin(found: re.Match[str], known: Known) -> Days | None:
    return month_of(known.today.replace(month=1, day=1))


def _year_end(found: re.Match[str], known: Known) -> Days | None:
    return _month_in(year_said(found, known), 12, known)


def _half_year(found: re.Match[str], known: Known) -> Days | None:
    first, last = (1, 6) if found["half"] == "上" else (7, 12)
    return _part_of_year(found, known, first, last)


def _quarter(found: re.Match[str], known: Known) -> Days | None:
    last = 3 * (number(found["quarter"]) or 1)
    return _part_of_year(found, known, last - 2, last)


def _part_of_year(found: re.Match[str], known: Known, first: int, last: int) -> Days | None:
    year = year_said(found, known)
    if year is None:
        year = known.today.year - (first > known.today.month)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return dt.date(year, first, 1), month_of(dt.date(year, last, 1))[1]
