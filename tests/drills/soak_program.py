"""`digestbot run` whole, in one process with a stand-in Telegram, through hours that pass in seconds.

A JSON line is printed for each sample, and one with the sums at the end; stderr is the program's log.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path

if not __package__:  # run as a script: the project is found from here
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.drills.strides import Clock, new_loop

BEGIN = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description="A day in the life of digestbot, in simulated time.")
    options.add_argument("--folder", type=Path, required=True, help="an empty folder")
    options.add_argument("--readers", type=int, default=10_000)
    options.add_argument("--minutes", type=int, default=24 * 60)
    options.add_argument("--sample", type=int, default=60, help="minutes between two samples")
    options.add_argument("--seed", type=int, default=20_251_222)
    return options.parse_args()


def main() -> None:
    """Live through it."""
    given = _options()
    clock = Clock(BEGIN)
    # Only now: what is imported from here on lives by this clock.
    import asyncio

    from tests.drills.soak import Day

    day = Day(given.folder, given.readers, given.minutes, given.sample, given.seed, clock)
    day.prepare()
    with asyncio.Runner(loop_factory=lambda: new_loop(clock)) as runner:
        sums = runner.run(day.live())
    sys.stdout.write(json.dumps(sums) + "\n")


if __name__ == "__main__":
    main()
