"""Manuscripts: issues that came by chat and have been accepted, until they come out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.issue import Issue
from storage.dialects import upsert_into
from storage.documents import read_issue, write_issue
from storage.editorial_tables import manuscripts
from storage.tables import PUBLICATION

_OURS = manuscripts.c.publication_id == PUBLICATION
_COLUMNS = sa.select(manuscripts.c.document, manuscripts.c.source_hash, manuscripts.c.received_at)
_AT = _COLUMNS.where(_OURS, manuscripts.c.date == sa.bindparam("date"))
_NEWEST = _COLUMNS.where(_OURS).order_by(manuscripts.c.received_at.desc(), manuscripts.c.date.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An accepted issue, the hash of the text it was read from, and when that came (UTC)."""

    issue: Issue
    source_hash: str
    received_at: dt.datetime


class Manuscripts:
    """At most one manuscript a date: the last that was sent."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, issue: Issue, *, source_hash: str, file_name: str, now: dt.datetime) -> None:
        """Keep a manuscript in the place of the one of its date."""
        columns = ("document", "source_hash", "file_name", "received_at")
        values = {
            "publication_id": PUBLICATION,
            "date": issue.date,
            "document": write_issue(issue),
            "source_hash": source_hash,
            "file_name": file_name,
            "received_at": now,
        }
        await self._connection.execute(upsert_into(self._connection, manuscripts, *columns), values)

    async def get(self, date: dt.date | None = None) -> Manuscript | None:
        """The manuscript of a date, or the one that came last."""
        query, values = (_NEWEST, {}) if date is None else (_AT, {"date": date})
        row = (await self._connection.execute(query, values)).first()
        return None if row is None else Manuscript(read_issue(row.document), row.source_hash, row.received_at)

    async def drop(self, date: dt.date) -> bool:
        """Throw a date's manuscript away; whether there was one."""
        delete = sa.delete(manuscripts).where(_OURS, manuscripts.c.date == date)
        return (await self._connection.execute(delete)).rowcount > 0
