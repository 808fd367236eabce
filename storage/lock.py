"""One program on an SQLite file: whoever holds the file's lock."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from digest.errors import OperatorError

IN_USE = 75


class InstanceLock:
    """A held lock; the system gives it back when the program ends, however it ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, path: Path, *, now: dt.datetime, pid: int, host: str) -> Self:
        """Hold the lock of the database file `path`.

        OperatorError('storage.in_use', 75) at once when another program holds it, with its pid, host and
        since (UTC, ISO 8601); 'storage.unreachable' when there can be no lock there.
        """
        beside = path.with_name(path.name + ".lock")
        descriptor = _opened(beside)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as caught:
            raise _refusal(path, descriptor) from caught
        except OSError as caught:
            os.close(descriptor)
            raise _unreachable(beside, caught) from caught
        _write(descriptor, {"pid": pid, "host": host, "started_at": now.astimezone(dt.UTC).isoformat()})
        return cls(beside, descriptor)

    def release(self) -> None:
        """Give the lock back; more than once does no harm."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            # The file stays: to remove it would let two programs lock two files of one name.
            os.ftruncate(descriptor, 0)
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _opened(beside: Path) -> int:
    try:
        return os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as caught:
        raise _unreachable(beside, caught) from caught


def _write(descriptor: int, holder: dict[str, str | int]) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder).encode(), 0)


def _refusal(path: Path, descriptor: int) -> OperatorError:
    try:
        holder = _read(descriptor)
    finally:
        os.close(descriptor)
    return OperatorError(
        "storage.in_use",
        exit_code=IN_USE,
        database=path.name,
        pid=holder.get("pid", 0),
        host=holder.get("host", ""),
        since=holder.get("started_at", ""),
    )


def _read(descriptor: int) -> dict[str, str | int]:
    """Who holds it; empty in the moment between their lock and their name."""
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
    except ValueError:
        return {}
    return holder if isinstance(holder, dict) else {}


def _unreachable(path: Path, error: OSError) -> OperatorError:
    reason = error.strerror or str(error)
    return OperatorError("storage.unreachable", exit_code=1, reason=reason, database=str(path))
