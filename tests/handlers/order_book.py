"""Standing orders on a store, and what the ledger owes to whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from digest.campaign import Owed
from digest.house import House
from digest.schedule import Due
from digest.subscriber import Kind, Place, Subscriber, Subscription
from handlers.context import due_of
from handlers.plan import Planned, plan
from storage.store import Store

SHANGHAI = "Asia/Shanghai"
HOUSE = House()
OWED = sa.text(
    "SELECT a.recipient, c.issue_date AS issue_date, d.revision FROM deliveries d "
    "JOIN campaigns c ON c.id = d.campaign_id JOIN addresses a ON a.id = d.address_id "
    "ORDER BY a.recipient, c.issue_date"
)


def at(written: str, zone: str = SHANGHAI) -> dt.datetime:
    """A moment on the clocks of a zone, in UTC."""
    return dt.datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


async def order(
    store: Store,
    recipient: str,
    now: dt.datetime,
    *,
    house: House = HOUSE,
    kind: Kind = Kind.PERSON,
    zone: str = "",
    locale: str = "",
    subscription: Subscription | None = None,
    due: Due | None = None,
) -> Subscriber:
    """A reader with a standing order, due as the rules say (or by `due`)."""
    given = subscription or Subscription(active=True, subscribed_at=now)
    async with store.transaction() as tx:
        place = Place("telegram", recipient)
        reader = await tx.subscribers.arrive(place, kind=kind, locale=locale, now=now)
        await tx.subscribers.save(
            reader.id,
            locale=locale,
            zone=zone,
            subscription=given,
            due=due or due_of(given, zone, house, now=now),
        )
        kept = await tx.subscribers.get(reader.id)
    assert kept is not None
    return kept


async def owed(store: Store) -> list[tuple[str, str, int]]:
    """Every delivery: to whom, of which date, in which revision."""
    async with store.reading() as tx:
        rows = await tx.connection.execute(OWED)
        return [(row.recipient, str(row.issue_date), row.revision) for row in rows]


async def next_due(store: Store, recipient: str) -> Due | None:
    """When the next digest of a reader is due."""
    async with store.reading() as tx:
        reader = await tx.subscribers.at(Place("telegram", recipient))
        assert reader is not None
        return await tx.subscribers.due_of(reader.id)


async def claimed(store: Store, now: dt.datetime) -> tuple[Owed, ...]:
    """Everything that is owed, claimed by a worker."""
    async with store.transaction() as tx:
        found = [
            await tx.outbox.claim(campaign, chunk, 1000, owner="me", now=now)
            for campaign, chunk in await tx.outbox.open_chunks()
        ]
    return tuple(one for chunk in found for one in chunk)


@dataclass
class Clock:
    """A planner whose clock a test turns on."""

    store: Store
    house: House = HOUSE

    async def tick(self, moment: str, zone: str = SHANGHAI) -> Planned:
        """What one tick at this moment does."""
        return await plan(self.store, self.house, now=at(moment, zone))

    async def ticks(self, moment: str, zone: str = SHANGHAI) -> Planned:
        """Ticks until there is nothing left to do at this moment."""
        owed = missed = 0
        while (planned := await self.tick(moment, zone)) != Planned():
            owed, missed = owed + planned.owed, missed + planned.missed
        return Planned(owed, missed)
