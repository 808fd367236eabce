"""Every benchmark at full size, one after the other, and the page of results: `python -m benchmarks`.

With names, these only: `python -m benchmarks search_large`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.record import ROOT
from benchmarks.report import DOCS, ORDER, USUAL, keep


def main() -> int:
    """Run each in a process of its own and write the page; 1 when one failed or missed a target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(ORDER)}")
    names: Sequence[str] = parser.parse_args().names or USUAL
    if unknown := set(names) - set(ORDER):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as place:
        files = {name: Path(place, f"{name}.json") for name in names}
        codes = [_run(name, file) for name, file in files.items()]
        keep([file for file in files.values() if file.exists()], DOCS)
    return max(codes)


def _run(name: str, file: Path) -> int:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json", str(file)]
    return 1 if subprocess.run(command, cwd=ROOT, check=False).returncode else 0


if __name__ == "__main__":
    sys.exit(main())
