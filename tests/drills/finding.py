"""What a drill found, as a value, as JSON and as a page: the fault, what was done, and each criterion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from benchmarks.record import ROOT, Figure
from benchmarks.report import amount

DOCS = ROOT / "docs"
RECORDS, PAGE = "reliability.json", "reliability.md"
HEAD = """# Reliability

This page is written by `make drills`, from the records in [reliability.json](reliability.json). Each drill
breaks something while a digest is pushed to many readers, and then holds the ledger against the log of a
stand-in for Telegram that knows nothing of us. The same drills run small inside `make test`. A criterion that
is not met is **bold**. "In hand" are the readers whose row was *sending* when a program was killed: whether
they got it nobody can know.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One run of one drill: a row of the page. `fault` is the row of the design's table of faults."""

    drill: str
    fault: str
    done: str
    seed: int
    readers: int
    figures: Mapping[str, Figure]
    revision: str = ""
    machine: str = ""

    @property
    def missed(self) -> tuple[str, ...]:
        """The criteria that are not met, with what was found instead."""
        return tuple(_said(one) for one in self.figures.values() if one.met is False)


def none(says: str, value: float) -> Figure:
    """A figure that must be 0."""
    return Figure(says, value, "", most=0)


def page(findings: Iterable[Finding], *, wanting: Iterable[str] = ()) -> str:
    """The whole page in Markdown; `wanting` are the runs that are not on it yet."""
    faults: dict[str, list[Finding]] = {}
    for one in findings:
        faults.setdefault(one.fault, []).append(one)
    lines = [line for fault, rows in faults.items() for line in _chapter(fault, rows)]
    names = ", ".join(wanting)
    missing = [f"Not run at full size yet (drill, and seed): {names}.\n"] if names else []
    return "\n".join((HEAD, *missing, *lines))


def wanting(findings: Iterable[Finding], order: Mapping[str, int]) -> tuple[str, ...]:
    """The runs that are not among the findings, of drills with so many seeds."""
    there = {(one.drill, one.seed) for one in findings}
    runs = ((name, seed) for name, seeds in order.items() for seed in range(1, seeds + 1))
    return tuple(f"{name} {seed}" for name, seed in runs if (name, seed) not in there)


def _chapter(fault: str, rows: list[Finding]) -> Iterator[str]:
    yield f"## {fault[0].upper()}{fault[1:]}\n"
    yield "| What was done | Seed | Readers | Found (criterion) | Revision |"
    yield "|---|---:|---:|---|---|"
    for one in rows:
        found = "; ".join(_shown(figure) for figure in one.figures.values())
        yield f"| {one.done} | {one.seed} | {one.readers:,} | {found} | {one.revision} |"
    yield ""


def _said(figure: Figure) -> str:
    unit = f" {figure.unit}" if figure.unit else ""
    bound = ""
    if figure.most is not None:
        bound = f" (≤ {amount(figure.most)})" if figure.most else " (0)"
    elif figure.least is not None:
        bound = f" (≥ {amount(figure.least)})"
    return f"{figure.says}: {amount(figure.value)}{unit}{bound}"


def _shown(figure: Figure) -> str:
    return f"**{_said(figure)}**" if figure.met is False else _said(figure)


def read(path: Path) -> tuple[Finding, ...]:
    """The findings of a file; none when there is no file."""
    if not path.exists():
        return ()
    return tuple(
        Finding(**{**kept, "figures": {name: Figure(**one) for name, one in kept["figures"].items()}})
        for kept in orjson.loads(path.read_bytes())
    )


def keep(findings: Iterable[Finding], order: Mapping[str, int], docs: Path = DOCS) -> None:
    """Put findings in the place of those of the same runs, and write the page; `order`: seeds by drill."""
    places = {name: number for number, name in enumerate(order)}
    runs = {(one.drill, one.seed): one for one in (*read(docs / RECORDS), *findings) if one.drill in places}
    ordered = sorted(runs.values(), key=lambda one: (places[one.drill], one.seed))
    listed = [asdict(one) for one in ordered]
    (docs / RECORDS).write_bytes(orjson.dumps(listed, option=orjson.OPT_INDENT_2) + b"\n")
    (docs / PAGE).write_text(page(ordered, wanting=wanting(ordered, order)), encoding="utf-8")
