"""How campaigns went, and which admins were told."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import DeliveryState, Share, Tally
from storage.dialects import insert_new
from storage.editorial_tables import reports
from storage.tables import (
    PUBLICATION,
    addresses,
    campaigns,
    deliveries,
    messages,
    subscribers,
)

_OF = deliveries.c.campaign_id == sa.bindparam("campaign")
# A reader who was forgotten has no row any more, but still counts.
_SHARES = (
    sa.select(
        sa.func.coalesce(addresses.c.channel, "").label("channel"),
        subscribers.c.kind,
        deliveries.c.status,
        deliveries.c.error,
        sa.func.count().label("n"),
    )
    .select_from(
        deliveries.outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id).outerjoin(
            addresses, addresses.c.id == deliveries.c.address_id
        )
    )
    .where(_OF)
    .group_by(addresses.c.channel, subscribers.c.kind, deliveries.c.status, deliveries.c.error)
    .order_by(addresses.c.channel, subscribers.c.kind, deliveries.c.status, deliveries.c.error)
)
_LAST = sa.select(sa.func.max(messages.c.sent_at)).where(messages.c.campaign_id == sa.bindparam("campaign"))
_RETRIED = sa.select(sa.func.count()).where(
    _OF, deliveries.c.status == DeliveryState.SENT, deliveries.c.attempts > 1
)


class Reports:
    """What is told of campaigns, and to whom it was."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def digests(self, *, since: dt.datetime, until: dt.datetime) -> tuple[tuple[int, dt.date], ...]:
        """The digest campaigns that were opened between two moments, as (id, issue date), oldest first."""
        query = sa.select(campaigns.c.id, campaigns.c.issue_date).where(
            campaigns.c.publication_id == PUBLICATION,
            campaigns.c.kind == "digest",
            campaigns.c.created_at.between(since, until),
        )
        rows = await self._connection.execute(query.order_by(campaigns.c.id))
        return tuple((row.id, row.issue_date) for row in rows)

    async def newest(self) -> int | None:
        """The digest campaign that was opened last."""
        query = sa.select(sa.func.max(campaigns.c.id)).where(
            campaigns.c.publication_id == PUBLICATION, campaigns.c.kind == "digest"
        )
        found: int | None = (await self._connection.execute(query)).scalar()
        return found

    async def tally(self, campaign_id: int) -> Tally | None:
        """How far a digest campaign has come; None when there is none."""
        values = {"campaign": campaign_id}
        query = sa.select(campaigns.c.issue_date).where(
            campaigns.c.id == campaign_id, campaigns.c.kind == "digest"
        )
        campaign = (await self._connection.execute(query)).first()
        if campaign is None:
            return None
        rows = (await self._connection.execute(_SHARES, values)).all()
        shares = tuple(Share(row.channel, row.kind, row.status, row.error, row.n) for row in rows)
        last_at = (await self._connection.execute(_LAST, values)).scalar()
        retried = int((await self._connection.execute(_RETRIED, values)).scalar_one())
        return Tally(campaign_id, campaign.issue_date, shares, last_at, retried)

    async def told(self, campaign_id: int) -> frozenset[str]:
        """The admins who have been told of a campaign, by their addresses."""
        query = sa.select(reports.c.recipient).where(reports.c.campaign_id == campaign_id)
        return frozenset((await self._connection.execute(query)).scalars())

    async def tell(self, campaign_id: int, recipient: str, now: dt.datetime) -> bool:
        """Note that an admin is told; False when that was noted before, by whomever."""
        insert = insert_new(self._connection, reports, "campaign_id")
        values = {"campaign_id": campaign_id, "recipient": recipient, "told_at": now}
        return (await self._connection.execute(insert, values)).first() is not None

    async def untell(self, campaign_id: int, recipient: str) -> None:
        """The admin could not be told after all."""
        this = sa.and_(reports.c.campaign_id == campaign_id, reports.c.recipient == recipient)
        await self._connection.execute(sa.delete(reports).where(this))
