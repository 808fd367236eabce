"""A fake outlet at the seam, and a bench that runs a worker with it on a real store."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.outlet import Lane, Message
from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.worker import Surroundings, Worker
from digest.campaign import CampaignState, OnUnknown, Progress
from digest.errors import SendFailure
from digest.house import House
from digest.replies import Reply
from digest.subscriber import Place
from storage.store import Store
from tests.storage.makers import NOW

Script = Callable[[Place, "Words"], SendFailure | None]


@dataclass(frozen=True, slots=True)
class Words:
    """A message: which part of how many, and whether its markup was taken away."""

    part: int
    parts: int
    silent: bool = False
    plain: bool = False


@dataclass(slots=True)
class FakeOutlet:
    """Takes every message, unless `script` gives a failure for it, or `before` does something first."""

    parts: int = 1
    latency: float = 0.0
    channel: str = "telegram"
    account: str = "42"
    bot_name: str = "digest_bot"
    ready: bool = True
    script: Script = lambda place, words: None
    before: Callable[[Place], Awaitable[None]] | None = None
    poisonous: Callable[[Reply], bool] = lambda reply: False
    calls: list[tuple[str, Words]] = field(default_factory=list)
    accepted: list[tuple[str, Words]] = field(default_factory=list)
    rendered: int = 0
    flying: int = 0
    most_flying: int = 0

    def render(self, reply: Reply) -> tuple[Message, ...]:
        self.rendered += 1
        if self.poisonous(reply):
            raise ValueError("poison")
        return tuple(Words(part, self.parts, reply.silent) for part in range(self.parts))

    def plain(self, message: Message) -> Message:
        assert isinstance(message, Words)
        return replace(message, plain=True)

    async def send(self, place: Place, message: Message, *, lane: Lane) -> str:
        assert isinstance(message, Words)
        assert lane is Lane.BULK
        self.flying += 1
        self.most_flying = max(self.most_flying, self.flying)
        try:
            return await self._send(place, message)
        finally:
            self.flying -= 1

    async def _send(self, place: Place, message: Words) -> str:
        self.calls.append((place.recipient, message))
        if self.before is not None:
            await self.before(place)
        await asyncio.sleep(self.latency)
        failure = self.script(place, message)
        if failure is not None:
            raise failure
        self.accepted.append((place.recipient, message))
        return f"{place.recipient}:{len(self.accepted)}"

    @property
    def copies(self) -> Counter[str]:
        """How many messages each recipient has got."""
        return Counter(recipient for recipient, _ in self.accepted)


@dataclass(slots=True)
class Moment:
    """The time of the day, which a test can turn on."""

    leapt: dt.timedelta = dt.timedelta()
    began: float = field(default_factory=time.monotonic)

    def now(self) -> dt.datetime:
        return NOW + self.leapt + dt.timedelta(seconds=time.monotonic() - self.began)

    def leap(self, seconds: float) -> None:
        self.leapt += dt.timedelta(seconds=seconds)


@dataclass(slots=True)
class Bench:
    """A worker at work, with what it works on."""

    store: Store
    outlet: FakeOutlet
    worker: Worker
    moment: Moment

    async def progress(self, campaign_id: int) -> Progress:
        """The sums of a campaign."""
        async with self.store.reading() as tx:
            progress = await tx.campaigns.show(campaign_id)
        assert progress is not None
        return progress

    async def settled(self, campaign_id: int, seconds: float = 20.0) -> Progress:
        """The sums of a campaign once nothing of it waits for anything but a retry."""
        return await self.reach(campaign_id, lambda at: at.state is CampaignState.DONE, seconds)

    async def reach(
        self, campaign_id: int, done: Callable[[Progress], bool], seconds: float = 20.0
    ) -> Progress:
        """The sums of a campaign once `done` says so."""
        async with asyncio.timeout(seconds):
            while not done(progress := await self.progress(campaign_id)):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return progress

    async def until(self, done: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait until `done` says so."""
        async with asyncio.timeout(seconds):
            while not done():  # noqa: ASYNC110 - what is waited for does not know that it is watched
                await asyncio.sleep(0.01)


def make_bench(
    store: Store,
    outlet: FakeOutlet,
    *,
    on_unknown: OnUnknown = OnUnknown.RESEND,
    concurrency: int = 32,
    rate: float = 1000,
) -> Bench:
    """A worker that is not started yet."""
    moment = Moment()
    worker = Worker(
        store,
        House(),
        load_catalogs(),
        {"telegram": (outlet, Pace(Rate(rate), clock=time.monotonic))},
        concurrency=concurrency,
        on_unknown=on_unknown,
        around=Surroundings(now=moment.now, random=lambda: 0.5),
    )
    return Bench(store, outlet, worker, moment)


@asynccontextmanager
async def working(
    store: Store,
    outlet: FakeOutlet,
    *,
    on_unknown: OnUnknown = OnUnknown.RESEND,
    concurrency: int = 32,
    rate: float = 1000,
) -> AsyncIterator[Bench]:
    """A worker that works inside the block."""
    bench = make_bench(store, outlet, on_unknown=on_unknown, concurrency=concurrency, rate=rate)
    await bench.worker.start()
    try:
        yield bench
    finally:
        await bench.worker.drain(5.0)
