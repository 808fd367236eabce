"""The command line of a benchmark: `--size N`, `--json FILE`; a line a figure, 1 when a target is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.record import Record, write_records

MISSED = 1


def main(run: Callable[[int], Record], *, size: int, what: str, words: Sequence[str] | None = None) -> int:
    """Run a benchmark as the command line says; the exit code."""
    parser = argparse.ArgumentParser(description=run.__doc__)
    parser.add_argument("--size", type=int, default=size, help=f"{what} (default {size})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the record there")
    given = parser.parse_args(words)
    record = run(given.size)
    if given.json:
        write_records(given.json, [record])
    tell(record)
    return MISSED if record.missed else 0


def tell(record: Record) -> None:
    """Print a record."""
    sizes = ", ".join(f"{count:,} {what}" for what, count in record.sizes.items())
    print(f"{record.name}: {sizes}; seed {record.seed}; {record.revision or 'no revision'}; {record.machine}")
    for figure in record.figures.values():
        ratio = record.ratio(figure)
        times = f"  {ratio:.3g} × {record.beside[figure.against].says}" if ratio is not None else ""
        print(f"  {figure.says}: {figure.value:.4g} {figure.unit}{target(figure.most, figure.least)}{times}")
    for one in record.beside.values():
        print(f"  beside: {one.says}: {one.value:.4g} {one.unit}")
    for name in record.missed:
        print(f"  missed: {name}", file=sys.stderr)


def target(most: float | None, least: float | None) -> str:
    """A figure's target in brackets."""
    if most is not None:
        return f" (at most {most:g})"
    return f" (at least {least:g})" if least is not None else ""
