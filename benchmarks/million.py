"""A digest to a million readers, all due at one hour: how long it takes to plan, and with how much memory."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import archive
from benchmarks.crowd import publish, subscribe
from benchmarks.options import main
from benchmarks.programs import Running
from benchmarks.record import Beside, Figure, Record, machine, revision
from bot.worker import utc_now
from digest.house import House
from digest.schedule import Due
from handlers.plan import plan
from storage.store import Store
from tests.flows import running
from tests.postgres import postgres
from tests.standins.telegram_process import RemoteStandin, standin_process

READERS, ISSUES, RATE = 1_000_000, 3, 1000
PLAN_SECONDS, MEMORY, GROWTH = 5.0, 200.0, 5.0
# A worker is watched while it sends to so many of a hundred readers; its memory is looked at from the first
# fifth of them on.
WATCHED, LOOK_SECONDS, MOST_SECONDS = 2, 0.5, 900.0
# What a server for so many readers is given.
CACHE = "1GB"
READY_SECONDS = 120.0
DATABASES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


@dataclass(frozen=True, slots=True)
class Found:
    """Seconds of planning, of writing the bare rows beside it, and a worker's memory (MB) as it sends."""

    planned: float
    again: float
    bare: float
    memory: tuple[float, ...]


def run(size: int) -> Record:
    """Plan and begin to send to so many readers, on PostgreSQL and on SQLite."""
    found = asyncio.run(_found(size))
    return Record(
        name="million",
        sizes={"readers": size, "messages while memory is watched": _watched(size)},
        seed=archive.SEED,
        figures=dict(_figures(found)),
        beside=dict(_beside(found)),
        revision=revision(),
        machine=machine(),
    )


def _figures(found: Mapping[str, Found]) -> Iterator[tuple[str, Figure]]:
    for name, one in found.items():
        says, shared = DATABASES[name], name == "postgresql"
        least = PLAN_SECONDS if shared else None
        yield (
            f"{name}_plan",
            Figure(f"{says}: everybody planned", one.planned, "s", most=least, against=f"{name}_bare"),
        )
        yield f"{name}_again", Figure(f"{says}: a tick with nobody due", 1000 * one.again, "ms")
        most, grown = max(one.memory), one.memory[-1] - one.memory[0]
        yield f"{name}_memory", Figure(f"{says}: most memory of who sends", most, "MB", most=MEMORY)
        yield f"{name}_growth", Figure(f"{says}: grown in sending", max(0.0, grown), "MB", most=GROWTH)


def _beside(found: Mapping[str, Found]) -> Iterator[tuple[str, Beside]]:
    for name, one in found.items():
        yield f"{name}_bare", Beside(f"{DATABASES[name]}: the ledger's rows copied, no more", one.bare, "s")


def _watched(size: int) -> int:
    return max(10, size * WATCHED // 100)


async def _found(size: int) -> dict[str, Found]:
    found: dict[str, Found] = {}
    with postgres(memory=CACHE) as server, tempfile.TemporaryDirectory() as cache:
        for name in DATABASES:
            with tempfile.TemporaryDirectory() as place:
                house = running.House(Path(place), Path(cache))
                own = name == "sqlite"
                url = f"sqlite:///{house.database}" if own else server.url(server.new_database())
                found[name] = await _measured(house, url, size)
    return found


async def _measured(house: running.House, url: str, size: int) -> Found:
    now, store = utc_now(), await Store.open(url)
    try:
        due = Due(now.date(), now, now + dt.timedelta(hours=12), now + dt.timedelta(hours=12))
        await publish(store, ISSUES, now)
        async with store.transaction() as tx:
            await subscribe(tx.connection, size, now, due=due)
        await _analyze(store)
        planned, again = await _planned(store, size), await _planned(store, 0)
        bare = await _copied(store)
    finally:
        await store.close()
    return Found(planned, again, bare, await _sending(house, url, _watched(size)))


async def _analyze(store: Store) -> None:
    """What the server does by itself within a minute."""
    async with store.transaction() as tx:
        await tx.connection.exec_driver_sql("ANALYZE")


async def _planned(store: Store, size: int) -> float:
    began = time.perf_counter()
    planned = await plan(store, House(zone="UTC"), now=utc_now())
    if planned.owed != size:
        raise RuntimeError(f"{planned.owed} of {size} readers are owed the digest")
    return time.perf_counter() - began


async def _copied(store: Store) -> float:
    began = time.perf_counter()
    async with store.transaction() as tx:
        await tx.connection.exec_driver_sql("CREATE TABLE copied AS SELECT * FROM deliveries")
    taken = time.perf_counter() - began
    async with store.transaction() as tx:
        await tx.connection.exec_driver_sql("DROP TABLE copied")
    return taken


async def _sending(house: running.House, url: str, messages: int) -> tuple[float, ...]:
    """A worker's memory in MB, from when it has sent a fifth of so many messages until it has sent them."""
    options = ("--fast", "--rate", str(RATE), "--latency", "2-30")
    command = "run" if url.startswith("sqlite") else "worker"
    async with AsyncExitStack() as stack:
        standin = await stack.enter_async_context(standin_process(*options))
        telegram = {"token": standin.token, "api_base_url": standin.base_url}
        rate = {"messages_per_second": RATE, "paid_broadcast": True}
        house.configure(database={"url": url}, telegram={**telegram, **rate})
        (house.folder / "issues").mkdir()
        program = await stack.enter_async_context(house.running(command=command, ready=False))
        await program.says(running.READY[command], READY_SECONDS)
        async with asyncio.timeout(MOST_SECONDS):
            return tuple(await _noted(Running(program.process.pid, 0.0), standin, messages))


async def _noted(program: Running, standin: RemoteStandin, messages: int) -> list[float]:
    noted: list[float] = []
    while True:
        report = await standin.call("report")
        assert isinstance(report, dict)
        if report["sends"] >= messages // 5:
            noted.append(program.memory)
        if report["sends"] >= messages:
            return noted
        await asyncio.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    sys.exit(main(run, size=READERS, what="readers"))
