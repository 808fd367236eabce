"""The archive in memory: which days can be read, so that an answer asks the database for one word only.

Whatever changes an issue gives the archive a new version, in the same transaction. What was read in a
snapshot of one version is true in every snapshot of that version, also when another program wrote it.
"""

from __future__ import annotations

import datetime as dt
import secrets
from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.intents import SectionName
from digest.issue import Issue, IssueState
from storage.dialects import upsert_into
from storage.issue_queries import CURRENT, OURS
from storage.tables import PUBLICATION, issues, meta, revisions, section_names

KEPT_EDITIONS = 16
_KEY = f"archive:{PUBLICATION}"
_VERSION = sa.select(meta.c.value).where(meta.c.key == _KEY)
_DAYS = (
    sa.select(issues.c.date, issues.c.revision, issues.c.available_at, revisions.c.total)
    .select_from(CURRENT)
    .where(OURS, issues.c.state == IssueState.PUBLISHED)
    .order_by(issues.c.date)
)
# Of the newest issues first, in the order they stood there.
_SECTIONS = (
    sa.select(section_names.c.key, section_names.c.title)
    .where(section_names.c.publication_id == PUBLICATION)
    .order_by(section_names.c.last_date.desc(), section_names.c.place, section_names.c.key)
)


@dataclass(frozen=True, slots=True)
class Day:
    """A published issue without its text; `available_at` is when it can be read (UTC)."""

    date: dt.date
    revision: int
    available_at: dt.datetime
    total: int


class Archive:
    """Every published issue and every section ever published, as of one version."""

    def __init__(self, version: str, days: tuple[Day, ...], sections: tuple[SectionName, ...]) -> None:
        self.version = version
        self.sections = sections
        self._days = days
        self._dates = [day.date for day in days]
        self._every_date = frozenset(self._dates)
        self._open_from = max(
            (day.available_at for day in days), default=dt.datetime.min.replace(tzinfo=dt.UTC)
        )

    def at(self, date: dt.date, now: dt.datetime) -> Day | None:
        """The issue of a day, when it can be read."""
        place = bisect_left(self._dates, date)
        found = self._days[place] if place < len(self._days) else None
        return found if found is not None and found.date == date and found.available_at <= now else None

    def newest(self, now: dt.datetime) -> Day | None:
        """The newest issue that can be read."""
        return next(self._down(len(self._days), now), None)

    def before(self, date: dt.date, now: dt.datetime) -> Day | None:
        """The last issue before a day that can be read."""
        return next(self._down(bisect_left(self._dates, date), now), None)

    def after(self, date: dt.date, now: dt.datetime) -> Day | None:
        """The first issue after a day that can be read."""
        later = (self._days[place] for place in range(bisect_right(self._dates, date), len(self._days)))
        return next((day for day in later if day.available_at <= now), None)

    def dates(self, now: dt.datetime) -> frozenset[dt.date]:
        """Every day that has an issue that can be read."""
        return self._every_date if self._whole(now) else frozenset(day.date for day in self._open(now))

    def count(self, now: dt.datetime) -> int:
        """How many issues can be read."""
        return len(self._days) if self._whole(now) else sum(1 for _ in self._open(now))

    def months(self, now: dt.datetime) -> tuple[tuple[str, int], ...]:
        """Each month (`2025-12`) that has issues that can be read, and how many, newest first."""
        counted = Counter(day.date.isoformat()[:7] for day in self._open(now))
        return tuple(sorted(counted.items(), reverse=True))

    def _whole(self, now: dt.datetime) -> bool:
        return self._open_from <= now

    def _open(self, now: dt.datetime) -> Iterator[Day]:
        return (day for day in self._days if day.available_at <= now)

    def _down(self, end: int, now: dt.datetime) -> Iterator[Day]:
        earlier = (self._days[place] for place in range(end - 1, -1, -1))
        return (day for day in earlier if day.available_at <= now)


class Memory:
    """What one program keeps of the archive between snapshots: its last version, and a few issues' texts."""

    def __init__(self) -> None:
        self.archive: Archive | None = None
        self._editions: OrderedDict[tuple[dt.date, int], Issue] = OrderedDict()

    def text(self, date: dt.date, revision: int) -> Issue | None:
        """One text of a day's issue, when it is at hand."""
        found = self._editions.get((date, revision))
        if found is not None:
            self._editions.move_to_end((date, revision))
        return found

    def keep(self, issue: Issue, revision: int) -> None:
        """Have a text at hand, instead of the one that was not asked for the longest."""
        self._editions[issue.date, revision] = issue
        if len(self._editions) > KEPT_EDITIONS:
            self._editions.popitem(last=False)


async def current(connection: AsyncConnection, memory: Memory, *, writes: bool) -> Archive:
    """The archive as this transaction sees it; one that writes leaves the memory as it is."""
    version = (await connection.execute(_VERSION)).scalar() or ""
    kept = memory.archive
    if kept is not None and kept.version == version:
        return kept
    archive = await _read(connection, version)
    if not writes:
        memory.archive = archive
    return archive


async def change(connection: AsyncConnection) -> None:
    """Give the archive a version that it never had; before anything in it is changed."""
    values = {"key": _KEY, "value": secrets.token_hex(8)}
    await connection.execute(upsert_into(connection, meta, "value"), values)


async def _read(connection: AsyncConnection, version: str) -> Archive:
    days = tuple(Day(*row) for row in await connection.execute(_DAYS))
    sections = tuple(SectionName(*row) for row in await connection.execute(_SECTIONS))
    return Archive(version, days, sections)
