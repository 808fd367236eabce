"""What the rules need from outside, as small protocols."""

from __future__ import annotations

import datetime as dt
from typing import Protocol


class Languages(Protocol):
    """The languages there are, and the rule that picks one."""

    def speak(self, *wishes: str) -> Phrases:
        """The first wished language that there is (BCP 47), else the house's."""
        ...


class Phrases(Protocol):
    """One language's catalog: messages by their ids, dates and numbers in that language's manner."""

    @property
    def language(self) -> str:
        """The language as a BCP 47 tag (`zh-Hans`, `en`)."""
        ...

    def __call__(self, key: str, /, **values: str | int) -> str:
        """The message with this id, filled."""
        ...

    def count(self, key: str, n: int, /, **values: str | int) -> str:
        """The message with this id in the plural form for `n`; `{n}` is `n` in the language's digits."""
        ...

    def day(self, date: dt.date) -> str:
        """A day with its weekday: `12月22日 周一`, `Mon, Dec 22`."""
        ...

    def year_day(self, date: dt.date) -> str:
        """A day with its year and weekday."""
        ...

    def short_day(self, date: dt.date) -> str:
        """A day alone: `12月22日`, `Dec 22`."""
        ...

    def dated(self, key: str, date: dt.date) -> str:
        """A day by the date pattern (CLDR's letters) that is the message with this id."""
        ...

    def month(self, month: str) -> str:
        """A month written `2025-12`: `2025年12月`, `December 2025`."""
        ...

    def weekday(self, number: int) -> str:
        """A weekday's short name; 0 is Monday."""
        ...

    def clock(self, time: dt.time) -> str:
        """A time of day: `8:00`, `8:00 AM`."""
        ...

    def join(self, parts: tuple[str, ...]) -> str:
        """Words in a row: `新闻、产品`, `News, Products`."""
        ...
