"""Retention of the ledger: old deliveries go in small steps, a campaign's sums stay."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import CampaignState
from storage.ledger import COUNTERS
from storage.tables import campaigns, chunks, deliveries, messages
from storage.trouble_tables import setbacks

SWEEP_STEP = 2000
_ENDED = campaigns.c.state.in_((CampaignState.DONE, CampaignState.CANCELLED))
_LAST = sa.func.coalesce(campaigns.c.done_at, campaigns.c.created_at)
_HAS_ROWS = (
    sa.select(deliveries.c.subscriber_id)
    .where(deliveries.c.campaign_id == campaigns.c.id)
    .correlate(campaigns)
    .exists()
)


async def sweep_step(connection: AsyncConnection, before: dt.datetime, most: int) -> int:
    """Erase up to `most` deliveries of one campaign that ended before a moment; how many."""
    query = sa.select(campaigns.c.id).where(_ENDED, before > _LAST, _HAS_ROWS).order_by(campaigns.c.id)
    campaign_id = (await connection.execute(query.limit(1))).scalar()
    if campaign_id is None:
        return 0
    first = sa.select(deliveries.c.subscriber_id).where(deliveries.c.campaign_id == campaign_id)
    first = first.order_by(deliveries.c.subscriber_id).limit(most)
    ids = (await connection.execute(first)).scalars().all()
    for table in (messages, setbacks, deliveries):
        old = sa.delete(table).where(table.c.campaign_id == campaign_id, table.c.subscriber_id <= ids[-1])
        await connection.execute(old)
    if len(ids) < most:
        await _sum_up(connection, campaign_id)
    return len(ids)


async def _sum_up(connection: AsyncConnection, campaign_id: int) -> None:
    """One chunk in the place of all those of a campaign whose deliveries are gone."""
    counted = ("total", *COUNTERS.values(), "runs")
    sums = [sa.func.coalesce(sa.func.sum(chunks.c[name]), 0).label(name) for name in counted]
    ended = sa.func.max(chunks.c.done_at).label("done_at")
    last = sa.func.max(chunks.c.no).label("no")
    in_campaign = chunks.c.campaign_id == campaign_id
    row = (await connection.execute(sa.select(last, ended, *sums).where(in_campaign))).one()
    await connection.execute(sa.delete(chunks).where(in_campaign))
    if row.no is not None:
        kept = {name: getattr(row, name) for name in (*counted, "no", "done_at")}
        await connection.execute(sa.insert(chunks), {"campaign_id": campaign_id, **kept})
