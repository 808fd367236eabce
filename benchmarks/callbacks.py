"""Callbacks in safe mode on one core: how long each waits, beside a route that only decrypts."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks import archive
from benchmarks.calling import HOST, PROFILE
from benchmarks.measure import percentile
from benchmarks.on_time import cores
from benchmarks.options import main
from benchmarks.programs import Running, pinned
from benchmarks.record import ROOT, Beside, Figure, Record, machine, revision
from tests.standins.tencent_callback import Call
from tests.standins.tencent_driver import Driver

CALLBACKS, READERS, WARM = 6_000, 500, 50
RATE, ANSWER_RATE = 300.0, 100.0
MOST_MS = 100.0
ANSWERED = {"bare": b"success", "callback": b"<Encrypt>", "answers": b"<Encrypt>"}


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds from the moment a callback was due to its answer; callbacks and processor ms a second."""

    waited: list[float]
    rate: float
    processor: float


def run(size: int) -> Record:
    """Call so many times each way: the bare route and the callback at full rate, the program's own slower."""
    with tempfile.TemporaryDirectory() as place:
        times = asyncio.run(_times(Path(place), size))
    return Record(
        name="callbacks",
        sizes={"callbacks": size, "a second": int(RATE), "readers": READERS},
        seed=archive.SEED,
        figures=dict(_figures(times)),
        beside=dict(_beside(times["bare"])),
        revision=revision(),
        machine=machine(),
    )


def _figures(times: Mapping[str, Times]) -> Iterator[tuple[str, Figure]]:
    ours, answers = times["callback"], times["answers"]
    yield "rate", Figure("callbacks in safe mode on one core", ours.rate, "/s", least=0.98 * RATE)
    for share in (50, 99):
        most = MOST_MS if share == 99 else None
        waited = percentile(ours.waited, share / 100)
        says = f"due to answered, p{share}"
        yield f"p{share}", Figure(says, waited, "ms", most=most, against=f"bare_p{share}")
    yield "processor", Figure("processor time", ours.processor, "ms a callback", against="bare_processor")
    says = f"with the program's answers to 今日, at {ANSWER_RATE:.0f} a second, p99"
    yield "answers_p99", Figure(says, percentile(answers.waited, 0.99), "ms", against="bare_p99")
    yield "answers_processor", Figure("processor time of that", answers.processor, "ms a callback")


def _beside(bare: Times) -> Iterator[tuple[str, Beside]]:
    says = "a bare Starlette route that only decrypts"
    for share in (50, 99):
        yield f"bare_p{share}", Beside(f"{says}, p{share}", percentile(bare.waited, share / 100), "ms")
    yield "bare_processor", Beside(f"{says}: processor time", bare.processor, "ms a callback")


async def _times(place: Path, size: int) -> dict[str, Times]:
    """Each way, one after the other: the server on one core, who calls it on the others."""
    found = {}
    for way in ANSWERED:
        # The slower way takes as long with a third.
        count = max(1, size // 3) if way == "answers" else size
        own, others = cores()
        async with _server(way, place / f"{way}.db", own) as (port, pid):
            with pinned(others):
                found[way] = await _called(way, port, Running(pid, 0.0), count)
    return found


@asynccontextmanager
async def _server(way: str, database: Path, own: Collection[int]) -> AsyncIterator[tuple[int, int]]:
    command = (sys.executable, "-m", "benchmarks.calling", way, str(database))
    with pinned(own):
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
    try:
        yield await _port(process), process.pid
    finally:
        process.kill()
        await process.wait()


async def _port(process: Process) -> int:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return int(await process.stdout.readline())


async def _called(way: str, port: int, server: Running, size: int) -> Times:
    rate = ANSWER_RATE if way == "answers" else RATE
    # Tencent opens a connection for each callback.
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        driver = Driver(f"http://{HOST}:{port}/wechat", PROFILE, session)
        for number in range(WARM):
            await _waited(driver, _call(driver, number), way, time.perf_counter())
        calls = [_call(driver, number) for number in range(size)]
        used, began = server.processor, time.perf_counter()
        waited = await asyncio.gather(
            *(_waited(driver, call, way, began + number / rate) for number, call in enumerate(calls))
        )
        seconds = time.perf_counter() - began
    return Times(waited, size / seconds, 1000 * (server.processor - used) / size)


def _call(driver: Driver, number: int) -> Call:
    return driver.call(driver.text(f"oReader{number % READERS:021}", "今日"))


async def _waited(driver: Driver, call: Call, way: str, due: float) -> float:
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    answer = await driver.post(call)
    if answer.status != 200 or ANSWERED[way] not in answer.body:
        raise RuntimeError(f"{way}: answered with {answer.status} {answer.body[:100]!r}")
    return 1000 * (time.perf_counter() - due)


if __name__ == "__main__":
    sys.exit(main(run, size=CALLBACKS, what="callbacks"))
