"""What the running program does for editors: it begins broadcasts, tells how far they are, corrects them."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Mapping
from functools import partial
from typing import Protocol

import structlog

from bot.amending import Amending, Reviser
from bot.announcer import Announcer, Desk
from bot.services import Service
from digest.errors import StoreUnavailable
from digest.house import House
from digest.ports import Languages
from handlers.outgoing import begin_due
from storage.store import Store

log = structlog.get_logger()

LOOK_SECONDS = 1.0


class EditorsDesk(Desk, Reviser, Protocol):
    """An account on which editors are spoken to, and which can change what it has sent."""


def editors_services(
    store: Store, house: House, languages: Languages, desk: EditorsDesk
) -> Mapping[str, Service]:
    """The services by name."""
    announcer = Announcer(store, house, languages, desk, time.monotonic)
    return {
        "schedule": partial(begin_scheduled, store, house),
        "progress": announcer.run,
        "corrections": Amending(store, desk).run,
    }


async def begin_scheduled(store: Store, house: House) -> None:
    """Begin every broadcast at its hour, until cancelled; the worker finds what is owed by itself."""
    while True:
        try:
            await begin_due(store, house, now=dt.datetime.now(dt.UTC))
        except StoreUnavailable:
            log.warning("broadcasts_put_off")
        await asyncio.sleep(LOOK_SECONDS)
