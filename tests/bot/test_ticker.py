"""The clock's beat."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest
import time_machine
from structlog.testing import capture_logs

from bot.ticker import Ticker

BEAT = 0.02


@pytest.fixture
async def ticker() -> AsyncIterator[Ticker]:
    ticker = Ticker()
    yield ticker
    ticker.stop()


class Beats:
    """A job that counts its runs and lets a test wait for one of them."""

    def __init__(self, *, fails: bool = False, lasts: float = 0.0) -> None:
        self.count = self.running = self.most_running = 0
        self._fails, self._lasts = fails, lasts
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(self._lasts)
        self.running -= 1
        async with self._changed:
            self.count += 1
            self._changed.notify_all()
        if self._fails:
            raise RuntimeError("a bug")

    async def reach(self, count: int, seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: self.count >= count)


async def test_a_job_runs_again_and_again(ticker: Ticker) -> None:
    beats = Beats()
    ticker.every(BEAT, beats.run, name="beats")

    ticker.start()

    await beats.reach(5)


async def test_a_failing_job_is_logged_and_runs_again(ticker: Ticker) -> None:
    beats = Beats(fails=True)
    ticker.every(BEAT, beats.run, name="broken")

    with capture_logs() as logs:
        ticker.start()
        await beats.reach(3)

    assert {"event": "job_failed", "job": "broken"}.items() <= logs[0].items()


async def test_a_slow_job_runs_once_at_a_time_and_holds_up_no_other(ticker: Ticker) -> None:
    slow, quick = Beats(lasts=0.2), Beats()
    ticker.every(BEAT, slow.run, name="slow")
    ticker.every(BEAT, quick.run, name="quick")

    ticker.start()
    await slow.reach(2)

    assert slow.most_running == 1
    assert quick.count > slow.count


async def test_a_stopped_ticker_runs_nothing_more(ticker: Ticker) -> None:
    beats = Beats()
    ticker.every(BEAT, beats.run, name="beats")
    ticker.start()
    await beats.reach(1)

    ticker.stop()
    ticker.stop()
    ran = beats.count
    await asyncio.sleep(5 * BEAT)

    assert beats.count <= ran + 1


@pytest.mark.parametrize("leap", [dt.timedelta(days=-1), dt.timedelta(hours=-1), dt.timedelta(days=30)])
async def test_the_beat_goes_on_when_the_clock_is_set(ticker: Ticker, leap: dt.timedelta) -> None:
    beats = Beats()
    ticker.every(BEAT, beats.run, name="beats")
    ticker.start()
    await beats.reach(2)
    before = beats.count

    with time_machine.travel(dt.datetime.now(dt.UTC) + leap, tick=True):
        await beats.reach(before + 3)

        assert beats.count < before + 50
