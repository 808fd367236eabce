"""The disk that fills and is freed."""

from __future__ import annotations

from pathlib import Path

from bot.disk import ENOUGH, Disk, free_bytes


def test_a_disk_that_fills_is_told_once_and_so_is_its_relief(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    room = iter([10 * ENOUGH, ENOUGH, ENOUGH - 1, 0, 0, ENOUGH, 10 * ENOUGH])
    disk = Disk(tmp_path, lambda code, left: told.append((code, left)), room=lambda _: next(room))

    states = []
    for _ in range(7):
        disk.look()
        states.append(disk.full)

    assert states == [False, False, True, True, True, False, False]
    assert told == [("run.disk_full", ENOUGH - 1), ("run.disk_free", ENOUGH)]


def test_the_room_is_asked_of_the_system(tmp_path: Path) -> None:
    assert free_bytes(tmp_path) > 0
