"""What a benchmark found, as a value and as JSON: figures, and what ran beside them in the same run."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Beside:
    """Something bare that was measured in the same run: what it is, how much, in which unit."""

    says: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement; `most` or `least` is its target, `against` the name of what ran beside it."""

    says: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None
    against: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.most is None and self.least is None:
            return None
        above = self.most is not None and self.value > self.most
        below = self.least is not None and self.value < self.least
        return not above and not below


@dataclass(frozen=True, slots=True)
class Record:
    """One run of one benchmark."""

    name: str
    sizes: Mapping[str, int]
    seed: int
    figures: Mapping[str, Figure]
    beside: Mapping[str, Beside] = field(default_factory=dict)
    revision: str = ""
    machine: str = ""

    def ratio(self, figure: Figure) -> float | None:
        """The figure as so many times what ran beside it."""
        beside = self.beside.get(figure.against)
        return figure.value / beside.value if beside and beside.value else None

    @property
    def missed(self) -> tuple[str, ...]:
        """The names of the figures whose target is not met."""
        return tuple(name for name, figure in self.figures.items() if figure.met is False)


def revision() -> str:
    """The revision that is measured, `*` behind it when files have changed since; '' outside a repository."""
    found = _git("rev-parse", "--short", "HEAD")
    return f"{found}*" if found and _git("status", "--porcelain", "--untracked-files=no") else found


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, timeout=10, check=False
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def machine() -> str:
    """What it ran on: cores, architecture, Python."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Keep records as a JSON list."""
    listed = [asdict(record) for record in records]
    path.write_bytes(orjson.dumps(listed, option=orjson.OPT_INDENT_2) + b"\n")


def read_records(path: Path) -> tuple[Record, ...]:
    """The records of a file that `write_records` made; ValueError or TypeError for anything else."""
    return tuple(_record(**kept) for kept in orjson.loads(path.read_bytes()))


def _record(
    *, figures: dict[str, dict[str, object]], beside: dict[str, dict[str, object]], **kept: object
) -> Record:
    return Record(
        figures={name: Figure(**figure) for name, figure in figures.items()},  # type: ignore[arg-type]
        beside={name: Beside(**one) for name, one in beside.items()},  # type: ignore[arg-type]
        **kept,  # type: ignore[arg-type]
    )
