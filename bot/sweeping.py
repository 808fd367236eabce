"""Retention: what is too old goes, a little at each beat of the clock, so that nobody waits for it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import structlog

from bot.settings import DeliverySettings
from bot.worker import utc_now
from digest.errors import StoreUnavailable
from storage.store import Store

log = structlog.get_logger()

SWEEP_SECONDS = 60.0
INBOX_KEPT = dt.timedelta(days=2)
# Each small enough that an answer hardly waits for it on SQLite.
STEPS = 25
REST_SECONDS = 0.05


async def sweep(
    store: Store, delivery: DeliverySettings, *, wall: Callable[[], dt.datetime] = utc_now
) -> None:
    """Erase what is older than it is kept: deliveries with their messages, answered updates, troubles."""
    now = wall()
    before = now - dt.timedelta(days=delivery.keep_days)
    try:
        async with store.transaction() as tx:
            await tx.inbox.sweep(now - INBOX_KEPT)
            await tx.troubles.sweep(before)
        erased = await _sweep_deliveries(store, before)
    except StoreUnavailable:
        log.info("sweep_put_off")
        return
    if erased:
        log.info("deliveries_erased", rows=erased)


async def _sweep_deliveries(store: Store, before: dt.datetime) -> int:
    erased = 0
    for _ in range(STEPS):
        async with store.transaction() as tx:
            gone = await tx.campaigns.sweep(before)
        erased += gone
        if gone == 0:
            break
        await asyncio.sleep(REST_SECONDS)
    return erased
