"""The ledger's statements, built once: a push runs them for every delivery."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from sqlalchemy import bindparam

from digest.campaign import CampaignState, DeliveryState
from digest.issue import IssueState
from storage.dialects import Insert, insert_for
from storage.given import among, given
from storage.rows import SUBSCRIBER_COLUMNS
from storage.tables import (
    PUBLICATION,
    addresses,
    campaigns,
    chunks,
    deliveries,
    issues,
    messages,
    subscribers,
    subscriptions,
)
from storage.types import STATUS_CODES, Status, UTCDateTime

NO_CHUNK = 0
OPEN = (DeliveryState.PENDING, DeliveryState.SENDING)
COUNTERS = {
    DeliveryState.SENT: "sent",
    DeliveryState.DEAD: "failed",
    DeliveryState.UNKNOWN: "unknown",
    DeliveryState.SKIPPED: "skipped",
}

IN_CAMPAIGN = deliveries.c.campaign_id == bindparam("campaign")
IN_CHUNK = sa.and_(IN_CAMPAIGN, deliveries.c.chunk == bindparam("in_chunk"))
THESE = among(deliveries.c.subscriber_id, "ids")
MINE = sa.and_(deliveries.c.owner == bindparam("me"), deliveries.c.status == DeliveryState.SENDING)

_RETRACTED = (
    sa.select(issues.c.id)
    .where(
        issues.c.publication_id == PUBLICATION,
        issues.c.date == campaigns.c.issue_date,
        issues.c.state == IssueState.RETRACTED,
    )
    .correlate(campaigns)
    .exists()
)
_RUNNING = sa.select(campaigns.c.id).where(
    campaigns.c.id == bindparam("campaign"), campaigns.c.state == CampaignState.RUNNING
)

# The rows are picked in a CTE: as a plain subquery PostgreSQL may run it again and lock more than the limit.
# `+ 0`: it would walk through the campaign by its key, from the beginning, to be spared sorting one chunk.
_PICKED = (
    sa.select(deliveries.c.subscriber_id)
    .where(IN_CHUNK, deliveries.c.status == DeliveryState.PENDING)
    .order_by(deliveries.c.subscriber_id + 0)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("picked")
)
CLAIM = (
    sa.update(deliveries)
    .where(
        IN_CAMPAIGN,
        deliveries.c.subscriber_id.in_(sa.select(_PICKED.c.subscriber_id)),
        deliveries.c.status == DeliveryState.PENDING,
        _RUNNING.where(~_RETRACTED).exists(),
    )
    .values(
        status=DeliveryState.SENDING,
        owner=bindparam("me"),
        attempts=deliveries.c.attempts + 1,
        claimed_at=bindparam("now", type_=UTCDateTime()),
    )
    .returning(deliveries.c.subscriber_id)
)
GIVE_UP = (
    sa.update(deliveries)
    .where(IN_CAMPAIGN, deliveries.c.subscriber_id.in_(sa.select(_PICKED.c.subscriber_id)))
    .values(status=DeliveryState.DEAD, error="poison", settled_at=bindparam("now", type_=UTCDateTime()))
    .returning(deliveries.c.subscriber_id)
)
WAITING = (
    sa.select(deliveries.c.subscriber_id)
    .where(IN_CHUNK, deliveries.c.status == DeliveryState.PENDING, _RUNNING.exists())
    .limit(1)
)
SKIP_RETRACTED = (
    sa.update(deliveries)
    .where(IN_CHUNK, deliveries.c.status == DeliveryState.PENDING, _RUNNING.where(_RETRACTED).exists())
    .values(status=DeliveryState.SKIPPED, error="retracted", settled_at=bindparam("now", type_=UTCDateTime()))
    .returning(deliveries.c.subscriber_id, deliveries.c.chunk)
)

_PARTS_SENT = (
    sa.select(sa.func.count())
    .where(
        messages.c.campaign_id == deliveries.c.campaign_id,
        messages.c.subscriber_id == deliveries.c.subscriber_id,
        messages.c.status == DeliveryState.SENT,
    )
    .correlate(deliveries)
    .scalar_subquery()
)
CLAIMED = (
    sa.select(
        *SUBSCRIBER_COLUMNS,
        deliveries.c.campaign_id,
        deliveries.c.chunk,
        deliveries.c.revision,
        deliveries.c.attempts,
        deliveries.c.planned_at,
        campaigns.c.kind.label("campaign_kind"),
        campaigns.c.issue_date,
        _PARTS_SENT.label("next_part"),
    )
    .select_from(
        deliveries.join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(
            subscriptions,
            sa.and_(
                subscriptions.c.subscriber_id == subscribers.c.id,
                subscriptions.c.publication_id == PUBLICATION,
            ),
        )
        .join(
            addresses,
            sa.and_(addresses.c.id == deliveries.c.address_id, addresses.c.subscriber_id == subscribers.c.id),
        )
    )
    .where(IN_CAMPAIGN, THESE)
    .order_by(deliveries.c.subscriber_id)
)

SETTLE = (
    sa.update(deliveries)
    .where(IN_CAMPAIGN, THESE, MINE)
    .values(
        status=bindparam("new_status", type_=Status()),
        error=bindparam("new_error", type_=sa.Text()),
        not_before=bindparam("new_not_before", type_=UTCDateTime()),
        settled_at=bindparam("new_settled_at", type_=UTCDateTime()),
        attempts=deliveries.c.attempts - bindparam("uncounted", type_=sa.SmallInteger()),
    )
    .returning(deliveries.c.subscriber_id, deliveries.c.chunk)
)
LEAVE_CHUNK = (
    sa.update(deliveries)
    .where(IN_CAMPAIGN, THESE, deliveries.c.status == DeliveryState.RETRY)
    .values(chunk=NO_CHUNK)
)
COUNT = (
    sa.update(chunks)
    .where(chunks.c.campaign_id == bindparam("campaign"), chunks.c.no == bindparam("in_chunk"))
    .values(
        total=chunks.c.total - bindparam("left"),
        sent=chunks.c.sent + bindparam("more_sent"),
        failed=chunks.c.failed + bindparam("more_failed"),
        unknown=chunks.c.unknown + bindparam("more_unknown"),
        skipped=chunks.c.skipped + bindparam("more_skipped"),
    )
)

_THIS_PART = sa.and_(
    messages.c.campaign_id == bindparam("campaign"),
    messages.c.subscriber_id == bindparam("reader"),
    messages.c.part == bindparam("this_part"),
)
# All parts of one window in one statement: a statement for each would be most of the work.
_MESSAGE_COLUMNS = ("campaign_id", "subscriber_id", "part", "status")
_PARTS_CLAIMED = sa.select(
    deliveries.c.campaign_id,
    deliveries.c.subscriber_id,
    _PARTS_SENT.label("part"),
    sa.literal(DeliveryState.SENDING, Status()).label("status"),
).where(IN_CAMPAIGN, THESE)
# The rows are there: an UPDATE says the same, but SQLite would read the whole campaign for it.
_PARTS_SENT_NOW = """
    INSERT INTO messages (campaign_id, subscriber_id, part, status, message_ref, sent_at)
    SELECT :campaign, given.reader, given.part, {sent}, given.ref, :now FROM {given} WHERE true
    ON CONFLICT (campaign_id, subscriber_id, part) DO UPDATE
    SET status = excluded.status, message_ref = excluded.message_ref, sent_at = excluded.sent_at
    WHERE messages.status <> {sent}
