"""Dates as files write them: in front matter, in a name, in a heading."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_DATE = re.compile(
    r"(?<![0-9])([0-9]{4})\s?([-/._年])\s?([0-9]{1,2})\s?[-/._月]\s?([0-9]{1,2})(?![0-9])|(?<![0-9])((?:19|20)[0-9]{6})(?![0-9])"
)
_TIME = re.compile(
    r"日?[T\s]{0,3}([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?\s?(Z|[+-][0-9]{2}:?[0-9]{2})?(?![0-9])",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?")


def read_date(text: str, zone: dt.tzinfo) -> dt.date | None:
    """The first date written in a text (2025-12-22, 2025/8/9, 2025年12月22日, 20251222, an instant), or None.

    An instant with a zone of its own is the day it is in `zone`.
    """
    found = _find(text)
    if found is None:
        return None
    day, moment = found
    if moment is None or moment.tzinfo is None:
        return day
    return _shifted(moment, zone).date()


def read_moment(text: str, day: dt.date, zone: dt.tzinfo) -> dt.datetime | None:
    """The instant (UTC) a text names: a date, with or without a time, or a time of `day`; in `zone`."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if clock := _CLOCK.fullmatch(folded):
        moment = _at(day, int(clock[1]), int(clock[2]), 0)
    else:
        found = _find(folded)
        if found is None:
            return None
        moment = found[1] or dt.datetime.combine(found[0], dt.time())
    if moment is None:
        return None
    return _shifted(moment if moment.tzinfo else moment.replace(tzinfo=zone), dt.UTC)


def _find(text: str) -> tuple[dt.date, dt.datetime | None] | None:
    text = unicodedata.normalize("NFKC", text[:2000])
    for found in _DATE.finditer(text):
        day = _day(found)
        if day is not None:
            return day, _moment(text[found.end() :], day)
    return None


def _day(found: re.Match[str]) -> dt.date | None:
    packed = found[5]
    parts = (packed[:4], packed[4:6], packed[6:]) if packed else (found[1], found[3], found[4])
    try:
        return dt.date(*(int(part) for part in parts))
    except ValueError:
        return None


def _moment(rest: str, day: dt.date) -> dt.datetime | None:
    found = _TIME.match(rest)
    if not found:
        return None
    moment = _at(day, int(found[1]), int(found[2]), int(found[3] or 0))
    offset = found[4]
    if moment is None or not offset:
        return moment
    return _with_offset(moment, offset)


def _with_offset(moment: dt.datetime, offset: str) -> dt.datetime | None:
    if offset in "Zz":
        return moment.replace(tzinfo=dt.UTC)
    digits = offset.replace(":", "")
    minutes = int(digits[1:3]) * 60 + int(digits[3:5])
    if minutes >= 24 * 60:
        return None
    shift = dt.timedelta(minutes=-minutes if digits[0] == "-" else minutes)
    return moment.replace(tzinfo=dt.timezone(shift))


def _at(day: dt.date, hour: int, minute: int, second: int) -> dt.datetime | None:
    try:
        return dt.datetime.combine(day, dt.time(hour, minute, second))
    except ValueError:
        return None


def _shifted(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment
