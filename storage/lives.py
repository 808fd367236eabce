"""What the ledger holds of single deliveries, for who asks after one."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.lives import Life, Part, Setback
from digest.subscriber import SubscriberId
from storage.rows import Row
from storage.tables import PUBLICATION, campaigns, deliveries, messages
from storage.trouble_tables import setbacks

_LIVES = (
    sa.select(
        deliveries,
        campaigns.c.key,
        campaigns.c.kind,
        campaigns.c.issue_date,
        campaigns.c.state.label("campaign_state"),
    )
    .join_from(deliveries, campaigns, campaigns.c.id == deliveries.c.campaign_id)
    .where(campaigns.c.publication_id == PUBLICATION)
    .order_by(deliveries.c.planned_at, campaigns.c.id)
)


class Lives:
    """Deliveries with their messages and setbacks."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(
        self, subscriber_id: SubscriberId, date: dt.date, first: dt.datetime, last: dt.datetime
    ) -> tuple[Life, ...]:
        """A reader's deliveries of the issue of a date, and all planned between two moments, in order."""
        planned = sa.and_(deliveries.c.planned_at >= first, deliveries.c.planned_at < last)
        query = _LIVES.where(
            deliveries.c.subscriber_id == int(subscriber_id), sa.or_(campaigns.c.issue_date == date, planned)
        )
        return tuple([await self._life(row) for row in await self._connection.execute(query)])

    async def _life(self, row: Row) -> Life:
        return Life(
            campaign_id=row.campaign_id,
            key=row.key,
            kind=row.kind,
            campaign=row.campaign_state,
            issue_date=row.issue_date,
            revision=row.revision,
            state=row.status,
            reason=row.error,
            attempts=row.attempts,
            owner=row.owner,
            planned_at=row.planned_at,
            claimed_at=row.claimed_at,
            not_before=row.not_before,
            settled_at=row.settled_at,
            parts=await self._parts(row),
            setbacks=await self._setbacks(row),
        )

    async def _parts(self, row: Row) -> tuple[Part, ...]:
        query = sa.select(messages).where(
            messages.c.campaign_id == row.campaign_id, messages.c.subscriber_id == row.subscriber_id
        )
        found = await self._connection.execute(query.order_by(messages.c.part))
        return tuple(Part(one.part, one.status, one.message_ref, one.sent_at) for one in found)

    async def _setbacks(self, row: Row) -> tuple[Setback, ...]:
        query = sa.select(setbacks).where(
            setbacks.c.campaign_id == row.campaign_id, setbacks.c.subscriber_id == row.subscriber_id
        )
        found = await self._connection.execute(query.order_by(setbacks.c.first_at))
        return tuple(
            Setback(one.status, one.reason, one.words, one.owner, one.times, one.first_at, one.last_at)
            for one in found
        )
