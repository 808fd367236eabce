"""A breaker for each campaign: when nothing but failures come, something is wrong with the campaign."""

from __future__ import annotations

from dataclasses import dataclass, field

HARD_FAILURES = 10


@dataclass(slots=True)
class Breaker:
    """Counts hard failures in a row, by campaign."""

    _in_a_row: dict[int, int] = field(default_factory=dict)

    def passed(self, campaign_id: int) -> None:
        """A delivery of the campaign went through."""
        self._in_a_row.pop(campaign_id, None)

    def failed(self, campaign_id: int) -> bool:
        """A delivery failed for a fault of ours; whether the campaign has to pause now."""
        count = self._in_a_row.get(campaign_id, 0) + 1
        self._in_a_row[campaign_id] = count
        if count < HARD_FAILURES:
            return False
        self._in_a_row.pop(campaign_id)
        return True
