"""Days as people type them: `2025-12-22`, `12月22日`, `20号`, `昨天`; the past is meant."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from digest.intents import BadDate, Known
from digest.numerals import NUMBER, number
from digest.wording import Words

IMPOSSIBLE = "date.impossible"
NOT_THAT_MONTH = "date.not_that_month"
UNREADABLE = "date.unreadable"

_SOON = dt.timedelta(days=31)
_CENTURY = 2000
_LEAP_YEARS = 8
_DAYS_AGO: Mapping[str, int] = {
    "大前天": 3,
    "前天": 2,
    "前日": 2,
    "昨天": 1,
    "昨日": 1,
    "昨儿": 1,
    "明天": -1,
    "明日": -1,
    "后天": -2,
    "day before yesterday": 2,
    "the day before yesterday": 2,
    "yesterday": 1,
    "tomorrow": -1,
}
_NEWEST = re.compile(r"今[天日儿]|today(?![a-z])")
_YEAR = r"(?:(?P<year>\d{4}|\d{2}|[零〇一二三四五六七八九]{4})年|(?P<said>今年|去年|前年)的?)"
_BETWEEN = r" ?[-/.\u2010-\u2015 ] ?"
_WEEKDAY = r"(?: ?\(?(?:周|星期|礼拜)[一二三四五六日天]\)?)?"
_TAIL = re.compile(
    r"(?:(?:那天|当天|那一?期|这期|一?期|份)?(?:的|嘅|'s)? ?(?:日报|早报|简报|晚报|issue|"
    r"digest|news)?(?:来一?[份个期])?)[\s:,、]*"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that opens the words (None for the newest issue's), and what comes after it."""

    day: dt.date | BadDate | None
    rest: Words


_Reader = Callable[[re.Match[str], Known], "dt.date | BadDate | None"]


def take_date(words: Words, known: Known, *, asked: bool = False) -> Dated | None:
    """The day at the beginning of the words; None when there is none.

    `asked` says that a date was asked for: then `12.22`, `1220` and `22` need no issue of that day.
    """
    for pattern, reader in (*_CLEAR, *_LOOSE, *(_ASKED if asked else ())):
        found = pattern.match(words.folded)
        if found is None:
            continue
        day = reader(found, known)
        if day is not None and (asked or pattern not in _LOOSE_PATTERNS or day in known.archive_dates):
            return Dated(day, _after(words, found.end()))
    return _take_newest(words)


def read_date(words: Words, known: Known, *, asked: bool = False) -> dt.date | BadDate | None:
    """The day that the words are, and nothing but that; None when they are none."""
    dated = take_date(words, known, asked=asked)
    return dated.day if dated and not dated.rest else None


def read_month(words: Words, known: Known) -> str:
    """`2025-12` for `12月`, `2025年12月`, `2025-12`, `本月`, `上个月`; '' when the words are no month."""
    bare = words.bare.removesuffix("的").removesuffix("份")
    if bare in ("本月", "这个月", "当月"):
        return _month(known.today)
    if bare in ("上月", "上个月"):
        return _month(known.today.replace(day=1) - dt.timedelta(days=1))
    found = _MONTH.fullmatch(bare) or _ISO_MONTH.fullmatch(bare)
    month = number(found["month"]) if found else None
    if found is None or month is None or not 1 <= month <= 12:
        return ""
    year = _year(found, known) or known.today.year - (month > known.today.month)
    return f"{year:04}-{month:02}"


def _month(day: dt.date) -> str:
    return f"{day:%Y-%m}" if day.year > 999 else f"{day.year:04}-{day.month:02}"


def _after(words: Words, end: int) -> Words:
    tail = _TAIL.match(words.folded, end)
    return words.cut(tail.end() if tail else end)


def _take_newest(words: Words) -> Dated | None:
    found = _NEWEST.match(words.folded)
    return Dated(None, _after(words, found.end())) if found else None


def _ago(found: re.Match[str], known: Known) -> dt.date:
    return known.today - dt.timedelta(days=_DAYS_AGO[found[1]])


def _year_ago(found: re.Match[str], known: Known) -> dt.date | BadDate:
    return _day(known.today.year - 1, known.today.month, known.today.day)


def _written(found: re.Match[str], known: Known) -> dt.date | BadDate | None:
    """A day with its month, and with its year or the likeliest one."""
    month, day = number(found["month"]), number(found["day"])
    if month is None or day is None:
        return None
    year = _year(found, known)
    if year is not None:
        return _day(year, month, day)
    return next(_past(month, day, known), None) or _day(known.today.year, month, day)


