"""Transactions: together or not at all, one writer, readers that never wait."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from digest.errors import DiskFull, StoreUnavailable, UserError
from storage.store import Store
from tests.postgres import PostgresServer, postgres
from tests.storage.makers import NOW, make_issue, put

BIG = "长" * 100_000


async def _value(store: Store, key: str) -> str | None:
    async with store.reading() as tx:
        return await tx.meta.get(key)


async def _set(store: Store, key: str, value: str, *, urgent: bool = False) -> None:
    async with store.transaction(urgent=urgent) as tx:
        await tx.meta.set(key, value)


async def test_what_a_block_writes_is_kept_together_or_not_at_all(store: Store) -> None:
    async def change_and_fail() -> None:
        async with store.transaction() as tx:
            await put(tx, make_issue())
            await tx.meta.set("a", "1")
            raise UserError("no")

    with pytest.raises(UserError):
        await change_and_fail()

    async with store.reading() as tx:
        assert await tx.issues.newest(NOW) is None
        assert await tx.meta.get("a") is None


async def test_readers_see_one_state_and_never_wait_for_a_writer(store: Store) -> None:
    await _set(store, "a", "before")

    async with store.transaction() as writing:
        await writing.meta.set("a", "after")
        seen = await asyncio.gather(*(_value(store, "a") for _ in range(12)))
        async with store.reading() as reading:
            await reading.meta.get("a")
            snapshot = reading
            assert await snapshot.meta.get("a") == "before"
    assert seen == ["before"] * 12
    assert await _value(store, "a") == "after"


async def test_a_reader_keeps_its_state_when_others_write(store: Store) -> None:
    await _set(store, "a", "1")

    async with store.reading() as tx:
        first = await tx.meta.get("a")
        await _set(store, "a", "2")
        second = await tx.meta.get("a")

    assert (first, second) == ("1", "1")


async def test_a_reading_transaction_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        async with store.reading() as tx:
            await tx.meta.set("a", "1")

    assert await _value(store, "a") is None


async def test_answers_write_before_what_else_waits(sqlite_store: Store) -> None:
    order = []

    async def write(name: str, *, urgent: bool) -> None:
        async with sqlite_store.transaction(urgent=urgent) as tx:
            await tx.meta.set("a", name)
            order.append(name)

    async with asyncio.TaskGroup() as group, sqlite_store.transaction():
        for number in range(3):
            group.create_task(write(f"delivery {number}", urgent=False))
        await asyncio.sleep(0)
        group.create_task(write("answer", urgent=True))
        await asyncio.sleep(0)

    assert order == ["answer", "delivery 0", "delivery 1", "delivery 2"]


async def test_many_writers_at_once_lose_nothing(store: Store) -> None:
    async def count_up() -> None:
        async with store.transaction() as tx:
            await tx.inbox.put("console", "", [(str(id(asyncio.current_task())), "")], NOW)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(count_up()) for _ in range(40)]

    async with store.reading() as tx:
        assert len(await tx.inbox.pending("console")) == len(tasks)


async def test_a_cancelled_block_leaves_nothing_and_the_next_one_goes_on(store: Store) -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        async with store.transaction() as tx:
            await tx.meta.set("a", "never")
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await _value(store, "a") is None
    await _set(store, "a", "next")
    assert await _value(store, "a") == "next"


@pytest.mark.parametrize("turns", range(12))
async def test_a_block_cancelled_at_any_moment_leaves_the_store_in_order(store: Store, turns: int) -> None:
    async def write(number: int) -> None:
        async with store.transaction() as tx:
            await tx.meta.set(f"a{number}", "1")
            await tx.meta.set(f"b{number}", "1")

    for number in range(6):
        task = asyncio.create_task(write(number))
        for _ in range(turns + 4 * number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        both = await _value(store, f"a{number}"), await _value(store, f"b{number}")
        assert both[0] == both[1]

    await asyncio.wait_for(_set(store, "after", "1"), 10)
    assert await _value(store, "after") == "1"


# A connection that is given up half made is closed by the driver when it is collected, which it tells.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("turns", range(6))
async def test_a_cancelled_reader_leaves_its_connection_to_the_others(store: Store, turns: int) -> None:
    for number in range(8):
        task = asyncio.create_task(_value(store, "a"))
        for _ in range(turns + number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    assert await asyncio.wait_for(asyncio.gather(*(_value(store, "a") for _ in range(8))), 10) == [None] * 8


async def test_a_writer_cancelled_while_the_file_is_locked_leaves_no_transaction_behind(
    sqlite_store: Store, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "digestbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    task = asyncio.create_task(_set(sqlite_store, "a", "never"))
    done, _ = await asyncio.wait([task], timeout=0.1)
    assert not done
    task.cancel()
    other.execute("ROLLBACK")
    await asyncio.wait([task])

    await _set(sqlite_store, "a", "next")

    other.execute("BEGIN IMMEDIATE")
    assert other.execute("SELECT value FROM meta WHERE key = 'a'").fetchall() == [("next",)]
    other.close()


async def test_a_file_locked_by_another_program_is_said_to_be_unavailable(
    sqlite_store: Store, tmp_path: Path
) -> None:
    async with sqlite_store.transaction() as tx:
        await tx.connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(tmp_path / "digestbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable, match="locked"):
        await _set(sqlite_store, "a", "1")

    assert await _value(sqlite_store, "a") is None
    other.execute("ROLLBACK")
    other.close()
    await _set(sqlite_store, "a", "1")


async def test_a_full_disk_is_said_to_be_full_and_readers_go_on(sqlite_store: Store) -> None:
    await _set(sqlite_store, "a", "kept")
    async with sqlite_store.transaction() as tx:
        await tx.connection.exec_driver_sql("PRAGMA max_page_count = 1")

    with pytest.raises(DiskFull):
        await _set(sqlite_store, "b", BIG)

    assert await _value(sqlite_store, "a") == "kept"
    async with sqlite_store.transaction() as tx:
        await tx.connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    await _set(sqlite_store, "b", BIG)
    assert await _value(sqlite_store, "b") == BIG


async def test_a_mistake_of_ours_is_not_called_an_unavailable_store(store: Store) -> None:
    with pytest.raises(Exception, match="nowhere") as caught:
        async with store.transaction() as tx:
            await tx.connection.exec_driver_sql("SELECT * FROM nowhere")

    assert not isinstance(caught.value, StoreUnavailable)


async def test_a_database_that_went_away_is_unavailable_until_it_is_back() -> None:
    with postgres() as server:
        store = await Store.open(server.url())
        await _set(store, "a", "1")
        server.stop()

        with pytest.raises(StoreUnavailable):
            await _set(store, "a", "2")
        with pytest.raises(StoreUnavailable):
            await _value(store, "a")

        server.start()
        assert await _value(store, "a") == "1"
        await _set(store, "a", "3")
        assert await _value(store, "a") == "3"
        await store.close()


def test_the_servers_of_drills_keep_what_they_commit(postgres_server: PostgresServer) -> None:
    assert postgres_server.run("SHOW synchronous_commit") == "on"
    assert postgres_server.run("SHOW fsync") == "on"


def test_a_server_leaves_nothing_behind() -> None:
    with postgres(durable=False) as server:
        process, home = server.process, server.home
        assert server.run("SELECT 1") == "1"

    assert process is not None
    assert process.poll() == 0
    assert not home.exists()
