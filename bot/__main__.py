"""The command `digestbot`, the same as `python -m bot`."""

from __future__ import annotations

import gc
import sys
from functools import partial


def main() -> None:
    """Run the command line; the version is told before anything else is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from importlib.metadata import version

        print(f"digestbot {version('digestbot')}")
        return
    # Nothing that is imported is garbage: it is looked for again when there is work.
    gc.disable()
    from bot.lean import without_rich

    with without_rich():
        from bot.carrying import deliver, guarded, serve, take_config

    words, given = take_config(sys.argv[1:])
    if words in (["run"], ["worker"]):
        # What runs for months does without what reads a command line and draws its help.
        sys.exit(guarded(partial(serve if words == ["run"] else deliver, given)))
    from bot.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
