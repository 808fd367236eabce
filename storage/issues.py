"""Issues: each date's current text, its former ones, and where stories and sections are found."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.intents import SectionName
from digest.issue import Edition, Issue, IssueLine, IssueState, StoryOf
from storage.archive import Archive, Day, Memory, change, current
from storage.documents import read_issue, read_story, story_of
from storage.issue_queries import (
    AT,
    CURRENT,
    DOCUMENT,
    DOCUMENTS,
    KEPT,
    LINES,
    OURS,
    STORIES,
    VISIBLE,
)
from storage.lookup_rows import row_id
from storage.puts import Put, Text, change_issue, put_texts
from storage.rows import Row
from storage.stories import Within, find_stories, name_sections
from storage.tables import issues, revisions


@dataclass(frozen=True, slots=True)
class Available:
    """The newest issue of some days: its date, its current revision, and since when it can be read (UTC)."""

    date: dt.date
    revision: int
    available_at: dt.datetime


# A story: its issue's date, and its number there.
Place = tuple[dt.date, int]


class Issues:
    """The issues of one publication."""

    def __init__(self, connection: AsyncConnection, memory: Memory, *, writes: bool) -> None:
        self._connection = connection
        self._memory = memory
        self._writes = writes
        self._archive: Archive | None = None

    async def put(
        self, issue: Issue, *, source_hash: str, now: dt.datetime, available_at: dt.datetime, file_name: str
    ) -> Put:
        """Keep an issue: unchanged when its hash is the current one's, else a new revision of its date.

        A draft stays a draft; any other new text is published, after a retraction too. A correction of what
        can be read already keeps the moment since when it can.
        """
        (put,) = await self.put_all([Text(issue, source_hash, available_at, file_name)], now)
        return put

    async def put_all(self, texts: Sequence[Text], now: dt.datetime) -> list[Put]:
        """Keep several issues of different dates, each as `put` does: in a third of the time."""
        self._archive = None
        return await put_texts(self._connection, texts, now)

    async def hashes(self) -> Mapping[str, tuple[dt.date, ...]]:
        """The source hashes of all current texts, each with the dates that it brought."""
        query = sa.select(revisions.c.source_hash, issues.c.date).select_from(CURRENT).where(OURS)
        found: dict[str, tuple[dt.date, ...]] = {}
        for row in await self._connection.execute(query.order_by(issues.c.date)):
            found[row.source_hash] = (*found.get(row.source_hash, ()), row.date)
        return found

    async def files(self) -> Mapping[str, tuple[dt.date, str]]:
        """For each file name its issue's date and source hash; of several issues in one file, the newest."""
        columns = (issues.c.file_name, issues.c.date, revisions.c.source_hash)
        query = sa.select(*columns).select_from(CURRENT).where(OURS, issues.c.file_name != "")
        rows = await self._connection.execute(query.order_by(issues.c.date))
        return {row.file_name: (row.date, row.source_hash) for row in rows}

    async def newest(self, now: dt.datetime) -> Edition | None:
        """The newest issue that can be read."""
        return await self._edition((await self._known()).newest(now))

    async def at(self, date: dt.date, *, now: dt.datetime, everything: bool = False) -> Edition | None:
        """The issue of a day, when it can be read; `everything`: a draft, embargoed or retracted one too."""
        if not everything:
            return await self._edition((await self._known()).at(date, now))
        row = (await self._connection.execute(AT, {"date": date})).first()
        return (
            None
            if row is None
            else Edition(read_issue(row.document), row.revision, row.state, row.available_at)
        )

    async def newest_between(self, first: dt.date, last: dt.date, now: dt.datetime) -> Available | None:
        """The newest issue of these days (both included) that can be read, without its text.

        Available since it was first kept, or since its embargo ended: what came late was not there before.
        """
        first_kept = sa.select(revisions.c.created_at).where(
            revisions.c.issue_id == issues.c.id, revisions.c.revision == 1
        )
        kept_at = first_kept.scalar_subquery().label("kept_at")
        query = sa.select(issues.c.date, issues.c.revision, issues.c.available_at, kept_at)
        query = (
            query.where(VISIBLE, issues.c.date.between(first, last)).order_by(issues.c.date.desc()).limit(1)
        )
        row = (await self._connection.execute(query, {"now": now})).first()
        return None if row is None else Available(row.date, row.revision, max(row.available_at, row.kept_at))

    async def document(self, date: dt.date, revision: int) -> Issue | None:
        """One text of a day's issue, whatever became of it since."""
        kept = self._memory.text(date, revision)
        if kept is not None:
            return kept
        values = {"date": date, "revision": revision}
        document = (await self._connection.execute(DOCUMENT, values)).scalar()
        if document is None:
            return None
        issue = read_issue(document)
        if not self._writes:
            self._memory.keep(issue, revision)
        return issue

    async def stories(self, places: Sequence[Place], now: dt.datetime) -> tuple[StoryOf, ...]:
        """The stories at these places (an issue's date, a number), in this order; those that can be read."""
        archive = await self._known()
        seen = {place: day for place in places if (day := archive.at(place[0], now)) is not None}
        found = await self._stories(seen) if seen else {}
        return tuple(found[place] for place in seen if place in found)

    async def _stories(self, seen: Mapping[Place, Day]) -> dict[Place, StoryOf]:
        ids = {row_id(date, number): (date, number) for date, number in seen}
        statement = STORIES[self._connection.dialect.name]
        rows = await self._connection.execute(statement, {"ids": json.dumps(list(ids))})
        found: dict[Place, StoryOf | None] = {
            ids[row.id]: read_story(row.document, ids[row.id][0])
            for row in rows
            if row.revision == seen[ids[row.id]].revision
        }
        if missing := [place for place in seen if place not in found]:
            whole = await self._documents({date for date, _ in missing})
            found |= {(date, number): story_of(whole[date], number) for date, number in missing}
        return {place: story for place, story in found.items() if story is not None}

    async def _documents(self, dates: Collection[dt.date]) -> dict[dt.date, str]:
        rows = await self._connection.execute(DOCUMENTS, {"dates": list(dates)})
        return {row.date: row.document for row in rows}

    async def neighbours(self, date: dt.date, now: dt.datetime) -> tuple[Day | None, Day | None]:
        """The readable issues before and after a day, without their texts."""
        archive = await self._known()
        return archive.before(date, now), archive.after(date, now)

    async def lines(
        self, first: dt.date, last: dt.date, now: dt.datetime, *, limit: int = 100
    ) -> tuple[IssueLine, ...]:
        """The readable issues of these days (both included), newest first."""
        values = {"first": first, "last": last, "now": now, "most": limit}
        rows = await self._connection.execute(LINES, values)
        return tuple(IssueLine(row.date, row.total, row.headline) for row in rows)

    async def months(self, now: dt.datetime) -> tuple[tuple[str, int], ...]:
        """Each month (`2025-12`) that has readable issues, and how many, newest first."""
        return (await self._known()).months(now)

    async def dates(self, now: dt.datetime) -> frozenset[dt.date]:
        """Every day that has a readable issue."""
        return (await self._known()).dates(now)

    async def count(self, now: dt.datetime) -> int:
        """How many issues can be read."""
        return (await self._known()).count(now)

    async def set_state(self, date: dt.date, state: IssueState, now: dt.datetime) -> bool:
        """Give a day's issue a state; False when there is none. A published draft is out from `now`."""
        row = await self._current(date)
        if row is None:
            return False
        await change(self._connection)
        self._archive = None
        row = await self._current(date) or row
        kept: dict[str, Any] = {"state": state}
        if state is IssueState.PUBLISHED and row.state is IssueState.DRAFT:
            kept["available_at"] = max(row.available_at, now)
        await change_issue(self._connection, row.id, kept)
        issue = await self.document(date, row.revision)
        if state is IssueState.PUBLISHED and issue is not None:
            await name_sections(self._connection, [issue])
        return True

    async def section_names(self) -> tuple[SectionName, ...]:
        """Every section ever published: those of the newest issues first, in the order they stood there."""
        return (await self._known()).sections

    async def find(
        self,
        words: tuple[str, ...],
        *,
        now: dt.datetime,
        limit: int,
        offset: int = 0,
        within: Within | None = None,
    ) -> tuple[int, tuple[tuple[dt.date, int], ...]]:
        """Stories that hold all the words (folded, literally): how many, at most 1001; and a page of them.

        A story is its issue's date and its number, newest first.
        """
        query = find_stories(words, VISIBLE, within or Within())
        rows = (await self._connection.execute(query, {"now": now})).all()
        return len(rows), tuple((row.date, row.number) for row in rows[offset : offset + limit])

    async def _known(self) -> Archive:
        if self._archive is None:
            self._archive = await current(self._connection, self._memory, writes=self._writes)
        return self._archive

    async def _edition(self, day: Day | None) -> Edition | None:
        issue = None if day is None else await self.document(day.date, day.revision)
        if day is None or issue is None:
            return None
        return Edition(issue, day.revision, IssueState.PUBLISHED, day.available_at)

    async def _current(self, date: dt.date) -> Row | None:
        return (await self._connection.execute(KEPT, {"dates": [date]})).first()
