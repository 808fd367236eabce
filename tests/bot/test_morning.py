"""Reports on a real socket: told once, told later when they could not be, and what a tap sends again."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.morning import Morning
from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.telegram.channel import TelegramChannel
from bot.telegram.notices import Notices
from digest.campaign import DeliveryState, Outcome
from digest.house import House
from storage.store import Store
from tests.standins.telegram import TelegramStandin
from tests.storage.makers import NOW, claim, plan

AT_QUARTER_PAST = NOW + dt.timedelta(minutes=15)
HOUSE = House(admins=frozenset({"telegram:77"}))


@asynccontextmanager
async def morning(server: TelegramStandin, store: Store) -> AsyncIterator[Morning]:
    """A program's mornings, at a quarter to nine in Shanghai."""
    channel = TelegramChannel(server.token, api_base_url=server.base_url)
    await channel.open()
    notices = Notices(channel, Pace(Rate(30), clock=time.monotonic))
    try:
        yield Morning(store, HOUSE, load_catalogs(), notices, lambda: AT_QUARTER_PAST)
    finally:
        await channel.close()


async def sent(store: Store) -> None:
    campaign = await plan(store, 2)
    owed = await claim(store, campaign)
    outcomes = tuple(Outcome(one.subscriber.id, DeliveryState.SENT, ref="1:1") for one in owed)
    async with store.transaction() as tx:
        await tx.outbox.settle(campaign, outcomes, owner="me", now=NOW)


async def test_a_report_is_told_once_also_after_a_restart(sqlite_store: Store) -> None:
    await sent(sqlite_store)
    async with TelegramStandin(strict=True) as server:
        async with morning(server, sqlite_store) as first:
            await first.tick()
            await first.tick()
        async with morning(server, sqlite_store) as second:
            await second.tick()

        (message,) = server.messages(77)
    assert message.text.startswith(
        "12月22日，8:45 的情况\nTelegram 私聊　2 位：送达 2\n最后一位 8:30:00 收到。"
    )


async def test_a_report_that_could_not_leave_is_told_later(sqlite_store: Store) -> None:
    await sent(sqlite_store)
    async with TelegramStandin() as server, morning(server, sqlite_store) as program:
        server.fault("retry_after", value=30)
        await program.tick()
        nothing = server.messages(77)
        server.heal()
        program.notices.pace._blocked_until = 0.0  # type: ignore[attr-defined]
        program.notices.pace._chats._held.clear()  # type: ignore[attr-defined]
        await program.tick()

        assert nothing == ()
        assert len(server.messages(77)) == 1
