"""A database with any number of readers, filled by the database itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks import archive
from digest.dialect import SEED_DIALECT
from digest.replies import Form
from digest.schedule import Due
from digest.subscriber import AddressState, Kind
from handlers.ingest import Rules, SourceFile, ingest
from storage.rows import due_values
from storage.store import Store
from storage.tables import PUBLICATION, addresses, subscribers, subscriptions
from storage.types import UTCDateTime, Word

FIRST_CHAT = 10**9


async def publish(store: Store, issues: int, now: dt.datetime) -> None:
    """Take up so many issues, the last of them today's."""
    files = archive.generate(archive.SEED, issues, last=now.date())
    sources = [SourceFile(file.name, file.name, file.source) for file in files]
    await ingest(sources, store, Rules(SEED_DIALECT, "UTC"), now=now)


async def subscribe(
    connection: AsyncConnection, count: int, now: dt.datetime, *, due: Due | None = None
) -> None:
    """Put so many readers with a standing order into an empty database, on Telegram from FIRST_CHAT on.

    All of them are due at once, if at all.
    """
    first = sa.select(sa.literal(1).label("n")).cte("numbers", recursive=True)
    numbers = first.union_all(sa.select(first.c.n + 1).where(first.c.n < count))
    number, moment = numbers.c.n, sa.literal(now, UTCDateTime())
    person = {"id": number, "kind": _word(Kind.PERSON), "locale": sa.literal("zh-Hans"), "created_at": moment}
    place = {
        "id": number,
        "subscriber_id": number,
        "channel": sa.literal("telegram"),
        "recipient": sa.cast(number + FIRST_CHAT, sa.Text()),
        "state": _word(AddressState.ACTIVE),
        "last_seen_at": moment,
    }
    order: dict[str, sa.ColumnElement[Any]] = {
        "subscriber_id": number,
        "publication_id": sa.literal(PUBLICATION),
        "active": sa.true(),
        "form": _word(Form.BRIEF),
        "silent": sa.false(),
    }
    for name, value in due_values(due).items():
        order[name] = sa.literal(value, subscriptions.c[name].type)
    for table, columns in ((subscribers, person), (addresses, place), (subscriptions, order)):
        rows = sa.select(*columns.values()).select_from(numbers)
        await connection.execute(sa.insert(table).from_select(list(columns), rows))


def _word(value: Kind | AddressState | Form) -> sa.ColumnElement[str]:
    return sa.literal(value, Word(type(value)))
