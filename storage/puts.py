"""What comes of keeping an issue, and what is asked about one that is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from digest.issue import Issue, IssueState
from storage.rows import Row


class PutOutcome(StrEnum):
    """What came of putting an issue."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Put:
    """What came of putting an issue, and the revision that is current now."""

    outcome: PutOutcome
    revision: int
    date: dt.date


@dataclass(frozen=True, slots=True)
class Available:
    """The newest issue of some days: its date, its current revision, and since when it can be read (UTC)."""

    date: dt.date
    revision: int
    available_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be kept: its hash, since when it can be read (UTC), its file's name; whether made by hand."""

    issue: Issue
    source_hash: str
    available_at: dt.datetime
    file_name: str
    by_hand: bool = False


def open_from(row: Row, available_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Since when a new text of a kept issue can be read."""
    if row.state is not IssueState.PUBLISHED:
        return max(available_at, now)
    if available_at > now:
        return available_at
    before: dt.datetime = row.available_at
    return min(before, available_at)
