"""The signs of a full disk, and of several parts together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.disk import Disk, free_bytes
from bot.worker import Worker
from digest.troubles import Trouble, TroubleKind
from handlers.watch import Signs


@dataclass(frozen=True, slots=True)
class DiskSigns:
    """The disk's troubles: on SQLite we look at it, on PostgreSQL the worker learns of it."""

    worker: Worker
    disk: Disk | None

    def __call__(self) -> Signs:
        """The trouble of this moment, if there is one."""
        found = self.full()
        return Signs(() if found is None else (found,), frozenset({TroubleKind.DISK}))

    def full(self) -> Trouble | None:
        """That nothing can be written down any more."""
        if self.disk is not None and self.disk.full:
            free = free_bytes(self.disk.folder)
            return Trouble(TroubleKind.DISK, "", {"folder": str(self.disk.folder), "free": free})
        if self.disk is None and self.worker.full:
            return Trouble(TroubleKind.DISK, "", {"folder": "PostgreSQL", "free": 0})
        return None


def together(*signs: Callable[[], Signs]) -> Callable[[], Signs]:
    """The signs of several parts: sure is what all of them are sure of."""

    def read() -> Signs:
        found = [one() for one in signs]
        troubles = {trouble.name: trouble for one in found for trouble in one.troubles}
        return Signs(tuple(troubles.values()), frozenset.intersection(*(one.sure for one in found)))

    return read
