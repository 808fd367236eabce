"""What the running program does for its editors on Telegram: reports, broadcasts, corrections carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.composer import Composer
from bot.correcting import Corrections
from bot.editors import editors_services
from bot.morning import Morning
from bot.pace import Pace
from bot.services import Service
from bot.telegram.channel import TelegramChannel
from bot.telegram.desk import TelegramDesk
from bot.telegram.notices import Notices
from bot.telegram.outlet import TelegramOutlet
from bot.worker import utc_now
from digest.house import House
from digest.ports import Languages
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Newsroom:
    """Who works for the editors: the reports, at the clock's ticks; and the services by name."""

    morning: Morning
    services: Mapping[str, Service]


def newsroom_of(
    store: Store, house: House, languages: Languages, channel: TelegramChannel, pace: Pace
) -> Newsroom:
    """The newsroom of one bot, in the wall clock's time."""
    notices = Notices(channel, pace)
    composer = Composer(store, house, languages, now=utc_now)
    outlet = TelegramOutlet(channel)
    corrections = Corrections(store, languages, composer, outlet, pace, notices, utc_now)
    services = editors_services(store, house, languages, TelegramDesk(channel, pace))
    return Newsroom(
        Morning(store, house, languages, notices, utc_now),
        {**services, "story_corrections": corrections.run},
    )
