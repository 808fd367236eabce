"""From settings to the parts of delivery: alone on SQLite, shared with others on PostgreSQL."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from bot.assembly import database_url, house_of
from bot.delivery.office import FOLDER, POLLER, Office
from bot.delivery.slots import SharedSlots
from bot.outlet import Outlet
from bot.pace import Pace, Rate
from bot.phrases import Catalogs
from bot.settings import Settings
from bot.worker import Worker
from storage.engines import file_of
from storage.seats import Seat
from storage.store import Store

# From its slot until it is settled a message takes up to so many seconds, most of them before it leaves.
UNDER_WAY = 0.25


def shared_by_many(settings: Settings) -> bool:
    """Whether several programs may work on the database at once."""
    return file_of(database_url(settings)) is None


def pace_of(settings: Settings, store: Store, account: str) -> Pace:
    """The pace of Telegram's account, with slots of its own or shared ones."""
    rate = Rate(settings.telegram.messages_per_second)
    slots = SharedSlots(store, account, rate, clock=time.monotonic) if shared_by_many(settings) else None
    return Pace(rate, clock=time.monotonic, slots=slots)


def seats_of(settings: Settings) -> int:
    """How many messages may be on their way at once: at least as many as the account's limit needs."""
    return max(settings.delivery.concurrency, math.ceil(settings.telegram.messages_per_second * UNDER_WAY))


def worker_of(
    settings: Settings, store: Store, catalogs: Catalogs, outlets: Mapping[str, tuple[Outlet, Pace]]
) -> Worker:
    """The worker: alone with the ledger on SQLite, with tickets that many share on PostgreSQL."""
    delivery = settings.delivery
    worker = Worker(
        store,
        house_of(settings),
        catalogs,
        outlets,
        concurrency=seats_of(settings),
        on_unknown=delivery.on_unknown,
        broadcast_on_unknown=delivery.broadcast_on_unknown,
    )
    if not shared_by_many(settings):
        return worker
    # The job engine is loaded only where it is used.
    from bot.delivery.queue import Queue

    return worker.fed_by(Queue(store, database_url(settings)))


def offices_of(settings: Settings, account: str) -> dict[str, Office]:
    """The offices for which the programs on one PostgreSQL stand; none on SQLite."""
    if not shared_by_many(settings):
        return {}
    url = database_url(settings)
    return {
        POLLER: Office(Seat(url, f"poller {account}"), POLLER),
        FOLDER: Office(Seat(url, "folder"), FOLDER),
    }
