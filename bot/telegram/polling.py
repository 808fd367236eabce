"""The long poll: every update is kept before Telegram is told that it arrived."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol

from digest.errors import Conflict, MaybeSent, SendFailure, StoreUnavailable, Unauthorized, Wait

Updates = tuple[tuple[int, bytes], ...]
Keep = Callable[[Updates], Awaitable[None]]
Tell = Callable[[str], Awaitable[None]]
Pause = Callable[[float], Awaitable[None]]
Clock = Callable[[], float]

POLL_SECONDS = 30.0
LONGEST_PAUSE = 30.0
CONFLICT_PAUSE = 30.0
# Two programs that take turns at one token leave each other alone for a minute at a time.
CALM_SECONDS = 90.0
UNAUTHORIZED_PAUSE = 60.0
QUIET_FAILURES = 3
MOST_UPDATES = 100


class Source(Protocol):
    """Where updates come from."""

    @property
    def username(self) -> str:
        """The bot's name; '' while unknown."""
        ...

    async def identify(self) -> None:
        """Learn who the bot is."""

    async def fetch(self, offset: int, *, seconds: float, limit: int = MOST_UPDATES) -> Updates:
        """The updates from `offset` on; what is below it is acknowledged."""
        ...

    async def drop_webhook(self) -> None:
        """End the delivery by webhook."""


class Health(StrEnum):
    """How the poll is doing."""

    STARTING = "starting"
    WELL = "well"
    UNREACHABLE = "unreachable"
    CONFLICT = "conflict"
    UNAUTHORIZED = "unauthorized"
    UNKEPT = "unkept"


class Polling:
    """One bot's long poll. `keep` commits updates before the next fetch acknowledges them.

    `tell` is given a message id once when something is wrong (`telegram.conflict`, `.unauthorized`,
    `.unreachable`) and once when it is over (`telegram.well`).
    """

    def __init__(
        self,
        source: Source,
        keep: Keep,
        tell: Tell,
        *,
        poll_seconds: float = POLL_SECONDS,
        pause: Pause = asyncio.sleep,
        clock: Clock = time.monotonic,
    ) -> None:
        self._source = source
        self._keep = keep
        self._tell = tell
        self._poll_seconds = poll_seconds
        self._pause = pause
        self._clock = clock
        self._offset = 0
        self._limit = MOST_UPDATES
        self._failures = 0
        self._told = ""
        self._flows = False
        self._disturbed_at = float("-inf")
        self._health = Health.STARTING

    @property
    def health(self) -> Health:
        """How the poll is doing now."""
        return self._health

    @property
    def ready(self) -> bool:
        """Whether updates are coming in."""
        return self._health is Health.WELL

    async def run(self) -> None:
        """Poll until cancelled. A failure of the platform or of the store never ends it."""
        while True:
            try:
                await self._poll()
            except SendFailure as failure:
                seconds = await self._failed(failure)
            except StoreUnavailable:
                self._flows, self._health = False, Health.UNKEPT
                seconds = self._longer()
            else:
                seconds = 0.0
            if seconds > 0:
                await self._pause(seconds)

    async def _poll(self) -> None:
        if not self._source.username:
            await self._source.identify()
        began, held = self._clock(), self._flows
        # The first question after a start or a trouble is answered at once: then it is known how things are.
        seconds = self._poll_seconds if held else 0.0
        updates = await self._source.fetch(self._offset, seconds=seconds, limit=self._limit)
        if updates:
            await self._keep(updates)
            self._offset = max(update_id for update_id, _ in updates) + 1
        await self._well()
        if held and not updates and self._clock() - began < min(1.0, self._poll_seconds / 2):
            # A server that does not hold the poll open is not to be asked without a breath.
            await self._pause(1.0)

    async def _well(self) -> None:
        """Note that updates come in; another poller is gone when nobody has disturbed us for long enough."""
        self._flows, self._failures, self._limit = True, 0, MOST_UPDATES
        if self._clock() - self._disturbed_at < CALM_SECONDS:
            return
        self._health = Health.WELL
        if self._told:
            self._told = ""
            await self._tell("telegram.well")

    async def _failed(self, failure: SendFailure) -> float:
        """Note the failure, tell of it once, and return the seconds to wait."""
        self._flows = False
        match failure:
            case Wait(seconds=seconds):
                return max(1.0, seconds)
            case Conflict(reason="webhook"):
                return await self._leave_webhook()
            case Conflict():
                self._health, self._disturbed_at = Health.CONFLICT, self._clock()
                await self._tell_once("telegram.conflict")
                return CONFLICT_PAUSE
            case Unauthorized():
                self._health = Health.UNAUTHORIZED
                await self._tell_once("telegram.unauthorized")
                return UNAUTHORIZED_PAUSE
            case MaybeSent(reason="broken_answer"):
                # One update in it cannot be read: asked for one by one, the others are not held up.
                self._limit = 1
        return await self._unreachable()

    async def _unreachable(self) -> float:
        self._health = Health.UNREACHABLE
        seconds = self._longer()
        if self._failures >= QUIET_FAILURES:
            await self._tell_once("telegram.unreachable")
        return seconds

    async def _leave_webhook(self) -> float:
        try:
            await self._source.drop_webhook()
        except SendFailure:
            return await self._unreachable()
        return 0.0

    def _longer(self) -> float:
        self._failures += 1
        return min(LONGEST_PAUSE, 2.0 ** min(self._failures - 1, 10))

    async def _tell_once(self, code: str) -> None:
        if self._told != code:
            self._told = code
            await self._tell(code)
