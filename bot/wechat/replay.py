"""What was received lately: a signed request belongs to one message, which has one effect and one answer.

Tencent asks three times, each time with another nonce, and also while an earlier question is being worked on:
all of them get the same answer. Who repeats a request word for word gets it, too, and changes nothing; who
puts another message under it is turned away.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

KEPT_SECONDS = 90.0
REMEMBERED = 200_000


@dataclass(slots=True)
class Requests:
    """The signatures that were seen, each with the key of its message, for as long as their time is good.

    A signature stands for its timestamp and nonce, too, however they are cut apart.
    """

    clock: Callable[[], float]
    seconds: float
    _seen: OrderedDict[bytes, tuple[bytes, float]] = field(default_factory=OrderedDict)

    def admit(self, signature: str, key: str) -> bool:
        """Whether this signature is new, or was this message's before."""
        now, message = self.clock(), _digest(key)
        self._forget(now)
        kept, _ = self._seen.setdefault(_digest(signature), (message, now + self.seconds))
        return kept == message

    def _forget(self, now: float) -> None:
        while self._seen:
            signature, (_, until) = next(iter(self._seen.items()))
            if until > now and len(self._seen) < REMEMBERED:
                return
            del self._seen[signature]


@dataclass(slots=True)
class Turns:
    """The answers under way and those given lately, by the keys of their messages."""

    clock: Callable[[], float]
    seconds: float = KEPT_SECONDS
    _turns: OrderedDict[str, asyncio.Task[bytes]] = field(default_factory=OrderedDict)
    _ended: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def turn(self, key: str, begin: Callable[[], Awaitable[bytes]]) -> asyncio.Task[bytes]:
        """The turn of this message, begun if nobody has; cancel it and it is cancelled for all."""
        self._forget()
        turn = self._turns.get(key)
        if turn is None:
            turn = self._turns[key] = asyncio.create_task(self._run(key, begin), name="callback")
        return turn

    @property
    def open(self) -> tuple[asyncio.Task[bytes], ...]:
        """The turns that have not ended."""
        return tuple(turn for turn in self._turns.values() if not turn.done())

    async def _run(self, key: str, begin: Callable[[], Awaitable[bytes]]) -> bytes:
        try:
            return await begin()
        finally:
            self._ended[key] = self.clock() + self.seconds

    def _forget(self) -> None:
        while self._ended:
            key, until = next(iter(self._ended.items()))
            if until > self.clock():
                return
            del self._ended[key]
            self._turns.pop(key, None)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
