"""The machine's clock for a whole process, which passes only while everybody waits: a day in minutes.

To be put in force before anything that keeps a reference to `time.monotonic` is imported.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import selectors
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import time_machine

if TYPE_CHECKING:
    from _typeshed import HasFileno

Events = list[tuple[selectors.SelectorKey, int]]

# What is under way between two threads or over a socket arrives within so many real seconds.
ARRIVES = 0.002
# After so many leaps without a word from a socket the clock goes in strides, and what is due in one is late.
CALM = 3
STRIDE = 5.0


class Clock:
    """Virtual seconds, for `time.monotonic` and for the time of day alike."""

    def __init__(self, begin: dt.datetime) -> None:
        self.passed = 0.0
        self.leaps = 0
        self._zero = time.monotonic()
        self._traveller = time_machine.travel(begin, tick=False).start()
        time.monotonic = self.monotonic

    def monotonic(self) -> float:
        """As `time.monotonic`."""
        return self._zero + self.passed

    def leap(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        self.passed += seconds
        self.leaps += 1
        self._traveller.shift(seconds)


class _Leaping(selectors.DefaultSelector):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock, self._calm, self._own = clock, 0, -1

    def register(self, fileobj: int | HasFileno, events: int, data: object = None) -> selectors.SelectorKey:
        """As ever; the first is the loop's own socket, at which threads that are done knock."""
        key = super().register(fileobj, events, data)
        if self._own < 0:
            self._own = key.fd
        return key

    def select(self, timeout: float | None = None) -> Events:
        """What has arrived; when nothing has, the clock leaps to the next timer."""
        events: Events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            return self._seen(events)
        events = super().select(ARRIVES if timeout is not None else None)
        while not events and _is_at_work():
            events = super().select(ARRIVES)
        if not events and timeout is not None:
            self._calm += 1
            self._clock.leap(max(timeout, STRIDE) if self._calm > CALM else timeout)
        return self._seen(events)

    def _seen(self, events: Events) -> Events:
        if any(key.fd != self._own for key, _ in events):
            self._calm = 0
        return events


def _is_at_work() -> bool:
    """Whether another thread of this process does something just now."""
    own = threading.get_native_id()
    others = (one for one in Path("/proc/self/task").iterdir() if int(one.name) != own)
    return any(_state(one) in "RD" for one in others)


def _state(thread: Path) -> str:
    try:
        return thread.joinpath("stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        # It has just ended.
        return "Z"


def new_loop(clock: Clock) -> asyncio.AbstractEventLoop:
    """An event loop that lives by this clock."""
    return asyncio.SelectorEventLoop(_Leaping(clock))
