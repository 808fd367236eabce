"""Several programs on one PostgreSQL, as their operator starts them."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest

from tests.flows.fleet import Fleet
from tests.flows.pushes import PENDING, SENDING, SENT, sends
from tests.flows.running import House
from tests.postgres import PostgresServer
from tests.standins.telegram import TelegramStandin

RATE = 60
OWED = 200


@pytest.fixture
def fleet(house: House, quick_postgres: PostgresServer) -> Iterator[Fleet]:
    """A house with an empty database on PostgreSQL."""
    name = quick_postgres.new_database()
    yield Fleet(house, quick_postgres, name)
    quick_postgres.drop_database(name)


async def test_a_worker_that_is_told_to_stop_leaves_nothing_in_doubt_and_another_goes_on(
    fleet: Fleet,
) -> None:
    async with TelegramStandin(rate=RATE, strict=True, latency=(20, 60)) as server:
        fleet.configure(server, rate=RATE)
        await fleet.owe(OWED)

        async with fleet.house.running(command="worker") as first:
            await server.wait_for_sends(OWED // 3, 60)
            first.signal(signal.SIGTERM)
            code = await first.ended()
        counts, accepted = fleet.ledger(), sends(server)
        async with fleet.house.running(command="worker"):
            await server.wait_for_sends(OWED, 60)
            await fleet.until(lambda: fleet.ledger() == {SENT: OWED}, 20)

    assert code == 0
    assert first.words[-2:] == ["正在停下，等发出去的消息有回音……", "停好了。"]
    assert counts[SENDING] == 0
    assert counts[SENT] == accepted.total() < OWED
    assert counts[PENDING] == OWED - counts[SENT]
    assert set(sends(server).values()) == {1}
    assert server.truth.too_many == 0
    assert server.truth.peak_per_second() <= RATE


async def test_a_worker_needs_postgresql_and_a_database_that_is_there(house: House, fleet: Fleet) -> None:
    async with TelegramStandin() as server:
        house.configure(server)
        alone = await house.command("worker")
        fleet.configure(server, rate=RATE)
        empty = await house.command("worker")

    assert (alone.code, alone.out) == (2, "")
    assert alone.err.startswith("digestbot worker 要用 PostgreSQL")
    assert empty.code == 1
    assert "Traceback" not in empty.err


async def test_of_two_programs_one_answers_and_the_other_does_when_that_one_is_killed(fleet: Fleet) -> None:
    reader, takeover = 4001, 35.0
    async with TelegramStandin() as server:
        fleet.configure(server, rate=RATE)

        async with fleet.house.running() as first:
            async with fleet.house.running() as second:
                server.say(reader, "帮助")
                await server.wait_for(reader, 1, 30)
                pages = [await program.get("/readyz") for program in (first, second)]
                polled = len(second.events("office_taken"))
                await first.kill()
                began = time.monotonic()
                server.say(reader, "帮助")
                await server.wait_for(reader, 2, takeover)
                seconds = time.monotonic() - began
                await second.event("office_taken", 2)
            code = second.process.returncode

    assert [status for status, _ in pages] == [200, 200]
    assert polled == 0
    assert seconds < takeover
    assert not any("409" in line for line in second.words)
    assert len(server.messages(reader)) == 2
    assert code == 0


async def test_two_programs_that_tick_owe_each_reader_one_digest(fleet: Fleet) -> None:
    async with TelegramStandin(rate=RATE, strict=True) as server:
        fleet.configure(server, rate=RATE)

        async with fleet.house.running(), fleet.house.running(), fleet.house.running(command="worker"):
            await fleet.owe(OWED)
            await server.wait_for_sends(OWED, 60)
            await fleet.until(lambda: fleet.ledger() == {SENT: OWED}, 20)

    assert set(sends(server).values()) == {1}
    assert server.truth.too_many == 0
    assert server.truth.peak_per_second() <= RATE
