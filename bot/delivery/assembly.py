"""From settings to the parts of delivery: alone on SQLite, shared with others on PostgreSQL."""

from __future__ import annotations

import time

from bot.assembly import database_url
from bot.delivery.slots import SharedSlots
from bot.pace import Pace, Rate
from bot.settings import Settings
from storage.engines import file_of
from storage.store import Store


def shared_by_many(settings: Settings) -> bool:
    """Whether several programs may work on the database at once."""
    return file_of(database_url(settings)) is None


def pace_of(settings: Settings, store: Store, account: str) -> Pace:
    """The pace of Telegram's account, with slots of its own or shared ones."""
    rate = Rate(settings.telegram.messages_per_second)
    slots = SharedSlots(store, account, rate, clock=time.monotonic) if shared_by_many(settings) else None
    return Pace(rate, clock=time.monotonic, slots=slots)
