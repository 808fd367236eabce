"""The look-up index as it is written: with each issue, and step by step when it has to be made anew."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.issue import Issue
from digest.tokens import version
from storage.dialects import upsert_into
from storage.documents import read_issue
from storage.lookup_rows import Values, ids_between, text_rows, token_row, vector_row, words_of
from storage.lookup_tables import LOOKUPS_KEY, lookup_texts, lookup_words
from storage.tables import PUBLICATION, issues, meta, revisions

# So many issues are indexed at once when it is made anew: whoever wants to write waits so long.
A_STEP = 8

_STATE = sa.select(meta.c.value).where(meta.c.key == LOOKUPS_KEY)
_OF_DAY = sa.select(lookup_texts).where(
    lookup_texts.c.id.between(sa.bindparam("first"), sa.bindparam("last"))
)
_FORGET_TEXTS = sa.delete(lookup_texts).where(
    lookup_texts.c.id.between(sa.bindparam("first"), sa.bindparam("last"))
)
_ADD_TEXTS = sa.insert(lookup_texts)
_ADD_TOKENS = sa.text(
    "INSERT INTO lookup_tokens (rowid, title, body, marks) VALUES (:id, :title, :body, :marks)"
)
# The index keeps no texts: it has to be told which tokens go.
_FORGET_TOKENS = sa.text(
    "INSERT INTO lookup_tokens (lookup_tokens, rowid, title, body, marks)"
    " VALUES ('delete', :id, :title, :body, :marks)"
)
# An issue at a time: a statement for each story would be forty times the way to the server and back.
_ADD_VECTORS = sa.text("""
    WITH given AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS json))
        AS row (id BIGINT, title TEXT, body TEXT, marks TEXT, tokens TEXT)
    ),
    texts AS (INSERT INTO lookup_texts (id, title, body, marks) SELECT id, title, body, marks FROM given),
    words AS (
        INSERT INTO lookup_words (word) SELECT json_array_elements_text(CAST(:words AS json))
        ON CONFLICT DO NOTHING
    )
    INSERT INTO lookup_tokens (id, tokens) SELECT id, CAST(tokens AS tsvector) FROM given
""")
_FORGET_VECTORS = sa.text("DELETE FROM lookup_tokens WHERE id BETWEEN :first AND :last")
# All tokens of an issue, or of a few, go into the index sorted: half the work of one story after the other.
_SETTLE = sa.text("SELECT gin_clean_pending_list('ix_lookup_tokens')")
_FORGET_ALL = sa.text("INSERT INTO lookup_tokens (lookup_tokens) VALUES ('delete-all')")
# All words in one statement: there are three times as many as stories.
_ADD_WORDS = sa.text("INSERT OR IGNORE INTO lookup_words (word) SELECT value FROM json_each(:words)")
_COUNT = sa.select(sa.func.count()).select_from(issues).where(issues.c.publication_id == PUBLICATION)


@dataclass(frozen=True, slots=True)
class IndexState:
    """Whether the index has the tokens of this program, and the day down to which it has the issues."""

    ours: bool
    down_to: dt.date | None

    @property
    def ready(self) -> bool:
        """Whether everything is in it."""
        return self.ours and self.down_to is None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many issues are indexed, of how many."""

    done: int
    total: int


async def index_state(connection: AsyncConnection, *, lock: str = "") -> IndexState:
    """How far the index is; `lock` ('share', 'update') keeps it so to the end of the transaction."""
    query = _STATE.with_for_update(read=lock == "share") if lock else _STATE
    value: str = (await connection.execute(query)).scalar() or ""
    made_of, _, day = value.partition(" ")
    return IndexState(made_of == version(), dt.date.fromisoformat(day) if day else None)


async def index_texts(connection: AsyncConnection, issue: Issue) -> None:
    """Let look-ups find the stories of this text, and of no other text of its day.

    Nothing is done while the index has other tokens: it is about to be made anew.
    """
    if (await index_state(connection, lock="share")).ours:
        await _replace(connection, issue)
        await _settle(connection)


async def next_step(connection: AsyncConnection) -> Progress | None:
    """Index the next few issues, newest first; None when nothing is left to do."""
    state = await index_state(connection, lock="update")
    if state.ready:
        return None
    if not state.ours:
        await _clear(connection)
        await _set_state(connection, dt.date.max)
        return await _progress(connection, dt.date.max)
    before = state.down_to or dt.date.max
    found = await _issues_before(connection, before)
    for issue in found:
        await _replace(connection, issue)
    await _settle(connection)
    down_to = found[-1].date if len(found) == A_STEP else None
    await _set_state(connection, down_to)
    return await _progress(connection, down_to)


async def _replace(connection: AsyncConnection, issue: Issue) -> None:
    days = ids_between(issue.date, issue.date)
    rows = text_rows(issue)
    before = [dict(row) for row in (await connection.execute(_OF_DAY, days)).mappings()]
    if before:
        await _forget(connection, before, days)
    if rows:
        await _add(connection, rows)


async def _forget(connection: AsyncConnection, rows: list[Values], days: Mapping[str, int]) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(_FORGET_VECTORS, days)
    else:
        await connection.execute(_FORGET_TOKENS, [token_row(row) for row in rows])
    await connection.execute(_FORGET_TEXTS, days)


async def _add(connection: AsyncConnection, rows: list[Values]) -> None:
    """Words stay when their stories go: what is suggested is looked up first."""
    # In one order, so that two programs that write at once do not wait for each other for ever.
    words = json.dumps(sorted(words_of(rows)))
    if connection.dialect.name == "postgresql":
        given = json.dumps([row | vector_row(row) for row in rows])
        await connection.execute(_ADD_VECTORS, {"rows": given, "words": words})
        return
    await connection.execute(_ADD_TEXTS, rows)
    await connection.execute(_ADD_TOKENS, [token_row(row) for row in rows])
    await connection.execute(_ADD_WORDS, {"words": words})


async def _settle(connection: AsyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(_SETTLE)


async def _clear(connection: AsyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.text("TRUNCATE lookup_tokens, lookup_texts, lookup_words"))
        return
    await connection.execute(_FORGET_ALL)
    await connection.execute(sa.delete(lookup_texts))
    await connection.execute(sa.delete(lookup_words))


async def _set_state(connection: AsyncConnection, down_to: dt.date | None) -> None:
    value = version() if down_to is None else f"{version()} {down_to}"
    await connection.execute(upsert_into(connection, meta, "value"), {"key": LOOKUPS_KEY, "value": value})


async def _issues_before(connection: AsyncConnection, date: dt.date) -> list[Issue]:
    current = sa.and_(revisions.c.issue_id == issues.c.id, revisions.c.revision == issues.c.revision)
    query = sa.select(revisions.c.document).select_from(issues.join(revisions, current))
    query = query.where(issues.c.publication_id == PUBLICATION, issues.c.date < date)
    documents: Iterable[str] = await connection.scalars(query.order_by(issues.c.date.desc()).limit(A_STEP))
    return [read_issue(document) for document in documents]


async def _progress(connection: AsyncConnection, down_to: dt.date | None) -> Progress:
    total = (await connection.execute(_COUNT)).scalar_one()
    if down_to is None:
        return Progress(total, total)
    left = (await connection.execute(_COUNT.where(issues.c.date < down_to))).scalar_one()
    return Progress(total - left, total)
