"""One rule says which address a reader is written to, in both ways that it is asked."""

from __future__ import annotations

import datetime as dt
import itertools

import sqlalchemy as sa

from digest.subscriber import AddressState, Kind, Place
from storage.store import Store
from storage.subscribers import address_for, written_to
from storage.tables import addresses, subscribers
from tests.storage.makers import NOW


async def test_readers_by_the_million_are_written_to_where_a_single_one_is(store: Store) -> None:
    kinds = list(itertools.product((AddressState.ACTIVE, AddressState.INACTIVE), (False, True), (0, 1)))
    async with store.transaction() as tx:
        for number, pair in enumerate(itertools.product(kinds, repeat=2)):
            first = Place("telegram", f"{number}")
            reader = await tx.subscribers.arrive(first, kind=Kind.PERSON, locale="", now=NOW)
            await tx.connection.execute(
                sa.insert(addresses).values(
                    subscriber_id=reader.id,
                    channel="wechat",
                    account="",
                    recipient=f"{number}",
                    thread="",
                    state=AddressState.ACTIVE,
                    reason="",
                    managed_by="",
                    last_seen_at=NOW,
                )
            )
            for channel, (state, preferred, days) in zip(("telegram", "wechat"), pair, strict=True):
                await tx.connection.execute(
                    sa.update(addresses)
                    .where(addresses.c.subscriber_id == reader.id, addresses.c.channel == channel)
                    .values(state=state, preferred=preferred, last_seen_at=NOW + dt.timedelta(days=days))
                )

    async with store.reading() as tx:
        alone = sa.select(subscribers.c.id, address_for(subscribers.c.id, active=True))
        joined = sa.select(addresses.c.subscriber_id, addresses.c.id).where(written_to(addresses))
        one_by_one = {tuple(row) for row in await tx.connection.execute(alone) if row[1] is not None}
        together = {tuple(row) for row in await tx.connection.execute(joined)}

    assert together == one_by_one
    assert len(together) == len(kinds) ** 2 - (len(kinds) // 2) ** 2
