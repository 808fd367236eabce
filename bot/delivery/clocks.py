"""Another clock's moments on ours: each answer of a known delay narrows down by how much they differ."""

from __future__ import annotations

from dataclasses import dataclass

# Two good clocks part by less than this many seconds a second.
DRIFT = 1e-4


@dataclass(slots=True)
class ForeignClock:
    """By how much another clock is ahead of ours: between two bounds."""

    _low: float = float("-inf")
    _high: float = float("inf")
    _at: float = 0.0

    def heard(self, theirs: float, *, asked: float, answered: float) -> None:
        """The other clock showed `theirs` at some moment between two of ours."""
        drift = (answered - self._at) * DRIFT
        self._at = answered
        low, high = theirs - answered, theirs - asked
        self._low, self._high = max(self._low - drift, low), min(self._high + drift, high)
        if self._low > self._high:
            # One of the clocks was set.
            self._low, self._high = low, high

    def ours(self, theirs: float) -> float:
        """A moment of the other clock on ours."""
        return theirs - (self._low + self._high) / 2
