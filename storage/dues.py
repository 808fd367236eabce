"""Which subscriptions are due: groups of rows that are decided together."""

from __future__ import annotations

import sqlalchemy as sa

from digest.campaign import DueGroup, Standing
from digest.schedule import Due
from storage.rows import Row, due_of
from storage.tables import PUBLICATION, subscribers, subscriptions

OURS = subscriptions.c.publication_id == PUBLICATION
ACTIVE = sa.and_(OURS, subscriptions.c.active)

_WITH_ZONE = subscriptions.join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
_DUE = (subscriptions.c.due_on, subscriptions.c.due_at, subscriptions.c.due_late, subscriptions.c.due_until)
_SCHEDULE = (subscriptions.c.push_at, subscribers.c.zone, subscriptions.c.weekdays)
_GROUP = (*_DUE, *_SCHEDULE, subscriptions.c.shown)
_STANDING = (*_DUE, *_SCHEDULE, subscriptions.c.digest_on, subscriptions.c.paused_until)
_COUNT = sa.func.count().label("n")

DUE_GROUPS = (
    sa.select(*_GROUP, _COUNT)
    .select_from(_WITH_ZONE)
    .where(ACTIVE, subscriptions.c.due_at <= sa.bindparam("now"))
    .group_by(*_GROUP)
    .order_by(subscriptions.c.due_at)
)
STANDINGS = sa.select(*_STANDING, _COUNT).select_from(_WITH_ZONE).where(ACTIVE).group_by(*_STANDING)
NEXT_DUE_AT = sa.select(sa.func.min(subscriptions.c.due_at)).where(ACTIVE)


def group_of(row: Row) -> DueGroup:
    """The group of a row of DUE_GROUPS."""
    due = Due(row.due_on, row.due_at, row.due_late, row.due_until)
    return DueGroup(due, row.push_at, row.zone, row.weekdays, row.shown, row.n)


def standing_of(row: Row) -> Standing:
    """The standing order of a row of STANDINGS."""
    return Standing(row.push_at, row.zone, row.weekdays, row.digest_on, row.paused_until, due_of(row), row.n)


def in_group(group: DueGroup) -> sa.ColumnElement[bool]:
    """What holds for the subscriptions of a group and no others."""
    return sa.and_(
        ACTIVE,
        _scheduled(group),
        _with_due(group.due),
        subscriptions.c.shown.is_not_distinct_from(group.shown),
    )


def in_standing(standing: Standing) -> sa.ColumnElement[bool]:
    """What holds for the subscriptions of a standing order and no others."""
    return sa.and_(
        ACTIVE,
        _scheduled(standing),
        _with_due(standing.due),
        subscriptions.c.digest_on.is_not_distinct_from(standing.digest_on),
        subscriptions.c.paused_until.is_not_distinct_from(standing.paused_until),
    )


def _scheduled(order: DueGroup | Standing) -> sa.ColumnElement[bool]:
    same_zone = sa.select(subscribers.c.id).where(
        subscribers.c.id == subscriptions.c.subscriber_id, subscribers.c.zone == order.zone
    )
    return sa.and_(
        subscriptions.c.push_at == order.push_at,
        subscriptions.c.weekdays == order.weekdays,
        same_zone.correlate(subscriptions).exists(),
    )


def _with_due(due: Due | None) -> sa.ColumnElement[bool]:
    if due is None:
        return subscriptions.c.due_at.is_(None)
    return sa.and_(
        subscriptions.c.due_on == due.on,
        subscriptions.c.due_at == due.at,
        subscriptions.c.due_late == due.late_until,
        subscriptions.c.due_until == due.until,
    )
