"""`digestbot worker`: a worker and nothing else, beside any number of others on one PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import signal

import structlog

from bot.assembly import catalogs_of, database_url, secrets_of
from bot.delivery.assembly import pace_of, shared_by_many, worker_of
from bot.log import configure_log
from bot.phrases import Catalogs
from bot.settings import Settings
from bot.telegram.channel import CHANNEL, TelegramChannel
from bot.telegram.outlet import TelegramOutlet
from bot.terminal import Terminal
from digest.errors import OperatorError, SendFailure, Unauthorized
from storage.store import Store

log = structlog.get_logger()

INTRODUCE_SECONDS = 2.0
DRAIN_SECONDS = 20.0
SECOND_SIGNAL = 1


async def run_worker(settings: Settings, terminal: Terminal) -> int:
    """Send until SIGTERM or SIGINT; 0 when it ended in order, OperatorError when it could not begin."""
    if not shared_by_many(settings):
        raise OperatorError("worker.sqlite", exit_code=2)
    if not settings.telegram.configured:
        raise OperatorError("run.no_channel", exit_code=2)
    configure_log(settings.log, secrets_of(settings))
    # The tables are made and upgraded by `run` and `migrate`: of many workers none must begin with that.
    store = await Store.open(database_url(settings), create=False)
    try:
        await _send(settings, store, terminal)
    finally:
        await store.close()
    return 0


async def _send(settings: Settings, store: Store, terminal: Terminal) -> None:
    telegram = settings.telegram
    channel = TelegramChannel(
        telegram.token.get_secret_value(),
        api_base_url=telegram.api_base_url,
        proxy=telegram.proxy.get_secret_value(),
        paid=telegram.paid_broadcast,
    )
    await channel.open()
    try:
        await _introduce(channel)
        await _work(settings, store, terminal, channel, catalogs_of(settings))
    finally:
        await channel.close()


async def _introduce(channel: TelegramChannel) -> None:
    """A refused token leaves nothing to send with; whatever else is wrong may pass."""
    try:
        async with asyncio.timeout(INTRODUCE_SECONDS):
            await channel.identify()
    except Unauthorized as caught:
        raise OperatorError("run.token_refused", exit_code=2) from caught
    except (SendFailure, TimeoutError):
        log.info("telegram_unknown_yet")


async def _work(
    settings: Settings, store: Store, terminal: Terminal, channel: TelegramChannel, catalogs: Catalogs
) -> None:
    pace = pace_of(settings, store, f"{CHANNEL}:{channel.bot_id}")
    worker = worker_of(settings, store, catalogs, {CHANNEL: (TelegramOutlet(channel), pace)})
    stop = asyncio.Event()
    _listen_to_signals(stop)
    await worker.start()
    terminal.complain(terminal.phrases("worker.ready", channels="Telegram"))
    await stop.wait()
    terminal.complain(terminal.phrases("run.stopping"))
    await worker.drain(DRAIN_SECONDS)
    terminal.complain(terminal.phrases("run.stopped"))


def _listen_to_signals(stop: asyncio.Event) -> None:
    def signalled() -> None:
        if stop.is_set():
            os._exit(SECOND_SIGNAL)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, signalled)
