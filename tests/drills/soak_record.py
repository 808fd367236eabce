"""What a soak has shown: its samples and sums, kept as JSON and as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
RECORD, PAGE = "soak.json", "soak.md"
MEGABYTE = 1_000_000
# The first quarter of a day warms caches up.
WARM = 0.25
# A platform that is away, as ordered, is logged as an error, and told to the admins.
ORDERED = frozenset({"trouble_begun", "channel_unreachable"})

Sample = dict[str, int]


@dataclass(frozen=True, slots=True)
class Soak:
    """One run: how large, what was looked at each time, what was counted, what the log said at ERROR."""

    readers: int
    minutes: int
    seed: int
    revision: str
    samples: tuple[Sample, ...]
    sums: dict[str, Any]
    errors: dict[str, int]

    @property
    def settled(self) -> tuple[Sample, ...]:
        """The samples after it was warm."""
        return tuple(one for one in self.samples if one["minute"] > self.minutes * WARM)

    @property
    def faults(self) -> dict[str, int]:
        """What the log has at ERROR and nobody ordered."""
        return {event: count for event, count in self.errors.items() if event not in ORDERED}

    @property
    def ordered(self) -> int:
        """How often the log has a failure at ERROR that was ordered."""
        return sum(self.errors.values()) - sum(self.faults.values())

    @property
    def growth(self) -> float:
        """Bytes of memory more in a simulated hour, once warm: the slope of a straight line."""
        return slope([(one["minute"] / 60, one["rss"]) for one in self.settled])

    def spread(self, what: str) -> tuple[int, int]:
        """The least and the most of it, once warm."""
        values = [one[what] for one in self.settled]
        return min(values), max(values)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """How much the second number grows with the first, by least squares."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


def keep(soak: Soak) -> None:
    """Write the record and its page."""
    values = {name: getattr(soak, name) for name in Soak.__slots__}
    text = json.dumps(values, ensure_ascii=False, indent=1)
    (DOCS / RECORD).write_text(text + "\n", encoding="utf-8")
    (DOCS / PAGE).write_text(page(soak), encoding="utf-8")


def kept() -> Soak:
    """The record."""
    values = json.loads((DOCS / RECORD).read_text(encoding="utf-8"))
    return Soak(**{**values, "samples": tuple(values["samples"])})


def page(soak: Soak) -> str:
    """The page that says what a record says."""
    tasks, descriptors = soak.spread("tasks"), soak.spread("descriptors")
    sums = {name: value for name, value in soak.sums.items() if name not in ("states", "ended")}
    lines = [
        "# A day in simulated time",
        "",
        "This page is written by `make soak`, from the record in [soak.json](soak.json): the whole of",
        "`digestbot run` and a strict stand-in Telegram in one process, whose clock passes only while",
        "everybody waits. All day long readers in 48 time zones get their digests and ask, the issue is",
        "published and edited, broadcasts go out, and the platform fails in turn by lost answers, 5xx, 429,",
        "cut lines, slowness, and by a token that it does not take for three minutes.",
        "",
        f"{soak.readers:,} readers, {soak.minutes / 60:g} hours, seed {soak.seed}, revision {soak.revision}.",
        "",
        "| What | Measured | Target |",
        "|---|---:|---:|",
        f"| memory gained in an hour, once warm | {soak.growth / MEGABYTE:.3f} MB | < 1 |",
        f"| tasks, once warm | {tasks[0]} to {tasks[1]} | constant |",
        f"| descriptors, once warm | {descriptors[0]} to {descriptors[1]} | constant |",
        f"| ERROR in the log that no ordered failure explains | {sum(soak.faults.values())} | 0 |",
        f"| ERROR in the log of ordered failures | {soak.ordered} | |",
        "",
        "Counted: " + ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in sums.items()) + ".",
        "",
        "| Hour | Memory, MB | Objects | Descriptors | Tasks | Database, MB | Messages sent |",
        "|---:|---:|---:|---:|---:|---:|---:|",
        *map(_row, soak.samples),
        "",
    ]
    return "\n".join(lines)


def _row(one: Sample) -> str:
    memory, database = (f"{one[what] / MEGABYTE:.1f}" for what in ("rss", "database"))
    counted = f"{one['objects']:,} | {one['descriptors']} | {one['tasks']}"
    return f"| {one['minute'] / 60:g} | {memory} | {counted} | {database} | {one['sends']:,} |"
