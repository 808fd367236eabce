"""The inbox: received updates, kept before they are acknowledged, their text erased when handled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects import insert_new
from storage.tables import inbox


@dataclass(frozen=True, slots=True)
class Update:
    """A received update as kept: the platform's id for it, and its payload as JSON text."""

    id: int
    channel: str
    account: str
    update_id: str
    payload: str
    received_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an update stands: its id here, since when, whether it is new, whether it was handled."""

    id: int
    received_at: dt.datetime
    new: bool
    handled: bool


class Inbox:
    """What was received and is not handled yet."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(
        self, channel: str, account: str, updates: Sequence[tuple[int | str, str]], now: dt.datetime
    ) -> int:
        """Keep updates (platform's id, JSON text) in their order; how many were not kept before."""
        insert = insert_new(self._connection, inbox, "id")
        new = 0
        for update_id, payload in updates:
            values = _values(channel, account, str(update_id), payload, now)
            new += len((await self._connection.execute(insert, values)).all())
        return new

    async def enter(
        self, channel: str, account: str, update_id: str, payload: str, now: dt.datetime
    ) -> Entry:
        """Keep one update that is not kept yet, and say how it stands."""
        insert = insert_new(self._connection, inbox, "id")
        values = _values(channel, account, update_id, payload, now)
        new = (await self._connection.execute(insert, values)).one_or_none()
        if new is not None:
            return Entry(new.id, now, new=True, handled=False)
        query = sa.select(inbox.c.id, inbox.c.received_at, inbox.c.handled_at)
        named = (inbox.c.channel == channel, inbox.c.account == account, inbox.c.update_id == update_id)
        row = (await self._connection.execute(query.where(*named))).one()
        return Entry(row.id, row.received_at, new=False, handled=row.handled_at is not None)

    async def pending(self, channel: str, limit: int = 100) -> tuple[Update, ...]:
        """What is not handled yet, in the order of arrival."""
        columns = (inbox.c.id, inbox.c.channel, inbox.c.account, inbox.c.update_id, inbox.c.payload)
        query = sa.select(*columns, inbox.c.received_at)
        query = query.where(inbox.c.channel == channel, inbox.c.handled_at.is_(None))
        rows = await self._connection.execute(query.order_by(inbox.c.id).limit(limit))
        return tuple(
            Update(row.id, row.channel, row.account, row.update_id, row.payload, row.received_at)
            for row in rows
        )

    async def done(self, update: int, now: dt.datetime) -> None:
        """An update (by `Update.id`) is handled: its payload is erased, its id is kept against repeats."""
        values = {"payload": "", "handled_at": now}
        await self._connection.execute(sa.update(inbox).where(inbox.c.id == update).values(values))

    async def done_all(self, updates: Sequence[int], now: dt.datetime) -> None:
        """Several updates are handled."""
        if updates:
            values = {"payload": "", "handled_at": now}
            handled = sa.update(inbox).where(inbox.c.id.in_(updates))
            await self._connection.execute(handled.values(values))

    async def sweep(self, older_than: dt.datetime) -> int:
        """Forget what was handled before a moment; how many."""
        return (
            await self._connection.execute(sa.delete(inbox).where(inbox.c.handled_at < older_than))
        ).rowcount


def _values(channel: str, account: str, update_id: str, payload: str, now: dt.datetime) -> dict[str, object]:
    return {
        "channel": channel,
        "account": account,
        "update_id": update_id,
        "payload": payload,
        "received_at": now,
    }
