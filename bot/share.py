"""What answers own of an account's slots while there is a push."""

from __future__ import annotations

from collections.abc import Callable

# A slot of one's own, but for what is lost in sums of small numbers.
WHOLE = 1 - 1e-6


class Share:
    """A tenth of the slots, saved up for a second; idle ones cost nothing. `gap`: seconds between two."""

    def __init__(self, limit: float, gap: float, clock: Callable[[], float]) -> None:
        self._limit, self._gap, self._clock = limit, gap, clock
        self._own, self._own_at = limit, clock()

    def wait(self, *, busy: bool) -> float:
        """0 when an answer may take a slot now, and it is counted; else seconds until it owns one."""
        now, refill = self._clock(), 0.1 / self._gap
        self._own = min(max(self._limit, 1.0), self._own + (now - self._own_at) * refill)
        self._own_at = now
        if self._own < WHOLE and busy:
            return (1 - self._own) / refill
        self._own = max(0.0, self._own - 1)
        return 0.0
