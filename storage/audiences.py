"""Audiences: which readers an expression picks, how many they are, and who is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.audience import Audience, Reach
from digest.subscriber import AddressState, Sections
from storage.documents import read_sections
from storage.dues import ACTIVE, OURS
from storage.subscribers import address_for
from storage.tables import addresses, subscribers, subscriptions

# The reasons for which a reader is left out, in the order in which they are told.
REASONS = ("unsubscribed", "blocked", "paused", "never_subscribed", "no_channel")


_READERS = subscribers.join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id).join(
    addresses, addresses.c.id == address_for(subscribers.c.id, active=False)
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an audience depends on: the moment, the house's day and language, channels served, admins."""

    now: dt.datetime
    today: dt.date
    language: str
    channels: frozenset[str]
    admins: frozenset[str]


async def reach(connection: AsyncConnection, audience: Audience, around: Surroundings) -> Reach:
    """The head count by channel and kind; and who is left out although the audience holds them, by reason."""
    reason = _reason(around).label("reason")
    query = (
        sa.select(addresses.c.channel, subscribers.c.kind, reason, sa.func.count().label("n"))
        .select_from(_READERS)
        .where(OURS, *_of_orders(audience), *_of_readers(audience, around))
        .group_by(addresses.c.channel, subscribers.c.kind, reason)
        .order_by(addresses.c.channel, subscribers.c.kind)
    )
    rows = (await connection.execute(query)).all()
    left_out = dict.fromkeys(REASONS, 0)
    for row in rows:
        if row.reason:
            left_out[row.reason] += row.n
    return Reach(
        {(row.channel, row.kind): row.n for row in rows if not row.reason},
        {name: count for name, count in left_out.items() if count},
    )


def orders_of(audience: Audience, around: Surroundings) -> sa.ColumnElement[bool]:
    """What holds for the subscriptions of the readers whom `reach` counts."""
    return sa.and_(ACTIVE, _not_paused(around), *_of_orders(audience))


def readers_of(audience: Audience, around: Surroundings) -> sa.ColumnElement[bool]:
    """What holds for those readers and the addresses they are written to."""
    return sa.and_(addresses.c.channel.in_(around.channels), *_of_readers(audience, around))


async def by_sections(connection: AsyncConnection, around: Surroundings) -> Mapping[Sections, int]:
    """How many readers whom everything reaches have each choice of sections."""
    everybody = Audience()
    query = (
        sa.select(subscriptions.c.sections, sa.func.count().label("n"))
        .select_from(_READERS)
        .where(orders_of(everybody, around), readers_of(everybody, around))
        .where(addresses.c.state == AddressState.ACTIVE)
        .group_by(subscriptions.c.sections)
    )
    return {read_sections(row.sections): row.n for row in await connection.execute(query)}


def _reason(around: Surroundings) -> sa.ColumnElement[str]:
    return sa.case(
        (
            sa.and_(sa.not_(subscriptions.c.active), subscriptions.c.subscribed_at.is_(None)),
            "never_subscribed",
        ),
        (sa.not_(subscriptions.c.active), "unsubscribed"),
        (addresses.c.state != AddressState.ACTIVE, "blocked"),
        (sa.not_(_not_paused(around)), "paused"),
        (addresses.c.channel.not_in(around.channels), "no_channel"),
        else_="",
    )


def _not_paused(around: Surroundings) -> sa.ColumnElement[bool]:
    until = subscriptions.c.paused_until
    return sa.or_(until.is_(None), until <= around.today)


def _of_orders(audience: Audience) -> list[sa.ColumnElement[bool]]:
    return [_gets(key) for key in audience.sections]


def _of_readers(audience: Audience, around: Surroundings) -> list[sa.ColumnElement[bool]]:
    wishes: list[sa.ColumnElement[bool]] = []
    if audience.channel:
        wishes.append(addresses.c.channel == audience.channel)
    if audience.language:
        own = subscribers.c.locale == audience.language
        house = audience.language == around.language
        wishes.append(sa.or_(own, subscribers.c.locale == "") if house else own)
    if audience.active_days:
        wishes.append(addresses.c.last_seen_at >= around.now - dt.timedelta(days=audience.active_days))
    if audience.kinds:
        wishes.append(subscribers.c.kind.in_(audience.kinds))
    if audience.admins:
        wishes.append((addresses.c.channel + ":" + addresses.c.recipient).in_(around.admins))
    return wishes


def _gets(section: str) -> sa.ColumnElement[bool]:
    """Whether a subscription holds a section: as `digest.subscriber.Sections.holds`, on the stored text."""
    chosen = subscriptions.c.sections
    named = chosen.contains(orjson.dumps(section).decode(), autoescape=True)
    only, but = (chosen.contains(f'"mode":"{mode}"', autoescape=True) for mode in ("only", "except"))
    return sa.or_(chosen == "", sa.and_(only, named), sa.and_(but, sa.not_(named)))
