"""Readers, their addresses and their standing orders."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import DueGroup, Standing
from digest.schedule import Due
from digest.subscriber import AddressId, AddressState, Kind, Place, Subscriber, SubscriberId, Subscription
from storage.dialects import insert_new
from storage.dues import (
    DUE_GROUPS,
    NEXT_DUE_AT,
    OURS,
    STANDINGS,
    group_of,
    in_group,
    in_standing,
    standing_of,
)
from storage.rows import (
    SUBSCRIBER_COLUMNS,
    WITH_ADDRESS,
    Row,
    due_of,
    due_values,
    subscriber_of,
    subscription_values,
)
from storage.tables import PUBLICATION, addresses, subscribers, subscriptions

SEEN_EVERY = dt.timedelta(hours=1)
_READERS = sa.select(*SUBSCRIBER_COLUMNS).select_from(WITH_ADDRESS)
_AT = _READERS.where(
    addresses.c.channel == sa.bindparam("channel"),
    addresses.c.recipient == sa.bindparam("recipient"),
    addresses.c.thread == sa.bindparam("thread"),
)
_OF_ACCOUNT = addresses.c.account.in_((sa.bindparam("account"), ""))
_LAST_SEEN = (addresses.c.last_seen_at.desc(), addresses.c.id)
_AT_ANY_ACCOUNT = _AT.order_by(*_LAST_SEEN).limit(1)
_AT_ACCOUNT = _AT.where(_OF_ACCOUNT).order_by(addresses.c.account.desc(), *_LAST_SEEN).limit(1)


def address_for(subscriber_id: sa.ColumnElement[int], *, active: bool) -> sa.ScalarSelect[int]:
    """The id of the address that a reader is written to: one that can be, preferred, seen last."""
    other = addresses.alias("other")
    query = sa.select(other.c.id).where(other.c.subscriber_id == subscriber_id)
    if active:
        query = query.where(other.c.state == AddressState.ACTIVE)
    inactive = sa.case((other.c.state == AddressState.ACTIVE, 0), else_=1)
    query = query.order_by(inactive, other.c.preferred.desc(), other.c.last_seen_at.desc(), other.c.id)
    return query.limit(1).correlate(subscribers, subscriptions).scalar_subquery()


_PREFERRED = _READERS.where(addresses.c.id == address_for(subscribers.c.id, active=False))
_BY_ID = _PREFERRED.where(subscribers.c.id == sa.bindparam("reader"))
_ADD = sa.insert(subscribers).returning(subscribers.c.id)
_ADD_ORDER = sa.insert(subscriptions)
_Query = sa.Select[*tuple[Any, ...]]


@cache
def _held(query: _Query) -> _Query:
    """The query, holding its readers on PostgreSQL: nobody plans for one whose settings are being changed."""
    return query.with_for_update(of=subscriptions)


class Subscribers:
    """Every reader, group and Telegram channel. A writing transaction holds whom it reads until its end."""

    def __init__(self, connection: AsyncConnection, *, writes: bool) -> None:
        self._connection = connection
        self._writes = writes

    async def at(self, place: Place) -> Subscriber | None:
        """Who is reached at a place; a place without an account is one of any account, the one seen last."""
        row = await self._row_at(place)
        return None if row is None else subscriber_of(row)

    async def get(self, subscriber_id: SubscriberId) -> Subscriber | None:
        """A reader by id, with the address they are written to."""
        row = await self._first(_BY_ID, {"reader": subscriber_id})
        return None if row is None else subscriber_of(row)

    async def arrive(self, place: Place, *, kind: Kind, locale: str, now: dt.datetime) -> Subscriber:
        """Who is at a place, a new subscriber where nobody was; notes hourly that they were seen."""
        row = await self._row_at(place)
        if row is None:
            await self._welcome(place, kind=kind, locale=locale, now=now)
            row = await self._row_there(place)
        changed: dict[str, object] = {}
        if now - row.last_seen_at >= SEEN_EVERY:
            changed["last_seen_at"] = now
        if place.account and not row.account:
            changed["account"] = place.account
        if changed:
            await self._set_address(AddressId(row.address_id), changed)
            row = await self._row_there(place)
        return subscriber_of(row)

    async def save(
        self,
        subscriber_id: SubscriberId,
        *,
        locale: str,
        zone: str,
        subscription: Subscription,
        due: Due | None,
    ) -> None:
        """Keep a reader's preferences and when their next digest is due."""
        await self._connection.execute(
            sa.update(subscribers).where(subscribers.c.id == subscriber_id).values(locale=locale, zone=zone)
        )
        await self._connection.execute(
            sa.update(subscriptions)
            .where(OURS, subscriptions.c.subscriber_id == subscriber_id)
            .values({**subscription_values(subscription), **due_values(due)})
        )

    async def due_of(self, subscriber_id: SubscriberId) -> Due | None:
        """When a reader's next digest is due."""
        query = sa.select(subscriptions).where(OURS, subscriptions.c.subscriber_id == subscriber_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else due_of(row)

    async def revive(self, address_id: AddressId) -> None:
        """An address can be written to again."""
        await self._set_address(address_id, {"state": AddressState.ACTIVE, "reason": ""})

    async def managed(self, address_id: AddressId, by: str) -> None:
        """An address comes from somewhere else than its reader, such as the configuration."""
        await self._set_address(address_id, {"managed_by": by})

    async def seen(self, address_id: AddressId, now: dt.datetime) -> None:
        """Note that a reader was heard of."""
        await self._set_address(address_id, {"last_seen_at": now})

    async def deactivate(self, address_id: AddressId, reason: str) -> None:
        """An address cannot be written to any more; the standing order stays."""
        await self._set_address(address_id, {"state": AddressState.INACTIVE, "reason": reason})

    async def move(self, address_id: AddressId, recipient: str) -> None:
        """An address has another recipient now.

        Where somebody already is, the one with a standing order stays: of two, the one who was there first.
        """
        row = (await self._connection.execute(_READERS.where(addresses.c.id == address_id))).first()
        if row is None:
            return
        there = await self._row_at(Place(row.channel, recipient, row.thread, row.account))
        if there is None or there.address_id == address_id:
            await self._set_address(address_id, {"recipient": recipient})
        elif there.active or not row.active:
            await self.deactivate(address_id, "moved")
        else:
            await self.remove(SubscriberId(there.id))
            await self._set_address(address_id, {"recipient": recipient})

    async def remove(self, subscriber_id: SubscriberId) -> None:
        """Forget a reader: addresses, preferences and conversations. The ledger keeps the bare number."""
        await self._connection.execute(sa.delete(subscribers).where(subscribers.c.id == subscriber_id))

    async def page(
        self, after_id: int = 0, limit: int = 100, *, only_active: bool = False
    ) -> tuple[Subscriber, ...]:
        """Readers by id, those after `after_id`; `only_active`: with a standing order."""
        query = _PREFERRED.where(subscribers.c.id > after_id).order_by(subscribers.c.id).limit(limit)
        if only_active:
            query = query.where(subscriptions.c.active)
        return tuple(subscriber_of(row) for row in await self._connection.execute(query))

    async def count(self, channel: str = "", *, only_active: bool = False) -> int:
        """How many readers there are, of one channel or of all; `only_active`: who get a digest."""
        query = sa.select(sa.func.count(sa.distinct(subscribers.c.id))).select_from(WITH_ADDRESS)
        if channel:
            query = query.where(addresses.c.channel == channel)
        if only_active:
            query = query.where(subscriptions.c.active, addresses.c.state == AddressState.ACTIVE)
        return int((await self._connection.execute(query)).scalar_one())

    async def due_groups(self, now: dt.datetime) -> tuple[DueGroup, ...]:
        """Who is due, as groups of the same due, schedule and newest shown issue; the longest due first."""
        rows = await self._connection.execute(DUE_GROUPS, {"now": now})
        return tuple(group_of(row) for row in rows)

    async def roll(self, group: DueGroup, next_due: Due | None) -> int:
        """Give exactly the readers of a group their next due, without a digest; how many they are."""
        update = sa.update(subscriptions).where(in_group(group)).values(due_values(next_due))
        return (await self._connection.execute(update)).rowcount

    async def next_due_at(self) -> dt.datetime | None:
        """When the first digest is due (UTC)."""
        first: dt.datetime | None = (await self._connection.execute(NEXT_DUE_AT)).scalar()
        return first

    async def schedules(self) -> tuple[Standing, ...]:
        """The standing orders that differ, and how many each: what a change of the house's defaults moves."""
        return tuple(standing_of(row) for row in await self._connection.execute(STANDINGS))

    async def set_due(self, standing: Standing, due: Due | None) -> int:
        """Give exactly the readers of a standing order another due; how many they are."""
        update = sa.update(subscriptions).where(in_standing(standing)).values(due_values(due))
        return (await self._connection.execute(update)).rowcount

    async def _first(self, query: _Query, values: dict[str, Any]) -> Row | None:
        return (await self._connection.execute(_held(query) if self._writes else query, values)).first()

    async def _row_at(self, place: Place) -> Row | None:
        values = {"channel": place.channel, "recipient": place.recipient, "thread": place.thread}
        if not place.account:
            return await self._first(_AT_ANY_ACCOUNT, values)
        return await self._first(_AT_ACCOUNT, {**values, "account": place.account})

    async def _row_there(self, place: Place) -> Row:
        row = await self._row_at(place)
        if row is None:
            raise LookupError(str(place))
        return row

    async def _welcome(self, place: Place, *, kind: Kind, locale: str, now: dt.datetime) -> None:
        """A new reader, unless another program met them in this very moment."""
        values = {"kind": kind, "locale": locale, "zone": "", "created_at": now}
        subscriber_id = (await self._connection.execute(_ADD, values)).scalar_one()
        insert = insert_new(self._connection, addresses, "id")
        row = {
            "subscriber_id": subscriber_id,
            "channel": place.channel,
            "account": place.account,
            "recipient": place.recipient,
            "thread": place.thread,
            "state": AddressState.ACTIVE,
            "last_seen_at": now,
        }
        if (await self._connection.execute(insert, row)).first() is None:
            await self.remove(SubscriberId(subscriber_id))
            return
        standing = {
            "subscriber_id": subscriber_id,
            "publication_id": PUBLICATION,
            **subscription_values(Subscription()),
        }
        await self._connection.execute(_ADD_ORDER, standing)

    async def _set_address(self, address_id: AddressId, changed: dict[str, object]) -> None:
        await self._connection.execute(
            sa.update(addresses).where(addresses.c.id == address_id).values(changed)
        )
