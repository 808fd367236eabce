"""The pace of an account, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outlet import Lane
from bot.pace import Pace, Rate
from digest.errors import Wait
from digest.subscriber import Place
from tests.bot.virtual_time import run

GROUP = Place("telegram", "-1001")


def private(number: int) -> Place:
    return Place("telegram", str(number))


def now() -> float:
    return asyncio.get_running_loop().time()


def make_pace(limit: float) -> Pace:
    return Pace(Rate(limit), clock=asyncio.get_running_loop().time)


def peak(times: list[float], span: float = 1.0) -> int:
    """The most times in any window of `span` seconds."""
    first, most = 0, 0
    for last, time in enumerate(times):
        while time - times[first] >= span:
            first += 1
        most = max(most, last - first + 1)
    return most


async def flood(
    pace: Pace, until: float, sent: list[float], *, lag: Callable[[], float] = lambda: 0.0
) -> None:
    """A bulk lane that never runs out; `lag` is what the ledger takes between the slot and the departure."""
    places = (private(number) for number in range(10**9))

    async def leave(place: Place, taken_at: float, delay: float) -> None:
        await asyncio.sleep(delay)
        await pace.depart(place, taken_at=taken_at)
        sent.append(now())

    async with asyncio.TaskGroup() as tasks:
        while now() < until:
            count = (await pace.take(10)).count
            delay = lag()
            for _ in range(count):
                tasks.create_task(leave(next(places), now(), delay))


@pytest.mark.parametrize("limit", [1, 5, 30, 100, 250, 1000])
def test_a_saturated_bulk_lane_uses_nine_tenths_of_the_limit_and_never_more_than_all(limit: int) -> None:
    async def scenario() -> list[float]:
        sent: list[float] = []
        await flood(make_pace(limit), 20.0, sent)
        return sent

    sent = run(scenario())

    assert peak(sent) <= limit
    assert len(sent) / 20.0 >= 0.9 * limit


@settings(deadline=None, max_examples=25)
@given(limit=st.sampled_from([1, 7, 30, 120, 1000]), seed=st.integers(0, 10_000), worst=st.floats(0, 0.4))
def test_no_second_is_overfull_however_long_the_ledger_takes(limit: int, seed: int, worst: float) -> None:
    chance = random.Random(seed)

    async def scenario() -> list[float]:
        sent: list[float] = []
        await flood(make_pace(limit), 4.0, sent, lag=lambda: chance.random() ** 3 * worst)
        return sent

    assert peak(run(scenario())) <= limit


def test_at_thirty_a_second_nothing_comes_in_a_burst() -> None:
    async def scenario() -> list[float]:
        sent: list[float] = []
        pace = make_pace(30)
        await asyncio.sleep(60)
        await flood(pace, 70.0, sent)
        return sent

    sent = run(scenario())

    assert min(later - earlier for earlier, later in pairwise(sent)) > 0.02


def test_at_a_thousand_a_second_no_burst_is_greater_than_ten() -> None:
    async def scenario() -> list[float]:
        sent: list[float] = []
        pace = make_pace(1000)
        await asyncio.sleep(60)
        await flood(pace, 62.0, sent)
        return sent

    assert peak(run(scenario()), span=0.005) <= 10


@pytest.mark.parametrize(("limit", "slot"), [(30, 1 / 29), (1000, 0.011)])
def test_an_answer_waits_for_no_more_than_the_next_slot_while_bulk_is_saturated(
    limit: int, slot: float
) -> None:
    async def scenario() -> list[float]:
        pace, waits, sent = make_pace(limit), list[float](), list[float]()

        async def ask() -> None:
            for number in range(40):
                await asyncio.sleep(0.237)
                asked = now()
                await pace.answer(private(-0 + 10**9 + number))
                waits.append(now() - asked)
                sent.append(now())

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(flood(pace, 10.0, sent))
            tasks.create_task(ask())
        assert peak(sorted(sent)) <= limit
        return waits

    assert max(run(scenario())) <= slot


def test_answers_own_a_tenth_and_bulk_keeps_the_rest() -> None:
    async def scenario() -> tuple[int, int]:
        pace, bulk, answers = make_pace(30), list[float](), list[float]()

        async def ask(number: int) -> None:
            await pace.answer(private(10**9 + number))
            answers.append(now())

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(flood(pace, 60.0, bulk))
            asked = [tasks.create_task(ask(number)) for number in range(1000)]
            await asyncio.sleep(60)
            for task in asked:
                task.cancel()
        assert peak(sorted(bulk + answers)) <= 30
        return len(bulk), len(answers)

    bulk, answers = run(scenario())

    # A second's worth saved up, then a tenth.
    assert 180 <= answers <= 30 + 180
    assert bulk >= 60 * 29.1 * 0.88 - 30


def test_answers_borrow_all_that_bulk_leaves_idle() -> None:
    async def scenario() -> list[float]:
        pace, sent = make_pace(30), list[float]()

        async def ask(number: int) -> None:
            await pace.answer(private(number))
            sent.append(now())

        async with asyncio.TaskGroup() as tasks:
            for number in range(300):
                tasks.create_task(ask(number))
        return sent

    sent = run(scenario())

    assert sent[-1] <= 300 / (0.9 * 30)
    assert peak(sent) <= 30


def test_slots_that_are_given_back_are_not_lost() -> None:
    async def scenario() -> float:
        pace = make_pace(1000)
        taken = 0
        while taken < 1900:
            count = (await pace.take(10)).count
            pace.give_back(count - 1)
            taken += 1
        return now()

    assert run(scenario()) <= 1900 / 950 + 0.01


def test_a_private_chat_gets_one_bulk_message_a_second() -> None:
    async def scenario() -> list[float]:
        pace, sent = make_pace(1000), list[float]()
        for _ in range(10):
            await pace.take()
            await pace.depart(private(7), taken_at=now())
            sent.append(now())
        return sent

    sent = run(scenario())

    assert peak(sent) == 1
    assert sent[-1] <= 10


def test_a_private_chat_gets_three_answers_at_once_and_then_one_a_second() -> None:
    async def scenario() -> list[float]:
        pace, sent = make_pace(1000), list[float]()
        for _ in range(6):
            await pace.answer(private(7))
            sent.append(now())
        return sent

    sent = run(scenario())

    assert sent[2] < 0.1
    assert [round(time) for time in sent[3:]] == [1, 2, 3]


def test_a_group_gets_twenty_a_minute() -> None:
    async def scenario() -> list[float]:
        pace, sent = make_pace(30), list[float]()
        for _ in range(45):
            try:
                await pace.answer(GROUP)
            except Wait as wait:
                await asyncio.sleep(wait.seconds)
                await pace.answer(GROUP)
            sent.append(now())
        return sent

    sent = run(scenario())

    assert peak(sent, 60.0) == 20
    assert sent[-1] < 130


def test_bulk_is_told_of_a_chat_that_must_wait_long_instead_of_holding_its_row() -> None:
    async def scenario() -> float:
        pace = make_pace(30)
        pace.penalty(3600, private(7))
        await pace.take()
        with pytest.raises(Wait) as told:
            await pace.depart(private(7), taken_at=now())
        return told.value.seconds

    assert run(scenario()) == pytest.approx(3600, abs=0.1)


def test_a_wait_of_one_chat_holds_only_that_chat() -> None:
    async def scenario() -> tuple[float, float]:
        pace = make_pace(30)
        pace.penalty(3.0, private(7))
        await pace.answer(private(8))
        other = now()
        await pace.answer(private(7))
        return other, now()

    other, held = run(scenario())

    assert other < 0.1
    assert held >= 3.0


@pytest.mark.parametrize("lane", list(Lane))
def test_a_wait_of_the_account_holds_both_lanes_to_the_moment(lane: Lane) -> None:
    async def scenario() -> float:
        pace = make_pace(30)
        pace.penalty(4.0)
        if lane is Lane.ANSWER:
            await pace.answer(private(7))
        else:
            await pace.take()
            await pace.depart(private(7), taken_at=now())
        return now()

    assert 4.0 <= run(scenario()) <= 4.05


def test_nothing_bursts_when_the_wait_of_the_account_is_over() -> None:
    async def scenario() -> list[float]:
        pace, sent = make_pace(30), list[float]()

        async def ask(number: int) -> None:
            await pace.answer(private(number))
            sent.append(now())

        async with asyncio.TaskGroup() as tasks:
            for number in range(40):
                tasks.create_task(ask(number))
            await asyncio.sleep(0.5)
            pace.penalty(10.0)
        return [time for time in sent if time > 0.6]

    sent = run(scenario())

    assert sent[0] >= 10.5
    assert min(later - earlier for earlier, later in pairwise(sent)) > 0.02


def test_five_chats_in_a_row_with_one_end_mean_the_account() -> None:
    async def scenario() -> list[float]:
        pace, blocked = make_pace(30), list[float]()
        for number in range(5):
            pace.penalty(30.0, private(number))
            blocked.append(pace.blocked)
            await asyncio.sleep(0.03)
        return blocked

    assert [wait > 0 for wait in run(scenario())] == [False, False, False, False, True]


def test_chats_that_wait_for_moments_of_their_own_leave_the_account_alone() -> None:
    async def scenario() -> float:
        pace = make_pace(30)
        for number in range(40):
            pace.penalty(1.0 + 5 * (number % 12), private(number))
        return pace.blocked

    assert run(scenario()) == 0


def test_a_message_that_passed_clears_the_account() -> None:
    async def scenario() -> float:
        pace = make_pace(30)
        for number in range(20):
            pace.penalty(30.0, private(number))
            if number % 4 == 3:
                pace.passed()
        return pace.blocked

    assert run(scenario()) == 0


def test_quiet_chats_are_forgotten() -> None:
    async def scenario() -> int:
        pace = make_pace(1000)
        for number in range(20_000):
            await pace.answer(private(number))
        return len(pace._chats._chats)

    assert run(scenario()) < 5_000
