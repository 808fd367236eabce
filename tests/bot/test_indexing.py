"""The look-up index of the running program."""

from __future__ import annotations

import asyncio

from bot.indexing import keep_index, tenth_by_tenth
from storage.lookup_index import Progress
from storage.lookup_tables import LOOKUPS_KEY
from storage.store import Store
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
