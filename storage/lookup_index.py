"""The look-up index as it is written: with each issue, and step by step when it has to be made anew."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.issue import Issue
from digest.tokens import version
from storage.dialects import upsert_into
from storage.documents import read_issue
from storage.inserts import insert_json, insert_rows
from storage.issue_queries import CURRENT, OURS
from storage.lookup_rows import A_DAY, Values, ids_between, text_rows, token_row, vector_row, words_of
from storage.lookup_tables import LOOKUPS_KEY, LOOKUPS_SEEN_KEY, lookup_texts
from storage.tables import issues, meta, revisions

# So many issues are indexed at once when it is made anew: whoever wants to write waits so long.
A_STEP = 8
# So many rows of other tokens go at once.
A_CLEARING = 2_000

# What `meta` says of an index that nobody's tokens are all of.
OUTDATED = ""

# The index of a newer program is left to it, unless nothing has been heard of one for so long.
_FORSAKEN = "10 minutes"
_SHOW = sa.text("""
    INSERT INTO meta (key, value) VALUES (:key, clock_timestamp()::text)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
""")
_KEPT = sa.text(f"""
    SELECT value::timestamptz > clock_timestamp() - interval '{_FORSAKEN}' FROM meta WHERE key = :key
""")

_STATE = sa.select(meta.c.value).where(meta.c.key == LOOKUPS_KEY)
# The stories of some days, given by their first ids as JSON.
_OF_DAYS = {
    "sqlite": sa.text(f"""
        SELECT lookup_texts.id, title, body, marks FROM json_each(:days) AS day
        CROSS JOIN lookup_texts ON lookup_texts.id BETWEEN day.value AND day.value + {A_DAY - 1}
    """),
    "postgresql": sa.text(f"""
        SELECT id, title, body, marks FROM json_array_elements_text(CAST(:days AS json)) AS day
        JOIN lookup_texts ON id BETWEEN CAST(day AS bigint) AND CAST(day AS bigint) + {A_DAY - 1}
    """),
}
_FORGET_TEXTS = sa.delete(lookup_texts).where(
    lookup_texts.c.id.between(sa.bindparam("first"), sa.bindparam("last"))
)
_ADD_TOKENS = insert_json("lookup_tokens", ("rowid", "title", "body", "marks"))
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
_CLEAR_TEXTS = sa.text("DELETE FROM lookup_texts WHERE id IN (SELECT id FROM lookup_texts LIMIT :most)")
_CLEAR_WORDS = sa.text("DELETE FROM lookup_words WHERE word IN (SELECT word FROM lookup_words LIMIT :most)")
# All words in one statement: there are three times as many as stories.
_ADD_WORDS = sa.text("INSERT OR IGNORE INTO lookup_words (word) SELECT value FROM json_each(:words)")
_COUNT = sa.select(sa.func.count()).select_from(issues).where(OURS)
_BEFORE = (
    sa.select(revisions.c.document)
    .select_from(CURRENT)
    .where(OURS, issues.c.date < sa.bindparam("date"))
    .order_by(issues.c.date.desc())
    .limit(A_STEP)
)


@dataclass(frozen=True, slots=True)
class IndexState:
    """Of which program's tokens the index is made, and the day down to which it has the issues."""

    made_of: str
    down_to: dt.date | None

    @property
    def ours(self) -> bool:
        """Whether it has the tokens of this program."""
        return self.made_of == version()

    @property
    def newer(self) -> bool:
        """Whether it has those of a newer one."""
        return _age(self.made_of) > _age(version())

    @property
    def ready(self) -> bool:
        """Whether everything is in it."""
        return self.ours and self.down_to is None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many issues are indexed, of how many."""

    done: int
    total: int


async def index_state(connection: AsyncConnection, *, lock: bool = False) -> IndexState:
    """How far the index is; `lock` keeps it so to the end of the transaction."""
    query = _STATE.with_for_update() if lock else _STATE
    value: str = (await connection.execute(query)).scalar() or ""
    made_of, _, day = value.partition(" ")
    return IndexState(made_of, dt.date.fromisoformat(day) if day else None)


def _age(made_of: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", made_of))


async def is_wanted(connection: AsyncConnection) -> bool:
    """Whether the index is to be made, or made further, by this program."""
    state = await index_state(connection)
    return not state.ready and not await _is_kept(connection, state)


async def show_life(connection: AsyncConnection) -> None:
    """Show older programs that the index is looked after, where it is ours."""
    if connection.dialect.name == "postgresql" and (await index_state(connection)).ours:
        await connection.execute(_SHOW, {"key": LOOKUPS_SEEN_KEY})


async def _is_kept(connection: AsyncConnection, state: IndexState) -> bool:
    """Whether a newer program looks after it. An SQLite file is one program's alone."""
    if connection.dialect.name != "postgresql" or not state.newer:
        return False
    return bool((await connection.execute(_KEPT, {"key": LOOKUPS_SEEN_KEY})).scalar())


