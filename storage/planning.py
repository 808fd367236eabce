"""From an audience to deliveries and chunks, in few statements whatever its size."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import CampaignState, DeliveryState
from storage.dialects import insert_into
from storage.jobs import submit
from storage.ledger import FINISH, HOLD_CAMPAIGN, LAST_CHUNK
from storage.subscribers import written_to
from storage.tables import addresses, campaigns, chunks, deliveries, subscribers, subscriptions
from storage.types import Status, UTCDateTime

CHUNK_SIZE = 500
# From so many readers on their rows are better read in one go than looked up one by one, which PostgreSQL
# cannot know: a due of this morning is in no statistics.
MANY = 20_000
# What is best for a statement about many, and a limit of its time that a million on a slow disk do not meet:
# a plan that is broken off would be broken off each time.
_FOR_MANY = (("enable_nestloop", "off"), ("work_mem", "64MB"), ("statement_timeout", "600s"))
_FORESEE = sa.select(sa.func.set_config(sa.bindparam("name"), sa.bindparam("value"), sa.true()))


@dataclass(frozen=True, slots=True)
class Batch:
    """What one planning adds to a campaign: a revision, planned at a moment, in chunks of a size."""

    campaign_id: int
    revision: int
    now: dt.datetime
    chunk_size: int


async def foresee(connection: AsyncConnection, readers: int) -> None:
    """Tell PostgreSQL how the rest of the transaction is best done, for it is about so many readers."""
    if connection.dialect.name == "postgresql" and readers >= MANY:
        for name, value in _FOR_MANY:
            await connection.execute(_FORESEE, {"name": name, "value": value})


async def hold(connection: AsyncConnection, campaign_id: int) -> None:
    """Whoever else would add to a campaign or end it waits for us. On SQLite one writes at a time."""
    if connection.dialect.name == "postgresql":
        await connection.execute(HOLD_CAMPAIGN, {"campaign": campaign_id})


async def finish(connection: AsyncConnection, campaign_id: int, now: dt.datetime) -> None:
    """A running campaign of which nothing is left, not even a retry, is done.

    It is held first: two that take away the last of it at once would each see what the other's had left.
    """
    await hold(connection, campaign_id)
    await connection.execute(FINISH, {"campaign": campaign_id, "now": now})


async def last_chunk(connection: AsyncConnection, campaign_id: int) -> int:
    """The number of a campaign's last chunk (0: none); holds the campaign, so that nobody else adds one."""
    await hold(connection, campaign_id)
    return int((await connection.execute(LAST_CHUNK, {"campaign": campaign_id})).scalar_one())


async def add_deliveries(
    connection: AsyncConnection,
    batch: Batch,
    audience: sa.ColumnElement[bool],
    *,
    after_chunk: int,
    readers: sa.ColumnElement[bool] | None = None,
) -> int:
    """Owe the batch to an audience's readers who can be written to and are not owed it yet; how many.

    `audience` holds for subscriptions, `readers` for subscribers and the addresses they are written to.
    """
    insert = insert_into(deliveries, connection).from_select(
        [
            "campaign_id",
            "subscriber_id",
            "chunk",
            "address_id",
            "revision",
            "status",
            "planned_at",
        ],
        _rows(batch, _recipients(batch.campaign_id, audience, readers), after_chunk=after_chunk),
    )
    await connection.execute(insert.on_conflict_do_nothing())
    return await _add_chunks(connection, batch.campaign_id, after_chunk=after_chunk)


def newly_owed(batch: Batch, *, after_chunk: int) -> sa.ColumnElement[bool]:
    """What holds for the subscriptions that a batch was just owed to."""
    rows = sa.select(deliveries.c.subscriber_id).where(
        deliveries.c.campaign_id == batch.campaign_id,
        deliveries.c.subscriber_id == subscriptions.c.subscriber_id,
        deliveries.c.chunk > after_chunk,
    )
    return rows.correlate(subscriptions).exists()


