"""What a reader wants kept, as values of the closed list of intents: settings, and words to look out for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """The settings, or one page of them: '', hour, zone, days, sections, language, form."""

    page: str = ""


class Setting(StrEnum):
    """What a reader can set."""

    HOUR = "hour"
    ZONE = "zone"
    DAYS = "days"
    SECTION = "section"
    LANGUAGE = "language"
    FORM = "form"
    SILENT = "silent"
    FOLLOWED = "followed"


@dataclass(frozen=True, slots=True)
class Set:
    """One setting with its value as canonical text.

    HOUR `07:30` · ZONE an IANA key · DAYS as in `[schedule]` or `workdays` · SECTION `+key`, `-key`, `*`
    (all) · LANGUAGE a BCP 47 tag · FORM brief or full · SILENT on or off · FOLLOWED only (nothing but stories
    with followed words) or all.
    """

    setting: Setting
    value: str


@dataclass(frozen=True, slots=True)
class AskSetting:
    """A setting was named and its value could not be read; `heard` is what was said, `code` the message."""

    setting: Setting
    heard: str = ""
    code: str = ""
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Follow:
    """Stories with this word come first and marked from now on; '' asks for one."""

    word: str = ""


@dataclass(frozen=True, slots=True)
class Unfollow:
    """A followed word no longer: the word itself, or its number in the list."""

    word: str = ""


@dataclass(frozen=True, slots=True)
class ShowFollows:
    """A page of the words that the reader follows."""

    page: int = 1
