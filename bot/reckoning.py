"""The moment that counts where many programs share a database: the database's, whatever our clock shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from storage.store import Store


class Reckoning:
    """Called, it gives the present moment (UTC): by our clock until `reckon` has asked the database."""

    def __init__(self, store: Store, now: Callable[[], dt.datetime]) -> None:
        self._store, self._now = store, now
        self._ahead = dt.timedelta()

    def __call__(self) -> dt.datetime:
        """The present moment."""
        return self._now() + self._ahead

    async def reckon(self) -> None:
        """See by how much the database's clock is ahead of ours; StoreUnavailable changes nothing."""
        ours = self._now()
        self._ahead = await self._store.now(ours) - ours
