"""The composition root: builds everything for `digestbot run`, and closes it in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog

from bot.assembly import (
    catalogs_of,
    database_url,
    house_of,
    instance_lock,
    migrated,
    opened_store,
    rules_of,
    secrets_of,
)
from bot.delivery.assembly import offices_of, worker_of
from bot.delivery.office import Office, elected
from bot.disk import Disk
from bot.editors import begin_scheduled
from bot.folder import Folder
from bot.indexing import keep_index
from bot.log import configure_log
from bot.readiness import Readiness
from bot.services import Service, cancelled, kept_up
from bot.settings import Settings
from bot.short_links import short_link_routes
from bot.site import Site
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
from bot.sweeping import SWEEP_SECONDS, sweep
from bot.terminal import Terminal
from bot.ticker import Ticker
from bot.watching import alerts_of
from bot.worker import Worker, utc_now
from digest.errors import OperatorError, StoreUnavailable
from handlers.defaults import follow_schedule, keep_channels
from handlers.plan import plan
from handlers.robots import keep_robots
from storage.engines import file_of

log = structlog.get_logger()

DRAIN_SECONDS = 20.0
PLAN_SECONDS = 0.5
ANSWERS_SECONDS = 5.0


async def run_app(settings: Settings, terminal: Terminal) -> int:
    """Run until SIGTERM or SIGINT; 0 when it ended in order, OperatorError when it could not begin."""
    if not anything_configured(settings):
        raise OperatorError("run.no_channel", exit_code=2)
    if settings.telegram.mode == "webhook":
        raise OperatorError("run.no_webhook", exit_code=2)
    configure_log(settings.log, secrets_of(settings))
    with instance_lock(settings, utc_now()):
        await migrated(settings)
        async with opened_store(settings) as store:
            around = Around(settings, store, terminal, catalogs_of(settings))
            async with opened_stations(around) as stations:
                await App(around, stations).run()
    return 0


@dataclass(slots=True)
class App:
    """The parts of the running program."""

    around: Around
    stations: Stations
    offices: Mapping[str, Office] = field(init=False)
    worker: Worker = field(init=False)
    folder: Folder = field(init=False)
    disk: Disk | None = field(init=False)
    site: Site = field(init=False)
    ticker: Ticker = field(default_factory=Ticker)

    def __post_init__(self) -> None:
        settings, store = self.around.settings, self.around.store
        self.offices = offices_of(settings, self.stations[0].account)
        self.around.mail.outlets = outlets_of(self.stations)
        self.worker = worker_of(settings, store, self.around.catalogs, self.around.mail.outlets)
        issues = settings.issues
        self.folder = Folder(
            issues.folder,
            store,
            rules_of(settings),
            issues.rescan_seconds,
            time.monotonic,
            utc_now,
            lambda: None,
        )
        file = file_of(database_url(settings))
        self.disk = Disk(file.parent, self._tell_disk) if file is not None else None
        states = Readiness(store, self.disk, self.stations, self.offices)
        routes = [route for one in self.stations for route in one.routes]
        routes += short_link_routes(settings, store, self.around.catalogs)
        self.site = Site(settings.web, self.around.terminal, states, routes)

    async def run(self) -> None:
        """Serve until a signal; then no new work, and what is in flight is settled before all is closed."""
        stop = stop_on_signals()
        await introduced(self.stations)
        store, settings, house = self.around.store, self.around.settings, house_of(self.around.settings)
        await follow_schedule(store, house, now=utc_now())
        await keep_channels(store, house, settings.telegram.channels, now=utc_now())
        if not settings.wecom.robots:
            # Those there were have no station any more that would end them.
            await keep_robots(store, house, (), now=utc_now())
        await self.worker.start()
        self._set_clock()
        last = self._last_services()
        services = elected({**self._services(stop), **last}, self.offices)
        tasks = [asyncio.create_task(kept_up(name, run), name=name) for name, run in services.items()]
        await self._tell_ready()
        await stop.wait()
        terminal = self.around.terminal
        terminal.complain(terminal.phrases("run.stopping"))
        await self._close(tasks, frozenset(last))
        terminal.complain(terminal.phrases("run.stopped"))

    def _services(self, stop: asyncio.Event) -> Mapping[str, Service]:
        """What brings work in: it ends first."""
        store, house = self.around.store, house_of(self.around.settings)
        return {
            "schedule": partial(begin_scheduled, store, house),
            **{name: run for one in self.stations for name, run in one.services.items()},
            "folder": self._keep_folder,
            "index": partial(keep_index, store, stop),
            "alerts": alerts_of(self.around, self.stations, self.worker, self.disk).run,
        }

    def _last_services(self) -> Mapping[str, Service]:
        """What works off what has come in: it ends last."""
        answering = {name: run for one in self.stations for name, run in one.answering.items()}
        disk: Mapping[str, Service] = {} if self.disk is None else {"disk": self.disk.run}
        return {**answering, "web": self.site.run, **disk}

    async def _keep_folder(self) -> None:
        # The first look at a large folder takes the processor: whoever asks whether we are ready goes first.
        await self.site.tried.wait()
        await self.folder.run()

    def _set_clock(self) -> None:
        self.ticker.every(PLAN_SECONDS, self._plan, name="plan")
        for one in self.stations:
            for name, tick in one.ticks.items():
                self.ticker.every(tick.seconds, tick.run, name=name)
        sweeping = partial(sweep, self.around.store, self.around.settings.delivery)
        self.ticker.every(SWEEP_SECONDS, sweeping, name="sweep")
        self.ticker.start()

    async def _plan(self) -> None:
        store, house = self.around.store, house_of(self.around.settings)
        try:
            planned = await plan(store, house, now=await store.now(utc_now()))
        except StoreUnavailable:
            log.warning("plan_put_off")
            return
        if planned.owed:
            self.worker.wake()

    async def _close(self, tasks: list[asyncio.Task[None]], last: frozenset[str]) -> None:
        self.ticker.stop()
        first = [task for task in tasks if task.get_name() not in last]
        await cancelled(first)
        await self.worker.drain(DRAIN_SECONDS)
        await self._answers_finished()
        await cancelled([task for task in tasks if task.get_name() == "web"])
        # Tencent may have called until now.
        await self._answers_finished()
        await cancelled([task for task in tasks if task not in first])

    async def _answers_finished(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWERS_SECONDS):
                await asyncio.gather(*(one.finished() for one in self.stations))

    def _tell_disk(self, code: str, left: int) -> None:
        log.warning("disk_state", state=code.removeprefix("run."), left=left)
        folder = str(self.disk.folder) if self.disk is not None else ""
        self.around.terminal.complain(self.around.terminal.phrases(code, folder=folder, free=left))

    async def _tell_ready(self) -> None:
        async with self.around.store.reading() as tx:
            issues = await tx.issues.count(utc_now())
            readers = await tx.subscribers.count(only_active=True)
        # With port 0 the system chooses one, and a person wants to know which.
        await self.site.tried.wait()
        terminal = self.around.terminal
        channels = names_of(self.stations, terminal)
        counts = {"issues": issues, "readers": readers}
        terminal.complain(terminal.phrases("run.ready", channels=channels, web=self.site.address, **counts))
