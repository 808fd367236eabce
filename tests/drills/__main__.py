"""Every drill at full size, in turn, and the page of results: `python -m tests.drills [NAME…]`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.drills.catalogue import DRILLS, SEEDS
from tests.drills.finding import DOCS, Finding, keep
from tests.drills.nursery import nursery
from tests.drills.scene import Drill, Scene
from tests.postgres import postgres


def main() -> int:
    """Run each with its seeds and write the page after each; 1 when a criterion is not met."""
    names = [drill.name for drill in DRILLS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(names)}")
    parser.add_argument("--small", action="store_true", help="as inside `make test`")
    parser.add_argument("--docs", type=Path, default=DOCS, help="the folder of the page")
    given = parser.parse_args()
    if unknown := set(given.names) - set(names):
        parser.error(f"no drill is called {', '.join(sorted(unknown))}")
    missed = 0
    for drill in DRILLS:
        if given.names and drill.name not in given.names:
            continue
        for finding in _runs(drill, small=given.small):
            keep([finding], SEEDS, given.docs)
            missed += bool(finding.missed)
    return 1 if missed else 0


def _runs(drill: Drill, *, small: bool) -> Iterator[Finding]:
    for seed in range(1, 2 if small else drill.seeds + 1):
        began = time.monotonic()
        finding = run(drill, seed, full=not small)
        verdict = "; ".join(finding.missed) or "ok"
        sys.stdout.write(f"{drill.name} {seed}: {time.monotonic() - began:.0f} s, {verdict}\n")
        sys.stdout.flush()
        yield finding


def run(drill: Drill, seed: int, *, full: bool) -> Finding:
    """One run of a drill, with a PostgreSQL and programs of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        children, server = stack.enter_context(nursery()), stack.enter_context(postgres())
        scene = Scene(folder, drill.full if full else drill.small, seed, full, children, server)
        return asyncio.run(drill.run(scene))


if __name__ == "__main__":
    sys.exit(main())
