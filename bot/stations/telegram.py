"""Telegram as a station."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from functools import partial

import structlog

from bot.assembly import house_of, router_of
from bot.delivery.assembly import pace_of
from bot.delivery.office import POLLER, Office, stands_by
from bot.disk import Disk
from bot.newsroom import newsroom_of
from bot.signs import OwnSigns
from bot.stations.station import WELL, Around, Station, Tick
from bot.telegram.answers import Answers
from bot.telegram.channel import CHANNEL, TelegramChannel
from bot.telegram.menu import keep_menus, menus
from bot.telegram.outlet import TelegramOutlet
from bot.telegram.polling import Health, Polling
from bot.throttle import Throttle
from bot.worker import Worker, utc_now
from digest.errors import SendFailure, Unauthorized

log = structlog.get_logger()

INTRODUCE_SECONDS = 2.0
REPORT_SECONDS = 5.0


@contextlib.asynccontextmanager
async def telegram_station(around: Around) -> AsyncIterator[Station]:
    """The station of one bot, connected."""
    telegram = around.settings.telegram
    channel = TelegramChannel(
        telegram.token.get_secret_value(),
        api_base_url=telegram.api_base_url,
        proxy=telegram.proxy.get_secret_value(),
        paid=telegram.paid_broadcast,
    )
    await channel.open()
    try:
        yield _station(around, channel)
    finally:
        await channel.close()


def _station(around: Around, channel: TelegramChannel) -> Station:
    settings, store, catalogs = around.settings, around.store, around.catalogs
    account = f"{CHANNEL}:{channel.bot_id}"
    pace = pace_of(settings, store, account)
    router = router_of(store, settings, catalogs)
    answers = Answers(store, router, channel, pace, Throttle(time.monotonic), utc_now)
    polling = Polling(channel, answers.keep, partial(_tell, around))
    newsroom = newsroom_of(store, house_of(settings), catalogs, channel, pace)
    menu = partial(keep_menus, channel, menus(catalogs))

    def signs(worker: Worker, disk: Disk | None) -> OwnSigns:
        return OwnSigns(polling, worker, disk, pace)

    return Station(
        channel=CHANNEL,
        account=account,
        sending=(TelegramOutlet(channel), pace),
        services={**newsroom.services, "polling": polling.run, "menu": menu},
        answering={"answers": answers.run},
        ticks={"reports": Tick(REPORT_SECONDS, newsroom.morning.tick)},
        introduce=partial(_introduce, channel),
        state=partial(_state, polling),
        finished=answers.finished,
        signs=signs,
    )


async def _introduce(channel: TelegramChannel) -> bool:
    """Learn who we are; whatever else is wrong than a refused token may pass."""
    try:
        async with asyncio.timeout(INTRODUCE_SECONDS):
            await channel.identify()
    except Unauthorized:
        return False
    except (SendFailure, TimeoutError):
        log.info("telegram_unknown_yet")
    return True


def _state(polling: Polling, offices: Mapping[str, Office]) -> str:
    well = polling.health is Health.WELL or stands_by(offices, POLLER)
    return WELL if well else polling.health.value


async def _tell(around: Around, code: str) -> None:
    """Say once, on stderr and in the log, how the platform is doing."""
    log.warning("telegram_state", state=code.removeprefix("telegram."))
    host = around.settings.telegram.api_base_url.partition("://")[2]
    around.terminal.complain(around.terminal.phrases(code, host=host))
