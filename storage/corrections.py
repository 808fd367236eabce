"""What a broadcast has delivered, to be changed in place; and whom it has not reached."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.broadcast import Copy, CorrectionSums
from digest.campaign import CampaignState, DeliveryState
from storage.broadcast_tables import broadcast_texts, broadcasts
from storage.tables import addresses, campaigns, deliveries, messages

CORRECTED, NOT_CORRECTED = "corrected", "not_corrected"
_SENT = deliveries.c.status == DeliveryState.SENT
_BEHIND = sa.and_(_SENT, deliveries.c.revision < broadcasts.c.correct_to)
# A forgotten reader has no address any more: what they were sent is left as it is.
_COPIES = (
    sa.select(
        deliveries.c.campaign_id,
        deliveries.c.subscriber_id,
        sa.func.coalesce(addresses.c.channel, ""),
        sa.func.coalesce(addresses.c.account, ""),
        sa.func.coalesce(addresses.c.recipient, ""),
        sa.func.coalesce(addresses.c.thread, ""),
        sa.func.coalesce(messages.c.message_ref, ""),
        broadcasts.c.correct_to,
    )
    .join_from(broadcasts, deliveries, deliveries.c.campaign_id == broadcasts.c.campaign_id)
    .outerjoin(
        messages,
        sa.and_(
            messages.c.campaign_id == deliveries.c.campaign_id,
            messages.c.subscriber_id == deliveries.c.subscriber_id,
            messages.c.part == 0,
        ),
    )
    .outerjoin(addresses, addresses.c.id == deliveries.c.address_id)
    .where(broadcasts.c.correct_to > 0, _BEHIND)
    .order_by(deliveries.c.campaign_id, deliveries.c.subscriber_id)
)


class Corrections:
    """The corrections of one publication's broadcasts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def sums(self, campaign_id: int) -> CorrectionSums:
        """How far the newest content has got into what was delivered before."""
        newest = sa.select(sa.func.max(broadcast_texts.c.revision)).where(
            broadcast_texts.c.campaign_id == campaign_id
        )
        behind = deliveries.c.revision < newest.scalar_subquery()
        query = sa.select(
            sa.func.count().filter(deliveries.c.error == CORRECTED, sa.not_(behind)),
            sa.func.count().filter(deliveries.c.error == NOT_CORRECTED, sa.not_(behind)),
            sa.func.count().filter(behind),
        ).where(deliveries.c.campaign_id == campaign_id, _SENT)
        done, failed, left = (await self._connection.execute(query)).one()
        return CorrectionSums(done, failed, left)

    async def open(self) -> bool:
        """Whether any broadcast is being corrected."""
        query = sa.select(broadcasts.c.campaign_id).where(broadcasts.c.correct_to > 0).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def next(self, limit: int, after: tuple[int, int] = (0, 0)) -> tuple[Copy, ...]:
        """Delivered messages behind the newest content of their broadcast, those after (campaign, reader)."""
        place = sa.tuple_(deliveries.c.campaign_id, deliveries.c.subscriber_id)
        query = _COPIES.where(place > sa.tuple_(*after)).limit(limit)
        return tuple(Copy(*row) for row in await self._connection.execute(query))

    async def settle(self, copy: Copy, *, failed: bool = False) -> None:
        """Note that a delivered message says the newest content, or (`failed`) can never say it."""
        this = sa.update(deliveries).where(
            deliveries.c.campaign_id == copy.campaign_id, deliveries.c.subscriber_id == copy.subscriber_id
        )
        error = NOT_CORRECTED if failed else CORRECTED
        await self._connection.execute(this.values(revision=copy.revision, error=error))

    async def close(self) -> None:
        """Look no more at broadcasts that have ended and of which nothing is behind."""
        ended = sa.select(campaigns.c.id).where(
            campaigns.c.id == broadcasts.c.campaign_id,
            campaigns.c.state.in_((CampaignState.DONE, CampaignState.CANCELLED)),
        )
        waits = (DeliveryState.SENDING, DeliveryState.SENT)
        behind = sa.select(deliveries.c.subscriber_id).where(
            deliveries.c.campaign_id == broadcasts.c.campaign_id,
            deliveries.c.status.in_(waits),
            deliveries.c.revision < broadcasts.c.correct_to,
        )
        close = sa.update(broadcasts).where(
            broadcasts.c.correct_to > 0,
            ended.correlate(broadcasts).exists(),
            ~behind.correlate(broadcasts).exists(),
        )
        await self._connection.execute(close.values(correct_to=0))

    async def lost(self, campaign_id: int, limit: int) -> tuple[tuple[str, DeliveryState, str], ...]:
        """Whom a campaign did not reach: address ('' of one who is not kept any more), state and reason."""
        gone = (DeliveryState.DEAD, DeliveryState.UNKNOWN, DeliveryState.SKIPPED)
        written = sa.func.coalesce(addresses.c.channel + ":" + addresses.c.recipient, "")
        query = (
            sa.select(written, deliveries.c.status, deliveries.c.error)
            .select_from(deliveries.outerjoin(addresses, addresses.c.id == deliveries.c.address_id))
            .where(deliveries.c.campaign_id == campaign_id, deliveries.c.status.in_(gone))
            .order_by(deliveries.c.status.desc(), deliveries.c.subscriber_id)
            .limit(limit)
        )
        return tuple((row[0], row[1], row[2]) for row in await self._connection.execute(query))
