"""The records kept in docs, and the page that is written from them: `python -m benchmarks.report FILE…`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.record import ROOT, Figure, Record, read_records, write_records

DOCS = ROOT / "docs"
RECORDS, PAGE = "benchmarks.json", "benchmarks.md"
USUAL = ("load", "section", "search", "following", "start", "on_time", "send", "callbacks", "move")
# Of those that are not usual each wants an hour, and room on the disk.
ORDER = (
    "load",
    "section",
    "search",
    "search_large",
    "following",
    "start",
    "on_time",
    "send",
    "callbacks",
    "move",
)
HEAD = """# Benchmarks

This page is written by `make bench`, from the records in [benchmarks.json](benchmarks.json). Each benchmark
runs at full size and measures something bare beside it in the same run, so that figures of different machines
can be compared. **Bold** is what misses its target. The issues are generated from the seed; nothing leaves
the machine: Telegram is a stand-in.
"""


def page(records: Iterable[Record]) -> str:
    """The whole page in Markdown."""
    return "\n".join((HEAD, *(line for record in sorted(records, key=_place) for line in _chapter(record))))


def _place(record: Record) -> tuple[int, str]:
    return (ORDER.index(record.name) if record.name in ORDER else len(ORDER), record.name)


def _chapter(record: Record) -> Iterator[str]:
    sizes = ", ".join(f"{count:,} {what}" for what, count in record.sizes.items())
    yield f"## {record.name}\n"
    yield f"{sizes}; seed {record.seed}; revision {record.revision or 'unknown'}; {record.machine}.\n"
    yield "| What | Measured | Target | Times what ran beside it |"
    yield "|---|---:|---:|---|"
    yield from (_row(record, figure) for figure in record.figures.values())
    yield from (
        f"| *beside:* {one.says} | {amount(one.value)} {one.unit} | | |" for one in record.beside.values()
    )
    yield ""


def _row(record: Record, figure: Figure) -> str:
    measured = f"{amount(figure.value)} {figure.unit}"
    if figure.met is False:
        measured = f"**{measured}**"
    ratio = record.ratio(figure)
    times = "" if ratio is None else f"{amount(ratio)} × {record.beside[figure.against].says}"
    return f"| {figure.says} | {measured} | {_target(figure)} | {times} |"


def _target(figure: Figure) -> str:
    if figure.most is not None:
        return f"≤ {amount(figure.most)}"
    return f"≥ {amount(figure.least)}" if figure.least is not None else ""


def amount(value: float) -> str:
    """Three figures that count, in groups of thousands, never with an exponent."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"


def keep(files: Sequence[Path], docs: Path) -> None:
    """Put the records of these files in the place of those of their names, and write the page anew."""
    kept = docs / RECORDS
    records = {record.name: record for record in (read_records(kept) if kept.exists() else ())}
    records |= {record.name: record for file in files for record in read_records(file)}
    ordered = sorted(records.values(), key=_place)
    write_records(kept, ordered)
    (docs / PAGE).write_text(page(ordered), encoding="utf-8")


def main(words: Sequence[str] | None = None) -> int:
    """The command line; always 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="records that --json made")
    parser.add_argument("--docs", type=Path, default=DOCS, help="the folder of the page")
    given = parser.parse_args(words)
    keep(given.files, given.docs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
