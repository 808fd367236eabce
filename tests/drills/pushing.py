"""What the drills of a push share: readers in a file, the program that pushes, the ledger and the truth."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.worker import utc_now
from digest.campaign import CampaignState, DeliveryState
from digest.replies import Form
from digest.subscriber import AddressState, Kind
from handlers.push import push
from storage import tables
from storage.store import Store
from storage.types import STATUS_CODES
from tests.standins.telegram_process import RemoteStandin, standin_process
from tests.storage.makers import NOW, TODAY, make_issue, put

PROGRAM = Path(__file__).with_name("push_program.py")
FIRST_CHAT = 100_000


@dataclass(slots=True)
class Drill:
    """A file that owes a digest to `readers` people, and the platform that they are on."""

    database: Path
    truth_log: Path
    standin: RemoteStandin
    readers: int
    rate: int
    concurrency: int
    on_unknown: str = "resend"

    @asynccontextmanager
    async def program(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The program that pushes, once it has begun; killed at the end of the block if it still runs."""
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            str(PROGRAM),
            *("--database", str(self.database), "--base-url", self.standin.base_url),
            *("--token", self.standin.token, "--rate", str(self.rate)),
            *("--concurrency", str(self.concurrency), "--on-unknown", self.on_unknown),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await self.line(child)
            yield child
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()

    async def line(self, child: asyncio.subprocess.Process) -> dict[str, float]:
        """The next JSON line that the program prints (its log is passed over)."""
        assert child.stdout is not None
        async with asyncio.timeout(60):
            while line := await child.stdout.readline():
                if line.startswith(b"{"):
                    content: dict[str, float] = json.loads(line)
                    return content
        raise RuntimeError("the program ended without a word")

    async def sends(self) -> int:
        """How many messages the platform has accepted."""
        report = await self.standin.call("report")
        assert isinstance(report, dict)
        return int(report["sends"])

    async def reach(self, sends: int, seconds: float = 120.0) -> None:
        """Wait until the platform has accepted so many messages."""
        async with asyncio.timeout(seconds):
            while await self.sends() < sends:  # noqa: ASYNC110 - it is in another process
                await asyncio.sleep(0.02)

    async def finish(self, seconds: float = 300.0) -> None:
        """Run the program until nothing is owed any more."""
        async with self.program() as child, asyncio.timeout(seconds):
            assert await child.wait() == 0

    def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        rows = self._query("SELECT status, count(*) FROM deliveries GROUP BY status")
        return {_STATES[status].value: count for status, count in rows}

    def chats(self, state: DeliveryState) -> set[int]:
        """The chats whose delivery is in this state."""
        rows = self._query(
            "SELECT recipient FROM deliveries JOIN addresses ON addresses.id = address_id WHERE status = ?",
            STATUS_CODES[state],
        )
        return {int(recipient) for (recipient,) in rows}

    def integrity(self) -> str:
        """What SQLite says of the file."""
        ((answer,),) = self._query("PRAGMA integrity_check")
        return str(answer)

    def copies(self) -> Counter[int]:
        """How many messages each chat has got, by the platform's own log."""
        entries = (json.loads(line) for line in self.truth_log.read_bytes().splitlines())
        return Counter(int(entry["chat_id"]) for entry in entries if entry["counted"])

    async def pace(self) -> tuple[int, int]:
        """The most messages in any sliding second of the platform's clock, and how many were told to wait."""
        report = await self.standin.call("report")
        assert isinstance(report, dict)
        return int(report["peak_per_second"]), int(report["too_many"])

    async def set_state(self, to: CampaignState, allowed: CampaignState) -> None:
        """Pause or resume the campaign, as another program does."""
        store = await Store.open(f"sqlite:///{self.database}")
        async with store.transaction() as tx:
            (campaign,) = await tx.campaigns.list()
            assert await tx.campaigns.set_state(campaign.id, to, (allowed,), now=campaign.created_at)
        await store.close()

    def _query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()


_STATES = {code: state for state, code in STATUS_CODES.items()}


def readers(small: int) -> int:
    """How many readers a drill has: few, or DRILL_READERS."""
    return int(os.environ.get("DRILL_READERS", small))


@asynccontextmanager
async def drill(
    folder: Path, *, count: int, rate: int = 300, concurrency: int = 32, on_unknown: str = "resend"
) -> AsyncIterator[Drill]:
    """A drill that is ready: the issue is pushed, nobody has it yet."""
    database, truth_log = folder / "digestbot.db", folder / "truth.jsonl"
    await owe(f"sqlite:///{database}", count)
    options = ("--rate", str(rate), "--strict", "--fast", "--latency", "2-30", "--log", str(truth_log))
    async with standin_process(*options) as standin:
        yield Drill(database, truth_log, standin, count, rate, concurrency, on_unknown)


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
