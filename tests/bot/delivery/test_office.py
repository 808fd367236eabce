"""An office: one of several programs holds it, another one soon after that one is gone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.delivery.office import Office, elected, stands_by
from bot.services import cancelled, kept_up
from digest.house import House
from handlers.plan import plan
from storage.seats import SILENCE_SECONDS, Seat
from storage.store import Store
from tests.postgres import postgres
from tests.storage.makers import NOW, make_issue, put, subscribe

KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'digestbot-seat'"


class Post:
    """A program that stands for one office, and counts how often its service is at work."""

    def __init__(self, url: str) -> None:
        self.office = Office(Seat(url, "poller"), "poller")
        self.working, self.begun = False, 0

    async def serve(self) -> None:
        self.working, self.begun = True, self.begun + 1
        try:
            await asyncio.Event().wait()
        finally:
            self.working = False

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[Post]:
        services = elected({"polling": self.serve}, {"telegram": self.office})
        tasks = [asyncio.create_task(kept_up(name, run)) for name, run in services.items()]
        try:
            yield self
        finally:
            await cancelled(tasks)

    async def at_work(self, seconds: float = 20.0) -> float:
        """How long it took until the service was at work."""
        began = time.monotonic()
        async with asyncio.timeout(seconds):
            while not self.working:  # noqa: ASYNC110 - a service tells nobody
                await asyncio.sleep(0.02)
        return time.monotonic() - began


async def hang_up(post: Post) -> None:
    """End a program's session as a kill does: the server sees its connection closed."""
    connection = post.office._seat._connection
    assert connection is not None
    await connection.invalidate()


async def test_one_of_two_holds_the_office_and_the_other_follows_when_it_is_gone(postgres_url: str) -> None:
    first, second = Post(postgres_url), Post(postgres_url)

    async with first.standing():
        await first.at_work()
        async with second.standing():
            await asyncio.sleep(0.5)
            standing_by = [stands_by({"telegram": post.office}, "telegram") for post in (first, second)]
            begun = second.begun
            await hang_up(first)
            seconds = await second.at_work()

    assert standing_by == [False, True]
    assert begun == 0
    assert seconds < 10


async def test_who_loses_the_session_stops_its_service_and_may_get_it_again(postgres_url: str) -> None:
    post, store = Post(postgres_url), await Store.open(postgres_url)

    async with post.standing():
        await post.at_work()
        async with store.transaction() as tx:
            await tx.connection.exec_driver_sql(KILL)
        async with asyncio.timeout(10):
            while post.working:  # noqa: ASYNC110 - a service tells nobody
                await asyncio.sleep(0.02)
        await post.at_work()
    await store.close()

    assert post.begun == 2


async def test_whoever_is_silent_too_long_has_lost_the_seat(postgres_url: str) -> None:
    frozen, other = Seat(postgres_url, "folder"), Seat(postgres_url, "folder")
    assert await frozen.take()
    began = time.monotonic()

    async with asyncio.timeout(SILENCE_SECONDS + 10):
        while not await other.take():  # noqa: ASYNC110 - a server tells nobody
            await asyncio.sleep(0.5)
    seconds = time.monotonic() - began
    await frozen.leave()
    await other.leave()

    assert SILENCE_SECONDS - 1 <= seconds <= SILENCE_SECONDS + 5


async def test_without_a_database_the_office_waits_and_is_taken_when_it_is_there() -> None:
    with postgres() as server:
        post = Post(server.url())
        server.stop()
        async with post.standing():
            await asyncio.sleep(1.0)
            idle = post.begun
            server.start()
            await post.at_work()

    assert idle == 0


async def test_on_every_node_the_clock_ticks_and_nothing_is_planned_twice(postgres_url: str) -> None:
    nodes = [await Store.open(postgres_url) for _ in range(3)]
    async with nodes[0].transaction() as tx:
        await put(tx, make_issue())
        for number in range(40):
            await subscribe(tx, 1000 + number)

    planned = await asyncio.gather(*(plan(node, House(), now=NOW) for node in nodes for _ in range(3)))
    async with nodes[0].reading() as tx:
        (campaign,) = await tx.campaigns.list()
    for node in nodes:
        await node.close()

    assert sum(one.owed for one in planned) == 40
    assert campaign.total == 40


async def test_the_databases_clock_decides_what_is_due(postgres_url: str, sqlite_url: str) -> None:
    shared, alone = await Store.open(postgres_url), await Store.open(sqlite_url)
    moments = await shared.now(NOW), await alone.now(NOW)
    await shared.close()
    await alone.close()

    assert abs(moments[0].timestamp() - time.time()) < 5
    assert moments[1] == NOW
