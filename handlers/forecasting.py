"""The reach of a push: how many readers of each account get it now, by which way, what is left of a quota."""

from __future__ import annotations

import datetime as dt

from digest.house import House
from digest.ports import Phrases
from digest.reach import Forecast, Sender, Way, forecast, mass_left
from storage.store import Transaction

# The platform's days and months.
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
MONTH = dt.timedelta(days=32)


async def forecasts(tx: Transaction, house: House, now: dt.datetime) -> tuple[tuple[Sender, Forecast], ...]:
    """What a push would reach at this moment on each account of WeChat and WeCom."""
    return tuple([(one, await _of(tx, one, now)) for one in house.senders])


async def _of(tx: Transaction, sender: Sender, now: dt.datetime) -> Forecast:
    crowd = await tx.windows.crowd(sender.channel, sender.account, now)
    masses = await tx.masses.since(sender.account, now - MONTH)
    today = now.astimezone(SHANGHAI).date()
    return forecast(sender.can, crowd, mass_left(sender.can, masses, today, SHANGHAI))


def reach_line(sender: Sender, found: Forecast, say: Phrases) -> str:
    """A forecast in a sentence."""
    values: dict[str, str | int] = {
        "name": say(f"forecast.{sender.channel}"),
        "readers": found.readers,
        "reached": found.reached,
        "waiting": found.waiting,
        "left": found.mass_left or 0,
    }
    match found.way:
        case Way.HAND:
            return say("forecast.hand", **values)
        case Way.MASS:
            return say("forecast.mass" if found.mass_left else "forecast.mass_used", **values)
        case Way.WINDOW:
            month = "" if found.mass_left is None else say("forecast.month", **values)
            return say("forecast.window", **values) + month
        case _:
            return say("forecast.app", **values)
