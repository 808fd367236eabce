"""What the running program does for its editors on Telegram: reports, and corrections carried out."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.composer import Composer
from bot.correcting import Corrections
from bot.morning import Morning
from bot.pace import Pace
from bot.telegram.channel import TelegramChannel
from bot.telegram.notices import Notices
from bot.telegram.outlet import TelegramOutlet
from bot.worker import utc_now
from digest.house import House
from digest.ports import Languages
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The two that work for the editors."""

    morning: Morning
    corrections: Corrections


def newsroom_of(
    store: Store, house: House, languages: Languages, channel: TelegramChannel, pace: Pace
) -> Newsroom:
    """The newsroom of one bot, in the wall clock's time."""
    notices = Notices(channel, pace)
    composer = Composer(store, house, languages, now=utc_now)
    outlet = TelegramOutlet(channel)
    return Newsroom(
        Morning(store, house, languages, notices, utc_now),
        Corrections(store, languages, composer, outlet, pace, notices, utc_now, time.monotonic),
    )
