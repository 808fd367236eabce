"""Taking turns."""

from __future__ import annotations

import asyncio

from storage.turns import Turns


async def _take(turns: Turns, name: str, order: list[str], *, urgent: bool = False) -> None:
    async with turns.turn(urgent=urgent):
        order.append(name)


async def test_the_urgent_go_first_and_the_others_in_the_order_of_arrival() -> None:
    turns, order = Turns(), list[str]()

    async with asyncio.TaskGroup() as group, turns.turn(urgent=False):
        for name in ("first", "second"):
            group.create_task(_take(turns, name, order))
        group.create_task(_take(turns, "answer", order, urgent=True))
        await asyncio.sleep(0)

    assert order == ["answer", "first", "second"]


async def test_who_is_cancelled_in_the_line_leaves_it() -> None:
    turns, order = Turns(), list[str]()

    async with asyncio.TaskGroup() as group, turns.turn(urgent=False):
        impatient = group.create_task(_take(turns, "impatient", order))
        group.create_task(_take(turns, "patient", order))
        await asyncio.sleep(0)
        impatient.cancel()

    assert order == ["patient"]


async def test_who_is_cancelled_as_the_turn_comes_passes_it_on() -> None:
    turns, order = Turns(), list[str]()

    async with asyncio.TaskGroup() as group:
        async with turns.turn(urgent=False):
            unlucky = group.create_task(_take(turns, "unlucky", order))
            group.create_task(_take(turns, "next", order))
            await asyncio.sleep(0)
        unlucky.cancel()

    assert order == ["next"]


async def test_a_turn_that_raises_is_over() -> None:
    turns, order = Turns(), list[str]()

    try:
        async with turns.turn(urgent=False):
            raise LookupError
    except LookupError:
        await _take(turns, "next", order)

    assert order == ["next"]
