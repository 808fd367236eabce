"""`digestbot worker`: a worker and nothing else, beside any number of others on one PostgreSQL."""

from __future__ import annotations

from bot.assembly import catalogs_of, database_url, secrets_of
from bot.delivery.assembly import shared_by_many, worker_of
from bot.log import configure_log
from bot.settings import Settings
from bot.stations.assembly import (
    Stations,
    anything_configured,
    introduced,
    names_of,
    opened_stations,
    outlets_of,
)
from bot.stations.station import Around
from bot.stopping import stop_on_signals
from bot.terminal import Terminal
from digest.errors import OperatorError
from storage.store import Store

DRAIN_SECONDS = 20.0


async def run_worker(settings: Settings, terminal: Terminal) -> int:
    """Send until SIGTERM or SIGINT; 0 when it ended in order, OperatorError when it could not begin."""
    if not shared_by_many(settings):
        raise OperatorError("worker.sqlite", exit_code=2)
    if not anything_configured(settings):
        raise OperatorError("run.no_channel", exit_code=2)
    configure_log(settings.log, secrets_of(settings))
    # The tables are made and upgraded by `run` and `migrate`: of many workers none must begin with that.
    store = await Store.open(database_url(settings), create=False)
    try:
        around = Around(settings, store, terminal, catalogs_of(settings))
        async with opened_stations(around) as stations:
            await introduced(stations)
            await _work(around, stations)
    finally:
        await store.close()
    return 0


async def _work(around: Around, stations: Stations) -> None:
    terminal = around.terminal
    worker = worker_of(around.settings, around.store, around.catalogs, outlets_of(stations))
    stop = stop_on_signals()
    await worker.start()
    terminal.complain(terminal.phrases("worker.ready", channels=names_of(stations, terminal)))
    await stop.wait()
    terminal.complain(terminal.phrases("run.stopping"))
    await worker.drain(DRAIN_SECONDS)
    terminal.complain(terminal.phrases("run.stopped"))
