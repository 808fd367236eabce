"""From settings to stations: those of the channels that are configured, and what they are together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from bot.lean import without_passports
from bot.outlet import Outlet
from bot.pace import Pace
from bot.settings import Settings
from bot.stations.station import Around, Station
from bot.terminal import Terminal
from digest.errors import OperatorError

Opener = Callable[[Around], AbstractAsyncContextManager[Station]]
Stations = tuple[Station, ...]


@asynccontextmanager
async def opened_stations(around: Around) -> AsyncIterator[Stations]:
    """The stations of what is configured; closed in reverse."""
    async with AsyncExitStack() as stack:
        openers = _openers(around.settings)
        yield tuple([await stack.enter_async_context(one(around)) for one in openers])


def _openers(settings: Settings) -> Iterable[Opener]:
    # Each brings a library of several megabytes: only what is configured is loaded.
    if settings.telegram.configured:
        with without_passports():
            from bot.stations.telegram import telegram_station

        yield telegram_station
    if settings.wechat.configured:
        from bot.stations.wechat import wechat_station

        yield wechat_station
    if settings.wecom.configured:
        from bot.stations.wecom import wecom_station

        yield wecom_station
    if settings.wecom.robots:
        from bot.stations.wecom import robots_station

        yield robots_station


def anything_configured(settings: Settings) -> bool:
    """Whether there is a channel to run for."""
    telegram, wechat, wecom = settings.telegram, settings.wechat, settings.wecom
    return telegram.configured or wechat.configured or wecom.configured or bool(wecom.robots)


async def introduced(stations: Stations) -> None:
    """Learn who we are everywhere; OperatorError when every platform refuses us."""
    if not any(await asyncio.gather(*(one.introduce() for one in stations))):
        raise OperatorError("run.token_refused", exit_code=2)


def outlets_of(stations: Stations) -> Mapping[str, tuple[Outlet, Pace]]:
    """The outlets by channel, each with its pace."""
    return {one.channel: one.sending for one in stations if one.sending is not None}


def names_of(stations: Stations, terminal: Terminal) -> str:
    """What the channels are called."""
    return ", ".join(terminal.phrases(f"channel.{one.channel}") for one in stations)
