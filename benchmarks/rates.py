"""How much of the platform's limit a push uses, and how often it is told to wait: one worker, and several."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import archive
from benchmarks.crowd import publish, subscribe
from benchmarks.options import main
from benchmarks.programs import Running
from benchmarks.record import Figure, Record, machine, revision
from benchmarks.sends import Sends
from bot.worker import utc_now
from digest.campaign import CampaignState
from handlers.push import push
from storage.store import Store
from tests.flows.running import READY, House
from tests.postgres import PostgresServer, postgres
from tests.standins.telegram_process import RemoteStandin, standin_process

SECONDS, RATES, WORKERS, ISSUES = 20, (30, 1000), (1, 4), 3
LEAST_SHARE = 90.0
LOOK_SECONDS, SLOWEST, READY_SECONDS = 0.2, 30, 120.0


@dataclass(frozen=True, slots=True)
class Way:
    """A way to push: the platform's limit in messages a second, and how many workers on which database."""

    rate: int
    workers: int
    shared: bool

    @property
    def name(self) -> str:
        """Its name in the record."""
        return f"{self.rate}_{'postgresql' if self.shared else 'sqlite'}_{self.workers}"

    @property
    def says(self) -> str:
        """Its name for people."""
        workers = "1 worker" if self.workers == 1 else f"{self.workers} workers"
        return f"{self.rate}/s, {workers} on {'PostgreSQL' if self.shared else 'SQLite'}"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What the platform saw of a push: the share of its limit used, the most in a second, the refusals.

    `processor`: microseconds a message, of all workers together.
    """

    share: float
    peak: int
    refused: int
    twice: int
    processor: float


def run(size: int) -> Record:
    """Push to as many readers as the limit lets through in so many seconds, each way."""
    found = asyncio.run(_each_way(size))
    return Record(
        name="rates",
        sizes={"seconds at the limit": size},
        seed=archive.SEED,
        figures=dict(_figures(found)),
        beside={},
        revision=revision(),
        machine=machine(),
    )


def _figures(found: Mapping[Way, Pushed]) -> Iterator[tuple[str, Figure]]:
    for way, pushed in found.items():
        name, says = way.name, way.says
        yield f"{name}_share", Figure(f"{says}: of the limit", pushed.share, "%", least=LEAST_SHARE)
        yield f"{name}_peak", Figure(f"{says}: most in any second", pushed.peak, "messages", most=way.rate)
        yield f"{name}_refused", Figure(f"{says}: refused as too many", pushed.refused, "messages", most=0)
        yield f"{name}_cpu", Figure(f"{says}: processor time", pushed.processor, "µs a message")
        yield f"{name}_twice", Figure(f"{says}: sent more than once", pushed.twice, "messages", most=0)


def ways() -> Iterator[Way]:
    """Every way, one after the other."""
    for rate in RATES:
        yield Way(rate, 1, shared=False)
        yield from (Way(rate, workers, shared=True) for workers in WORKERS)


async def _each_way(seconds: int) -> dict[Way, Pushed]:
    found: dict[Way, Pushed] = {}
    with postgres() as server, tempfile.TemporaryDirectory() as cache:
        for way in ways():
            with tempfile.TemporaryDirectory() as place:
                found[way] = await _push(way, House(Path(place), Path(cache)), server, way.rate * seconds)
    return found


async def _push(way: Way, house: House, server: PostgresServer, readers: int) -> Pushed:
    url = server.url(server.new_database()) if way.shared else f"sqlite:///{house.database}"
    log, command = house.folder / "sent.jsonl", "worker" if way.shared else "run"
    options = ("--strict", "--fast", "--rate", str(way.rate), "--latency", "2-30", "--log", str(log))
    async with AsyncExitStack() as stack:
        standin = await stack.enter_async_context(standin_process(*options))
        _configure(house, way, url, standin)
        store = await stack.enter_async_context(_owing(url, readers))
        starting = [house.running(command=command, ready=False) for _ in range(way.workers)]
        programs = await asyncio.gather(*(stack.enter_async_context(program) for program in starting))
        await asyncio.gather(*(program.says(READY[command], READY_SECONDS) for program in programs))
        workers = [Running(program.process.pid, 0.0) for program in programs]
        used = sum(worker.processor for worker in workers)
        await _set(store, CampaignState.RUNNING, CampaignState.PAUSED)
        async with asyncio.timeout(60 + SLOWEST * readers / way.rate):
            await _done(store)
        used = sum(worker.processor for worker in workers) - used
        report = await standin.call("report")
        assert isinstance(report, dict)
        return _seen(way, log, report, 1e6 * used / readers)


def _configure(house: House, way: Way, url: str, standin: RemoteStandin) -> None:
    telegram = {"token": standin.token, "api_base_url": standin.base_url}
    rate = {"messages_per_second": way.rate, "paid_broadcast": way.rate > 30}
    house.configure(database={"url": url}, telegram={**telegram, **rate})
    (house.folder / "issues").mkdir()


@asynccontextmanager
async def _owing(url: str, readers: int) -> AsyncIterator[Store]:
    """A store that owes today's digest to so many readers, and holds it back."""
    store, now = await Store.open(url), utc_now()
    try:
        await publish(store, ISSUES, now)
        async with store.transaction() as tx:
            await subscribe(tx.connection, readers, now)
        pushed = await push(store, now.date(), now=now, dry_run=False)
        if pushed.owed != readers:
            raise RuntimeError(f"{pushed.owed} of {readers} readers are owed the digest")
        await _set(store, CampaignState.PAUSED, CampaignState.RUNNING)
        yield store
    finally:
        await store.close()


async def _set(store: Store, to: CampaignState, before: CampaignState) -> None:
    async with store.transaction() as tx:
        (campaign,) = await tx.campaigns.list()
        await tx.campaigns.set_state(campaign.id, to, (before,), now=utc_now())


async def _done(store: Store) -> None:
    while True:
        async with store.reading() as tx:
            (campaign,) = await tx.campaigns.list()
        if campaign.state is CampaignState.DONE:
            return
        await asyncio.sleep(LOOK_SECONDS)


def _seen(way: Way, log: Path, report: Mapping[str, int], processor: float) -> Pushed:
    sends = Sends(log)
    sends.look()
    sends.close()
    times = sorted(sent.at for sent in sends.listed)
    # From the first to the last, the beginning and the end of the push included.
    rate = (len(times) - 1) / (times[-1] - times[0])
    twice = sum(count - 1 for count in sends.per_chat.values())
    return Pushed(100 * rate / way.rate, sends.most_in_a_second(), report["too_many"], twice, processor)


if __name__ == "__main__":
    sys.exit(main(run, size=SECONDS, what="seconds at the limit"))
