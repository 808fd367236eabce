"""Three nodes of one version, upgraded one after the other while they push: truth against ledger."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from storage.schema import READABLE_KEY, SCHEMA
from tests.drills.next_version import NEXT, next_version
from tests.drills.pushing import FIRST_CHAT, owe
from tests.flows.fleet import Fleet
from tests.flows.pushes import SENT, sends
from tests.flows.running import House, Program
from tests.postgres import PostgresServer
from tests.standins.telegram import TelegramStandin

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]

RATE = 60
NODES = 3
FEWEST = int(os.environ.get("DRILL_READERS", "300"))
ERRORS = ('"level": "error"', '"level": "critical"')


@pytest.fixture
def fleet(tmp_path: Path, quick_postgres: PostgresServer) -> Iterator[Fleet]:
    """A house with an empty database on PostgreSQL."""
    house = House(tmp_path / "house", tmp_path / "compiled")
    house.folder.mkdir()
    name = quick_postgres.new_database()
    yield Fleet(house, quick_postgres, name)
    quick_postgres.drop_database(name)


async def test_three_nodes_are_upgraded_one_after_the_other_in_mid_push(
    fleet: Fleet, tmp_path: Path
) -> None:
    newer = next_version(tmp_path / "next")
    left: list[int] = []
    async with (
        TelegramStandin(rate=RATE, strict=True, latency=(5, 20)) as server,
        AsyncExitStack() as stack,
    ):
        fleet.configure(server, rate=RATE)
        first = await stack.enter_async_context(fleet.house.running())
        began = time.monotonic()
        old = [first, *await _started(stack, fleet, NODES - 1)]
        # So many that the last of them is still to be sent when the last node is upgraded.
        owed = max(FEWEST, round(RATE * (4 + 2.5 * NODES / (NODES - 1) * (time.monotonic() - began))))
        await owe(fleet.postgres.url(fleet.database), owed)
        await server.wait_for_sends(RATE, 60)
        new: list[Program] = []
        for node in old:
            assert await node.stop() == 0
            new.append(await stack.enter_async_context(fleet.house.running(PYTHONPATH=newer)))
            left.append(owed - sends(server).total())
        await fleet.until(lambda: fleet.ledger() == {SENT: owed}, 120)

    copies = sends(server)
    assert left[-1] > 0
    assert set(copies) == set(range(FIRST_CHAT + 1, FIRST_CHAT + 1 + owed))
    assert set(copies.values()) == {1}
    assert server.truth.peak_per_second() <= RATE
    assert [line for program in (*old, *new) for line in program.lines if _is_an_error(line)] == []
    assert fleet.query("SELECT version_num FROM alembic_version") == [[f"{NEXT:04}"]]
    assert fleet.query(f"SELECT value FROM meta WHERE key = '{READABLE_KEY}'") == [[str(SCHEMA)]]


async def _started(stack: AsyncExitStack, fleet: Fleet, count: int) -> list[Program]:
    """Further nodes of this version, started at once."""
    nodes = [fleet.house.running() for _ in range(count)]
    return list(await asyncio.gather(*(stack.enter_async_context(node) for node in nodes)))


def _is_an_error(line: str) -> bool:
    return any(level in line for level in ERRORS)
