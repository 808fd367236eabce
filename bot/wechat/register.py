"""What was received, written down before it is acted upon; of many at once in one transaction.

It is known again after a restart. The text is erased when its turn has ended; of a key only a hash is kept,
because the key of an event names its reader.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from digest.errors import StoreUnavailable
from storage.inbox import Entry, Update
from storage.store import Store

log = structlog.get_logger()

AGAIN_SECONDS = 1.0
# The end of a turn goes with the next message's beginning, if there is one soon.
SOON_SECONDS = 0.02
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Waiting:
    update_id: str
    payload: str
    entry: asyncio.Future[Entry]


@dataclass(slots=True)
class Register:
    """The inbox of one account."""

    store: Store
    channel: str
    account: str
    wall: Callable[[], dt.datetime]
    _waiting: list[_Waiting] = field(default_factory=list)
    _ended: list[int] = field(default_factory=list)
    _writing: asyncio.Task[None] | None = None
    _soon: asyncio.TimerHandle | None = None

    async def enter(self, key: str, payload: str) -> Entry:
        """Write a message down, and say whether it stood there; StoreUnavailable when that cannot be done."""
        entry: asyncio.Future[Entry] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(hashlib.sha256(key.encode()).hexdigest(), payload, entry))
        self._write()
        return await entry

    def end(self, entry: int) -> None:
        """The turn of an entry (by `Entry.id`) has ended; that is written down soon."""
        self._ended.append(entry)
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(SOON_SECONDS, self._write)

    async def left(self) -> tuple[Update, ...]:
        """What was begun and not ended by a program that is no more."""
        async with self.store.reading() as tx:
            found = await tx.inbox.pending(self.channel)
        return tuple(update for update in found if update.account == self.account)

    async def settled(self) -> None:
        """Write down what is left, and wait until that is done."""
        if self._ended:
            self._write()
        while self._writing is not None and not self._writing.done():
            await asyncio.wait((self._writing,))

    def _write(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all(), name="callback-register")

    async def _write_all(self) -> None:
        while self._waiting or self._ended:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            ended, self._ended = self._ended, []
            if self._soon is not None:
                self._soon.cancel()
                self._soon = None
            try:
                await self._commit(batch, ended)
            except StoreUnavailable:
                log.warning("callbacks_not_kept", count=len(batch))
                self._ended = ended + self._ended
                _refuse(batch)
                await asyncio.sleep(AGAIN_SECONDS)
            finally:
                _refuse(batch)

    async def _commit(self, batch: list[_Waiting], ended: list[int]) -> None:
        now = self.wall()
        async with self.store.transaction(urgent=True) as tx:
            await tx.inbox.done_all(ended, now)
            found = [
                await tx.inbox.enter(self.channel, self.account, one.update_id, one.payload, now)
                for one in batch
            ]
        for one, entry in zip(batch, found, strict=True):
            if not one.entry.done():
                one.entry.set_result(entry)


def _refuse(batch: list[_Waiting]) -> None:
    """Tell those who still wait that nothing was written."""
    for one in batch:
        if not one.entry.done():
            one.entry.set_exception(StoreUnavailable())
