"""What a place remembers."""

from __future__ import annotations

from digest.intents import Awaits, Conversation
from storage.store import Store
from tests.storage.makers import NOW, TODAY, subscribe


async def test_a_conversation_is_remembered_until_it_is_cleared(store: Store) -> None:
    talk = Conversation(awaits=Awaits.ZONE, asked_at=NOW, list_date=TODAY, list_at=NOW, screen="today")
    async with store.transaction() as tx:
        address = (await subscribe(tx, 7)).address.id
        assert await tx.conversations.get(address) == Conversation()
        await tx.conversations.put(address, Conversation(awaits=Awaits.HOUR), NOW)
        await tx.conversations.put(address, talk, NOW)

    async with store.transaction() as tx:
        assert await tx.conversations.get(address) == talk
        await tx.conversations.clear(address)
        assert await tx.conversations.get(address) == Conversation()