async def index_texts(connection: AsyncConnection, texts: Sequence[Issue]) -> None:
    """Let look-ups find the stories of these texts, and of no other text of their days.

    An index of other tokens gets none of ours. An older one is outdated from now on, for whoever made it as
    well; whoever made a newer one goes through it again from these days on.
    """
    state = await index_state(connection, lock=True)
    if state.ours:
        await _replace(connection, texts)
    elif state.newer and texts:
        after = min(max(issue.date for issue in texts), dt.date.max - dt.timedelta(1)) + dt.timedelta(1)
        await _set_value(connection, f"{state.made_of} {max(after, state.down_to or after)}")
    else:
        await _set_value(connection, OUTDATED)


async def next_step(connection: AsyncConnection) -> Progress | None:
    """Index the next few issues, newest first; None when nothing is left to do for this program."""
    state = await index_state(connection, lock=True)
    if state.ready or await _is_kept(connection, state):
        return None
    await show_life(connection)
    if not state.ours:
        await _clear_more(connection)
        return await _progress(connection, dt.date.max)
    before = state.down_to or dt.date.max
    found = await _issues_before(connection, before)
    await _replace(connection, found)
    down_to = found[-1].date if len(found) == A_STEP else None
    await _set_state(connection, down_to)
    return await _progress(connection, down_to)


async def _replace(connection: AsyncConnection, texts: Sequence[Issue]) -> None:
    days = [ids_between(issue.date, issue.date) for issue in texts]
    firsts = json.dumps([day["first"] for day in days])
    found = await connection.execute(_OF_DAYS[connection.dialect.name], {"days": firsts})
    before = [dict(row) for row in found.mappings()]
    if before:
        await _forget(connection, before, days)
    rows = [row for issue in texts for row in text_rows(issue)]
    if rows:
        await _add(connection, rows)


async def _forget(connection: AsyncConnection, rows: list[Values], days: Sequence[Mapping[str, int]]) -> None:
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
        await connection.execute(_SETTLE)
        return
    await insert_rows(connection, lookup_texts, rows)
    tokens = [tuple(token_row(row).values()) for row in rows]
    await connection.execute(_ADD_TOKENS, {"rows": orjson.dumps(tokens).decode()})
    await connection.execute(_ADD_WORDS, {"words": words})


async def _clear_more(connection: AsyncConnection) -> None:
    """Take away some of what has other tokens; an index where nothing of it is left is ours."""
    if await _cleared(connection):
        await _set_state(connection, dt.date.max)
    else:
        # What is left is whole for nobody, not even for who made it.
        await _set_value(connection, OUTDATED)


async def _cleared(connection: AsyncConnection) -> bool:
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.text("TRUNCATE lookup_tokens, lookup_texts, lookup_words"))
        return True
    for some in (_CLEAR_TEXTS, _CLEAR_WORDS):
        if (await connection.execute(some, {"most": A_CLEARING})).rowcount:
            return False
    await _forget_all(connection)
    return True


async def _forget_all(connection: AsyncConnection) -> None:
    """Empty the index of SQLite at once: it has no smaller steps."""
    overwrites = (await connection.exec_driver_sql("PRAGMA secure_delete")).scalar() == 1
    # Where SQLite is built so, it would write all that goes once more, as zeros: twenty times as long.
    if overwrites:
        await connection.exec_driver_sql("PRAGMA secure_delete=FAST")
    try:
        await connection.execute(_FORGET_ALL)
    finally:
        if overwrites:
            await connection.exec_driver_sql("PRAGMA secure_delete=ON")


async def _set_state(connection: AsyncConnection, down_to: dt.date | None) -> None:
    await _set_value(connection, version() if down_to is None else f"{version()} {down_to}")


async def _set_value(connection: AsyncConnection, value: str) -> None:
    await connection.execute(upsert_into(connection, meta, "value"), {"key": LOOKUPS_KEY, "value": value})


async def _issues_before(connection: AsyncConnection, date: dt.date) -> list[Issue]:
    documents: Iterable[str] = await connection.scalars(_BEFORE, {"date": date})
    return [read_issue(document) for document in documents]


async def _progress(connection: AsyncConnection, down_to: dt.date | None) -> Progress:
    total = (await connection.execute(_COUNT)).scalar_one()
    if down_to is None:
        return Progress(total, total)
    left = (await connection.execute(_COUNT.where(issues.c.date < down_to))).scalar_one()
    return Progress(total - left, total)
