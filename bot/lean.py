"""Memory: imports that leave out what only a terminal needs, and what is not needed any more given back."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

SPARED = ("rich", "pygments")
# What glibc's malloc.h calls M_ARENA_MAX.
_MOST_ARENAS = -8


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Inside it, libraries are imported as if these were not installed, unless they are loaded."""
    # None is Python's own way to say that a module cannot be imported.
    hidden = dict.fromkeys(name for name in names if name not in sys.modules)
    sys.modules.update(hidden)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def without_rich() -> AbstractContextManager[None]:
    """Inside it, rich and pygments are not imported.

    structlog and httpx would load 10 MB of them, for tracebacks and a command line that nobody sees here.
    """
    return without(*SPARED)


def without_passports() -> AbstractContextManager[None]:
    """Inside it, Telegram's library comes without its 8 MB for passports, which no bot of ours uses."""
    return without(*SPARED, "cryptography")


def one_heap() -> None:
    """Let all threads share one heap, where the C library can: one for each would keep megabytes of gaps.

    Python's own lock lets no two of them ask for memory at once anyway, and SQLite seldom does.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MOST_ARENAS, 1)


def give_back() -> None:
    """Give freed memory back to the system, where its C library can: a large archive leaves megabytes."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
