"""Several workers on one PostgreSQL, killed, frozen, without their database: truth against ledger.

`DRILL_READERS=2000` runs them at full size.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.drills.pushing import owe, readers
from tests.flows.fleet import Fleet
from tests.flows.pushes import FIRST, SENDING, SENT
from tests.flows.running import House, Program
from tests.postgres import postgres
from tests.standins.telegram_process import RemoteStandin, standin_process

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

FULL_SIZE = "DRILL_READERS" in os.environ
CONCURRENCY = 32
RATE = 100
TAKEOVER = 35.0
FROZEN = 35.0 if FULL_SIZE else 20.0
AWAY = 5.0 if FULL_SIZE else 3.0
UNKNOWN = 4


@dataclass(frozen=True, slots=True)
class Drill:
    """A push that is owed to so many, the programs' house, and the platform with its log."""

    fleet: Fleet
    standin: RemoteStandin
    log: Path
    readers: int

    async def sends(self) -> int:
        """How many messages the platform has accepted."""
        return int((await self.report())["sends"])

    async def report(self) -> dict[str, int]:
        """What the platform counts."""
        report = await self.standin.call("report")
        assert isinstance(report, dict)
        return report

    async def reach(self, sends: int, seconds: float = 120.0) -> float:
        """Wait until the platform has accepted so many; how many seconds that took."""
        began = time.monotonic()
        async with asyncio.timeout(seconds):
            while await self.sends() < sends:  # noqa: ASYNC110 - it is in another process
                await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def finish(self, seconds: float = 300.0) -> None:
        """Wait until nothing is owed any more."""
        await self.fleet.until(lambda: set(self.fleet.ledger()) <= {SENT, UNKNOWN}, seconds)

    def times(self) -> list[float]:
        """When each message was accepted, on the platform's clock."""
        entries = (json.loads(line) for line in self.log.read_bytes().splitlines())
        return [float(entry["at"]) for entry in entries if entry["counted"]]

    def copies(self) -> Counter[int]:
        """How many messages each chat has got, by the platform's own log."""
        entries = (json.loads(line) for line in self.log.read_bytes().splitlines())
        return Counter(int(entry["chat_id"]) for entry in entries if entry["counted"])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs keep compiled modules."""
    return tmp_path_factory.mktemp("compiled")


@asynccontextmanager
async def drill(
    folder: Path, cache: Path, *, count: int, rate: int, on_unknown: str = "resend"
) -> AsyncIterator[Drill]:
    """A push that nobody has yet, on a PostgreSQL of its own that keeps what it has committed."""
    log = folder / "truth.jsonl"
    options = ("--rate", str(rate), "--strict", "--fast", "--latency", "2-30", "--log", str(log))
    with postgres() as server:
        assert server.run("SHOW synchronous_commit") == "on"
        async with standin_process(*options) as standin:
            fleet = Fleet(House(folder, cache), server, server.new_database())
            fleet.configure(standin, rate=rate, concurrency=CONCURRENCY, on_unknown=on_unknown)
            await owe(server.url(fleet.database), count)
            yield Drill(fleet, standin, log, count)


async def both(stack: AsyncExitStack, push: Drill) -> tuple[Program, Program]:
    """Two workers that are ready."""
    house = push.fleet.house
    first = await stack.enter_async_context(house.running(command="worker"))
    return first, await stack.enter_async_context(house.running(command="worker"))


async def test_one_of_two_workers_is_killed_nobody_is_missed_and_few_get_it_twice(
    tmp_path: Path, cache: Path
) -> None:
    async with drill(tmp_path, cache, count=readers(400), rate=RATE) as push, AsyncExitStack() as stack:
        first, _ = await both(stack, push)
        await push.reach(push.readers * 3 // 10)
        await first.kill()
        killed = time.monotonic()
        in_hand = push.fleet.chats(SENDING)
        await push.finish()
        seconds = time.monotonic() - killed
        copies, ledger, report = push.copies(), push.fleet.ledger(), await push.report()

    twice = {chat for chat, count in copies.items() if count > 1}
    assert set(copies) == set(range(FIRST, FIRST + push.readers))
    assert twice <= in_hand
    assert copies.total() - push.readers <= CONCURRENCY
    assert ledger == {SENT: push.readers}
    assert seconds <= TAKEOVER + push.readers / RATE * 1.5
    assert report["peak_per_second"] <= RATE


async def test_one_is_killed_with_doubt_held_and_nobody_gets_it_twice(tmp_path: Path, cache: Path) -> None:
    count = readers(300)
    async with (
        drill(tmp_path, cache, count=count, rate=RATE, on_unknown="hold") as push,
        AsyncExitStack() as stack,
    ):
        first, _ = await both(stack, push)
        await push.reach(count // 3)
        await first.kill()
        await push.finish()
        copies, ledger, doubtful = push.copies(), push.fleet.ledger(), push.fleet.chats(UNKNOWN)

    assert set(copies.values()) == {1}
    assert set(range(FIRST, FIRST + count)) - set(copies) <= doubtful
    assert ledger[SENT] + ledger[UNKNOWN] == count
    assert len(doubtful) <= CONCURRENCY


async def test_a_worker_frozen_until_others_took_over_sends_nothing_of_theirs_when_it_wakes(
    tmp_path: Path, cache: Path
) -> None:
    # Slow enough that there is much left to send when it wakes.
    count, rate = readers(900), max(30, readers(900) // 40)
    async with drill(tmp_path, cache, count=count, rate=rate) as push, AsyncExitStack() as stack:
        first, _ = await both(stack, push)
        await push.reach(count // 5)
        first.signal(signal.SIGSTOP)
        in_hand = push.fleet.chats(SENDING)
        await asyncio.sleep(FROZEN)
        first.signal(signal.SIGCONT)
        left = count - await push.sends()
        await push.finish()
        copies, ledger, report = push.copies(), push.fleet.ledger(), await push.report()

    assert left > 0
    assert set(copies) == set(range(FIRST, FIRST + count))
    assert {chat for chat, sent in copies.items() if sent > 1} <= in_hand
    assert copies.total() - count <= CONCURRENCY
    assert ledger == {SENT: count}
    assert report["peak_per_second"] <= rate


async def test_postgresql_is_killed_and_comes_back_and_the_push_goes_on(tmp_path: Path, cache: Path) -> None:
    async with drill(tmp_path, cache, count=readers(800), rate=RATE) as push, AsyncExitStack() as stack:
        await both(stack, push)
        await push.reach(push.readers // 4)
        process = push.fleet.postgres.process
        assert process is not None
        process.kill()
        process.wait()
        await asyncio.sleep(AWAY)
        push.fleet.postgres.start()
        before = await push.sends()
        resumed = await push.reach(before + 10, 60)
        await push.finish()
        copies, ledger = push.copies(), push.fleet.ledger()

    assert resumed <= 5.0
    assert set(copies) == set(range(FIRST, FIRST + push.readers))
    assert copies.total() == push.readers
    assert ledger == {SENT: push.readers}


# With time to spare nine tenths are used; a starved machine loses slots. Nobody is ever told to wait.
@pytest.mark.parametrize(
    ("rate", "count", "used"),
    [(30, 2100, 0.9), (100, 2100, 0.9), (1000, 12_000, 0.9)] if FULL_SIZE else [(100, 1300, 0.4)],
)
async def test_four_workers_together_use_the_limit_and_no_more(
    tmp_path: Path, cache: Path, *, rate: int, count: int, used: float
) -> None:
    async with drill(tmp_path, cache, count=count, rate=rate) as push, AsyncExitStack() as stack:
        workers = [push.fleet.house.running(command="worker") for _ in range(4)]
        await asyncio.gather(*(stack.enter_async_context(worker) for worker in workers))
        await push.finish()
        times, report, copies = push.times(), await push.report(), push.copies()

    assert copies.total() == count
    assert set(copies.values()) == {1}
    assert report["peak_per_second"] <= rate
    assert report["too_many"] == 0
    # From when the last of them had begun until the first has no chunk left.
    steady = times[count // 4 : count * 3 // 4]
    assert (len(steady) - 1) / (steady[-1] - steady[0]) >= used * rate
