"""Rows of readers as values, and values as rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from digest.campaign import Delivery, Owed
from digest.schedule import Due
from digest.subscriber import Address, AddressId, Place, Subscriber, SubscriberId, Subscription
from storage.documents import read_sections, write_sections
from storage.tables import PUBLICATION, addresses, subscribers, subscriptions

# A row holds whatever its columns do.
Row = sa.Row[*tuple[Any, ...]]

SUBSCRIBER_COLUMNS = (
    subscribers.c.id,
    subscribers.c.kind,
    subscribers.c.locale,
    subscribers.c.zone,
    addresses.c.id.label("address_id"),
    addresses.c.channel,
    addresses.c.account,
    addresses.c.recipient,
    addresses.c.thread,
    addresses.c.state,
    addresses.c.reason,
    addresses.c.last_seen_at,
    subscriptions.c.active,
    subscriptions.c.push_at,
    subscriptions.c.weekdays,
    subscriptions.c.sections,
    subscriptions.c.form,
    subscriptions.c.silent,
    subscriptions.c.paused_until,
    subscriptions.c.subscribed_at,
    subscriptions.c.digest_on,
    subscriptions.c.shown,
    subscriptions.c.digests,
    subscriptions.c.only_followed,
    subscriptions.c.followed_at,
)

WITH_ADDRESS = subscribers.join(
    subscriptions,
    sa.and_(subscriptions.c.subscriber_id == subscribers.c.id, subscriptions.c.publication_id == PUBLICATION),
).join(addresses, addresses.c.subscriber_id == subscribers.c.id)


def subscriber_of(row: Row) -> Subscriber:
    """The reader of a row of SUBSCRIBER_COLUMNS."""
    return Subscriber(
        id=SubscriberId(row.id),
        kind=row.kind,
        address=_address(row),
        locale=row.locale,
        zone=row.zone,
        subscription=_subscription(row),
    )


def subscription_values(subscription: Subscription) -> dict[str, Any]:
    """The columns of a standing order, save for `followed_at`, which is written where words are."""
    push_at = subscription.push_at
    return {
        "active": subscription.active,
        "push_at": "" if push_at is None else push_at.isoformat(timespec="minutes"),
        "weekdays": subscription.weekdays,
        "sections": write_sections(subscription.sections),
        "form": subscription.form,
        "silent": subscription.silent,
        "paused_until": subscription.paused_until,
        "subscribed_at": subscription.subscribed_at,
        "digest_on": subscription.digest_on,
        "shown": subscription.shown,
        "digests": subscription.digests,
        "only_followed": subscription.only_followed,
    }


def due_values(due: Due | None) -> dict[str, Any]:
    """The columns of a due; all empty when there is none."""
    if due is None:
        return {"due_on": None, "due_at": None, "due_late": None, "due_until": None}
    return {"due_on": due.on, "due_at": due.at, "due_late": due.late_until, "due_until": due.until}


def due_of(row: Row) -> Due | None:
    """The due of a row with its four columns."""
    return None if row.due_at is None else Due(row.due_on, row.due_at, row.due_late, row.due_until)


def owed_of(row: Row) -> Owed:
    """The claimed delivery of a row of `ledger.CLAIMED`."""
    return Owed(
        campaign_id=row.campaign_id,
        chunk=row.chunk,
        kind=row.campaign_kind,
        issue_date=row.issue_date,
        revision=row.revision,
        subscriber=subscriber_of(row),
        attempts=row.attempts,
        next_part=row.next_part,
        planned_at=row.planned_at,
    )


def delivery_of(row: Row) -> Delivery:
    """What a reader may ask about a delivery, from its row and its campaign's."""
    return Delivery(
        campaign_id=row.campaign_id,
        issue_date=row.issue_date,
        revision=row.revision,
        state=row.status,
        reason=row.error,
        attempts=row.attempts,
        planned_at=row.planned_at,
        not_before=row.not_before,
        settled_at=row.settled_at,
        campaign=row.campaign_state,
    )


def _address(row: Row) -> Address:
    place = Place(row.channel, row.recipient, row.thread, row.account)
    return Address(
        AddressId(row.address_id), SubscriberId(row.id), place, row.state, row.reason, row.last_seen_at
    )


def _subscription(row: Row) -> Subscription:
    return Subscription(
        active=row.active,
        push_at=dt.time.fromisoformat(row.push_at) if row.push_at else None,
        weekdays=row.weekdays,
        sections=read_sections(row.sections),
        form=row.form,
        silent=row.silent,
        paused_until=row.paused_until,
        subscribed_at=row.subscribed_at,
        digest_on=row.digest_on,
        shown=row.shown,
        digests=row.digests,
        only_followed=row.only_followed,
        followed_at=row.followed_at,
    )
