"""The statements about corrections of stories, built once."""

from __future__ import annotations

import sqlalchemy as sa

from digest.campaign import CampaignState, DeliveryState
from storage.editorial_tables import correction_edits, corrections
from storage.rows import SUBSCRIBER_COLUMNS
from storage.tables import (
    PUBLICATION,
    addresses,
    campaigns,
    deliveries,
    messages,
    subscribers,
    subscriptions,
)
from storage.types import Status

OPEN = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRY)

COLUMNS = sa.select(corrections).where(corrections.c.publication_id == PUBLICATION)
_OF_DATE = sa.select(campaigns.c.id).where(
    campaigns.c.publication_id == PUBLICATION,
    campaigns.c.kind == "digest",
    campaigns.c.issue_date == sa.bindparam("date"),
)
_PART_SENT = (
    sa.select(messages.c.part)
    .where(
        messages.c.campaign_id == deliveries.c.campaign_id,
        messages.c.subscriber_id == deliveries.c.subscriber_id,
        messages.c.message_ref != "",
    )
    .correlate(deliveries)
    .exists()
)
# Deliveries that brought a text from before the correction.
_BEFORE = sa.and_(
    deliveries.c.campaign_id.in_(_OF_DATE), deliveries.c.revision < sa.bindparam("corrected_in")
)
_ON_CHANNEL = (
    sa.select(addresses.c.id)
    .where(addresses.c.id == deliveries.c.address_id, addresses.c.channel == sa.bindparam("channel"))
    .correlate(deliveries)
    .exists()
)
MOVE_ON = (
    sa.update(deliveries)
    .where(
        _BEFORE,
        deliveries.c.status.in_((DeliveryState.PENDING, DeliveryState.RETRY)),
        ~_PART_SENT,
    )
    .values(revision=sa.bindparam("corrected_in"))
)
GATHERED = sa.select(
    sa.bindparam("correction", type_=sa.BigInteger()),
    deliveries.c.campaign_id,
    deliveries.c.subscriber_id,
    sa.literal(DeliveryState.PENDING, Status()),
).where(_BEFORE, _ON_CHANNEL, _PART_SENT, deliveries.c.status.not_in(OPEN))
COMING = sa.select(sa.func.count()).where(
    _BEFORE,
    deliveries.c.campaign_id.in_(_OF_DATE.where(campaigns.c.state != CampaignState.CANCELLED)),
    _ON_CHANNEL,
    deliveries.c.status.in_(OPEN),
)
ELSEWHERE = sa.select(sa.func.count()).where(_BEFORE, ~_ON_CHANNEL, deliveries.c.status == DeliveryState.SENT)
DELIVERED = sa.select(sa.func.count()).where(_BEFORE, _ON_CHANNEL, _PART_SENT)
PENDING = (
    sa.select(
        *SUBSCRIBER_COLUMNS,
        deliveries.c.campaign_id,
        deliveries.c.chunk,
        deliveries.c.revision,
        deliveries.c.attempts,
        deliveries.c.planned_at,
        campaigns.c.kind.label("campaign_kind"),
        campaigns.c.issue_date,
        sa.literal(0).label("next_part"),
    )
    .select_from(
        correction_edits.join(
            deliveries,
            sa.and_(
                deliveries.c.campaign_id == correction_edits.c.campaign_id,
                deliveries.c.subscriber_id == correction_edits.c.subscriber_id,
            ),
        )
        .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(
            subscriptions,
            sa.and_(
                subscriptions.c.subscriber_id == subscribers.c.id,
                subscriptions.c.publication_id == PUBLICATION,
            ),
        )
        .join(addresses, addresses.c.id == deliveries.c.address_id)
    )
    .where(
        correction_edits.c.correction_id == sa.bindparam("correction"),
        correction_edits.c.status == DeliveryState.PENDING,
    )
    .order_by(correction_edits.c.campaign_id, correction_edits.c.subscriber_id)
    .limit(sa.bindparam("most"))
)
