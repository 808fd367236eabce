"""How soon the program is ready with ten years of issues, what it needs idle, what its commands take."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import archive
from benchmarks.measure import median
from benchmarks.options import main
from benchmarks.programs import DIGESTBOT, Installation, carry_out, install, running, seconds_of
from benchmarks.record import Beside, Figure, Record, machine, revision
from tests.standins.telegram_process import standin_process

READY_SECONDS, VERSION_SECONDS, IDLE_MB = 2.0, 0.2, 120.0
IDLE_SECONDS, STARTS, COMMANDS = 10.0, 3, 10


@dataclass(frozen=True, slots=True)
class Found:
    """Seconds until ready, MB idle and at most, the share of a core used while idle."""

    ready: float
    idle: float
    most: float
    busy: float


@dataclass(frozen=True, slots=True)
class Times:
    """Median seconds of commands."""

    version: float
    said: float
    imports: float
    python: float


def run(
    size: int, *, idle_seconds: float = IDLE_SECONDS, starts: int = STARTS, commands: int = COMMANDS
) -> Record:
    """Start the program and its commands with an archive of so many issues, loaded and unchanged."""
    with tempfile.TemporaryDirectory() as place:
        found, times = asyncio.run(_with_standin(Path(place), size, idle_seconds, starts, commands))
    return Record(
        name="start",
        sizes={"issues": size, "stories": archive.total(size), "starts": starts, "commands": commands},
        seed=archive.SEED,
        figures=_figures(found, times),
        beside={
            "imports": Beside('python -c "import sqlalchemy, telegram"', times.imports, "s"),
            "python": Beside("python -c pass", times.python, "s"),
        },
        revision=revision(),
        machine=machine(),
    )


def _figures(found: list[Found], times: Times) -> dict[str, Figure]:
    ready, idle = median([one.ready for one in found]), median([one.idle for one in found])
    return {
        "ready": Figure(
            "`digestbot run` until /readyz says 200, median",
            ready,
            "s",
            most=READY_SECONDS,
            against="imports",
        ),
        "idle": Figure("resident memory, idle", idle, "MB", most=IDLE_MB),
        "most": Figure("the most memory until then", max(one.most for one in found), "MB"),
        "busy": Figure("processor used while idle", 100 * median([one.busy for one in found]), "% of a core"),
        "version": Figure(
            "`digestbot --version`, median", times.version, "s", most=VERSION_SECONDS, against="python"
        ),
        "say": Figure("`digestbot say 今日`, median", times.said, "s", against="imports"),
    }


async def _with_standin(
    place: Path, size: int, idle_seconds: float, starts: int, commands: int
) -> tuple[list[Found], Times]:
    async with standin_process() as standin:
        installation = install(place, token=standin.token, base_url=standin.base_url)
        yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
        archive.write(installation.issues, archive.SEED, size, last=yesterday)
        carry_out(installation, "ingest")
        times = _times(installation, commands)
        return [await _start(installation, idle_seconds) for _ in range(starts)], times


def _times(installation: Installation, commands: int) -> Times:
    def often(*command: str) -> float:
        # The first time Python compiles what it imports.
        seconds_of(installation, *command)
        return median([seconds_of(installation, *command) for _ in range(commands)])

    config = ("--config", str(installation.config))
    return Times(
        version=often(DIGESTBOT, "--version"),
        said=often(DIGESTBOT, "say", "今日", *config),
        imports=often(sys.executable, "-c", "import sqlalchemy, telegram"),
        python=often(sys.executable, "-c", "pass"),
    )


async def _start(installation: Installation, idle_seconds: float) -> Found:
    async with running(installation) as program:
        before = program.processor
        await asyncio.sleep(idle_seconds)
        busy = (program.processor - before) / idle_seconds
        return Found(program.ready_seconds, program.memory, program.most_memory, busy)


if __name__ == "__main__":
    sys.exit(main(run, size=archive.FULL_ISSUES, what="issues"))
