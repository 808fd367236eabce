"""The access token of one account: fetched once for all who wait, renewed once for all who were refused."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.wechat.failures import copy_of
from digest.errors import SendFailure, Unauthorized

# A token is renewed before it ends: a call must not travel longer than it lives.
MARGIN = 300.0
FORCED_GAP = 30.0
FORCED_A_DAY = 20
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Token:
    """A token and how many seconds it is good for."""

    text: str
    seconds: float

    def __repr__(self) -> str:
        return "Token(***)"


# Asks the platform; with True for another token than the one it gives.
Fetch = Callable[[bool], Token | SendFailure]


class Tokens:
    """Asked from many threads at once. `fetch` may be called under the lock only."""

    def __init__(self, fetch: Fetch, *, clock: Callable[[], float]) -> None:
        self._fetch, self._clock = fetch, clock
        self._lock = threading.RLock()
        self._token, self._until = "", 0.0
        self._failures, self._failure = 0, SendFailure()
        self._forced: deque[float] = deque(maxlen=FORCED_A_DAY)

    def get(self, stale: str = "") -> str | SendFailure:
        """A token that is not `stale` (the one that was refused), or why there is none."""
        failures = self._failures
        with self._lock:
            if self._token and self._token != stale and self._clock() < self._until:
                return self._token
            if failures != self._failures:
                # Somebody has asked while we waited: the platform would say the same to us.
                return copy_of(self._failure)
            found = self._renewed(stale)
            if isinstance(found, SendFailure):
                self._failures += 1
                self._failure = found
                return found
            self._token = found.text
            self._until = self._clock() + max(found.seconds - MARGIN, found.seconds / 2)
            return found.text

    def _renewed(self, stale: str) -> Token | SendFailure:
        found = self._fetch(False)
        if isinstance(found, SendFailure) or found.text != stale:
            return found
        if not self._may_force():
            return Unauthorized("token_refused")
        self._forced.append(self._clock())
        forced = self._fetch(True)
        return Unauthorized("token_refused") if _is(forced, stale) else forced

    def _may_force(self) -> bool:
        """The platform takes a forced renewal every thirty seconds, and twenty a day."""
        now = self._clock()
        if self._forced and now - self._forced[-1] < FORCED_GAP:
            return False
        return len(self._forced) < FORCED_A_DAY or now - self._forced[0] >= DAY


def _is(found: Token | SendFailure, stale: str) -> bool:
    return isinstance(found, Token) and found.text == stale
