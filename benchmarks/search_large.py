"""The look-ups of `benchmarks.search` in a hundred years of issues: an hour, and 12 GB of disk."""

from __future__ import annotations

import sys

from benchmarks.options import main
from benchmarks.search import LARGE, run

if __name__ == "__main__":
    sys.exit(main(run, size=LARGE, what="issues"))
