"""What the readers of days share: the past is meant, and what is unclear or cannot be is a question."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Iterator

from digest.intents import BadDate, Known

IMPOSSIBLE = "date.impossible"
NOT_THAT_MONTH = "date.not_that_month"
UNREADABLE = "date.unreadable"
WHICH = "date.which"

Day = dt.date | BadDate
Reading = Callable[[re.Match[str], Known], Day | None]
Form = tuple[re.Pattern[str], Reading]
Days = tuple[dt.date, dt.date]

DAY = dt.timedelta(days=1)
_SOON = dt.timedelta(days=31)
_LEAP_YEARS = 8


def exact(year: int, month: int, day: int) -> Day:
    """The day of this year; a question where the month is too short for it, a refusal where there is none."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        pass
    if not (1 <= month <= 12 and 29 <= day <= 31 and dt.MINYEAR <= year < dt.MAXYEAR):
        return BadDate(IMPOSSIBLE, (("month", month), ("day", day)))
    last = month_of(dt.date(year, month, 1))[1]
    return not_that_month(month, day, last, last + DAY)


def latest(month: int, day: int, known: Known) -> Day:
    """The last such day there was, or one that comes within a month: that is answered with "not yet"."""
    return next(_past(month, day, known), None) or exact(known.today.year, month, day)


def _past(month: int, day: int, known: Known) -> Iterator[dt.date]:
    for year in range(known.today.year, known.today.year - _LEAP_YEARS - 1, -1):
        candidate = exact(year, month, day)
        if isinstance(candidate, dt.date) and candidate - known.today <= _SOON:
            yield candidate


def not_that_month(month: int, day: int, earlier: dt.date, later: dt.date) -> BadDate:
    """The question for a day that its month does not have, with two ways on."""
    return BadDate(NOT_THAT_MONTH, (("month", month), ("day", day), *_ways(earlier, later)))


def which(one: dt.date, other: dt.date) -> Day:
    """The question which of two days is meant; the day itself where they are one."""
    return one if one == other else BadDate(WHICH, _ways(min(one, other), max(one, other)))


def _ways(earlier: dt.date, later: dt.date) -> tuple[tuple[str, str], ...]:
    return ("earlier", earlier.isoformat()), ("later", later.isoformat())


def days_back(day: dt.date, days: int) -> dt.date | None:
    """The day so many days before; None before the calendar begins."""
    try:
        return day - days * DAY
    except OverflowError:
        return None


def months_back(day: dt.date, months: int) -> dt.date | None:
    """The same day so many months before, the month's last where it is shorter; None outside the calendar."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if not dt.MINYEAR <= years < dt.MAXYEAR:
        return None
    return dt.date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def month_of(day: dt.date) -> Days:
    """The first and the last day of the month of a day."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def week_of(day: dt.date) -> Days:
    """The Monday and the Sunday of the week of a day."""
    monday = day - day.weekday() * DAY
    return monday, monday + min(6 * DAY, dt.date.max - monday)


def year_of(day: dt.date) -> Days:
    """The first and the last day of the year of a day."""
    return day.replace(month=1, day=1), day.replace(month=12, day=31)
