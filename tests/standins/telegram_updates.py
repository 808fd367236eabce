"""The queue behind getUpdates: ids, acknowledgement by offset, one poller at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from itertools import islice

from tests.standins.telegram_faults import Refusal

UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class Updates:
    """Updates kept until a poll with a higher offset acknowledges them."""

    def __init__(self, first_id: int = 500_000_001) -> None:
        self.pending: deque[dict[str, object]] = deque()
        self.allowed: frozenset[str] | None = None
        self._next = first_id
        self._poller: asyncio.Future[str] | None = None

    def push(self, kind: str, content: Mapping[str, object]) -> int:
        """Queue one update and wake the poller; its id, or 0 when the bot does not ask for this kind."""
        if kind in UNASKED if self.allowed is None else kind not in self.allowed:
            return 0
        update_id = self._next
        self._next += 1
        self.push_raw({"update_id": update_id, kind: content})
        return update_id

    def push_raw(self, update: dict[str, object]) -> None:
        """Queue an update exactly as given, however malformed."""
        self.pending.append(update)
        self._wake("updates")

    def allow(self, kinds: Iterable[str]) -> None:
        """Ask for these kinds only, from now on; none means the default."""
        self.allowed = frozenset(kinds) or None

    def acknowledge(self, offset: int) -> None:
        """Drop what is below the offset; a negative one keeps that many of the newest."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while offset > 0 and self.pending and _id(self.pending[0]) < offset:
            self.pending.popleft()

    async def poll(self, *, offset: int, limit: int, seconds: float) -> list[dict[str, object]]:
        """Up to ``limit`` updates, after at most ``seconds``; a later poll ends this one by 409."""
        self._wake("conflict")
        self.acknowledge(offset)
        if not self.pending and seconds > 0:
            await self._wait(seconds)
        return list(islice(self.pending, limit))

    async def _wait(self, seconds: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            reason = await asyncio.wait_for(poller, seconds)
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None
        if reason == "conflict":
            raise Refusal(409, CONFLICT)

    def close(self) -> None:
        """End the poll that is waiting, with nothing."""
        self._wake("closed")

    def _wake(self, reason: str) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(reason)


def _id(update: Mapping[str, object]) -> int:
    number = update.get("update_id")
    return number if isinstance(number, int) else 0
