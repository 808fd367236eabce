"""The disk that holds the database: that it is full, and that it has room again, is told once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 2.0
# What one more transaction may need; below it SQLite is about to fail, or has.
ENOUGH = 64 * 1024

Tell = Callable[[str, int], None]


def free_bytes(folder: Path) -> int:
    """How many bytes a program like ours can still write there."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


@dataclass(slots=True)
class Disk:
    """Looks at a folder's disk; `tell` is given `run.disk_full` and `run.disk_free` with the bytes left."""

    folder: Path
    tell: Tell
    room: Callable[[Path], int] = free_bytes
    full: bool = False

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Look once, and tell when something has changed."""
        left = self.room(self.folder)
        full = left < ENOUGH
        if full != self.full:
            self.full = full
            self.tell("run.disk_full" if full else "run.disk_free", left)
