"""Corrections: what a broadcast has delivered is changed in place, one message after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from digest.broadcast import Copy
from digest.errors import Gone, Moved, Refused, SendFailure, StoreUnavailable, Wait
from digest.replies import Passage, Reply
from digest.subscriber import Place
from storage.store import Store

log = structlog.get_logger()

LOOK_SECONDS = 1.0
AT_ONCE = 50
LONGEST_WAIT = 60.0


class Reviser(Protocol):
    """An account that can change what it has sent; raises SendFailures."""

    @property
    def channel(self) -> str:
        """The channel's name."""
        ...

    async def revise(self, place: Place, reference: str, reply: Reply) -> None:
        """Put a reply of one message in the place of a sent one, when its turn has come."""
        ...


@dataclass(slots=True)
class Amending:
    """Changes delivered messages to the newest words of their broadcast; what is cut off is found again."""

    store: Store
    reviser: Reviser
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _after: tuple[int, int] = (0, 0)
    _contents: dict[tuple[int, int], Reply] = field(default_factory=dict)

    async def run(self) -> None:
        """Correct until cancelled."""
        while True:
            try:
                while await self.some():
                    pass
            except StoreUnavailable:
                log.debug("corrections_not_read")
            await self.sleep(LOOK_SECONDS)

    async def some(self) -> bool:
        """Correct some messages; whether it is worth while to go on at once."""
        async with self.store.reading() as tx:
            if not await tx.corrections.open():
                self._after = (0, 0)
                return False
            copies = await tx.corrections.next(AT_ONCE, self._after)
        if not copies:
            return await self._begin_again()
        done = [(copy, await self._changed(copy)) for copy in copies]
        await self._keep(done)
        self._after = (copies[-1].campaign_id, copies[-1].subscriber_id)
        return any(changed is not None for _, changed in done)

    async def _begin_again(self) -> bool:
        """After the last one: from the first, for what was under way or could not be changed just then."""
        begun, self._after = self._after != (0, 0), (0, 0)
        async with self.store.transaction() as tx:
            await tx.corrections.close()
        return begun

    async def _changed(self, copy: Copy) -> bool | None:
        """Whether the message says it now; None when that is to be tried once more."""
        if copy.channel != self.reviser.channel or not copy.reference:
            return False
        place = Place(copy.channel, copy.recipient, copy.thread, copy.account)
        try:
            await self.reviser.revise(place, copy.reference, await self._reply(copy))
        except (Refused, Gone, Moved):
            return False
        except Wait as wait:
            await self.sleep(min(wait.seconds, LONGEST_WAIT))
            return None
        except SendFailure:
            return None
        return True

    async def _reply(self, copy: Copy) -> Reply:
        key = (copy.campaign_id, copy.revision)
        if key not in self._contents:
            async with self.store.reading() as tx:
                content = await tx.broadcasts.content(*key)
            if content is None:
                raise Refused("not_kept")
            self._contents = {key: Reply((Passage(content),))}
        return self._contents[key]

    async def _keep(self, done: Sequence[tuple[Copy, bool | None]]) -> None:
        async with self.store.transaction() as tx:
            for copy, changed in done:
                if changed is not None:
                    await tx.corrections.settle(copy, failed=not changed)
