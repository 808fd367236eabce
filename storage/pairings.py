"""Pairing: two addresses become one reader, and two again; a delivery goes the other way."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import DeliveryState
from digest.subscriber import Address, AddressId, AddressState, Kind, Place, SubscriberId, Subscription
from storage.dialects import insert_new
from storage.pairing_tables import pairing_codes, pairing_misses
from storage.rows import subscription_values
from storage.tables import PUBLICATION, addresses, deliveries, messages, subscribers, subscriptions
from storage.trouble_tables import setbacks

# Nobody has it: what two readers exchange waits here for a moment.
_NOBODY = -1
_OPEN = (DeliveryState.PENDING, DeliveryState.RETRY)
_OF_READER = (
    sa.select(addresses)
    .where(addresses.c.subscriber_id == sa.bindparam("reader"))
    .order_by(addresses.c.preferred.desc(), addresses.c.last_seen_at.desc(), addresses.c.id)
)


class Pairings:
    """The addresses of readers who have two, and the codes that make it so."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def offer(self, address_id: AddressId, code: str, *, now: dt.datetime, until: dt.datetime) -> bool:
        """Keep a code for an address in the place of its last one; False when another has the code."""
        gone = sa.or_(pairing_codes.c.expires_at <= now, pairing_codes.c.address_id == address_id)
        await self._connection.execute(sa.delete(pairing_codes).where(gone))
        insert = insert_new(self._connection, pairing_codes, "code")
        row = {"address_id": address_id, "code": code, "expires_at": until}
        return (await self._connection.execute(insert, row)).first() is not None

    async def take(self, code: str, now: dt.datetime) -> SubscriberId | None:
        """Use a code up: whose it was; None when there is none, or not any more."""
        delete = sa.delete(pairing_codes).where(
            pairing_codes.c.code == code, pairing_codes.c.expires_at > now
        )
        taken = (await self._connection.execute(delete.returning(pairing_codes.c.address_id))).scalar()
        if taken is None:
            return None
        query = sa.select(addresses.c.subscriber_id).where(addresses.c.id == taken)
        return SubscriberId((await self._connection.execute(query)).scalar_one())

    async def miss(self, address_id: AddressId, now: dt.datetime) -> None:
        """Note a wrong guess."""
        await self._connection.execute(sa.insert(pairing_misses), {"address_id": address_id, "at": now})

    async def misses(self, address_id: AddressId, since: dt.datetime) -> tuple[int, int]:
        """How many wrong guesses there were since then: from an address, and from all. Older ones go."""
        await self._connection.execute(sa.delete(pairing_misses).where(pairing_misses.c.at < since))
        own = sa.func.count().filter(pairing_misses.c.address_id == address_id)
        row = (await self._connection.execute(sa.select(own, sa.func.count(pairing_misses.c.id)))).one()
        return int(row[0]), int(row[1])

    async def addresses(self, reader: SubscriberId) -> tuple[Address, ...]:
        """Where a reader can be written to, the address that comes first before the others."""
        rows = await self._connection.execute(_OF_READER, {"reader": reader})
        return tuple(
            Address(
                AddressId(row.id),
                SubscriberId(row.subscriber_id),
                Place(row.channel, row.recipient, row.thread, row.account),
                row.state,
                row.reason,
                row.last_seen_at,
            )
            for row in rows
        )

    async def join(self, keeper: SubscriberId, other: SubscriberId, first: AddressId) -> bool:
        """Make two readers one: the keeper, written to at `first`. What either was sent, the keeper was sent.

        False, with nothing changed that is worth keeping, while something is being sent to the other.
        """
        both = sa.select(subscriptions.c.subscriber_id).where(
            subscriptions.c.subscriber_id.in_((keeper, other))
        )
        await self._connection.execute(both.order_by(subscriptions.c.subscriber_id).with_for_update())
        await self._exchange(keeper, other)
        await self._hand_over(keeper, other)
        sending = sa.select(deliveries.c.campaign_id).where(
            deliveries.c.subscriber_id.in_((keeper, other)), deliveries.c.status == DeliveryState.SENDING
        )
        if (await self._connection.execute(sending.limit(1))).first() is not None:
            return False
        moved = sa.update(addresses).where(addresses.c.subscriber_id == other)
        await self._connection.execute(moved.values(subscriber_id=keeper))
        await self._connection.execute(sa.delete(subscribers).where(subscribers.c.id == other))
        await self.prefer(keeper, first)
        return True

    async def prefer(self, reader: SubscriberId, first: AddressId) -> None:
        """Write to this address of a reader before any other."""
        update = sa.update(addresses).where(addresses.c.subscriber_id == reader)
        await self._connection.execute(update.values(preferred=addresses.c.id == first))

    async def split(self, reader: SubscriberId, kept: AddressId, now: dt.datetime) -> int:
        """Make the reader's other addresses readers of their own, without a standing order; how many."""
        parted = [one.id for one in await self.addresses(reader) if one.id != kept]
        for address_id in parted:
            await self._connection.execute(
                sa.update(addresses)
                .where(addresses.c.id == address_id)
                .values(subscriber_id=await self._newcomer(now), preferred=False)
            )
        await self._connection.execute(
            sa.update(addresses).where(addresses.c.id == kept).values(preferred=False)
        )
        return len(parted)

    async def reroute(self, campaign_id: int, reader: SubscriberId, *, owner: str) -> bool:
        """Send a claimed delivery to the reader's next address that can be written to; False without one."""
        mine = sa.and_(
            deliveries.c.campaign_id == campaign_id,
            deliveries.c.subscriber_id == reader,
            deliveries.c.status == DeliveryState.SENDING,
            deliveries.c.owner == owner,
        )
        now_at = (await self._connection.execute(sa.select(deliveries.c.address_id).where(mine))).scalar()
        known = await self.addresses(reader)
        ids = [one.id for one in known]
        if now_at is None or now_at not in ids:
            return False
        later = known[ids.index(now_at) + 1 :]
        way = next((one.id for one in later if one.state is AddressState.ACTIVE), None)
        if way is None:
            return False
        await self._connection.execute(sa.update(deliveries).where(mine).values(address_id=way))
        return True

    async def _newcomer(self, now: dt.datetime) -> int:
        values = {"kind": Kind.PERSON, "locale": "", "zone": "", "created_at": now}
        insert = sa.insert(subscribers).returning(subscribers.c.id)
        reader = int((await self._connection.execute(insert, values)).scalar_one())
        standing = {
            "subscriber_id": reader,
            "publication_id": PUBLICATION,
            **subscription_values(Subscription()),
        }
        await self._connection.execute(sa.insert(subscriptions), standing)
        return reader

    async def _exchange(self, keeper: SubscriberId, other: SubscriberId) -> None:
        """Where one was sent what the other still waits for, the keeper is the one who was sent it."""
        theirs = deliveries.alias("theirs")
        query = sa.select(deliveries.c.campaign_id).where(
            deliveries.c.subscriber_id == keeper,
            deliveries.c.status.in_(_OPEN),
            theirs.c.campaign_id == deliveries.c.campaign_id,
            theirs.c.subscriber_id == other,
            theirs.c.status.not_in(_OPEN),
        )
        ids = list((await self._connection.execute(query)).scalars())
        for old, new in ((keeper, _NOBODY), (other, keeper), (_NOBODY, other)) if ids else ():
            await self._rename(old, new, ids)

    async def _hand_over(self, keeper: SubscriberId, other: SubscriberId) -> None:
        """What only the other was owed or sent is the keeper's."""
        kept = sa.select(deliveries.c.campaign_id).where(deliveries.c.subscriber_id == keeper)
        query = sa.select(deliveries.c.campaign_id).where(
            deliveries.c.subscriber_id == other,
            deliveries.c.status != DeliveryState.SENDING,
            deliveries.c.campaign_id.not_in(kept),
        )
        ids = list((await self._connection.execute(query)).scalars())
        if ids:
            await self._rename(other, keeper, ids)

    async def _rename(self, old: int, new: int, campaigns: list[int]) -> None:
        for table in (messages, setbacks, deliveries):
            these = sa.and_(table.c.subscriber_id == old, table.c.campaign_id.in_(campaigns))
            await self._connection.execute(sa.update(table).where(these).values(subscriber_id=new))
