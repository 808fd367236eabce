"""The store as one answer sees it: one snapshot from the first look to the last, or to a write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Self

from storage.faults import renamed
from storage.store import Store, Transaction


class Looking:
    """One answer's way to the store: all its looks share a snapshot, which is given back before a write.

    So an answer never holds two connections, and what it wrote is in its next look.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._snapshot: Transaction | None = None
        self._held = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._snapshot = None
        await self._held.__aexit__(kind, error, trace)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """The answer's look at one state of everything; or StoreUnavailable."""
        if self._snapshot is None:
            self._snapshot = await self._held.enter_async_context(self._store.reading())
        with renamed():
            yield self._snapshot

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = True) -> AsyncIterator[Transaction]:
        """As `Store.transaction`; an answer to a person goes before what else waits."""
        self._snapshot = None
        await self._held.aclose()
        async with self._store.transaction(urgent=urgent) as tx:
            yield tx
