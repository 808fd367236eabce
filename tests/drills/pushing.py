"""What the drills of a push share: readers who are owed a digest, the programs, the ledger and the truth."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.record import Figure
from bot.worker import utc_now
from digest.campaign import CampaignState, DeliveryState
from digest.replies import Form
from digest.subscriber import AddressState, Kind
from handlers.push import push
from storage import tables
from storage.store import Store
from storage.types import STATUS_CODES
from tests.drills.finding import none
from tests.drills.nursery import Child
from tests.drills.scene import Scene
from tests.standins.telegram_process import RemoteStandin, standin_process
from tests.storage.makers import NOW, TODAY, make_issue, put

FIRST_CHAT = 100_000
_STATES = {code: state for state, code in STATUS_CODES.items()}
_CHATS = "SELECT recipient FROM deliveries JOIN addresses ON addresses.id = address_id WHERE status = "
_SUMS = "SELECT sum(total), sum(sent), sum(failed), sum(unknown), sum(skipped) FROM chunks"

Query = Callable[[str], list[tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger as the database itself tells it: `query` gives rows of numbers."""

    query: Query

    def states(self) -> Counter[DeliveryState]:
        """How many deliveries are in each state."""
        rows = self.query("SELECT status, count(*) FROM deliveries GROUP BY status")
        return Counter({_STATES[status]: count for status, count in rows})

    def chats(self, state: DeliveryState) -> set[int]:
        """The chats whose delivery is in this state."""
        return {recipient for (recipient,) in self.query(f"{_CHATS}{STATUS_CODES[state]}")}

    def sums(self) -> tuple[int, ...]:
        """All, sent, failed, unknown and skipped, by the counters of the chunks."""
        return self.query(_SUMS)[0]


@dataclass(slots=True)
class Push:
    """A digest that is owed to everybody in a scene, and the platform that they are on."""

    scene: Scene
    url: str
    ledger: Ledger
    log: Path
    standin: RemoteStandin
    rate: float
    concurrency: int = 32
    on_unknown: str = "resend"
    silence: float = 15.0

    @property
    def everybody(self) -> set[int]:
        """Every chat that is owed a message."""
        return set(range(FIRST_CHAT + 1, FIRST_CHAT + 1 + self.scene.readers))

    def start(self, **more: float) -> Child:
        """A program that pushes."""
        return self.scene.nursery.start(
            self.scene.folder,
            url=self.url,
            base_url=self.standin.base_url,
            token=self.standin.token,
            rate=self.rate,
            concurrency=self.concurrency,
            on_unknown=self.on_unknown,
            silence=self.silence,
            **more,
        )

    async def reach(self, calls: int, seconds: float = 300.0) -> float:
        """Wait until the platform was called so often; how many seconds that took."""
        began = time.monotonic()
        await self.standin.call("wait_for_calls", method="sendMessage", count=calls, timeout=seconds)
        return time.monotonic() - began

    async def finish(self, seconds: float = 900.0) -> None:
        """Wait until nothing is owed any more."""
        going = {DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRY}
        async with asyncio.timeout(seconds):
            while going & set(await asyncio.to_thread(self.ledger.states)):  # noqa: ASYNC110
                await asyncio.sleep(0.2)

    async def report(self) -> dict[str, int]:
        """What the platform counts."""
        report = await self.standin.call("report")
        assert isinstance(report, dict)
        return report

    def accepted(self) -> list[dict[str, Any]]:
        """The messages that the platform has accepted, by its own log."""
        entries = (json.loads(line) for line in self.log.read_bytes().splitlines())
        return [entry for entry in entries if entry["counted"]]

    def copies(self) -> Counter[int]:
        """How many messages each chat has got."""
        return Counter(int(entry["chat_id"]) for entry in self.accepted())

    async def set_state(self, to: CampaignState, allowed: CampaignState) -> None:
        """Pause or resume the campaign, as another program does."""
        store = await Store.open(self.url)
        async with store.transaction() as tx:
            (campaign,) = await tx.campaigns.list()
            assert await tx.campaigns.set_state(campaign.id, to, (allowed,), now=campaign.created_at)
        await store.close()

    def account(self, *, twice: int = 0, in_hand: set[int] | None = None) -> dict[str, Figure]:
        """The equation of ledger and truth; so many copies too many may be, for who was in hand."""
        copies, states = self.copies(), self.ledger.states()
        return equation(self.everybody, copies, self.ledger, states, twice=twice, in_hand=in_hand or set())


