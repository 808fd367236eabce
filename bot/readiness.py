"""Whether the program can serve: a word for each of its parts, `ok` where all is well."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.delivery.office import Office
from bot.disk import Disk
from bot.stations.assembly import Stations
from bot.stations.station import WELL
from digest.errors import StoreUnavailable
from storage.store import Store

STORE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """Asked, it looks at the database and at every channel."""

    store: Store
    disk: Disk | None
    stations: Stations
    offices: Mapping[str, Office]

    async def __call__(self) -> Mapping[str, str]:
        """The words by part."""
        database = await self._database()
        return {"database": database, **{one.channel: one.state(self.offices) for one in self.stations}}

    async def _database(self) -> str:
        if self.disk is not None and self.disk.full:
            return "full"
        try:
            async with asyncio.timeout(STORE_SECONDS), self.store.reading() as tx:
                await tx.meta.get("ready")
        except (StoreUnavailable, TimeoutError):
            return "unavailable"
        return WELL
