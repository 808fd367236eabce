"""Where a worker's chunks come from when it does not look for them itself."""

from __future__ import annotations

from typing import Protocol

from bot.agenda import Chunk


class Hands(Protocol):
    """A worker, as its feed sees it."""

    @property
    def name(self) -> str:
        """The name under which this life of the worker claims."""
        ...

    async def send_chunk(self, chunk: Chunk) -> None:
        """Send what is left of a chunk; `bot.dispatch.GivenUp` when the worker stops first."""


class Feed(Protocol):
    """Hands out chunks, each to one worker at a time; those of a worker that dies to another."""

    @property
    def stalled_seconds(self) -> float:
        """After so many seconds of silence a worker is taken for dead."""
        ...

    async def run(self, hands: Hands) -> None:
        """Hand chunks to this worker until cancelled, whatever the database does."""

    def close(self) -> None:
        """Hand out no more."""

    async def closed(self, seconds: float) -> None:
        """Wait until what was not finished is back for others, so many seconds at most."""
