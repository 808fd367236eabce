"""Broadcasts on their way: whom they reach, how they begin, what is corrected."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import structlog

from digest.audience import Audience, Reach, read_audience
from digest.broadcast import Broadcast, sendable
from digest.campaign import CampaignState
from digest.content import Content
from digest.errors import Invalid
from digest.house import House
from digest.roles import may_send
from storage.audiences import Surroundings
from storage.store import Store, Transaction

log = structlog.get_logger()


async def surroundings(tx: Transaction, house: House, now: dt.datetime) -> Surroundings:
    """What every audience of this house depends on at a moment."""
    given = {address for address, role in (await tx.roles.all()).items() if may_send(role)}
    return Surroundings(
        now=now,
        today=now.astimezone(ZoneInfo(house.zone)).date(),
        language=house.locale,
        channels=house.channels,
        admins=house.admins | given,
    )


async def audience_of(tx: Transaction, written: str) -> Audience:
    """The audience of an expression; Invalid, with the wrong term, when it is none."""
    return read_audience(written, await tx.issues.section_names())


async def survey(tx: Transaction, house: House, written: str, now: dt.datetime) -> Reach:
    """Whom an audience reaches now and who is left out; Invalid as `audience_of`."""
    audience = await audience_of(tx, written)
    return await tx.broadcasts.reach(audience, await surroundings(tx, house, now))


async def begin(tx: Transaction, house: House, broadcast: Broadcast, now: dt.datetime) -> int | None:
    """Owe a broadcast to its audience, once; how many readers. None when it had begun or was cancelled."""
    audience = await audience_of(tx, broadcast.audience)
    owed = await tx.broadcasts.begin(broadcast.id, audience, await surroundings(tx, house, now))
    if owed is not None:
        log.info("broadcast_begun", campaign=broadcast.id, owed=owed)
    return owed


async def begin_due(store: Store, house: House, *, now: dt.datetime) -> int:
    """The clock's question: begin every scheduled broadcast whose hour has come; how many deliveries."""
    async with store.reading() as tx:
        if not await tx.broadcasts.due(now):
            return 0
    owed = 0
    async with store.transaction() as tx:
        for broadcast in await tx.broadcasts.due(now):
            try:
                owed += await begin(tx, house, broadcast, now) or 0
            except Invalid as caught:
                # A draft again: nobody but its author can say who was meant.
                log.warning("broadcast_not_begun", campaign=broadcast.id, reason=caught.code)
                await tx.broadcasts.change(broadcast.id, starts_at=None, confirmed_at=None)
    return owed


async def schedule(tx: Transaction, broadcast: Broadcast, starts_at: dt.datetime, now: dt.datetime) -> None:
    """Let a draft begin by itself at a moment; Invalid when its audience is none."""
    await audience_of(tx, broadcast.audience)
    await tx.broadcasts.change(broadcast.id, starts_at=starts_at, confirmed_at=now)
    log.info("broadcast_scheduled", campaign=broadcast.id)


async def correct(tx: Transaction, broadcast: Broadcast, content: Content, now: dt.datetime) -> Broadcast:
    """Put other words in the place of those sent, wherever they can be changed; the broadcast as it is then.

    A message that was sent keeps its picture. Invalid when the content cannot be sent, when a picture would
    come to words that were sent, or when the broadcast was dropped.
    """
    if broadcast.begun_at is not None:
        if content.picture and not broadcast.content.picture:
            raise Invalid("broadcast.other_kind")
        content = replace(content, picture=broadcast.content.picture)
    if broadcast.state is CampaignState.CANCELLED and broadcast.begun_at is None:
        raise Invalid("campaign.over")
    revision = await tx.broadcasts.rewrite(broadcast.id, sendable(content), now=now)
    # A draft is to be confirmed anew; the author of one that was sent hears of it in a message of its own.
    if broadcast.begun_at is None:
        await tx.broadcasts.change(broadcast.id, confirmed_at=None)
    else:
        await tx.broadcasts.change(broadcast.id, told="", told_ref="")
    log.info("broadcast_rewritten", campaign=broadcast.id, revision=revision)
    return await tx.broadcasts.get(broadcast.id) or broadcast
