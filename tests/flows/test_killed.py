"""kill -9 at the worst moments: after updates were taken, and again and again in a push.

`DRILL_READERS=2000` runs the push at full size and at the free rate of a bot, in two minutes.
"""

from __future__ import annotations

import os

import pytest

from tests.flows.pushes import OWED, SENDING, SENT, chats, ledger, owe, sends
from tests.flows.running import House
from tests.standins.telegram import TelegramStandin

READERS = int(os.environ.get("DRILL_READERS", f"{OWED}"))
FULL_SIZE = READERS >= 2000
# At full size the free limit of a bot; else the same drill at a paid rate, which takes seconds.
RATE = 30 if FULL_SIZE else 150
KILLS = 3
CONCURRENCY = 32


@pytest.mark.drill
@pytest.mark.timeout(600 if FULL_SIZE else 120)
async def test_killed_three_times_in_a_push_nobody_is_missed_and_few_are_sent_twice(
    owing_house: House,
) -> None:
    house = owing_house
    async with TelegramStandin(rate=RATE, strict=True, latency=100) as server:
        rate = {"messages_per_second": RATE, "paid_broadcast": not FULL_SIZE}
        house.configure(server, telegram=rate, delivery={"concurrency": CONCURRENCY})
        if READERS != OWED:
            house.database.unlink()
            await owe(house, READERS)
        in_flight: set[int] = set()

        for kill in range(1, KILLS + 1):
            async with house.running() as program:
                await server.wait_for_sends(READERS * kill // (KILLS + 1), 500)
                await program.kill()
            found = chats(house, SENDING)
            assert len(found) <= CONCURRENCY
            in_flight |= found
        async with house.running() as program:
            await house.shows("SELECT count(*) FROM deliveries WHERE status != 2", [(0,)], 500)
        [(check,)] = house.rows("PRAGMA integrity_check")

        twice = {chat for chat, times in sends(server).items() if times > 1}
        assert check == "ok"
        assert ledger(house) == {SENT: READERS}
        assert chats(house, SENT) == set(sends(server))
        assert twice <= in_flight
        assert server.truth.sent - READERS <= KILLS * CONCURRENCY
        assert server.truth.peak_per_second() <= RATE
        assert server.truth.too_many == 0


async def test_updates_that_were_taken_are_answered_after_a_kill(house: House) -> None:
    held, last = range(3001, 3006), 3101
    waiting = "SELECT count(*) FROM inbox WHERE handled_at IS NULL"
    async with TelegramStandin() as server:
        house.configure(server)
        for chat in held:
            server.fault("retry_after", chat=chat, value=40)

        async with house.running() as program:
            for chat in held:
                server.say(chat, "帮助")
            await server.wait_for_calls("sendMessage", len(held), 30)
            await house.shows(waiting, [(len(held),)])
            polls = await server.wait_for_calls("getUpdates", 1)
            server.say(last, "帮助")
            await server.wait_for_calls("getUpdates", polls + 1, 30)
            await program.kill()
        server.heal()
        async with house.running():
            for chat in (*held, last):
                await server.wait_for(chat, 1, 30)
            await house.shows(waiting, [(0,)])

        assert [len(server.messages(chat)) for chat in held] == [1] * len(held)
        assert 1 <= len(server.messages(last)) <= 2
        assert all(server.last(chat).text.startswith("你可以说") for chat in (*held, last))
