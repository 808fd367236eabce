"""An event loop whose clock jumps to the next timer, so that an hour of pacing takes no time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Jumping(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits for nothing")
        self.now += max(0.0, timeout)
        events: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose `time()` starts at 0 and passes only while everybody sleeps."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds."""
        return self._jumping.now


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """The result of a coroutine that runs in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
