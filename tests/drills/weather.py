"""What the drills of the network share: a worker and a stand-in, on one clock that runs fast."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from benchmarks.record import Figure
from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.telegram.channel import TelegramChannel
from bot.telegram.outlet import TelegramOutlet
from bot.telegram.request import Patience
from bot.worker import Surroundings, Worker
from digest.campaign import CampaignState
from digest.house import House
from storage.store import Store
from tests.drills.pushing import FIRST_CHAT, Ledger, equation, in_file, owe
from tests.drills.scene import Scene
from tests.standins.telegram import TelegramStandin

CONCURRENCY = 32


@dataclass(slots=True)
class FastClock:
    """A clock that runs so many times as fast as the machine's, and leaps when told to."""

    speed: float
    began: float = field(default_factory=time.monotonic)
    day: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    leapt: float = 0.0
    skipped: float = 0.0

    def seconds(self) -> float:
        """Monotonic seconds."""
        return self.began + (time.monotonic() - self.began) * self.speed + self.skipped

    def now(self) -> dt.datetime:
        """The present moment; it alone leaps."""
        return self.day + dt.timedelta(seconds=self.seconds() - self.began + self.leapt)

    async def sleep(self, seconds: float) -> None:
        """Sleep so many of its seconds."""
        await asyncio.sleep(seconds / self.speed)


@dataclass(slots=True)
class Weather:
    """A worker at work, the platform, and what lies between them."""

    scene: Scene
    store: Store
    server: TelegramStandin
    worker: Worker
    clock: FastClock
    ledger: Ledger

    @property
    def everybody(self) -> set[int]:
        """Every chat that is owed a message."""
        return set(range(FIRST_CHAT + 1, FIRST_CHAT + 1 + self.scene.readers))

    async def settled(self, seconds: float = 600.0) -> None:
        """Wait until the newest campaign is done."""
        await self.until(lambda campaign: campaign is CampaignState.DONE, seconds)

    async def until(self, done: Callable[[CampaignState], bool], seconds: float = 600.0) -> None:
        """Wait until the newest campaign is in such a state."""
        async with asyncio.timeout(seconds):
            while True:
                async with self.store.reading() as tx:
                    campaigns = await tx.campaigns.list(1)
                if done(campaigns[0].state):
                    return
                await asyncio.sleep(0.05)

    def account(self, *, twice: int = 0, in_hand: set[int] | None = None) -> dict[str, Figure]:
        """The equation of ledger and truth."""
        copies = self.server.truth.per_chat()
        hand = self.everybody if in_hand is None else in_hand
        states = self.ledger.states()
        return equation(self.everybody, copies, self.ledger, states, twice=twice, in_hand=hand)

    def setbacks(self, reason: str = "") -> int:
        """How many setbacks deliveries have met with."""
        where = f" WHERE reason = '{reason}'" if reason else ""
        return self.ledger.query(f"SELECT coalesce(sum(times), 0) FROM setbacks{where}")[0][0]


@asynccontextmanager
async def weather(
    scene: Scene,
    *,
    speed: float = 1.0,
    on_unknown: str = "resend",
    rate: float = 1000,
    strict: bool = False,
    port: int = 0,
    patience: Patience | None = None,
) -> AsyncIterator[Weather]:
    """A push that nobody has yet; with a `port` the platform is to be opened there by the drill."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    clock, database = FastClock(speed), scene.folder / "digestbot.db"
    await owe(f"sqlite:///{database}", scene.readers)
    server = TelegramStandin(
        rate=int(rate),
        strict=strict,
        fast=True,
        latency=(2, 20),
        seed=scene.seed,
        port=port,
        clock=clock.seconds,
    )
    if not port:
        await server.__aenter__()
    base_url = f"http://127.0.0.1:{server.port}"
    channel = TelegramChannel(server.token, api_base_url=base_url, patience=patience)
    await channel.open()
    store = await Store.open(f"sqlite:///{database}")
    pace = Pace(Rate(rate), clock=clock.seconds, sleep=clock.sleep)
    around = Surroundings(clock.now, clock.seconds, scene.chance.random)
    outlets = {"telegram": (TelegramOutlet(channel), pace)}
    worker = Worker(
        store,
        House(),
        load_catalogs(),
        outlets,
        concurrency=CONCURRENCY,
        on_unknown=on_unknown,
        around=around,
    )
    await worker.start()
    try:
        yield Weather(scene, store, server, worker, clock, Ledger(in_file(database)))
    finally:
        await worker.drain(5.0)
        await store.close()
        await channel.close()
        await server.__aexit__(None, None, None)
        structlog.reset_defaults()
