"""The signals that end the program: the first one in order, a second one at once."""

from __future__ import annotations

import asyncio
import os
import signal

SECOND_SIGNAL = 1


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets."""
    stop = asyncio.Event()

    def signalled() -> None:
        if stop.is_set():
            os._exit(SECOND_SIGNAL)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, signalled)
    return stop
