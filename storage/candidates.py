"""Candidates of a look-up: the newest stories that the index finds, and the texts to rank them by."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, cast

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.issue import IssueState
from digest.query import Query
from digest.ranking import Candidate
from storage.lookup_rows import (
    A_DAY,
    A_PUBLICATION,
    EPOCH,
    Span,
    fts_all,
    fts_some,
    ids_between,
    spans_of,
    vector_all,
    vector_some,
    within,
)
from storage.tables import PUBLICATION
from storage.types import UTCDateTime

# So many are counted; one more, of the newest, says that there are more. All of these are ranked.
MOST = 1000

# The days of issues that nobody can read now, as `date.toordinal` counts them.
_DAY_SQLITE = "CAST(julianday(date) - 1721424.5 AS INTEGER)"
_HIDDEN_SQLITE = f"""
    SELECT {_DAY_SQLITE} FROM issues
    WHERE +publication_id = {PUBLICATION} AND state <> '{IssueState.PUBLISHED}'
    UNION ALL SELECT {_DAY_SQLITE} FROM issues
    WHERE +publication_id = {PUBLICATION} AND available_at > :now
"""
_HIDDEN_POSTGRES = f"""
    SELECT date - DATE '0001-01-01' + 1 FROM issues
    WHERE publication_id = {PUBLICATION} AND (state <> '{IssueState.PUBLISHED}' OR available_at > :now)
"""
# An id as the day that `date.toordinal` counts, and as the story's number.
_BEGIN = EPOCH * A_DAY
_DAY = f"(id + {_BEGIN}) / {A_DAY}"
_NUMBER = f"(id + {_BEGIN}) % {A_PUBLICATION}"
_SQLITE = f"""
    SELECT rowid FROM lookup_tokens
    WHERE lookup_tokens MATCH :match AND rowid BETWEEN :first AND :last
    AND (rowid + {_BEGIN}) / {A_DAY} NOT IN ({_HIDDEN_SQLITE})
    ORDER BY rowid DESC LIMIT :most
"""
_ONE_SPAN = f"""(
    SELECT id FROM lookup_tokens
    WHERE {{tokens}} @@ CAST(:match_{{n}} AS tsquery) AND {{id}} BETWEEN :first_{{n}} AND :last_{{n}}
    AND {_DAY} NOT IN (SELECT day FROM hidden) ORDER BY id DESC LIMIT :most
)"""
# The same tokens, of which no index knows.
_UNINDEXED = "(tokens || CAST('' AS tsvector))"
# The same id, of which no index knows: all ids of a span are more than the stories with the words.
_FREE_ID = "(id + 0)"
_WALKED = {"tokens": _UNINDEXED, "id": "id"}
_LOOKED_UP = {"tokens": "tokens", "id": _FREE_ID}
_SPANS = f"""
    WITH hidden (day) AS MATERIALIZED ({_HIDDEN_POSTGRES}),
    found AS MATERIALIZED ({{spans}} LIMIT :most)
    SELECT CAST(json_agg(id) AS TEXT) FROM found
"""
_TEXT = f"{_DAY}, {_NUMBER}, title, body"
_TEXTS_SQLITE = sa.text(f"SELECT {_TEXT} FROM lookup_texts WHERE id IN (SELECT value FROM json_each(:ids))")
_TEXTS_POSTGRES = sa.text(f"""
    SELECT CAST(json_agg(json_build_array({_TEXT})) AS TEXT) FROM lookup_texts
    WHERE id = ANY (CAST(translate(:ids, '[]', '{{}}') AS BIGINT[]))
""")
_NOW = sa.bindparam("now", type_=UTCDateTime)
_FTS = sa.text(_SQLITE).bindparams(_NOW)


class Candidates:
    """The index of one publication, as a transaction sees it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"

    async def with_all(
        self, query: Query, keys: frozenset[str] | None, now: dt.datetime, *, most: int = MOST + 1
    ) -> Sequence[int]:
        """The ids of the newest readable stories with every wanted term, newest first.

        `keys`: in these sections only.
        """
        build = vector_all if self._postgres else fts_all
        return await self._matching(build(query, keys), query, now, most)

    async def with_some(
        self, query: Query, keys: frozenset[str] | None, now: dt.datetime, count: int
    ) -> Sequence[int]:
        """The ids of those with `count` of the wanted terms: all but one, or one."""
        build = vector_some if self._postgres else fts_some
        return await self._matching(build(query, keys, count), query, now, MOST + 1)

    async def texts(self, ids: Collection[int]) -> Sequence[Candidate]:
        """The stories of these ids with the texts to rank them by, in no order."""
        if not ids:
            return ()
        given = {"ids": json.dumps(list(ids))}
        if self._postgres:
            rows = map(tuple, await self._listed(_TEXTS_POSTGRES, given))
            return cast(Sequence[Candidate], list(rows))
        found = await self._connection.execute(_TEXTS_SQLITE, given)
        return cast(Sequence[Candidate], found.all())

    async def _matching(self, match: str, query: Query, now: dt.datetime, most: int) -> Sequence[int]:
        between = ids_between(query.first, query.last)
        if between["first"] > between["last"]:
            return ()
        if self._postgres:
            spans = spans_of(between["first"], between["last"], now.date().toordinal() - EPOCH)
            looked_up = tuple(marks is not None for _, _, marks in spans)
            values = {"now": now, "most": most, **_spans_values(match, spans)}
            return await self._listed(_spans_statement(looked_up), values)
        rows = await self._connection.scalars(_FTS, {"now": now, "most": most, "match": match, **between})
        return cast(Sequence[int], rows.all())

    async def _listed(self, statement: sa.TextClause, values: Mapping[str, Any]) -> list[Any]:
        """All rows in one: a thousand that come each for itself take the client longer than the database."""
        found: str | None = await self._connection.scalar(statement, values)
        return [] if found is None else cast("list[Any]", orjson.loads(found))


def day_of(story: int) -> int:
    """The day of an id, as `date.toordinal` counts."""
    return story // A_DAY + EPOCH


@cache
def _spans_statement(looked_up: tuple[bool, ...]) -> sa.TextClause:
    """The look-up that goes through the spans until it has enough.

    PostgreSQL would else read every story that has the words, or walk through all of them for a rare one.
    A span that is not looked up is walked through.
    """
    spans = " UNION ALL ".join(
        _ONE_SPAN.format(n=n, **(_LOOKED_UP if by_index else _WALKED)) for n, by_index in enumerate(looked_up)
    )
    if len(looked_up) == 1:
        # A select in brackets takes no second limit; a union of them does.
        spans = f"SELECT id FROM {spans} AS only_span"
    # The words are part of the statement: what is planned depends on them.
    matches = [f"match_{n}" for n in range(len(looked_up))]
    written = (sa.bindparam(name, type_=sa.Text, literal_execute=True) for name in matches)
    return sa.text(_SPANS.format(spans=spans)).bindparams(_NOW, *written)


def _spans_values(match: str, spans: Sequence[Span]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for n, (first, last, marks) in enumerate(spans):
        values |= {f"first_{n}": first, f"last_{n}": last, f"match_{n}": within(match, marks)}
    return values
