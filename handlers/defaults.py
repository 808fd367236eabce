"""What follows from a changed house: new dues for who left the hour to it, the Telegram channels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import structlog

from digest.campaign import Standing
from digest.house import House
from digest.schedule import Due, next_due
from digest.subscriber import Kind, Place, Subscriber
from handlers.context import due_of, schedule_of
from storage.store import Store, Transaction

log = structlog.get_logger()

META_KEY = "house.schedule"
CHANNELS_KEY = "telegram.channels"


async def follow_schedule(store: Store, house: House, *, now: dt.datetime) -> int:
    """Give every standing order the due of the house's defaults, when those changed; how many moved."""
    fingerprint = f"{house.zone}|{house.push_at}|{house.weekdays}|{house.late_until}|{house.catch_up}"
    async with store.transaction() as tx:
        before = await tx.meta.get(META_KEY)
        if before == fingerprint:
            return 0
        moved = 0
        for standing in await tx.subscribers.schedules() if before is not None else ():
            moved += await tx.subscribers.set_due(standing, _due(standing, house, now))
        await tx.meta.set(META_KEY, fingerprint)
    if moved:
        log.info("schedule_followed", readers=moved)
    return moved


def _due(standing: Standing, house: House, now: dt.datetime) -> Due:
    pause = standing.paused_until - dt.timedelta(days=1) if standing.paused_until else None
    after = max((day for day in (standing.digest_on, pause) if day is not None), default=None)
    return next_due(schedule_of(standing, house), now=now, after=after, open_due=standing.due)


async def keep_channels(store: Store, house: House, names: Sequence[str], *, now: dt.datetime) -> None:
    """Subscribe the Telegram channels of the configuration at the house's hour; end those taken out of it."""
    async with store.transaction() as tx:
        before = frozenset(filter(None, (await tx.meta.get(CHANNELS_KEY) or "").split(",")))
        for name in names:
            await tx.subscribers.arrive(Place("telegram", name), kind=Kind.CHANNEL, locale="", now=now)
        for name in sorted(before | set(names)):
            reader = await tx.subscribers.at(Place("telegram", name))
            if reader is not None and reader.subscription.active != (name in names):
                await _set_active(reader, tx, house, now=now, active=name in names)
        await tx.meta.set(CHANNELS_KEY, ",".join(sorted(names)))


async def _set_active(
    reader: Subscriber, tx: Transaction, house: House, *, now: dt.datetime, active: bool
) -> None:
    changed = replace(reader.subscription, active=active)
    if active:
        changed = replace(changed, subscribed_at=now)
    due = due_of(changed, reader.zone, house, now=now)
    await tx.subscribers.save(
        reader.id, locale=reader.locale, zone=reader.zone, subscription=changed, due=due
    )
