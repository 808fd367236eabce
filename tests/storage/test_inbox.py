"""Received updates."""

from __future__ import annotations

from storage.store import Store
from tests.storage.makers import DAY, NOW


async def test_an_update_that_comes_twice_is_kept_once(store: Store) -> None:
    async with store.transaction() as tx:
        first = await tx.inbox.put("telegram", "42", [(8, '{"a": 1}'), (7, '{"b": 2}')], NOW)
        again = await tx.inbox.put("telegram", "42", [(7, "{}"), ("9", "{}")], NOW)
        other = await tx.inbox.put("telegram", "43", [(7, "{}")], NOW)

    async with store.reading() as tx:
        pending = await tx.inbox.pending("telegram")

    assert (first, again, other) == (2, 1, 1)
    assert [(one.account, one.update_id) for one in pending] == [
        ("42", "8"),
        ("42", "7"),
        ("42", "9"),
        ("43", "7"),
    ]
    assert pending[0].payload == '{"a": 1}'
    assert pending[0].received_at == NOW


async def test_a_handled_update_keeps_its_id_and_no_word_of_its_text(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.inbox.put("telegram", "42", [(7, '{"text": "secret"}')], NOW)
        (update,) = await tx.inbox.pending("telegram")
        await tx.inbox.done(update.id, NOW)

    async with store.transaction() as tx:
        repeated = await tx.inbox.put("telegram", "42", [(7, '{"text": "secret"}')], NOW)
        kept = (await tx.connection.exec_driver_sql("SELECT payload FROM inbox")).scalars().all()

    assert repeated == 0
    assert kept == [""]


async def test_only_what_was_handled_long_ago_is_swept(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.inbox.put("telegram", "42", [(1, ""), (2, ""), (3, "")], NOW)
        old, new, _ = await tx.inbox.pending("telegram")
        await tx.inbox.done(old.id, NOW)
        await tx.inbox.done(new.id, NOW + DAY)

        assert await tx.inbox.sweep(NOW + DAY) == 1
        assert await tx.inbox.put("telegram", "42", [(1, ""), (2, ""), (3, "")], NOW) == 1
