"""The whole program through hours of simulated time: nothing grows, nothing is left over.

`SOAK=1` makes it a day with 10,000 readers, and writes docs/soak.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.drills.soak_record import DOCS, PAGE, Soak, keep, kept, page, slope
from tests.flows.running import ROOT

PROGRAM = Path(__file__).with_name("soak_program.py")
WHOLE = "SOAK" in os.environ
READERS, MINUTES, EVERY = (10_000, 24 * 60, 60) if WHOLE else (200, 16, 4)
SEED = 20_251_222
MEGABYTE = 1_000_000
SENDING, SENT = "1", "2"
# A short day has no hour after it has become warm: what one leak of a page a tick would come to.
MOST_GAINED = 1 * MEGABYTE if WHOLE else 24 * MEGABYTE


@pytest.mark.drill
@pytest.mark.timeout(7200 if WHOLE else 300)
def test_a_day_leaves_memory_descriptors_and_tasks_as_they_were(tmp_path: Path) -> None:
    folder = Path("/dev/shm", f"soak-{os.getpid()}") if Path("/dev/shm").is_dir() else tmp_path / "house"
    soak = _lived(folder, tmp_path)
    if WHOLE:
        keep(soak)

    assert soak.sums["ended"] == 0
    assert soak.faults == {}
    assert soak.growth < MOST_GAINED
    for what in ("tasks", "descriptors"):
        least, most = soak.spread(what)
        assert most - least <= 2, soak.samples
    assert soak.sums["states"].get(SENDING, 0) == 0
    assert soak.sums["states"][SENT] > READERS / 30
    assert all(soak.sums[act] >= 1 for act in ("ask", "publish_or_edit", "break", "told"))


def _lived(folder: Path, tmp_path: Path) -> Soak:
    folder.mkdir()
    revision = _revision()
    options = {"folder": folder, "readers": READERS, "minutes": MINUTES, "sample": EVERY, "seed": SEED}
    words = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    try:
        with (tmp_path / "log").open("w") as log:
            done = subprocess.run(
                [sys.executable, str(PROGRAM), *words],
                cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=log, text=True, check=False,
            )  # fmt: skip
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)
    said = (tmp_path / "log").read_text(encoding="utf-8")
    assert done.returncode == 0, said[-4000:]
    *samples, sums = [json.loads(line) for line in done.stdout.splitlines()]
    return Soak(READERS, MINUTES, SEED, revision, tuple(samples), sums, dict(_errors(said)))


def _errors(said: str) -> Counter[str]:
    records = (json.loads(line) for line in said.splitlines() if line.startswith("{"))
    return Counter(record["event"] for record in records if record["level"] in ("error", "critical"))


def _revision() -> str:
    words = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=*"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def test_the_page_says_what_its_record_says() -> None:
    assert (DOCS / PAGE).read_text(encoding="utf-8") == page(kept())


def test_what_grows_is_seen() -> None:
    assert slope([(0, 5), (1, 7), (2, 9)]) == 2
    leaking = Soak(
        1,
        600,
        1,
        "x",
        tuple({"minute": 60 * n, "rss": n * 2 * MEGABYTE, "tasks": n} for n in range(11)),
        {},
        {},
    )

    assert leaking.growth == pytest.approx(2 * MEGABYTE)
    assert leaking.spread("tasks") == (3, 10)
