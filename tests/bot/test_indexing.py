"""The look-up index of the running program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Literal

from structlog.testing import capture_logs

from bot.indexing import keep_index, tenth_by_tenth
from bot.services import cancelled, kept_up
from digest.errors import StoreUnavailable
from storage.lookup_index import Progress
from storage.lookup_tables import LOOKUPS_KEY
from storage.store import Store, Transaction
from tests.storage.makers import make_issue, put


def test_progress_is_told_once_for_each_tenth() -> None:
    told: list[Progress] = []
    tell = tenth_by_tenth(told.append)

    for done in range(0, 101, 4):
        tell(Progress(done, 100))

    assert [progress.done for progress in told] == [0, 12, 20, 32, 40, 52, 60, 72, 80, 92, 100]


def test_nothing_to_index_is_all_of_it() -> None:
    told: list[Progress] = []

    tenth_by_tenth(told.append)(Progress(0, 0))

    assert told == [Progress(0, 0)]


async def test_the_index_is_made_before_the_end(sqlite_store: Store) -> None:
    async with sqlite_store.transaction() as tx:
        await put(tx, make_issue())
        await tx.meta.set(LOOKUPS_KEY, "")
    stop = asyncio.Event()
    stop.set()

    await keep_index(sqlite_store, stop)

    async with sqlite_store.reading() as tx:
        assert await tx.lookups.ready()


async def outdate_and_wait(store: Store) -> None:
    """Another version has been at the index; until it is made anew."""
    async with store.transaction() as tx:
        await put(tx, make_issue())
        await tx.meta.set(LOOKUPS_KEY, "")
    async with asyncio.timeout(30):
        while True:
            async with store.reading() as tx:
                if await tx.lookups.ready():
                    return


async def test_an_index_that_is_outdated_later_is_made_anew_as_well(sqlite_store: Store) -> None:
    stop = asyncio.Event()
    keeping = asyncio.create_task(keep_index(sqlite_store, stop, every=0.01))

    await outdate_and_wait(sqlite_store)
    await outdate_and_wait(sqlite_store)

    stop.set()
    await keeping


class Awaited(asyncio.Event):
    """An event that tells when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.has_waiter = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.has_waiter.set()
        return await super().wait()


async def test_it_ends_when_it_is_cancelled_as_soon_as_the_program_stops(sqlite_store: Store) -> None:
    stop = Awaited()
    keeping = asyncio.create_task(kept_up("index", partial(keep_index, sqlite_store, stop)))
    await stop.has_waiter.wait()
    # Let it wait indeed, so that we are told after it.
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(stop.set)

    await stop.wait()
    async with asyncio.timeout(10):
        await cancelled([keeping])

    assert keeping.cancelled()


class Away(Store):
    """A store that takes no part the first time."""

    asked = 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        self.asked += 1
        if self.asked == 1:
            raise StoreUnavailable("locked")
        async with super().reading() as tx:
            yield tx


async def test_a_database_that_takes_no_part_is_looked_at_again(sqlite_url: str) -> None:
    store, stop = await Away.open(sqlite_url), asyncio.Event()
    async with store.transaction() as tx:
        await put(tx, make_issue())
        await tx.meta.set(LOOKUPS_KEY, "")

    with capture_logs() as logs:
        keeping = asyncio.create_task(keep_index(store, stop, every=0.01))
        await outdate_and_wait(store)
        stop.set()
        await keeping
    await store.close()

    assert [line["event"] for line in logs][:2] == ["lookups_put_off", "lookups_indexed"]
