"""Who may do what, beside the admins of the configuration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.roles import Role
from storage.broadcast_tables import roles
from storage.dialects import upsert_into


class Roles:
    """One role an address (`telegram:12345`)."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, address: str) -> Role | None:
        """The role of an address."""
        query = sa.select(roles.c.role).where(roles.c.address == address)
        role: Role | None = (await self._connection.execute(query)).scalar()
        return role

    async def all(self) -> Mapping[str, Role]:
        """Every role that was given, by address."""
        rows = await self._connection.execute(sa.select(roles).order_by(roles.c.address))
        return {row.address: row.role for row in rows}

    async def give(self, address: str, role: Role, now: dt.datetime) -> None:
        """Give an address a role in the place of the one it has."""
        upsert = upsert_into(self._connection, roles, "role", "given_at")
        await self._connection.execute(upsert, {"address": address, "role": role, "given_at": now})

    async def take(self, address: str) -> bool:
        """Take an address's role away; whether it had one."""
        return (
            await self._connection.execute(sa.delete(roles).where(roles.c.address == address))
        ).rowcount > 0
