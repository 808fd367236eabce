"""The languages digestbot speaks: Babel's catalogs, dates and numbers."""

from __future__ import annotations

import datetime as dt
import gettext
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_decimal

from digest.ports import Phrases

LANGUAGES = ("zh-Hans", "en")
DOMAIN = "digestbot"
_FOLDERS = {"zh-Hans": "zh_Hans", "en": "en"}
_FALLBACKS = {"zh": "zh-Hans", "yue": "zh-Hans", "en": "en"}


class MissingMessage(KeyError):
    """A message id that the catalog does not have: a fault of ours, found by the tests."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """One language: its messages, and the manner of its dates and numbers (a `digest.ports.Phrases`)."""

    language: str
    translations: gettext.GNUTranslations
    locale: Locale

    def __call__(self, key: str, /, **values: str | int) -> str:
        """The message with this id, filled; MissingMessage when there is none."""
        return self._fill(self.translations.gettext(key), key, values)

    def count(self, key: str, n: int, /, **values: str | int) -> str:
        """The message in the plural form for `n`; numbers are grouped as the language does."""
        message = self.translations.ngettext(key, key, n)
        return self._fill(message, key, {"n": n, **values})

    def _fill(self, message: str, key: str, values: dict[str, str | int]) -> str:
        if message == key:
            raise MissingMessage(key)
        return message.format_map({name: self._said(value) for name, value in values.items()})

    def _said(self, value: str | int) -> str:
        return value if isinstance(value, str) else format_decimal(value, locale=self.locale)

    def day(self, date: dt.date) -> str:
        """A day with its weekday."""
        return format_date(date, self("format.day"), locale=self.locale)

    def year_day(self, date: dt.date) -> str:
        """A day with its year and weekday."""
        return format_date(date, self("format.year_day"), locale=self.locale)

    def short_day(self, date: dt.date) -> str:
        """A day alone."""
        return format_date(date, self("format.short_day"), locale=self.locale)

    def dated(self, key: str, date: dt.date) -> str:
        """A day by the date pattern that a message holds."""
        return format_date(date, self(key), locale=self.locale)

    def month(self, month: str) -> str:
        """A month with its year; what is no month stays as it is."""
        try:
            first = dt.date.fromisoformat(f"{month}-01")
        except ValueError:
            return month
        return format_date(first, self("format.month"), locale=self.locale)

    def weekday(self, number: int) -> str:
        """A weekday's short name; 0 is Monday."""
        return str(get_day_names("abbreviated", locale=self.locale)[number])

    def clock(self, time: dt.time) -> str:
        """A time of day, without seconds."""
        return format_time(time, self("format.clock"), locale=self.locale)

    def join(self, parts: tuple[str, ...]) -> str:
        """Words in a row."""
        return self("format.and").join(parts)


@dataclass(frozen=True, slots=True)
class Catalogs:
    """Every language, and the rule that picks one."""

    by_language: dict[str, Catalog]
    default: str

    def speak(self, *wishes: str) -> Phrases:
        """The first of the wished languages that there is (BCP 47, `zh_CN` too), else the house's."""
        for wish in wishes:
            language = match_language(wish)
            if language:
                return self.by_language[language]
        return self.by_language[self.default]

    def __iter__(self) -> Iterator[Catalog]:
        return iter(self.by_language.values())


# Readers' languages are few, and each delivery asks for one.
@lru_cache(maxsize=256)
def match_language(wish: str) -> str:
    """The language of ours that serves this tag, or ''."""
    tag = wish.split(".", maxsplit=1)[0].replace("_", "-").casefold()
    exact = {language.casefold(): language for language in LANGUAGES}
    return exact.get(tag) or _FALLBACKS.get(tag.split("-")[0], "")


def load_catalogs(default: str = "zh-Hans") -> Catalogs:
    """The catalogs from the package; the build compiled them."""
    return Catalogs(
        {language: _load(language) for language in LANGUAGES}, match_language(default) or LANGUAGES[0]
    )


def _load(language: str) -> Catalog:
    folder = _FOLDERS[language]
    path = resources.files("bot") / "locales" / folder / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as file:
        return Catalog(language, gettext.GNUTranslations(file), Locale.parse(folder))
