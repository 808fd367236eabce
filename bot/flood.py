"""One chat must wait, or all of them? The platform does not say; a row of chats does."""

from __future__ import annotations

from dataclasses import dataclass, field

from digest.subscriber import Place

CHATS = 5
WITHIN = 5.0
TOGETHER = 2.0


@dataclass(slots=True)
class Floods:
    """The waits since the last message that passed: recipient -> (when it was told, until when)."""

    _told: dict[str, tuple[float, float]] = field(default_factory=dict)

    def whole(self, place: Place, until: float, now: float) -> bool:
        """Whether this wait means the account: five chats in five seconds, all until about one moment."""
        self._told = {
            name: told
            for name, told in self._told.items()
            if now - told[0] <= WITHIN and abs(told[1] - until) <= TOGETHER
        }
        self._told[place.recipient] = (now, until)
        return len(self._told) >= CHATS

    def passed(self) -> None:
        """A message passed."""
        self._told.clear()
