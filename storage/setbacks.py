"""Setbacks: what a delivery met with other than being sent, so that its life can be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import DeliveryState, OnUnknown, Outcome
from storage.dialects import Insert, insert_into
from storage.tables import deliveries
from storage.trouble_tables import setbacks
from storage.types import Status, UTCDateTime

WORKER_DIED = "worker_died"
KINDS = frozenset({DeliveryState.RETRY, DeliveryState.UNKNOWN, DeliveryState.SKIPPED, DeliveryState.DEAD})


async def note(
    connection: AsyncConnection,
    campaign_id: int,
    outcomes: Iterable[Outcome],
    *,
    owner: str,
    now: dt.datetime,
) -> None:
    """Keep the outcomes that are setbacks; one that was met before counts once more."""
    rows = [
        {
            "campaign_id": campaign_id,
            "subscriber_id": one.subscriber_id,
            "status": one.state,
            "reason": one.reason,
            "words": one.words,
            "owner": owner,
            "first_at": now,
            "last_at": now,
        }
        for one in outcomes
        if one.state in KINDS
    ]
    if rows:
        await connection.execute(_once_more(insert_into(setbacks, connection)), rows)


async def note_lost(
    connection: AsyncConnection, lost: sa.ColumnElement[bool], on_unknown: OnUnknown, now: dt.datetime
) -> None:
    """Keep that a worker died with these deliveries in hand."""
    again = on_unknown is OnUnknown.RESEND
    kept = sa.select(
        deliveries.c.campaign_id,
        deliveries.c.subscriber_id,
        sa.literal(DeliveryState.RETRY if again else DeliveryState.UNKNOWN, Status()),
        sa.literal(WORKER_DIED),
        deliveries.c.owner,
        sa.literal(now, UTCDateTime()),
        sa.literal(now, UTCDateTime()),
    ).where(lost)
    columns = ["campaign_id", "subscriber_id", "status", "reason", "owner", "first_at", "last_at"]
    insert = insert_into(setbacks, connection).from_select(columns, kept)
    await connection.execute(_once_more(insert))


def _once_more(insert: Insert) -> sa.Insert:
    return insert.on_conflict_do_update(
        index_elements=[column.name for column in setbacks.primary_key],
        set_={
            "times": setbacks.c.times + 1,
            "words": insert.excluded.words,
            "owner": insert.excluded.owner,
            "last_at": insert.excluded.last_at,
        },
    )