def _year(found: re.Match[str], known: Known) -> int | None:
    groups = found.groupdict()
    if said := groups.get("said"):
        return known.today.year - ("今年", "去年", "前年").index(said)
    year = number(groups["year"]) if groups.get("year") else None
    return _CENTURY + year if year is not None and year < 100 else year


def _past(month: int, day: int, known: Known) -> Iterator[dt.date]:
    # A day that is to come within a month is meant as such: it is answered with "not yet".
    for year in range(known.today.year, known.today.year - _LEAP_YEARS - 1, -1):
        candidate = _day(year, month, day)
        if isinstance(candidate, dt.date) and candidate - known.today <= _SOON:
            yield candidate


def _day(year: int, month: int, day: int) -> dt.date | BadDate:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return BadDate(IMPOSSIBLE, (("month", month), ("day", day)))


def _day_alone(found: re.Match[str], known: Known) -> dt.date | BadDate | None:
    """The latest such day: of this month, or of the one before."""
    day = number(found["day"])
    if day is None or not 1 <= day <= 31:
        return None
    this = _day(known.today.year, known.today.month, day)
    if isinstance(this, dt.date) and this <= known.today:
        return this
    last = known.today.replace(day=1) - dt.timedelta(days=1)
    if day <= last.day:
        return last.replace(day=day)
    return _unclear(day, last, this)


def _unclear(day: int, last: dt.date, this: dt.date | BadDate) -> BadDate:
    # No two months in a row are short: this one and the one before last have the day.
    earlier = (last.replace(day=1) - dt.timedelta(days=1)).replace(day=day)
    later = this.isoformat() if isinstance(this, dt.date) else ""
    values = (("month", last.month), ("day", day), ("earlier", earlier.isoformat()), ("later", later))
    return BadDate(NOT_THAT_MONTH, values)


def _compact(found: re.Match[str], known: Known) -> dt.date | BadDate:
    digits = found["digits"]
    return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _four_digits(found: re.Match[str], known: Known) -> dt.date | BadDate | None:
    month, day = int(found["digits"][:2]), int(found["digits"][2:])
    fits_story = int(found["digits"]) <= known.stories
    return None if fits_story else next(_past(month, day, known), None)


def _loose(found: re.Match[str], known: Known) -> dt.date | BadDate | None:
    return next(_past(int(found["month"]), int(found["day"]), known), None)


_MONTH = re.compile(rf"(?:{_YEAR})?(?P<month>{NUMBER})月")
_ISO_MONTH = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})")
_RELATIVE = "|".join(sorted(_DAYS_AGO, key=len, reverse=True))
_CLEAR: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(rf"({_RELATIVE})(?![a-z])"), _ago),
    (re.compile(r"去年的?今[天日]|(?:today )?last year(?![a-z])|a year ago(?![a-z])"), _year_ago),
    (
        re.compile(
            rf"(?P<year>\d{{4}}){_BETWEEN}(?P<month>\d{{1,2}}){_BETWEEN}(?P<day>\d{{1,2}})(?!\d)日?{_WEEKDAY}"
        ),
        _written,
    ),
    (
        re.compile(
            rf"(?:{_YEAR} ?)?(?P<month>{NUMBER}) ?月份? ?(?P<day>{NUMBER}) ?(?:日|号|(?!\d)){_WEEKDAY}"
        ),
        _written,
    ),
    (re.compile(r"(?P<digits>(?:19|20)\d{6})(?!\d)"), _compact),
    (re.compile(rf"(?:本月|这个月|当月)?的?(?P<day>{NUMBER}) ?[号日]{_WEEKDAY}"), _day_alone),
)
_LOOSE: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(r"(?P<month>\d{1,2}) ?[-/.] ?(?P<day>\d{1,2})(?![\d.])" + _WEEKDAY), _loose),
    (re.compile(r"(?P<digits>\d{4})(?![\d.])"), _four_digits),
)
_LOOSE_PATTERNS = tuple(pattern for pattern, _ in _LOOSE)
_ASKED: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(r"(?P<month>\d{1,2}) ?[-/.] ?(?P<day>\d{1,2})(?!\d)"), _written),
    (re.compile(r"(?P<day>\d{1,2})(?!\d)"), _day_alone),
)