"""
_GIVEN_PARTS = {
    "sqlite": """(
        SELECT json_extract(value, '$.reader') AS reader, json_extract(value, '$.part') AS part,
        json_extract(value, '$.ref') AS ref FROM json_each(:parts)
    ) AS given""",
    "postgresql": "json_to_recordset(CAST(:parts AS json)) AS given (reader BIGINT, part SMALLINT, ref TEXT)",
}


@cache
def parts_claimed(dialect: str) -> Insert:
    """An INSERT of the next part of each of these deliveries: the intent to send it."""
    insert = insert_for(messages, dialect).from_select(_MESSAGE_COLUMNS, _PARTS_CLAIMED)
    keys = [column.name for column in messages.primary_key]
    return insert.on_conflict_do_update(index_elements=keys, set_={"status": insert.excluded.status})


@cache
def parts_sent(dialect: str) -> sa.TextClause:
    """What writes down that the given parts (`reader`, `part`, `ref`) were sent."""
    words = _PARTS_SENT_NOW.format(given=_GIVEN_PARTS[dialect], sent=STATUS_CODES[DeliveryState.SENT])
    return sa.text(words).bindparams(given("parts"), bindparam("now", type_=UTCDateTime()))


PART_SENT = (
    sa.update(messages)
    .where(_THIS_PART, messages.c.status != DeliveryState.SENT)
    .values(
        status=DeliveryState.SENT, message_ref=bindparam("ref"), sent_at=bindparam("now", type_=UTCDateTime())
    )
)
STILL_MINE = sa.select(deliveries.c.subscriber_id).where(
    IN_CAMPAIGN, deliveries.c.subscriber_id == bindparam("reader"), MINE
)

_ROW_OPEN = sa.select(deliveries.c.subscriber_id).where(IN_CHUNK, deliveries.c.status.in_(OPEN)).exists()
CLOSE_CHUNK = (
    sa.update(chunks)
    .where(
        chunks.c.campaign_id == bindparam("campaign"),
        chunks.c.no == bindparam("in_chunk"),
        chunks.c.done_at.is_(None),
        ~_ROW_OPEN,
    )
    .values(done_at=bindparam("now", type_=UTCDateTime()))
)
_CHUNK_OPEN = (
    sa.select(chunks.c.no)
    .where(chunks.c.campaign_id == bindparam("campaign"), chunks.c.done_at.is_(None))
    .exists()
)
_RETRY_WAITS = (
    sa.select(deliveries.c.subscriber_id).where(IN_CAMPAIGN, deliveries.c.not_before.is_not(None)).exists()
)
FINISH = (
    sa.update(campaigns)
    .where(
        campaigns.c.id == bindparam("campaign"),
        campaigns.c.state == CampaignState.RUNNING,
        ~_CHUNK_OPEN,
        ~_RETRY_WAITS,
    )
    .values(state=CampaignState.DONE, done_at=bindparam("now", type_=UTCDateTime()))
)

HOLD_CAMPAIGN = sa.select(campaigns.c.id).where(campaigns.c.id == bindparam("campaign")).with_for_update()
LAST_CHUNK = sa.select(sa.func.coalesce(sa.func.max(chunks.c.no), NO_CHUNK)).where(
    chunks.c.campaign_id == bindparam("campaign")
)
OPEN_CHUNKS = (
    sa.select(chunks.c.campaign_id, chunks.c.no)
    .join_from(chunks, campaigns, campaigns.c.id == chunks.c.campaign_id)
    .where(campaigns.c.state == CampaignState.RUNNING, chunks.c.done_at.is_(None))
    .order_by(chunks.c.campaign_id, chunks.c.no)
)
RIPE_CAMPAIGNS = (
    sa.select(campaigns.c.id)
    .where(
        campaigns.c.state == CampaignState.RUNNING,
        sa.select(deliveries.c.subscriber_id)
        .where(
            deliveries.c.campaign_id == campaigns.c.id,
            deliveries.c.not_before <= bindparam("now", type_=UTCDateTime()),
        )
        .correlate(campaigns)
        .exists(),
    )
    .order_by(campaigns.c.id)
)
