"""What there is to do: the open chunks, campaigns in turn."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterable

Chunk = tuple[int, int]


class Agenda:
    """Open chunks (campaign, number). One that gave no more rows rests until its last delivery has landed."""

    def __init__(self) -> None:
        self._campaigns: dict[int, deque[int]] = {}
        self._resting: set[Chunk] = set()
        self._begun: set[Chunk] = set()
        self._flying: Counter[Chunk] = Counter()
        self._some = asyncio.Event()

    def refresh(self, open_chunks: Iterable[Chunk]) -> None:
        """What the ledger says is open now."""
        turns = {campaign: deque[int]() for campaign in self._campaigns}
        for chunk in open_chunks:
            if chunk not in self._resting:
                turns.setdefault(chunk[0], deque()).append(chunk[1])
        self._campaigns = {campaign: numbers for campaign, numbers in turns.items() if numbers}
        if self._campaigns:
            self._some.set()

    def add(self, chunk: Chunk) -> None:
        """A chunk is to be sent."""
        self._campaigns.setdefault(chunk[0], deque()).append(chunk[1])
        self._some.set()

    async def some(self) -> None:
        """Wait until there is something to do."""
        while not self._campaigns:
            self._some.clear()
            await self._some.wait()

    def next(self) -> Chunk | None:
        """A chunk of the campaign whose turn it is; None when there is nothing to do."""
        campaign = next(iter(self._campaigns), None)
        if campaign is None:
            return None
        numbers = self._campaigns.pop(campaign)
        self._campaigns[campaign] = numbers
        return campaign, numbers[0]

    def begins(self, chunk: Chunk) -> bool:
        """Whether this is the first time that the chunk is taken up."""
        new = chunk not in self._begun
        self._begun.add(chunk)
        return new

    def fly(self, chunk: Chunk, count: int = 1) -> None:
        """Deliveries of a chunk are under way."""
        self._flying[chunk] += count

    def land(self, chunk: Chunk) -> bool:
        """A delivery has landed; whether it was the last one of a chunk that rests."""
        self._flying[chunk] -= 1
        return self._over(chunk)

    def rest(self, chunk: Chunk) -> bool:
        """The chunk gives no more rows; whether nothing of it is under way either."""
        self._resting.add(chunk)
        self._take_out(chunk)
        return self._over(chunk)

    def put_off(self, chunk: Chunk, *, for_good: bool) -> None:
        """The chunk could not be taken up: others go first until it is found open again, or for good."""
        self._take_out(chunk)
        if for_good:
            self._resting.add(chunk)

    def forget(self, chunk: Chunk) -> None:
        """The chunk is closed, or will be found open again."""
        self._resting.discard(chunk)
        self._begun.discard(chunk)
        self._flying.pop(chunk, None)

    def _take_out(self, chunk: Chunk) -> None:
        numbers = self._campaigns.get(chunk[0], deque())
        if chunk[1] in numbers:
            numbers.remove(chunk[1])
        if not numbers:
            self._campaigns.pop(chunk[0], None)

    def _over(self, chunk: Chunk) -> bool:
        return chunk in self._resting and self._flying[chunk] <= 0
