"""Time, and what many times come to."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Watch:
    """Seconds by the wall and of this process's processor time, once the block has ended."""

    seconds: float = 0.0
    processor: float = 0.0


@contextmanager
def timed() -> Iterator[Watch]:
    """Times its block."""
    watch = Watch()
    wall, processor = time.perf_counter(), time.process_time()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - wall
        watch.processor = time.process_time() - processor


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that is not below `share` (0 to 1) of them; ValueError without values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle of the values."""
    return statistics.median(values)
