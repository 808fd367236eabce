"""What each place remembers of the talk."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.intents import Conversation
from digest.subscriber import AddressId
from storage.dialects import upsert_into
from storage.documents import read_conversation, write_conversation
from storage.tables import conversations

_OF = sa.select(conversations.c.value).where(conversations.c.address_id == sa.bindparam("address"))


class Conversations:
    """One conversation an address."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, address_id: AddressId) -> Conversation:
        """What is remembered; an empty conversation where nothing is."""
        value = (await self._connection.execute(_OF, {"address": address_id})).scalar()
        return Conversation() if value is None else read_conversation(value)

    async def put(self, address_id: AddressId, conversation: Conversation, now: dt.datetime) -> None:
        """Remember a conversation."""
        upsert = upsert_into(self._connection, conversations, "value", "updated_at")
        values = {"address_id": address_id, "value": write_conversation(conversation), "updated_at": now}
        await self._connection.execute(upsert, values)

    async def clear(self, address_id: AddressId) -> None:
        """Remember nothing."""
        await self._connection.execute(
            sa.delete(conversations).where(conversations.c.address_id == address_id)
        )
