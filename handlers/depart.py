"""A reader has left the channel: the standing order ends, and nothing more is sent there."""

from __future__ import annotations

from dataclasses import replace

import structlog

from digest.subscriber import Place
from storage.store import Store

log = structlog.get_logger()

LEFT = "unfollowed"


async def depart(place: Place, store: Store) -> None:
    """End the standing order of who was there, and the address, in one transaction."""
    async with store.transaction(urgent=True) as tx:
        reader = await tx.subscribers.at(place)
        if reader is None:
            return
        if len(await tx.pairings.addresses(reader.id)) == 1:
            # Who reads on another channel, too, has left this one and no more.
            ended = replace(reader.subscription, active=False)
            await tx.subscribers.save(
                reader.id, locale=reader.locale, zone=reader.zone, subscription=ended, due=None
            )
        await tx.subscribers.deactivate(reader.address.id, LEFT)
    log.info("address_inactive", subscriber=reader.id, reason=LEFT)
