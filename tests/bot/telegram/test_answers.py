"""The receiving side against the stand-in: what is kept is answered, also what goes to other people."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.telegram.answers import Answers
from bot.telegram.channel import TelegramChannel
from bot.telegram.polling import Polling
from bot.throttle import Throttle
from digest.house import CustomReply, House
from digest.intents import CustomWords
from digest.subscriber import AddressState, Place
from handlers.router import Router
from storage.store import Store, Transaction
from tests.standins.telegram import TelegramStandin

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)


@asynccontextmanager
async def answering(server: TelegramStandin, store: Store, house: House) -> AsyncIterator[Answers]:
    """A bot that listens and answers."""
    channel = TelegramChannel(server.token, api_base_url=server.base_url)
    await channel.open()
    pace = Pace(Rate(30), clock=time.monotonic)
    router = Router(store, load_catalogs(), house)
    answers = Answers(store, router, channel, pace, Throttle(time.monotonic), lambda: dt.datetime.now(dt.UTC))

    async def tell(code: str) -> None:
        return None

    tasks = [
        asyncio.create_task(answers.run(), name="answers"),
        asyncio.create_task(Polling(channel, answers.keep, tell, poll_seconds=1).run()),
    ]
    try:
        yield answers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await channel.close()


@dataclass
class SlowLook:
    """A store whose look into the inbox, once `slow`, ends only when it is let go."""

    store: Store
    slow: bool = False
    looker: asyncio.Task[None] | None = None
    looking: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        async with self.store.reading() as tx:
            yield tx
            if self.slow and asyncio.current_task() is self.looker:
                self.looking.set()
                await self.let_go.wait()


async def test_who_is_answered_while_the_inbox_is_read_is_not_answered_again(
    server: TelegramStandin, sqlite_store: Store
) -> None:
    store = SlowLook(sqlite_store)
    server.fault("latency", methods=["sendMessage"], value=300)

    async with answering(server, cast("Store", store), House()) as answers:
        store.looker = next(task for task in asyncio.all_tasks() if task.get_name() == "answers")
        server.say(5, "帮助")
        await server.wait_for_calls("sendMessage", 1)
        store.slow = True
        server.say(6, "帮助")
        await store.looking.wait()
        await server.wait_for(5, 1)
        await answers.finished()
        store.slow = False
        store.let_go.set()
        await server.wait_for(6, 1)
        await answers.finished()

    assert [len(server.messages(chat)) for chat in (5, 6)] == [1, 1]


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandin]:
    async with TelegramStandin(rate=30) as running:
        yield running


async def test_the_publishers_own_reply_comes_with_its_picture(
    server: TelegramStandin, sqlite_store: Store, tmp_path: Path
) -> None:
    picture = tmp_path / "group.png"
    picture.write_bytes(PIXEL)
    house = House(replies=(CustomReply(CustomWords(("进群",)), "扫码进群", str(picture)),))

    async with answering(server, sqlite_store, house):
        server.say(5, "进群")
        await server.wait_for(5, lambda message: message.text == "扫码进群")
        server.say(5, "进群")
        await server.wait_for(5, 4)

    methods = [entry.method for entry in server.truth if entry.chat_id == 5]
    assert methods == ["sendPhoto", "sendMessage", "sendPhoto", "sendMessage"]


async def test_a_word_for_the_editors_reaches_the_admins_with_the_way_to_answer(
    server: TelegramStandin, sqlite_store: Store
) -> None:
    house = House(
        admins=frozenset({"telegram:900", "wecom:lisi"}),
        replies=(CustomReply(CustomWords(("投稿",)), hand_over=True),),
    )

    async with answering(server, sqlite_store, house):
        server.say(5, "投稿")
        await server.wait_for(5, 1)
        await server.wait_for(900, 1)

    assert server.last(5).text == "已转给编辑。"
    assert server.last(900).text == "读者 telegram:5：\n投稿"
    assert "tg://user?id=5" in str(server.last(900).rows)


async def test_without_an_admin_nobody_is_promised(server: TelegramStandin, sqlite_store: Store) -> None:
    house = House(replies=(CustomReply(CustomWords(("投稿",)), hand_over=True),))

    async with answering(server, sqlite_store, house):
        server.say(5, "投稿")
        await server.wait_for(5, 1)

    assert server.last(5).text == "现在没有人能接，请过一会儿再来。"


async def test_whoever_blocks_the_bot_becomes_inactive_and_start_revives(
    server: TelegramStandin, sqlite_store: Store
) -> None:
    async with answering(server, sqlite_store, House()) as answers:
        server.say(5, "订阅")
        await server.wait_for(5, 1)
        server.block(5)
        blocked = await _until(sqlite_store, AddressState.INACTIVE)
        server.unblock(5)
        server.say(5, "/start")
        await server.wait_for(5, 2)
        revived = await _until(sqlite_store, AddressState.ACTIVE)
        await answers.finished()

    assert blocked == "blocked"
    assert revived == ""


async def _until(store: Store, state: AddressState) -> str:
    """The reason that stands beside the reader's address once it is in this state."""
    async with asyncio.timeout(10):
        while True:
            async with store.reading() as tx:
                reader = await tx.subscribers.at(Place("telegram", "5"))
            if reader is not None and reader.address.state is state:
                return reader.address.reason
            await asyncio.sleep(0.02)
