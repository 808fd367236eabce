"""The alerts of the running program, put together from its parts."""

from __future__ import annotations

from bot.alerts import Alerts
from bot.disk import Disk
from bot.pace import Pace
from bot.phrases import Catalogs
from bot.signs import OwnSigns
from bot.telegram.channel import CHANNEL
from bot.telegram.outlet import TelegramOutlet
from bot.telegram.polling import Polling
from bot.worker import Worker, utc_now
from digest.house import House
from handlers.watch import Watch
from storage.store import Store


def alerts_of(  # noqa: PLR0913, PLR0917 - it takes the parts that it looks at
    store: Store,
    house: House,
    catalogs: Catalogs,
    sending: tuple[TelegramOutlet, Pace],
    channels: tuple[str, ...],
    polling: Polling,
    worker: Worker,
    disk: Disk | None,
    robots: tuple[str, ...] = (),
) -> Alerts:
    """Alerts that speak through the bot itself; `channels` and `robots` are those of the configuration."""
    return Alerts(
        store,
        house,
        catalogs,
        {CHANNEL: sending},
        Watch(house, channels, robots=robots),
        OwnSigns(polling, worker, disk, sending[1]),
        utc_now,
    )
