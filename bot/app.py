"""The composition root: builds everything for `digestbot run`, and closes it in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog

from bot.alerts import Alerts
from bot.assembly import (
    catalogs_of,
    database_url,
    house_of,
    instance_lock,
    migrated,
    opened_store,
    router_of,
    rules_of,
    secrets_of,
)
from bot.delivery.assembly import offices_of, pace_of, worker_of
from bot.delivery.office import POLLER, Office, elected, stands_by
from bot.disk import Disk
from bot.folder import Folder
from bot.indexing import keep_index
from bot.log import configure_log
from bot.newsroom import Newsroom, newsroom_of
from bot.phrases import Catalogs
from bot.services import Service, cancelled, kept_up
from bot.settings import Settings
from bot.sweeping import SWEEP_SECONDS, sweep
from bot.telegram.answers import Answers
from bot.telegram.channel import CHANNEL, TelegramChannel
from bot.telegram.menu import keep_menus, menus
from bot.telegram.outlet import TelegramOutlet
from bot.telegram.polling import Health as PollHealth
from bot.telegram.polling import Polling
from bot.terminal import Terminal
from bot.throttle import Throttle
from bot.ticker import Ticker
from bot.watching import alerts_of
from bot.webserver import serve
from bot.worker import Worker, utc_now
from digest.errors import OperatorError, SendFailure, StoreUnavailable, Unauthorized
from handlers.defaults import follow_schedule, keep_channels
from handlers.plan import plan
from storage.engines import file_of
from storage.store import Store
from web.health import make_site

log = structlog.get_logger()

INTRODUCE_SECONDS = 2.0
DRAIN_SECONDS = 20.0
PLAN_SECONDS = 0.5
REPORT_SECONDS = 5.0
ANSWERS_SECONDS = 5.0
STORE_SECONDS = 2.0
SECOND_SIGNAL = 1


async def run_app(settings: Settings, terminal: Terminal) -> int:
    """Run until SIGTERM or SIGINT; 0 when it ended in order, OperatorError when it could not begin."""
    if not settings.telegram.configured:
        raise OperatorError("run.no_channel", exit_code=2)
    if settings.telegram.mode == "webhook":
        raise OperatorError("run.no_webhook", exit_code=2)
    configure_log(settings.log, secrets_of(settings))
    with instance_lock(settings, utc_now()):
        await migrated(settings)
        async with opened_store(settings) as store, _built(settings, store, terminal) as app:
            await app.run()
    return 0


@contextlib.asynccontextmanager
async def _built(settings: Settings, store: Store, terminal: Terminal) -> AsyncIterator[App]:
    telegram = settings.telegram
    channel = TelegramChannel(
        telegram.token.get_secret_value(),
        api_base_url=telegram.api_base_url,
        proxy=telegram.proxy.get_secret_value(),
        paid=telegram.paid_broadcast,
    )
    await channel.open()
    try:
        yield App(settings, store, terminal, channel, catalogs_of(settings))
    finally:
        await channel.close()


@dataclass(slots=True)
class App:
    """The parts of the running program."""

    settings: Settings
    store: Store
    terminal: Terminal
    channel: TelegramChannel
    catalogs: Catalogs
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    web_port: int = 0
    web_tried: asyncio.Event = field(default_factory=asyncio.Event)
    polling: Polling = field(init=False)
    answers: Answers = field(init=False)
    worker: Worker = field(init=False)
    folder: Folder = field(init=False)
    ticker: Ticker = field(init=False)
    newsroom: Newsroom = field(init=False)
    offices: Mapping[str, Office] = field(init=False)
    disk: Disk | None = field(init=False)
    alerts: Alerts = field(init=False)

    def __post_init__(self) -> None:
        settings, house = self.settings, house_of(self.settings)
        account = f"{CHANNEL}:{self.channel.bot_id}"
        pace = pace_of(settings, self.store, account)
        sending = (TelegramOutlet(self.channel), pace)
        self.offices = offices_of(settings, account)
        self.answers = Answers(
            self.store,
            router_of(self.store, settings, self.catalogs),
            self.channel,
            pace,
            Throttle(time.monotonic),
            utc_now,
        )
        self.polling = Polling(self.channel, self.answers.keep, self._tell)
        self.worker = worker_of(
            settings,
            self.store,
            self.catalogs,
            {CHANNEL: sending},
        )
        self.folder = Folder(
            settings.issues.folder,
            self.store,
            rules_of(settings),
            settings.issues.rescan_seconds,
            time.monotonic,
            utc_now,
            lambda: None,
        )
        self.newsroom = newsroom_of(self.store, house, self.catalogs, self.channel, pace)
        self.ticker = Ticker()
        file = file_of(database_url(settings))
        self.disk = Disk(file.parent, self._tell_disk) if file is not None else None
        channels, parts = settings.telegram.channels, (self.polling, self.worker, self.disk)
        self.alerts = alerts_of(self.store, house, self.catalogs, sending, channels, *parts)

    async def run(self) -> None:
        """Serve until a signal; then no new work, and what is in flight is settled before all is closed."""
        self._listen_to_signals()
        await self._introduce()
        house = house_of(self.settings)
        await follow_schedule(self.store, house, now=utc_now())
        await keep_channels(self.store, house, self.settings.telegram.channels, now=utc_now())
        await self.worker.start()
        self._set_clock()
        services = elected(self._services(), self.offices)
        tasks = [asyncio.create_task(kept_up(name, run), name=name) for name, run in services.items()]
        await self._tell_ready()
        await self.stop.wait()
        self.terminal.complain(self.terminal.phrases("run.stopping"))
        await self._close(tasks)
        self.terminal.complain(self.terminal.phrases("run.stopped"))

    async def _introduce(self) -> None:
        """Learn who we are. A refused token leaves no channel to run for; whatever else is wrong may pass."""
        try:
            async with asyncio.timeout(INTRODUCE_SECONDS):
                await self.channel.identify()
        except Unauthorized as caught:
            raise OperatorError("run.token_refused", exit_code=2) from caught
        except (SendFailure, TimeoutError):
            log.info("telegram_unknown_yet")

    def _services(self) -> Mapping[str, Service]:
        services: dict[str, Service] = {
            **self.newsroom.services,
            "polling": self.polling.run,
            "answers": self.answers.run,
            "folder": self._keep_folder,
            "menu": partial(keep_menus, self.channel, menus(self.catalogs)),
            "index": partial(keep_index, self.store, self.stop),
            "web": self._serve_web,
            "alerts": self.alerts.run,
        }
        return services if self.disk is None else {**services, "disk": self.disk.run}

    async def _keep_folder(self) -> None:
        # The first look at a large folder takes the processor: whoever asks whether we are ready goes first.
        await self.web_tried.wait()
        await self.folder.run()

    def _set_clock(self) -> None:
        self.ticker.every(PLAN_SECONDS, self._plan, name="plan")
        self.ticker.every(REPORT_SECONDS, self.newsroom.morning.tick, name="reports")
        self.ticker.every(SWEEP_SECONDS, partial(sweep, self.store, self.settings.delivery), name="sweep")
        self.ticker.start()

    async def _plan(self) -> None:
        try:
            planned = await plan(self.store, house_of(self.settings), now=await self.store.now(utc_now()))
        except StoreUnavailable:
            log.warning("plan_put_off")
            return
        if planned.owed:
            self.worker.wake()

    async def _close(self, tasks: list[asyncio.Task[None]]) -> None:
        self.ticker.stop()
        first = [task for task in tasks if task.get_name() not in ("answers", "web", "disk")]
        await cancelled(first)
        await self.worker.drain(DRAIN_SECONDS)
        await self._answers_finished()
        await cancelled([task for task in tasks if task not in first])

    async def _answers_finished(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWERS_SECONDS):
                await self.answers.finished()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled)

    def _signalled(self) -> None:
        if self.stop.is_set():
            os._exit(SECOND_SIGNAL)
        self.stop.set()

    async def _serve_web(self) -> None:
        web = self.settings.web

        def failed(error: OSError) -> None:
            self.web_tried.set()
            reason = error.strerror or str(error)
            self.terminal.complain(self.terminal.phrases("run.web_port", port=str(web.port), reason=reason))

        def bound(port: int) -> None:
            self.web_port = port
            self.web_tried.set()
            log.info("web_listening", host=web.host, port=port)

        await serve(make_site(self._states), web.host, web.port, failed=failed, bound=bound)

    async def _states(self) -> Mapping[str, str]:
        return {"database": await self._database_state(), "telegram": self._telegram_state()}

    async def _database_state(self) -> str:
        if self.disk is not None and self.disk.full:
            return "full"
        try:
            async with asyncio.timeout(STORE_SECONDS), self.store.reading() as tx:
                await tx.meta.get("ready")
        except (StoreUnavailable, TimeoutError):
            return "unavailable"
        return "ok"

    def _telegram_state(self) -> str:
        health = self.polling.health
        well = health is PollHealth.WELL or stands_by(self.offices, POLLER)
        return "ok" if well else health.value

    async def _tell(self, code: str) -> None:
        """Say once, on stderr and in the log, how the platform is doing."""
        log.warning("telegram_state", state=code.removeprefix("telegram."))
        host = self.settings.telegram.api_base_url.partition("://")[2]
        self.terminal.complain(self.terminal.phrases(code, host=host))

    def _tell_disk(self, code: str, left: int) -> None:
        log.warning("disk_state", state=code.removeprefix("run."), left=left)
        folder = str(self.disk.folder) if self.disk is not None else ""
        self.terminal.complain(self.terminal.phrases(code, folder=folder, free=left))

    async def _tell_ready(self) -> None:
        async with self.store.reading() as tx:
            issues = await tx.issues.count(utc_now())
            readers = await tx.subscribers.count(only_active=True)
        # With port 0 the system chooses one, and a person wants to know which.
        await self.web_tried.wait()
        web = self.settings.web
        address = f"{web.host}:{self.web_port or web.port}"
        ready = self.terminal.phrases(
            "run.ready", channels="Telegram", issues=issues, readers=readers, web=address
        )
        self.terminal.complain(ready)