async def grow(connection: AsyncConnection, campaign_id: int, added: int) -> None:
    """Count what was added to a campaign; one that was done runs again."""
    again = sa.case((campaigns.c.state == CampaignState.DONE, CampaignState.RUNNING), else_=campaigns.c.state)
    update = sa.update(campaigns).where(campaigns.c.id == campaign_id)
    await connection.execute(update.values(total=campaigns.c.total + added, state=again, done_at=None))


async def requeue(
    connection: AsyncConnection, campaign_id: int, rows: sa.ColumnElement[bool], *, chunk_size: int
) -> tuple[tuple[int, int], ...]:
    """Put deliveries of a campaign into new chunks, pending; the chunks."""
    chunk = await last_chunk(connection, campaign_id)
    made: list[tuple[int, int]] = []
    while True:
        chunk += 1
        moved = await _move(connection, campaign_id, rows, chunk=chunk, most=chunk_size)
        if moved == 0:
            await submit(connection, made)
            return tuple(made)
        await connection.execute(sa.insert(chunks), {"campaign_id": campaign_id, "no": chunk, "total": moved})
        made.append((campaign_id, chunk))


async def _move(
    connection: AsyncConnection, campaign_id: int, rows: sa.ColumnElement[bool], *, chunk: int, most: int
) -> int:
    picked = sa.select(deliveries.c.subscriber_id).where(deliveries.c.campaign_id == campaign_id, rows)
    picked = picked.order_by(deliveries.c.subscriber_id).limit(most)
    update = sa.update(deliveries).where(
        deliveries.c.campaign_id == campaign_id, deliveries.c.subscriber_id.in_(picked)
    )
    pending = {
        "chunk": chunk,
        "status": DeliveryState.PENDING,
        "not_before": None,
        "settled_at": None,
        "owner": "",
    }
    return (await connection.execute(update.values(pending))).rowcount


def _recipients(
    campaign_id: int, audience: sa.ColumnElement[bool], readers: sa.ColumnElement[bool] | None
) -> sa.Subquery:
    """Ids and address ids of an audience's readers who can be written to and are not owed it yet."""
    owed = (
        sa.select(deliveries.c.subscriber_id)
        .where(
            deliveries.c.campaign_id == campaign_id,
            deliveries.c.subscriber_id == subscriptions.c.subscriber_id,
        )
        .correlate(subscriptions)
        .exists()
    )
    reachable = (
        sa.select(subscriptions.c.subscriber_id, addresses.c.id.label("address_id"))
        .join_from(subscriptions, addresses, addresses.c.subscriber_id == subscriptions.c.subscriber_id)
        .where(audience, ~owed, written_to(addresses))
    )
    if readers is not None:
        reachable = reachable.join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id).where(
            readers
        )
    return reachable.subquery("recipients")


def _rows(batch: Batch, recipients: sa.Subquery, *, after_chunk: int) -> sa.Select[*tuple[Any, ...]]:
    place = sa.func.row_number().over(order_by=recipients.c.subscriber_id) - 1
    return sa.select(
        sa.literal(batch.campaign_id, sa.BigInteger()),
        recipients.c.subscriber_id,
        sa.literal(after_chunk + 1, sa.Integer()) + place // batch.chunk_size,
        recipients.c.address_id,
        sa.literal(batch.revision, sa.Integer()),
        sa.literal(DeliveryState.PENDING, Status()),
        sa.literal(batch.now, UTCDateTime()),
    ).where(sa.true())


async def _add_chunks(connection: AsyncConnection, campaign_id: int, *, after_chunk: int) -> int:
    sums = (
        sa.select(deliveries.c.campaign_id, deliveries.c.chunk, sa.func.count())
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.chunk > after_chunk)
        .group_by(deliveries.c.campaign_id, deliveries.c.chunk)
    )
    insert = sa.insert(chunks).from_select(["campaign_id", "no", "total"], sums)
    made = (await connection.execute(insert.returning(chunks.c.no, chunks.c.total))).all()
    await submit(connection, [(campaign_id, row.no) for row in made])
    return sum(row.total for row in made)
