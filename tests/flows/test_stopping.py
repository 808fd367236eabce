"""SIGTERM in the middle of a push, and once more."""

from __future__ import annotations

import asyncio
import signal

from tests.flows.pushes import OWED, PENDING, SENDING, SENT, chats, ledger, sends
from tests.flows.running import House
from tests.standins.telegram import TelegramStandin

RATE = 100
SOON = 60
AT_ONCE = 1.0


async def test_a_push_that_is_told_to_stop_leaves_nothing_in_doubt_and_goes_on_later(
    owing_house: House,
) -> None:
    async with TelegramStandin(rate=RATE, strict=True, latency=(20, 60)) as server:
        owing_house.configure(server, telegram={"messages_per_second": RATE, "paid_broadcast": True})

        async with owing_house.running() as program:
            await server.wait_for_sends(SOON, 60)
            program.signal(signal.SIGTERM)
            code = await program.ended()
        stopped, told = chats(owing_house, SENT), program.words[-2:]
        counts = ledger(owing_house)
        accepted = sends(server)
        async with owing_house.running() as program:
            await server.wait_for_sends(OWED, 60)

    assert code == 0
    assert told == ["正在停下，等发出去的消息有回音……", "停好了。"]
    assert counts[SENDING] == 0
    assert counts[SENT] + counts[PENDING] == OWED
    assert SOON <= counts[SENT] < OWED
    assert stopped == set(accepted)
    assert ledger(owing_house) == {SENT: OWED}
    assert set(sends(server).values()) == {1}
    assert server.truth.too_many == 0


async def test_a_second_signal_ends_it_at_once(owing_house: House) -> None:
    loop = asyncio.get_running_loop()
    async with TelegramStandin() as server:
        owing_house.configure(server)
        server.fault("hang", methods=["sendMessage"])

        async with owing_house.running() as program:
            await server.wait_for_calls("sendMessage", 5, 60)
            program.signal(signal.SIGTERM)
            await program.says("正在停下")
            began = loop.time()
            program.signal(signal.SIGTERM)
            code = await program.ended()
            took = loop.time() - began

    assert code == 1
    assert took <= AT_ONCE
    assert program.words[-1] == "正在停下，等发出去的消息有回音……"
