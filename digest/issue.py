"""An issue: one dated edition, its sections and its stories."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the publisher wrote it: its words and its whole address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One story; `number` counts from 1 through the whole issue and is the same on every channel."""

    number: int
    key: str
    title: str
    summary: str
    url: str | None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A named group of stories; `key` stays the same when the title is dressed differently."""

    key: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands under the last story and belongs to the issue: lines, the site's link, a picture."""

    lines: tuple[str, ...] = ()
    link: Link | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """One dated edition, as parsed from its file."""

    date: dt.date
    title: str
    introduction: tuple[str, ...]
    sections: tuple[Section, ...]
    leads: tuple[int, ...]
    footer: Footer = field(default_factory=Footer)
    draft: bool = False
    publish_at: dt.datetime | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """Every story, in order."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def total(self) -> int:
        """How many stories there are."""
        return sum(len(section.items) for section in self.sections)

    def item(self, number: int) -> Item | None:
        """The story with this number, or None."""
        return next((item for item in self.items if item.number == number), None)

    def section_of(self, number: int) -> Section | None:
        """The section that holds the story with this number, or None."""
        for section in self.sections:
            if any(item.number == number for item in section.items):
                return section
        return None


class IssueState(StrEnum):
    """What readers may see of an issue."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Edition:
    """An issue as it is kept: which revision of its text, in which state, available since when (UTC)."""

    issue: Issue
    revision: int
    state: IssueState
    available_at: dt.datetime


@dataclass(frozen=True, slots=True)
class StoryOf:
    """One story out of its issue: the issue's date, the story, and the title of its section."""

    date: dt.date
    item: Item
    section: str


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One row of the archive's table of contents: the day, how many stories, the first lead's title."""

    date: dt.date
    total: int
    headline: str


class Severity(StrEnum):
    """An error refuses the file; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an issue file: its line (from 1), its weight, its message id and the message's values."""

    line: int
    severity: Severity
    code: str
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds: its issues, none of them when any problem is an error; and all its problems."""

    issues: tuple[Issue, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the file is refused."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)
