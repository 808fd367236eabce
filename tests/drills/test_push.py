"""A push that is killed, stopped and paused, as processes: the truth of the platform against the ledger."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from pathlib import Path

import pytest

from digest.campaign import CampaignState, DeliveryState
from tests.drills.pushing import FIRST_CHAT, Drill, drill, readers

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]

KILLS = 3


async def kill_at_random(push: Drill, seed: int) -> set[int]:
    """Kill the program three times in the middle; the chats whose delivery was in its hands."""
    chance, in_hand = random.Random(seed), set[int]()
    for kill in range(1, KILLS + 1):
        async with push.program() as program:
            await push.reach(int(push.readers * (kill - chance.random() * 0.8) / (KILLS + 0.5)))
            await asyncio.sleep(chance.random() * 0.05)
            program.kill()
            await program.wait()
        await asyncio.sleep(0.1)
        in_hand |= push.chats(DeliveryState.SENDING)
    return in_hand


# At full size every seed, inside `make test` two.
SEEDS = (1, 2, 3, 4, 5) if "DRILL_READERS" in os.environ else (1, 2)


@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_three_times_nobody_is_missed_and_few_get_it_twice(tmp_path: Path, seed: int) -> None:
    async with drill(tmp_path, count=readers(400)) as push:
        in_hand = await kill_at_random(push, seed)
        await push.finish()
        copies, (peak, too_many) = push.copies(), await push.pace()

    twice = {chat for chat, count in copies.items() if count > 1}
    assert set(copies) == set(range(FIRST_CHAT + 1, FIRST_CHAT + 1 + push.readers))
    assert len(in_hand) > 0
    assert twice <= in_hand
    assert sum(copies.values()) - push.readers <= KILLS * push.concurrency
    assert push.states() == {"sent": push.readers}
    assert push.integrity() == "ok"
    assert peak <= push.rate
    # None on a machine with time to spare; a starved one lets messages arrive in heaps.
    assert too_many <= push.readers // 100


async def test_killed_three_times_with_doubt_held_nobody_gets_it_twice(tmp_path: Path) -> None:
    async with drill(tmp_path, count=readers(400), on_unknown="hold") as push:
        in_hand = await kill_at_random(push, 3)
        await push.finish()
        copies, (peak, _) = push.copies(), await push.pace()

    everybody = set(range(FIRST_CHAT + 1, FIRST_CHAT + 1 + push.readers))
    assert set(copies.values()) == {1}
    assert everybody - set(copies) <= push.chats(DeliveryState.UNKNOWN) == in_hand
    assert push.chats(DeliveryState.SENT) <= set(copies)
    assert push.states() == {"sent": push.readers - len(in_hand), "unknown": len(in_hand)}
    assert peak <= push.rate


async def test_told_to_stop_it_ends_in_order_and_the_rest_is_sent_later(tmp_path: Path) -> None:
    async with drill(tmp_path, count=readers(300)) as push:
        async with push.program() as program:
            await push.reach(push.readers // 3)
            program.send_signal(signal.SIGTERM)
            async with asyncio.timeout(30):
                end = await push.line(program)
                code = await program.wait()
        sent, states = set(push.copies()), push.states()
        await push.finish()
        copies = push.copies()

    assert code == 0
    assert end["drained"] < 10
    assert states == {"sent": len(sent), "pending": push.readers - len(sent)}
    assert set(copies.values()) == {1}
    assert len(copies) == push.readers


async def test_paused_from_outside_it_sends_no_more_than_what_was_in_its_hands(tmp_path: Path) -> None:
    async with drill(tmp_path, count=readers(600)) as push, push.program() as program:
        await push.reach(push.readers // 4)
        await push.set_state(CampaignState.PAUSED, CampaignState.RUNNING)
        paused_at = await push.sends()
        await asyncio.sleep(1.5)
        further, states = await push.sends() - paused_at, push.states()
        await push.set_state(CampaignState.RUNNING, CampaignState.PAUSED)
        async with asyncio.timeout(120):
            code = await program.wait()
        copies = push.copies()

    assert further <= push.concurrency
    assert "sending" not in states
    assert code == 0
    assert set(copies.values()) == {1}
    assert len(copies) == push.readers
