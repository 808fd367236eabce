"""One program on an SQLite file."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from digest.errors import OperatorError
from storage.lock import InstanceLock
from tests.storage.makers import NOW

HOLDER = """
import datetime, os, pathlib, sys
from storage.lock import InstanceLock
now = datetime.datetime(2025, 12, 22, 0, 30, tzinfo=datetime.UTC)
lock = InstanceLock.take(pathlib.Path(sys.argv[1]), now=now, pid=os.getpid(), host="there")
print("held", flush=True)
sys.stdin.read()
"""


def _take(path: Path) -> InstanceLock:
    return InstanceLock.take(path, now=NOW, pid=os.getpid(), host="here")


def test_a_second_program_is_refused_at_once_and_told_who_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "digestbot.db"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    begun = time.monotonic()

    with pytest.raises(OperatorError) as refusal:
        _take(path)

    assert time.monotonic() - begun < 2
    assert (refusal.value.code, refusal.value.exit_code) == ("storage.in_use", 75)
    assert refusal.value.values == {
        "database": "digestbot.db",
        "pid": holder.pid,
        "host": "there",
        "since": "2025-12-22T00:30:00+00:00",
    }
    holder.kill()
    holder.communicate()
    _take(path).release()


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    with _take(tmp_path / "digestbot.db") as first, pytest.raises(OperatorError):
        _take(tmp_path / "digestbot.db")

    first.release()
    _take(tmp_path / "digestbot.db").release()


def test_a_holder_whose_name_is_not_written_yet_is_refused_as_well(tmp_path: Path) -> None:
    path = tmp_path / "digestbot.db"
    with _take(path):
        (tmp_path / "digestbot.db.lock").write_bytes(b"")

        with pytest.raises(OperatorError) as refusal:
            _take(path)

    assert refusal.value.values["pid"] == 0


def test_a_folder_that_is_not_there_can_hold_no_lock(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as refusal:
        _take(tmp_path / "nowhere" / "digestbot.db")

    assert refusal.value.code == "storage.unreachable"
