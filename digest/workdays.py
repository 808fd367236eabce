"""Mainland China's legal working days, make-up days (调休) included."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

# The State Council's plan for a year has moved days of the December before it, never one before the 29th.
_BORROWED_FROM = (12, 29)


def is_known(on: date) -> bool:
    """Whether the published holiday calendar covers `on`; when not, `is_workday` guesses from the weekday."""
    if _published(on) is None:
        return False
    if (on.month, on.day) < _BORROWED_FROM:
        return True
    return _published(date(on.year + 1, 1, 1)) is not None


def is_workday(on: date) -> bool:
    """Whether people in mainland China work on `on`; Monday to Friday where the calendar knows nothing."""
    published = _published(on)
    return on.weekday() < 5 if published is None else published


@lru_cache(maxsize=64)
def days_off(holiday: str, year: int) -> tuple[date, date] | None:
    """The first and the last day off of a holiday by its English name; None for a year not yet published."""
    from chinese_calendar.constants import holidays

    # The days off in December are those of the new year that follows.
    found = sorted(
        on for on, name in holidays.items() if (on.year, name) == (year, holiday) and on.month < 12
    )
    if not found:
        return None
    first = found[0]
    while holidays.get(first - timedelta(1)) == holiday:
        first -= timedelta(1)
    return first, found[-1]


@lru_cache(maxsize=4096)
def _published(on: date) -> bool | None:
    """What the published calendar says of `on`, None for a year it does not have."""
    # Imported here: 4 MB and 30 ms that only those pay who use it.
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(on))
    except NotImplementedError:
        return None
