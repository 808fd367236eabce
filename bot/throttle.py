"""How much one chat may ask: twenty a minute, told once while it is too much."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

A_MINUTE = 20
BURST = 20
REMEMBERED = 10_000


class Verdict(Enum):
    """What becomes of a message."""

    ANSWER = "answer"
    TELL = "tell"
    IGNORE = "ignore"


@dataclass(slots=True)
class _Allowance:
    left: float
    at: float
    told: bool = False


@dataclass(slots=True)
class Throttle:
    """Allowances by chat, of the chats that spoke last; memory stays bounded."""

    clock: Callable[[], float]
    _chats: OrderedDict[str, _Allowance] = field(default_factory=OrderedDict)

    def judge(self, chat: str) -> Verdict:
        """Whether a chat's message is answered, answered with a request to slow down, or passed over."""
        now = self.clock()
        allowance = self._chats.setdefault(chat, _Allowance(BURST, now))
        self._chats.move_to_end(chat)
        while len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)
        allowance.left = min(BURST, allowance.left + (now - allowance.at) * A_MINUTE / 60)
        allowance.at = now
        if allowance.left >= 1:
            allowance.left -= 1
            allowance.told = False
            return Verdict.ANSWER
        if allowance.told:
            return Verdict.IGNORE
        allowance.told = True
        return Verdict.TELL
