"""Slots that several processes share, on a real PostgreSQL and its clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from bot.delivery.slots import AHEAD, SharedSlots
from bot.pace import Pace, Rate
from digest.errors import Wait
from digest.subscriber import Place
from storage.store import Store
from tests.postgres import postgres

PROCESSES = 4
Open = Callable[[float], Pace]


def private(number: int) -> Place:
    return Place("telegram", str(number))


def peak(times: list[float]) -> int:
    """The most times in any window of a second."""
    first, most, ordered = 0, 0, sorted(times)
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.fixture
async def stores(postgres_url: str) -> AsyncIterator[list[Store]]:
    opened = [await Store.open(postgres_url) for _ in range(PROCESSES)]
    yield opened
    for store in opened:
        await store.close()


def shared(store: Store, limit: float) -> Pace:
    rate = Rate(limit)
    slots = SharedSlots(store, "telegram:42", rate, clock=time.monotonic)
    return Pace(rate, clock=time.monotonic, slots=slots)


async def flood(pace: Pace, until: float, sent: list[float], first: int) -> None:
    """A bulk lane that never runs out."""

    async def leave(place: Place, at: float) -> None:
        await pace.depart(place, taken_at=at)
        sent.append(time.monotonic())

    async with asyncio.TaskGroup() as tasks:
        while time.monotonic() < until:
            taken = await pace.take(10)
            for _ in range(taken.count):
                first += 1
                tasks.create_task(leave(private(first), taken.at))


# A machine that does many things at once wastes slots at high rates; it never uses one too many.
@pytest.mark.parametrize(("limit", "used"), [(30, 0.9), (300, 0.6)])
async def test_four_that_share_never_send_more_than_the_limit_and_use_what_there_is(
    stores: list[Store], limit: int, used: float
) -> None:
    sent: list[float] = []
    began, seconds = time.monotonic(), 5.0

    async with asyncio.TaskGroup() as tasks:
        for number, store in enumerate(stores):
            tasks.create_task(flood(shared(store, limit), began + seconds, sent, number * 10**6))

    assert peak(sent) <= limit
    assert len([moment for moment in sent if moment < began + seconds]) >= used * limit * seconds


async def test_a_wait_for_the_whole_account_holds_every_process(stores: list[Store]) -> None:
    told, other = shared(stores[0], 300), shared(stores[1], 300)
    await other.take()
    told.penalty(1.0)
    await asyncio.sleep(AHEAD + 0.1)

    began = time.monotonic()
    taken = await other.take()

    assert 0.6 <= taken.at - began <= 1.0
    told.penalty(300.0)
    await asyncio.sleep(0.2)
    with pytest.raises(Wait) as wait:
        await shared(stores[2], 300).answer(private(7))
    assert wait.value.whole
    assert 290 < wait.value.seconds <= 300


async def test_an_answer_goes_before_what_other_processes_send(stores: list[Store]) -> None:
    sent, waits = list[float](), list[float]()

    async def ask() -> None:
        pace = shared(stores[0], 30)
        for number in range(8):
            await asyncio.sleep(0.31)
            asked = time.monotonic()
            await pace.answer(private(10**9 + number))
            waits.append(time.monotonic() - asked)
            sent.append(time.monotonic())

    async with asyncio.TaskGroup() as tasks:
        until = time.monotonic() + 3.0
        for number, store in enumerate(stores[1:]):
            tasks.create_task(flood(shared(store, 30), until, sent, number * 10**6))
        tasks.create_task(ask())

    assert peak(sent) <= 30
    assert sorted(waits)[len(waits) // 2] <= AHEAD + 0.05
    assert max(waits) <= AHEAD + 0.25


async def test_answers_borrow_what_nobody_sends_in_bulk(stores: list[Store]) -> None:
    pace = shared(stores[0], 100)
    began = time.monotonic()

    await asyncio.gather(*(pace.answer(private(number)) for number in range(250)))

    # A hundred are saved up at the start; a tenth of the limit would be ten a second after that.
    assert time.monotonic() - began <= 250 / 90 + 0.5


async def test_while_the_database_is_away_bulk_waits_and_an_answer_goes() -> None:
    with postgres() as server:
        store = await Store.open(server.url())
        pace = shared(store, 30)
        await pace.take()
        server.stop()
        bulk = asyncio.create_task(pace.take())
        await pace.answer(private(1))
        await asyncio.sleep(1.0)
        waited = not bulk.done()
        server.start()
        async with asyncio.timeout(10):
            await bulk
        await store.close()

    assert waited
