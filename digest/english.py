"""English names of months and weekdays as CLDR has them, and small numbers in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from babel.dates import get_day_names, get_month_names

_LOCALES = ("en", "en_GB")
_WIDTHS = ("wide", "abbreviated")
_MORE_WEEKDAYS = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_COUNTS = {
    "a couple of": 2,
    "couple of": 2,
    "a couple": 2,
    "an": 1,
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
COUNT = rf"(?:\d{{1,4}}|{'|'.join(_COUNTS)})"
"""What looks like a count, for use in patterns; `count` reads it."""


def count(text: str) -> int:
    """`3`, `three`, `a` as a number."""
    return _COUNTS.get(text) or int(text)


@lru_cache(maxsize=1)
def months() -> Mapping[str, int]:
    """The months by their names in lower case, whole and short; January is 1."""
    return {
        str(name).lower(): number
        for locale in _LOCALES
        for width in _WIDTHS
        for number, name in get_month_names(width, locale=locale).items()  # type: ignore[arg-type]  # a literal
    }


@lru_cache(maxsize=1)
def weekdays() -> Mapping[str, int]:
    """The weekdays by their names in lower case, whole and short; Monday is 0."""
    named = {
        str(name).lower(): number
        for locale in _LOCALES
        for width in _WIDTHS
        for number, name in get_day_names(width, locale=locale).items()  # type: ignore[arg-type]  # a literal
    }
    return named | _MORE_WEEKDAYS


@lru_cache(maxsize=1)
def whole_months() -> Mapping[str, int]:
    """The months by their whole names, without those that are words of their own (`may`, `march`)."""
    return _whole(get_month_names("wide", locale="en").items(), besides=("may", "march"))


@lru_cache(maxsize=1)
def whole_weekdays() -> Mapping[str, int]:
    """The weekdays by their whole names."""
    return _whole(get_day_names("wide", locale="en").items())


def any_of(names: Iterable[str]) -> str:
    """A pattern for any of these names, the longest first."""
    return f"(?:{'|'.join(sorted(names, key=len, reverse=True))})"


def _whole(names: Iterable[tuple[int, str]], besides: tuple[str, ...] = ()) -> Mapping[str, int]:
    return {str(name).lower(): number for number, name in names if str(name).lower() not in besides}