def equation(
    everybody: set[int],
    copies: Counter[int],
    ledger: Ledger,
    states: Counter[DeliveryState],
    *,
    twice: int,
    in_hand: set[int],
) -> dict[str, Figure]:
    """Nobody missed unless marked as unknown, few twice, every message owed, the states add up."""
    unknown, got = ledger.chats(DeliveryState.UNKNOWN), set(copies)
    more = {chat for chat, count in copies.items() if count > 1}
    total, sent, failed, doubtful, skipped = ledger.sums()
    wrong = abs(total - len(everybody)) + abs(states.total() - len(everybody))
    wrong += abs(sent - states[DeliveryState.SENT]) + abs(doubtful - states[DeliveryState.UNKNOWN])
    wrong += abs(failed - states[DeliveryState.DEAD]) + abs(skipped - states[DeliveryState.SKIPPED])
    gone = ledger.chats(DeliveryState.SKIPPED) | ledger.chats(DeliveryState.DEAD)
    extra = Figure("copies too many", copies.total() - len(got), "", most=twice)
    figures = {
        "missed": none("without it and not marked", len(everybody - got - unknown - gone)),
        "twice": extra,
        "strays": none("sent to strangers, or *sent* without a message", _strays(everybody, got, ledger)),
        "open": none("rows left in *sending*", states[DeliveryState.SENDING]),
        "sums": none("sums that are off", wrong),
    }
    if twice:
        figures["not_in_hand"] = none("of the copies not in hand", len(more - in_hand))
    if unknown:
        figures["unknown"] = Figure("marked *unknown*", len(unknown), "")
    return figures


def _strays(everybody: set[int], got: set[int], ledger: Ledger) -> int:
    return len(got - everybody) + len(ledger.chats(DeliveryState.SENT) - got)


def in_file(database: Path) -> Query:
    """The rows of an SQLite file."""

    def query(sql: str) -> list[tuple[int, ...]]:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
            return [tuple(int(one) for one in row) for row in connection.execute(sql)]

    return query


@asynccontextmanager
async def on_sqlite(
    scene: Scene,
    *,
    rate: float,
    concurrency: int = 32,
    on_unknown: str = "resend",
    folder: Path | None = None,
) -> AsyncIterator[Push]:
    """A push that nobody has yet, in a file, in the scene's own folder or in another one."""
    database = (folder or scene.folder) / "digestbot.db"
    url = f"sqlite:///{database}"
    await owe(url, scene.readers)
    async with _platform(scene) as (standin, log):
        yield Push(scene, url, Ledger(in_file(database)), log, standin, rate, concurrency, on_unknown)


@asynccontextmanager
async def on_postgres(
    scene: Scene, *, rate: int, on_unknown: str = "resend", options: tuple[str, ...] = ("--strict",)
) -> AsyncIterator[Push]:
    """A push on PostgreSQL that nobody has yet; a small one takes a worker for dead sooner."""
    server = scene.postgres
    assert server.run("SHOW synchronous_commit") == "on"
    assert server.run("SHOW fsync") == "on"
    name = server.new_database()

    def query(sql: str) -> list[tuple[int, ...]]:
        rows = server.run(sql, name).splitlines()
        return [tuple(int(one) for one in row.split("|")) for row in rows]

    await owe(server.url(name), scene.readers)
    async with _platform(scene, "--rate", str(rate), *options) as (standin, log):
        push_ = Push(scene, server.url(name), Ledger(query), log, standin, rate, 32, on_unknown)
        push_.silence = 15.0 if scene.full else 3.0
        try:
            yield push_
        finally:
            for child in scene.nursery.children:
                child.end()
            server.drop_database(name)


@asynccontextmanager
async def _platform(scene: Scene, *options: str) -> AsyncIterator[tuple[RemoteStandin, Path]]:
    log = scene.folder / "truth.jsonl"
    usual = ("--fast", "--latency", "2-30", "--seed", str(scene.seed), "--log", str(log))
    async with standin_process(*usual, *options) as standin:
        yield standin, log


async def owe(url: str, count: int) -> None:
    """Make a database that owes a digest to so many readers, of which nobody has it."""
    store = await Store.open(url)
    async with store.transaction() as tx:
        await put(tx, make_issue("一则新闻", "又一则新闻"))
        await _fill(tx.connection, count)
    pushed = await push(store, TODAY, now=utc_now(), dry_run=False)
    assert pushed.owed == count
    await store.close()


async def owe_more(url: str, count: int, *, before: int) -> None:
    """Owe the same digest to so many further readers; `before`: how many there are already."""
    store = await Store.open(url)
    async with store.transaction() as tx:
        await _fill(tx.connection, count, before=before)
    pushed = await push(store, TODAY, now=utc_now(), dry_run=False)
    assert pushed.owed == count
    await store.close()


async def _fill(connection: AsyncConnection, count: int, *, before: int = 0) -> None:
    numbers = range(before + 1, before + count + 1)
    people = [{"id": n, "kind": Kind.PERSON, "created_at": NOW} for n in numbers]
    places = [
        {
            "id": n,
            "subscriber_id": n,
            "channel": "telegram",
            "recipient": str(FIRST_CHAT + n),
            "state": AddressState.ACTIVE,
            "last_seen_at": NOW,
        }
        for n in numbers
    ]
    orders = [
        {"subscriber_id": n, "publication_id": 1, "active": True, "form": Form.BRIEF, "silent": False}
        for n in numbers
    ]
    await connection.execute(sa.insert(tables.subscribers), people)
    await connection.execute(sa.insert(tables.addresses), places)
    await connection.execute(sa.insert(tables.subscriptions), orders)
