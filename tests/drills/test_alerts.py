"""Alerts while a push runs: the worker, the poll and the alerts of the program against a stand-in server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.alerts import Alerts
from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.signs import OwnSigns
from bot.telegram.channel import TelegramChannel
from bot.telegram.outlet import TelegramOutlet, TelegramPost
from bot.telegram.polling import Health, Polling, Updates
from bot.telegram.render import TelegramMessage
from bot.worker import Surroundings, Worker
from digest.campaign import CampaignState, Progress
from digest.house import House
from digest.replies import Reply
from digest.troubles import TroubleKind
from handlers.watch import Watch
from storage.store import Store
from tests.bot.outbound import Moment
from tests.standins.telegram import TelegramStandin
from tests.storage.makers import plan

ADMIN = 901
HOUSE = House(admins=frozenset({f"telegram:{ADMIN}"}))
FAST = 100.0
PATIENT = 30.0


class BlankOutlet(TelegramOutlet):
    """An outlet with a fault of ours: every digest it writes is blank, and the platform refuses it."""

    def render(self, reply: Reply) -> tuple[TelegramPost, ...]:
        return (TelegramPost(TelegramMessage("  ")),)


@dataclass
class Running:
    """The parts of a program that sends, polls and looks; `watchful` so many seconds."""

    server: TelegramStandin
    channel: TelegramChannel
    store: Store
    blank: bool = False
    rate: float = 1000
    concurrency: int = 32
    watchful: float = 120
    poll_seconds: float = 0.1
    moment: Moment = field(default_factory=Moment)
    heard: list[str] = field(default_factory=list)
    worker: Worker = field(init=False)
    polling: Polling = field(init=False)
    alerts: Alerts = field(init=False)

    def __post_init__(self) -> None:
        outlet = TelegramOutlet(self.channel)
        pace = Pace(Rate(self.rate), clock=time.monotonic)
        digests = BlankOutlet(self.channel) if self.blank else outlet
        self.worker = Worker(
            self.store,
            HOUSE,
            load_catalogs(),
            {"telegram": (digests, pace)},
            concurrency=self.concurrency,
            around=Surroundings(self.moment.now, _fast_clock, lambda: 0.5),
        )
        self.polling = _polling(self.channel, self._hear, self.poll_seconds)
        watch = Watch(HOUSE, patience=timedelta(seconds=self.watchful))
        signs = OwnSigns(self.polling, self.worker, None, pace)
        self.alerts = Alerts(
            self.store, HOUSE, load_catalogs(), {"telegram": (outlet, pace)}, watch, signs, self.moment.now
        )

    @property
    def told(self) -> list[str]:
        """What the admin has been told."""
        return [message.text for message in self.server.messages(ADMIN)]

    async def _hear(self, code: str) -> None:
        """What the terminal and the log are told."""
        self.heard.append(code)

    async def progress(self, campaign: int) -> Progress:
        """The sums of a campaign."""
        async with self.store.reading() as tx:
            found = await tx.campaigns.show(campaign)
        assert found is not None
        return found

    async def sent_all(self, campaign: int) -> None:
        """Wait until nothing of a campaign waits, not even for a later try: half a minute is soon over."""
        async with asyncio.timeout(PATIENT):
            while (await self.progress(campaign)).waiting:
                self.moment.leap(31)
                await asyncio.sleep(0.1)

    async def looks_until(self, done: Callable[[], bool]) -> None:
        """Look again and again until it is so."""
        async with asyncio.timeout(PATIENT):
            while not done():
                await self.alerts.look()
                await asyncio.sleep(0.05)


async def _keep(updates: Updates) -> None:
    """Nobody writes here."""


def _fast_clock() -> float:
    return time.monotonic() * FAST


def _polling(channel: TelegramChannel, tell: Callable[[str], Awaitable[None]], seconds: float) -> Polling:
    """A poll for which a minute and a half passes in three seconds."""
    return Polling(
        channel, _keep, tell, poll_seconds=seconds, pause=_breath, clock=lambda: time.monotonic() * 30
    )


async def _breath(seconds: float) -> None:
    await asyncio.sleep(0.05)


@asynccontextmanager
async def at_work(program: Running) -> AsyncIterator[Running]:
    """The program at work inside the block."""
    await program.worker.start()
    poll = asyncio.create_task(program.polling.run())
    try:
        yield program
    finally:
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)
        await program.worker.drain(5.0)


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandin]:
    async with TelegramStandin() as standin:
        yield standin


@pytest.fixture
async def channel(server: TelegramStandin) -> AsyncIterator[TelegramChannel]:
    opened = TelegramChannel(server.token, api_base_url=server.base_url)
    await opened.open()
    yield opened
    await opened.close()


async def test_a_token_revoked_in_a_push_is_told_when_it_is_taken_again_and_everybody_gets_one(
    server: TelegramStandin, channel: TelegramChannel, sqlite_store: Store
) -> None:
    campaign = await plan(sqlite_store, 60)

    async with at_work(Running(server, channel, sqlite_store, rate=30)) as program:
        await server.wait_for_sends(15, PATIENT)
        server.revoke(server.token)
        await program.looks_until(
            lambda: TroubleKind.TOKEN in {one.kind for one in program.alerts.signs().troubles}
        )
        for _ in range(3):
            program.moment.leap(40)
            await program.alerts.look()
        meanwhile, refused = program.told, len(server.truth.refused)
        server.allow_token(server.token)
        await program.looks_until(lambda: program.polling.health is Health.WELL and bool(program.told))
        await program.sent_all(campaign)
        for _ in range(3):
            program.moment.leap(60)
            await program.alerts.look()

    assert meanwhile == []
    assert len(program.told) == 1
    assert program.told[0].startswith("恢复了：Telegram ")
    assert "起不认过" in program.told[0]
    assert {chat: n for chat, n in server.truth.per_chat().items() if chat != ADMIN} == {
        1000 + number: 1 for number in range(60)
    }
    # As many as were in the air, and a probe now and then.
    assert refused <= program.concurrency + 10


async def test_a_campaign_that_the_platform_refuses_is_paused_and_told_once(
    server: TelegramStandin, channel: TelegramChannel, sqlite_store: Store
) -> None:
    campaign = await plan(sqlite_store, 60)

    async with at_work(Running(server, channel, sqlite_store, blank=True, concurrency=1)) as program:
        await program.looks_until(lambda: bool(program.told))
        for _ in range(3):
            await program.alerts.look()
        paused = await program.progress(campaign)
    again = Running(server, channel, sqlite_store)
    for _ in range(3):
        await again.alerts.look()
    before = list(again.told)
    async with at_work(again):
        async with sqlite_store.transaction() as tx:
            running, was = CampaignState.RUNNING, (CampaignState.PAUSED,)
            await tx.campaigns.set_state(campaign, running, was, now=again.moment.now())
        await again.looks_until(lambda: len(again.told) > 1)
        await again.sent_all(campaign)

    assert paused.state is CampaignState.PAUSED
    assert (paused.sent, paused.failed) == (0, 10)
    assert len(before) == 1
    assert "连着 10 条被拒绝（Bad Request: message text is empty）" in before[0]
    assert again.told[1].startswith(f"恢复了：campaign {campaign}")
    assert (await again.progress(campaign)).sent == 50


async def test_a_push_that_stands_still_is_told_and_so_is_that_it_moves_again(
    server: TelegramStandin, channel: TelegramChannel, sqlite_store: Store
) -> None:
    await plan(sqlite_store, 8)
    for number in range(4, 8):
        server.fault("latency", chat=1000 + number, value=3000, times=1)

    slow = Running(server, channel, sqlite_store, concurrency=1, rate=20, watchful=1.0)
    async with at_work(slow) as program:
        await program.looks_until(lambda: len(program.told) > 1)

    assert program.told[0].startswith("推送停住了：digest:2025-12-22 从 ")
    assert program.told[1].startswith("恢复了：digest:2025-12-22 ")


async def test_two_programs_on_one_token_are_told_once_and_once_when_one_has_stopped(
    server: TelegramStandin, channel: TelegramChannel, sqlite_store: Store
) -> None:
    other_channel = TelegramChannel(server.token, api_base_url=server.base_url)
    await other_channel.open()
    other = _polling(other_channel, _silent, 1.0)

    async with at_work(Running(server, channel, sqlite_store, poll_seconds=1.0)) as program:
        rival = asyncio.create_task(other.run())
        await program.looks_until(lambda: bool(program.told))
        await asyncio.sleep(2.0)
        await program.alerts.look()
        meanwhile = list(program.told)
        rival.cancel()
        await asyncio.gather(rival, return_exceptions=True)
        await program.looks_until(lambda: len(program.told) > 1)
        for _ in range(3):
            await program.alerts.look()
    await other_channel.close()

    assert len(meanwhile) == 1
    assert meanwhile[0].startswith("这个 token 正被另一个程序使用（409，")
    assert [text.partition("：")[0] for text in program.told[1:]] == ["恢复了"]
    assert "起只有我们在用这个 token" in program.told[1]
    assert program.heard == ["telegram.conflict", "telegram.well"]


async def _silent(code: str) -> None:
    """The other program has a terminal of its own."""
