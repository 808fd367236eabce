"""Issues as they are kept: several at once, each with its revision, stories, index and section names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.issue import Issue, IssueState
from storage.archive import change
from storage.documents import write_issue
from storage.inserts import insert_rows
from storage.issue_queries import KEPT, OURS
from storage.lookup_index import index_texts
from storage.rows import Row
from storage.stories import Kept, headline, index_stories, name_sections
from storage.tables import PUBLICATION, issues, revisions


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
class Text:
    """An issue to be kept, its file's hash and name, and the moment from which it can be read.

    `by_hand`: no file brought it, and it is another text than the kept one though the hash is the same.
    """

    issue: Issue
    source_hash: str
    available_at: dt.datetime
    file_name: str
    by_hand: bool = False

    @property
    def date(self) -> dt.date:
        """The issue's date."""
        return self.issue.date

    @property
    def state(self) -> IssueState:
        """A draft stays a draft; any other text is published, after a retraction too."""
        return IssueState.DRAFT if self.issue.draft else IssueState.PUBLISHED


_ADD = sa.insert(issues).returning(issues.c.date, issues.c.id)
_IDS = sa.select(
    sa.func.aggregate_strings(sa.cast(issues.c.date, sa.Text) + " " + sa.cast(issues.c.id, sa.Text), ",")
).where(OURS, issues.c.date.in_(sa.bindparam("dates", expanding=True)))


async def put_texts(connection: AsyncConnection, texts: Sequence[Text], now: dt.datetime) -> list[Put]:
    """Keep texts of different dates; see `Issues.put`."""
    rows = await _rows(connection, texts)
    changed = _changed(texts, rows)
    if changed:
        await change(connection)
        # Whoever else was changing the archive has done so by now.
        rows = await _rows(connection, texts)
        changed = _changed(texts, rows)
    kept = [
        *await _add([text for text in changed if text.date not in rows], connection),
        *[await _renew(text, rows[text.date], connection, now) for text in changed if text.date in rows],
    ]
    await _name_files([text for text in texts if text not in changed], rows, connection)
    await _keep(kept, connection, now)
    done = {text.date: one.revision for text, one in kept}
    return [_put(text, rows.get(text.date), done.get(text.date)) for text in texts]


def _put(text: Text, row: Row | None, revision: int | None) -> Put:
    if row is None:
        return Put(PutOutcome.NEW, 1, text.date)
    if revision is None:
        return Put(PutOutcome.UNCHANGED, row.revision, text.date)
    return Put(PutOutcome.CHANGED, revision, text.date)


def _changed(texts: Sequence[Text], rows: Mapping[dt.date, Row]) -> list[Text]:
    """The texts that are not kept as they are."""
    return [text for text in texts if _differs(text, rows.get(text.date))]


def _differs(text: Text, row: Row | None) -> bool:
    return row is None or text.by_hand or row.source_hash != text.source_hash


async def _name_files(
    texts: Sequence[Text], rows: Mapping[dt.date, Row], connection: AsyncConnection
) -> None:
    """An issue whose file was given another name is still the same."""
    for text in texts:
        row = rows[text.date]
        if row.file_name != text.file_name:
            await change_issue(connection, row.id, {"file_name": text.file_name})


async def _rows(connection: AsyncConnection, texts: Sequence[Text]) -> Mapping[dt.date, Row]:
    dates = [text.date for text in texts]
    return {row.date: row for row in await connection.execute(KEPT, {"dates": dates})}


async def change_issue(connection: AsyncConnection, issue_id: int, kept: dict[str, Any]) -> None:
    """Give an issue's row other values."""
    await connection.execute(sa.update(issues).where(issues.c.id == issue_id).values(kept))


async def _add(texts: Sequence[Text], connection: AsyncConnection) -> list[tuple[Text, Kept]]:
    if not texts:
        return []
    rows = [
        {
            "publication_id": PUBLICATION,
            "date": text.date,
            "revision": 1,
            "state": text.state,
            "available_at": text.available_at,
            "file_name": text.file_name,
        }
        for text in texts
    ]
    if connection.dialect.name == "sqlite":
        await insert_rows(connection, issues, rows)
        ids = await _ids(connection, [text.date for text in texts])
    else:
        ids = {row.date: row.id for row in await connection.execute(_ADD, rows)}
    return [(text, Kept(text.issue, ids[text.date], 1)) for text in texts]


async def _ids(connection: AsyncConnection, dates: Sequence[dt.date]) -> Mapping[dt.date, int]:
    """The ids of issues; as one text, see `insert_rows`."""
    found: str | None = await connection.scalar(_IDS, {"dates": list(dates)})
    pairs = (pair.split() for pair in found.split(",")) if found else ()
    return {dt.date.fromisoformat(date): int(issue_id) for date, issue_id in pairs}


async def _renew(text: Text, row: Row, connection: AsyncConnection, now: dt.datetime) -> tuple[Text, Kept]:
    revision = row.revision + 1
    kept = {
        "state": text.state,
        "available_at": _available_at(row, text.available_at, now),
        "file_name": text.file_name,
        "revision": revision,
    }
    await change_issue(connection, row.id, kept)
    return text, Kept(text.issue, row.id, revision)


def _available_at(row: Row, available_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """A correction of what can be read already keeps the moment since when it can."""
    if row.state is not IssueState.PUBLISHED:
        return max(available_at, now)
    if available_at > now:
        return available_at
    before: dt.datetime = row.available_at
    return min(before, available_at)


async def _keep(kept: Sequence[tuple[Text, Kept]], connection: AsyncConnection, now: dt.datetime) -> None:
    if not kept:
        return
    await insert_rows(connection, revisions, [_revision_row(text, one, now) for text, one in kept])
    await index_stories(connection, [one for _, one in kept])
    await index_texts(connection, [one.issue for _, one in kept])
    published = [text.issue for text, _ in kept if text.state is IssueState.PUBLISHED]
    await name_sections(connection, published)


def _revision_row(text: Text, kept: Kept, now: dt.datetime) -> dict[str, Any]:
    return {
        "issue_id": kept.issue_id,
        "revision": kept.revision,
        "source_hash": text.source_hash,
        "document": write_issue(text.issue),
        "total": text.issue.total,
        "headline": headline(text.issue),
        "created_at": now,
    }
