"""Small things that the program itself remembers, by name."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects import insert_new, upsert_into
from storage.tables import meta

_OF = sa.select(meta.c.value).where(meta.c.key == sa.bindparam("name"))


class Meta:
    """Names and their texts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, key: str) -> str | None:
        """The text kept under a name."""
        value: str | None = (await self._connection.execute(_OF, {"name": key})).scalar()
        return value

    async def set(self, key: str, value: str) -> None:
        """Keep a text under a name."""
        await self._connection.execute(
            upsert_into(self._connection, meta, "value"), {"key": key, "value": value}
        )

    async def claim(self, key: str, value: str) -> bool:
        """Keep a text under a name that has none yet; False when it has one already."""
        insert = insert_new(self._connection, meta, "key")
        return (await self._connection.execute(insert, {"key": key, "value": value})).first() is not None

    async def forget(self, key: str) -> None:
        """Keep nothing under a name any more."""
        await self._connection.execute(sa.delete(meta).where(meta.c.key == key))
