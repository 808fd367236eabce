"""Telegram's sending limits on the server's clock: bot-wide, per private chat, per group."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Limits:
    """Answers how long a send must wait, and remembers what was let through.

    ``rate`` sends in any sliding second bot-wide; a bucket of ``burst``, refilled one a second, for a private
    chat; ``group`` sends in any sliding minute for a group.
    """

    rate: int = 30
    burst: int = 4
    group: int = 20
    _all: deque[float] = field(default_factory=deque)
    _private: dict[int, tuple[float, float]] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)

    def take(self, chat_id: int, now: float) -> int:
        """0 when the send is let through, and it counts; else the whole seconds to wait, and it does not."""
        wait = max(self._wait_all(now), self._wait_chat(chat_id, now))
        if wait > 0:
            return max(1, math.ceil(wait))
        self._all.append(now)
        if chat_id < 0:
            self._groups[chat_id].append(now)
        else:
            tokens, _ = self._private[chat_id]
            self._private[chat_id] = (tokens - 1, now)
        return 0

    def _wait_all(self, now: float) -> float:
        while self._all and now - self._all[0] >= 1.0:
            self._all.popleft()
        return 0.0 if len(self._all) < self.rate else 1.0 - (now - self._all[0])

    def _wait_chat(self, chat_id: int, now: float) -> float:
        if chat_id < 0:
            sent = self._groups.setdefault(chat_id, deque())
            while sent and now - sent[0] >= 60.0:
                sent.popleft()
            return 0.0 if len(sent) < self.group else 60.0 - (now - sent[0])
        tokens, at = self._private.get(chat_id, (float(self.burst), now))
        tokens = min(float(self.burst), tokens + (now - at))
        self._private[chat_id] = (tokens, now)
        return max(0.0, 1.0 - tokens)
