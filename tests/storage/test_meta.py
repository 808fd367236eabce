"""Small things kept by name."""

from __future__ import annotations

from storage.store import Store


async def test_a_text_is_kept_under_its_name_until_another_takes_its_place(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.meta.set("greeted", "yes")
    async with store.transaction() as tx:
        await tx.meta.set("greeted", "twice")

    async with store.reading() as tx:
        assert await tx.meta.get("greeted") == "twice"
        assert await tx.meta.get("unknown") is None
