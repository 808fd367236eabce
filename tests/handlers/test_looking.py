"""One answer, one snapshot; what it writes is in its next look."""

from __future__ import annotations

import asyncio

from handlers.looking import Looking
from storage.store import Store


async def test_all_looks_of_an_answer_are_one_until_it_writes(sqlite_store: Store) -> None:
    async with Looking(sqlite_store) as mine:
        async with mine.reading() as tx:
            before = await tx.meta.get("word")
        async with sqlite_store.transaction() as tx:
            await tx.meta.set("word", "theirs")
        async with mine.reading() as tx:
            still = await tx.meta.get("word")
        async with mine.transaction() as tx:
            await tx.meta.set("other", "mine")
        async with mine.reading() as tx:
            after = (await tx.meta.get("word"), await tx.meta.get("other"))

    assert (before, still) == (None, None)
    assert after == ("theirs", "mine")


async def test_more_answers_than_connections_all_end_when_they_write(store: Store) -> None:
    async def answer(number: int) -> None:
        async with Looking(store) as mine:
            async with mine.reading() as tx:
                await tx.meta.get("word")
            async with mine.transaction() as tx:
                await tx.meta.set(f"{number}", "here")
            async with mine.reading() as tx:
                assert await tx.meta.get(f"{number}") == "here"

    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        for number in range(60):
            tasks.create_task(answer(number))
