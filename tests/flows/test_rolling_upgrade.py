"""Three nodes of one version, upgraded one after the other while they push: truth against ledger."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.lookup_tables import LOOKUPS_KEY
from storage.schema import READABLE_BY, READABLE_KEY
from tests.drills.pushing import FIRST_CHAT, owe, owe_more
from tests.flows.fleet import Fleet
from tests.flows.next_version import NEWER_TOKENS, NEXT, next_version
from tests.flows.pushes import SENT, sends
from tests.flows.running import ROOT, House, Program
from tests.postgres import PostgresServer
from tests.standins.telegram import TelegramStandin

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]

RATE = 60
# The first one upgraded is one that brings the schema up to date.
NODES = ("run", "worker", "worker")
ERRORS = ('"level": "error"', '"level": "critical"')


@pytest.fixture
def fleet(house: House, quick_postgres: PostgresServer) -> Iterator[Fleet]:
    """A house with an empty database on PostgreSQL."""
    name = quick_postgres.new_database()
    yield Fleet(house, quick_postgres, name)
    quick_postgres.drop_database(name)


@dataclass(slots=True)
class Push:
    """A digest that is owed to ever more readers, so that it does not end before the upgrade."""

    fleet: Fleet
    server: TelegramStandin
    owed: int = 0

    @property
    def left(self) -> int:
        """How many messages have not arrived."""
        return self.owed - sends(self.server).total()

    async def lasts(self, seconds: float) -> None:
        """See to it that it goes on for so long."""
        url, more = self.fleet.postgres.url(self.fleet.database), round(RATE * seconds) - self.left
        if more > 0 and self.owed:
            await owe_more(url, more, before=self.owed)
        elif more > 0:
            await owe(url, more)
        self.owed += max(more, 0)


async def test_three_nodes_are_upgraded_one_after_the_other_in_mid_push(fleet: Fleet, tmp_path: Path) -> None:
    newer, left = next_version(tmp_path / "next"), list[int]()
    async with TelegramStandin(rate=RATE, strict=True, latency=(5, 20)) as server, AsyncExitStack() as stack:
        fleet.configure(server, rate=RATE)

        async def started(command: str, path: str = str(ROOT)) -> Program:
            program = fleet.house.running(command=command, PYTHONPATH=path)
            return await stack.enter_async_context(program)

        push = Push(fleet, server)
        await push.lasts(2)
        # The first one has Python compile everything.
        nodes, began = [await started(NODES[0])], time.monotonic()
        nodes += await asyncio.gather(*map(started, NODES[1:]))
        slow = time.monotonic() - began
        await push.lasts(2)
        for command, old in zip(NODES, tuple(nodes), strict=True):
            await push.lasts(1.3 * slow + 1)
            began = time.monotonic()
            assert await old.stop() == 0
            nodes.append(await started(command, newer))
            slow = time.monotonic() - began
            left.append(push.left)
        await fleet.until(lambda: fleet.ledger() == {SENT: push.owed}, 120)
        await fleet.until(lambda: _meta(fleet, LOOKUPS_KEY) == NEWER_TOKENS, 60)

    copies = sends(server)
    # A machine that suddenly has much else to do may let a push end too early once.
    assert sum(messages > 0 for messages in left) >= len(NODES) - 1, left
    assert set(copies) == set(range(FIRST_CHAT + 1, FIRST_CHAT + 1 + push.owed))
    assert set(copies.values()) == {1}
    assert server.truth.peak_per_second() <= RATE
    assert [line for program in nodes for line in program.lines if _is_an_error(line)] == []
    assert fleet.query("SELECT version_num FROM alembic_version") == [[f"{NEXT:04}"]]
    assert _meta(fleet, READABLE_KEY) == str(READABLE_BY)


def _meta(fleet: Fleet, key: str) -> str:
    """What the programs keep under a name."""
    ((value,),) = fleet.query(f"SELECT value FROM meta WHERE key = '{key}'")
    return value


def _is_an_error(line: str) -> bool:
    return any(level in line for level in ERRORS)
