"""Stories and section names: rows made from an issue's current text, to find it by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.fold import fold
from digest.issue import Issue
from storage.dialects import upsert_into
from storage.documents import write_story
from storage.inserts import insert_rows
from storage.lookup_rows import A_PUBLICATION, ids_between, row_id
from storage.tables import PUBLICATION, issues, section_names, stories, story_documents

MOST_HITS = 1001
# A longer one is no name that anybody types, and more than an index of PostgreSQL holds.
LONGEST_KEY = 200

_FORGET_DOCUMENTS = sa.delete(story_documents).where(
    story_documents.c.id.between(sa.bindparam("first"), sa.bindparam("last"))
)
_FORGET = sa.delete(stories).where(stories.c.issue_id.in_(sa.bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Within:
    """Where a look-up looks: days (both included), a section by its key ('' for all), without some words."""

    first: dt.date = dt.date.min
    last: dt.date = dt.date.max
    section: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """An issue's text that is kept now: the id of its issue, and its revision."""

    issue: Issue
    issue_id: int
    revision: int


async def index_stories(connection: AsyncConnection, kept: Sequence[Kept]) -> None:
    """Let the stories of these texts be found, and of no other text of their issues."""
    if before := [one for one in kept if one.revision > 1]:
        await connection.execute(_FORGET, {"ids": [one.issue_id for one in before]})
        days = [ids_between(one.issue.date, one.issue.date) for one in before]
        await connection.execute(_FORGET_DOCUMENTS, days)
    await insert_rows(connection, stories, [row for one in kept for row in _story_rows(one)])
    await insert_rows(connection, story_documents, [row for one in kept for row in _document_rows(one)])


async def name_sections(connection: AsyncConnection, named: Sequence[Issue]) -> None:
    """Keep the issues' section names, except those that a newer issue writes otherwise."""
    newest: dict[str, dict[str, Any]] = {}
    for issue in sorted(named, key=lambda issue: issue.date):
        newest |= {row["key"]: row for row in _name_rows(issue)}
    if newest:
        columns = ("title", "last_date", "place")
        await connection.execute(
            upsert_into(connection, section_names, *columns, unless_newer="last_date"), list(newest.values())
        )


def find_stories(
    words: tuple[str, ...], visible: sa.ColumnElement[bool], within: Within
) -> sa.Select[*tuple[Any, ...]]:
    """The query of date and number of the stories that hold all the words, newest first, cut at MOST_HITS."""
    query = sa.select(issues.c.date, stories.c.number).join_from(
        stories, issues, stories.c.issue_id == issues.c.id
    )
    query = query.where(visible, issues.c.date.between(within.first, within.last))
    query = query.where(*(stories.c.folded.contains(word, autoescape=True) for word in words))
    query = query.where(*(~stories.c.folded.contains(word, autoescape=True) for word in within.without))
    if within.section:
        query = query.where(stories.c.section_key == within.section)
    return query.order_by(issues.c.date.desc(), stories.c.number).limit(MOST_HITS)


def headline(issue: Issue) -> str:
    """The title of the first lead, or of the first story."""
    leads = (issue.item(number) for number in issue.leads)
    first = next((item for item in leads if item is not None), next(iter(issue.items), None))
    return "" if first is None else _kept_text(first.title)


def _story_rows(kept: Kept) -> list[dict[str, Any]]:
    return [
        {
            "issue_id": kept.issue_id,
            "number": item.number,
            "key": _kept_text(item.key),
            "section_key": _kept_text(section.key),
            # Nothing folded holds a line break, so that no word is found across the border.
            "folded": _kept_text(f"{fold(item.title)}\n{fold(item.summary)}"),
        }
        for section in kept.issue.sections
        for item in section.items
    ]


def _document_rows(kept: Kept) -> list[dict[str, Any]]:
    return [
        {
            "id": row_id(kept.issue.date, item.number),
            "revision": kept.revision,
            "document": write_story(item, section.title),
        }
        for section in kept.issue.sections
        for item in section.items
        if item.number < A_PUBLICATION
    ]


def _name_rows(issue: Issue) -> list[dict[str, Any]]:
    return [
        {"publication_id": PUBLICATION, "key": key, "title": title, "last_date": issue.date, "place": place}
        for place, (key, title) in enumerate(_sections(issue).items())
        if len(key) <= LONGEST_KEY
    ]


def _sections(issue: Issue) -> dict[str, str]:
    return {_kept_text(section.key): _kept_text(section.title) for section in issue.sections}


def _kept_text(text: str) -> str:
    """PostgreSQL keeps no NUL in a text."""
    return text.replace("\0", "")
