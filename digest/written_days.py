"""Days written with numbers: `2025-12-22`, `12月22日`, `22 Dec 2025`, `20号`, `12.22`."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from digest.days import Day, Form, exact, latest, month_of, months_back, not_that_month, which
from digest.english import any_of, months, weekdays
from digest.intents import Known
from digest.numerals import NUMBER, number

_CENTURY = 2000
_BACK = ("", "上", "上上")

YEAR = (
    r"(?:(?P<year>(?:1[89]|2[01])\d\d|\d{2}|[零〇一二三四五六七八九]{4}) ?年|"
    r"(?P<said>今年|去年|前年|明年)的?)"
)
"""A year before a month or a day; `year_said` reads it."""

_YEARS = {"明年": -1, "今年": 0, "去年": 1, "前年": 2}
_BETWEEN = r" ?[-/.\u2010-\u2015 ] ?"
# As our own first lines have it: `12月22日 周一（前天）`.
_SUFFIX = (
    r"(?: ?\(?(?:周|星期|礼拜)[一二三四五六日天]\)?)?"
    r"(?: ?\((?:今天|昨天|前天|today|yesterday|two days ago)\))?"
)
_NO_MORE = r"(?!\d|[.:/]\d|[a-z])"
_MONTH_BACK = r"(?P<back>上上|上)个?月的?"
_THIS_MONTH = r"(?:本|这个?|当)月的?"


def year_said(found: re.Match[str], known: Known) -> int | None:
    """The year that stands before a month or day; None when there is none."""
    groups = found.groupdict()
    if said := groups.get("said"):
        return known.today.year - _YEARS[said]
    year = number(groups["year"]) if groups.get("year") else None
    return _CENTURY + year if year is not None and year < 100 else year


@lru_cache(maxsize=1)
def written_forms() -> tuple[Form, ...]:
    """The forms that are a day whatever the archive holds."""
    return (*_numeric(), *_chinese())


@lru_cache(maxsize=1)
def loose_forms() -> tuple[Form, ...]:
    """The forms that are a day only when the archive has it: `12.22`, `11-20`, `1220`."""
    return (
        (re.compile(rf"{_SHORT}(?![\d.]){_SUFFIX}"), _in_archive),
        (re.compile(r"(?P<digits>\d{4})(?![\d.])"), _four_digits),
    )


@lru_cache(maxsize=1)
def short_forms() -> tuple[Form, ...]:
    """`12.22` and `11-20`, whether or not the archive has such a day."""
    return ((re.compile(rf"{_SHORT}(?!\d)"), _short),)


@lru_cache(maxsize=1)
def bare_forms() -> tuple[Form, ...]:
    """What is a day only where one was asked for: `12.22`, `1220`, `22`."""
    return (
        *short_forms(),
        (re.compile(r"(?P<digits>\d{4})(?![\d.])"), _any_four_digits),
        (re.compile(r"(?P<day>\d{1,2})(?!\d)"), _day_alone),
    )


_SHORT = r"(?P<one>\d{1,2}) ?(?P<sign>[-/.]) ?(?P<two>\d{1,2})"


def _numeric() -> tuple[Form, ...]:
    year = r"(?P<year>(?:1[89]|2[01])\d\d)"
    return (
        (
            re.compile(
                rf"{year}{_BETWEEN}(?P<month>\d{{1,2}}){_BETWEEN}(?P<day>\d{{1,2}})日?(?!\d|\.\d){_SUFFIX}"
            ),
            _written,
        ),
        (
            re.compile(rf"(?P<one>\d{{1,2}})(?P<sign>[-/.])(?P<two>\d{{1,2}})(?P=sign){year}(?!\d)"),
            _year_last,
        ),
        (re.compile(r"(?P<digits>(?:19|20)\d{6})(?![\d.])"), _compact),
    )


def _chinese() -> tuple[Form, ...]:
    day = rf"(?P<day>{NUMBER})"
    return (
        (
            re.compile(rf"(?:{YEAR} ?)?(?P<month>{NUMBER}) ?月份? ?{day} ?(?:日|号|(?!\d)){_SUFFIX}"),
            _written,
        ),
        (re.compile(rf"{_MONTH_BACK}{day} ?[号日]{_SUFFIX}"), _day_of_month_back),
        (re.compile(rf"(?:{_THIS_MONTH})?{day} ?[号日]{_SUFFIX}"), _day_alone),
    )


@lru_cache(maxsize=1)
def named_forms() -> tuple[Form, ...]:
    """The forms with an English month, and with its ordinal: `Mon, Dec 22`, `22 Dec 2025`, `the 22nd`."""
    named = rf"(?P<name>{any_of(months())})\.?"
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    year = r"(?:,? ?\b(?P<year>(?:19|20)\d\d))?"
    before = rf"(?:on )?(?:{any_of(weekdays())}\.?,? )?(?:the )?"
    relative = r"(?: ?\((?:today|yesterday|two days ago)\))?"
    return (
        (re.compile(rf"{before}{named}[ -]?(?:the )?{day}{year}{_NO_MORE}{relative}"), _named_month),
        (re.compile(rf"{before}{day}[ -]?(?:of )?{named}[ -]?{year}{_NO_MORE}{relative}"), _named_month),
        (re.compile(rf"(?:on )?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th){_NO_MORE}"), _day_alone),
    )


def _written(found: re.Match[str], known: Known) -> Day | None:
    """A day with its month, and with its year or the likeliest one."""
    month, day = number(found["month"]), number(found["day"])
    if month is None or day is None:
        return None
    return _of_year(year_said(found, known), month, day, known)


def _named_month(found: re.Match[str], known: Known) -> Day | None:
    year = int(found["year"]) if found["year"] else None
    return _of_year(year, months()[found["name"]], int(found["day"]), known)


def _of_year(year: int | None, month: int, day: int, known: Known) -> Day:
    return latest(month, day, known) if year is None else exact(year, month, day)


def _year_last(found: re.Match[str], known: Known) -> Day | None:
    """`12/22/2025`, `22.12.2025`: with points the day comes first, else it may be either."""
    year, one, two = int(found["year"]), int(found["one"]), int(found["two"])
    if found["sign"] == "." and two <= 12:
        return exact(year, two, one)
    return _either(exact(year, one, two), exact(year, two, one))


def _either(first: Day, second: Day) -> Day:
    """The one that there is; a question when there are both."""
    if isinstance(first, dt.date) and isinstance(second, dt.date):
        return which(first, second)
    return first if isinstance(first, dt.date) else second if isinstance(second, dt.date) else first


def _compact(found: re.Match[str], known: Known) -> Day:
    digits = found["digits"]
    return exact(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _day_alone(found: re.Match[str], known: Known) -> Day | None:
    """The latest such day: of this month, or of the one before."""
    day = number(found["day"])
    if day is None or not 1 <= day <= 31:
        return None
    this = exact(known.today.year, known.today.month, day)
    if isinstance(this, dt.date) and this <= known.today:
        return this
    before = months_back(known.today.replace(day=1), 1)
    if before is None:
        return None
    last = month_of(before)[1]
    if day <= last.day or not isinstance(this, dt.date):
        return exact(last.year, last.month, day)
    # No two months in a row are short: this one and the one before last have the day.
    return not_that_month(last.month, day, month_of(before - dt.timedelta(1))[0].replace(day=day), this)


def _day_of_month_back(found: re.Match[str], known: Known) -> Day | None:
    day = number(found["day"])
    month = months_back(known.today.replace(day=1), _BACK.index(found["back"]))
    return None if day is None or month is None else exact(month.year, month.month, day)


def _short(found: re.Match[str], known: Known) -> Day | None:
    """Month and day; turned round where only that can be."""
    one, two = int(found["one"]), int(found["two"])
    day, turned = latest(one, two, known), latest(two, one, known)
    if found["sign"] == "/" and _reads_either_way(known):
        return _either(day, turned)
    return turned if isinstance(turned, dt.date) and not isinstance(day, dt.date) else day


def _reads_either_way(known: Known) -> bool:
    return bool(known.language) and not known.language.startswith("zh")


def _in_archive(found: re.Match[str], known: Known) -> Day | None:
    """Month and day where the archive has that; with a slash it may be the other way round."""
    one, two = int(found["one"]), int(found["two"])
    day, turned = latest(one, two, known), latest(two, one, known)
    there = day in known.archive_dates
    if found["sign"] != "/" or turned not in known.archive_dates:
        return day if there else None
    if there and not _reads_either_way(known):
        return day
    return _either(day, turned)


def _four_digits(found: re.Match[str], known: Known) -> Day | None:
    day = _any_four_digits(found, known)
    return day if int(found["digits"]) > known.stories and day in known.archive_dates else None


def _any_four_digits(found: re.Match[str], known: Known) -> Day | None:
    day = latest(int(found["digits"][:2]), int(found["digits"][2:]), known)
    return day if isinstance(day, dt.date) else None
