"""What admins can ask for, as values: an issue taken in, looked at, published, taken back, corrected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SubmitIssue:
    """The text of an issue, as a file or pasted; `done` when no further part of a pasted one comes."""

    done: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The proof of what comes next, or of a day; `page` names one look of it, to be seen as it is sent."""

    date: dt.date | None = None
    page: str = ""


class When(StrEnum):
    """When an issue comes out; nothing said means: ask."""

    ASK = ""
    NOW = "now"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Publish:
    """An issue comes out: now, or at its hour."""

    date: dt.date | None = None
    when: str = When.ASK.value


@dataclass(frozen=True, slots=True)
class Retract:
    """An issue is taken back; `sure` where that was asked and answered."""

    date: dt.date | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class ShowReport:
    """How a campaign went (0: the last digest); `page` names what is asked of it: `unknown`, `failed`."""

    campaign: int = 0
    page: str = ""


@dataclass(frozen=True, slots=True)
class Resend:
    """Those of a campaign's deliveries of which nobody knows whether they arrived are sent again."""

    campaign: int = 0


@dataclass(frozen=True, slots=True)
class Correct:
    """One part of a story is corrected: asked for bit by bit, shown, and done where that is `sure`.

    `number` 0: the story is still to be named; `part` '' and `text` '' likewise.
    """

    number: int = 0
    date: dt.date | None = None
    part: str = ""
    text: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True)
class AnswerReader:
    """An editor's words for the reader who asked under this number; 0 and '' where they are not said."""

    number: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class ShowRobots:
    """The group robots there are: what each group gets, and whether it does."""


Publishing = (
    SubmitIssue | Preview | Publish | Retract | ShowReport | Resend | Correct | AnswerReader | ShowRobots
)
