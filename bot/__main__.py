"""The command `digestbot`, the same as `python -m bot`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the version is told before anything else is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from importlib.metadata import version

        print(f"digestbot {version('digestbot')}")
        return
    from bot.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
