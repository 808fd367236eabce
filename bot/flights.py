"""Deliveries under way: each one claimed, not yet settled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.health import Health
from bot.outlet import Outlet
from bot.pace import Pace
from digest.campaign import Owed
from digest.subscriber import Place

LONG_AGO = float("-inf")


@dataclass(frozen=True, slots=True)
class Line:
    """One account that sends: its outlet, its pace, its health."""

    outlet: Outlet
    pace: Pace
    health: Health


@dataclass(slots=True, eq=False)
class Flight:
    """One claimed delivery in the air: where it goes, when its slot was taken, when its claim was last sure.

    `probe`: it may leave though the line is shut. `handed_over`: it was claimed with another line's slot.
    `stranded`: there is no line for its channel.
    """

    owed: Owed
    owner: str
    line: Line
    place: Place
    taken_at: float = LONG_AGO
    claimed_at: float = LONG_AGO
    probe: bool = False
    handed_over: bool = False
    stranded: bool = False
    calling: bool = False
    _stage: asyncio.Timeout | None = field(default=None)

    @property
    def chunk(self) -> tuple[int, int]:
        """The chunk it was claimed from."""
        return self.owed.campaign_id, self.owed.chunk

    @asynccontextmanager
    async def stage(self, seconds: float | None) -> AsyncIterator[None]:
        """Inside it, TimeoutError after so many seconds, or when interrupted."""
        try:
            async with asyncio.timeout(seconds) as self._stage:
                yield
        finally:
            self._stage = None

    def interrupt(self) -> None:
        """Whatever it waits for, it waits no longer."""
        if self._stage is not None and not self._stage.expired():
            self._stage.reschedule(asyncio.get_running_loop().time())
