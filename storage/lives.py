"""What the ledger holds of single deliveries, for who asks after one."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import Delivery, DeliveryState
from digest.lives import Life, Part, Setback
from digest.subscriber import SubscriberId
from storage.rows import Row, delivery_of
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
_DELIVERY = (
    sa.select(
        deliveries.c.campaign_id,
        campaigns.c.issue_date,
        deliveries.c.revision,
        deliveries.c.status,
        deliveries.c.error,
        deliveries.c.attempts,
        deliveries.c.planned_at,
        deliveries.c.not_before,
        deliveries.c.settled_at,
        deliveries.c.chunk,
        campaigns.c.state.label("campaign_state"),
    )
    .join_from(deliveries, campaigns, campaigns.c.id == deliveries.c.campaign_id)
    .where(campaigns.c.publication_id == PUBLICATION, deliveries.c.subscriber_id == sa.bindparam("reader"))
    .order_by(campaigns.c.id.desc())
)
_DIGESTS = _DELIVERY.where(campaigns.c.kind == "digest")
_DIGEST = _DIGESTS.where(campaigns.c.issue_date == sa.bindparam("date"))


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

    async def delivery_of(self, subscriber_id: SubscriberId, issue_date: dt.date) -> Delivery | None:
        """A reader's digest of an issue, as far as it has come."""
        row = (await self._connection.execute(_DIGEST, {"reader": subscriber_id, "date": issue_date})).first()
        return None if row is None else delivery_of(row)

    async def recent(self, subscriber_id: SubscriberId, limit: int = 10) -> tuple[Delivery, ...]:
        """A reader's last digests, newest first."""
        rows = await self._connection.execute(_DIGESTS.limit(limit), {"reader": subscriber_id})
        return tuple(delivery_of(row) for row in rows)

    async def digests(self, subscriber_id: SubscriberId, limit: int = 10) -> tuple[Delivery, ...]:
        """A reader's last digests, those of the newest issues first."""
        query = _DELIVERY.where(campaigns.c.kind == "digest").order_by(None)
        query = query.order_by(campaigns.c.issue_date.desc()).limit(limit)
        rows = await self._connection.execute(query, {"reader": subscriber_id})
        return tuple(delivery_of(row) for row in rows)

    async def ahead(self, subscriber_id: SubscriberId, issue_date: dt.date) -> int:
        """How many pending deliveries of the issue's digest go out before this reader's."""
        row = (await self._connection.execute(_DIGEST, {"reader": subscriber_id, "date": issue_date})).first()
        if row is None:
            return 0
        earlier = sa.tuple_(deliveries.c.chunk, deliveries.c.subscriber_id) < sa.tuple_(
            sa.literal(row.chunk), sa.literal(int(subscriber_id))
        )
        query = sa.select(sa.func.count()).where(
            deliveries.c.campaign_id == row.campaign_id, deliveries.c.status == DeliveryState.PENDING, earlier
        )
        return int((await self._connection.execute(query)).scalar_one())

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
