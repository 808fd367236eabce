"""The alerts of the running program, put together from its parts."""

from __future__ import annotations

from bot.alerts import Alerts
from bot.assembly import house_of
from bot.disk import Disk
from bot.disk_signs import DiskSigns, together
from bot.stations.assembly import Stations, outlets_of
from bot.stations.station import Around
from bot.worker import Worker, utc_now
from handlers.watch import Watch


def alerts_of(around: Around, stations: Stations, worker: Worker, disk: Disk | None) -> Alerts:
    """Alerts that speak through the channels themselves, and watch these."""
    house = house_of(around.settings)
    robots = tuple(robot.name for robot in around.settings.wecom.robots)
    signs = [one.signs(worker, disk) for one in stations if one.signs is not None]
    return Alerts(
        around.store,
        house,
        around.catalogs,
        outlets_of(stations),
        Watch(house, around.settings.telegram.channels, robots=robots),
        together(*signs) if signs else DiskSigns(worker, disk),
        utc_now,
    )
