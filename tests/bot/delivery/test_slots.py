"""Slots that several processes share, on a real PostgreSQL and its clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from bot.chats import ChatRates
from bot.delivery.slots import AHEAD, SharedSlots
from bot.pace import NO_SLOT, Pace, Rate
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


async def test_a_group_that_two_processes_write_to_is_never_sent_more_than_it_takes(
    stores: list[Store],
) -> None:
    chats, group, sent = ChatRates(group=4, group_seconds=2.0), Place("telegram", "-100123"), list[float]()

    async def write(store: Store, until: float) -> None:
        rate = Rate(300)
        slots = SharedSlots(store, "telegram:42", rate, clock=time.monotonic, chats=chats)
        pace = Pace(rate, clock=time.monotonic, slots=slots)
        while time.monotonic() < until:
            await pace.answer(group)
            sent.append(time.monotonic())

    async with asyncio.TaskGroup() as tasks:
        for store in stores[:2]:
            tasks.create_task(write(store, time.monotonic() + 5.0))

    sent.sort()
    assert len(sent) >= 6
    # Four and then the fifth: two seconds later, but for what the way to the clock took.
    assert min(fifth - first for first, fifth in zip(sent, sent[4:], strict=False)) >= 1.9


async def test_private_chats_are_not_counted_together(stores: list[Store]) -> None:
    pace = shared(stores[0], 100)

    for _ in range(3):
        await pace.answer(private(7))

    async with stores[0].reading() as tx:
        accounts = (await tx.connection.exec_driver_sql("SELECT account FROM rates")).scalars().all()
    assert list(accounts) == ["telegram:42"]


async def test_groups_nobody_writes_to_are_forgotten(stores: list[Store]) -> None:
    pace = shared(stores[0], 100)
    await pace.answer(Place("telegram", "-1"))
    await pace.answer(Place("telegram", "-2"))
    async with stores[0].transaction() as tx:
        await tx.connection.exec_driver_sql(
            "UPDATE rates SET next_at = next_at - interval '2 hours' WHERE account = 'telegram:42/-1'"
        )

    await stores[0].rates.sweep()

    async with stores[0].reading() as tx:
        rows = await tx.connection.exec_driver_sql("SELECT account FROM rates ORDER BY account")
        assert list(rows.scalars()) == ["telegram:42", "telegram:42/-2"]


async def test_a_message_is_claimed_before_it_has_a_slot_and_takes_one_when_it_is_ready(
    stores: list[Store],
) -> None:
    pace = shared(stores[0], 300)
    claimed = await pace.claimable(pace.batch)
    # However long the claim takes.
    await asyncio.sleep(0.5)

    began = time.monotonic()
    for number in range(claimed.count):
        await pace.depart(private(number), taken_at=claimed.at)

    assert claimed.at == NO_SLOT
    assert time.monotonic() - began < 10 * (claimed.count / 300 + 0.1)


async def test_so_many_wait_for_slots_that_no_more_are_claimed(stores: list[Store]) -> None:
    pace = shared(stores[0], 30)
    told, most = shared(stores[1], 30), pace.batch
    await told.take()
    told.penalty(2.0)
    await asyncio.sleep(0.2)
    waiting = [asyncio.create_task(pace.depart(private(number), taken_at=NO_SLOT)) for number in range(1, 6)]
    await asyncio.sleep(0.1)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await pace.claimable(most)
    await asyncio.gather(*waiting)
    assert (await pace.claimable(most)).count == most


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
