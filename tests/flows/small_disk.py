"""A disk that can be filled: one of our own where we may mount it, else a limit on the program's files."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# A write-ahead log takes four megabytes before it begins again.
SIZE = "16m"


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A folder; `mounted` when it is a disk of its own, which the program can see to be full."""

    folder: Path
    mounted: bool

    def fill(self, pid: int) -> None:
        """Leave the program no room."""
        if not self.mounted:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            return
        with (self.folder / "ballast").open("ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                _write_until_full(file.fileno(), bytes(size))

    def free(self, pid: int) -> None:
        """Give the room back."""
        if self.mounted:
            (self.folder / "ballast").unlink()
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _write_until_full(descriptor: int, piece: bytes) -> None:
    try:
        while os.write(descriptor, piece) == len(piece):
            pass
    except OSError:
        return


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """A small disk at this folder, gone at the end."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    mounted = _done(mount)
    try:
        yield SmallDisk(folder, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _done(command: list[str]) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False
