"""Where a drill takes place: its folder, its readers, its seed, where programs and PostgreSQL come from."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.record import Figure, machine, revision
from tests.drills.finding import Finding
from tests.drills.nursery import Nursery
from tests.postgres import PostgresServer


@dataclass(frozen=True, slots=True)
class Scene:
    """What a drill is given. `full`: at full size, where there is time to wait as long as in earnest."""

    folder: Path
    readers: int
    seed: int
    full: bool
    nursery: Nursery
    postgres: PostgresServer

    @property
    def chance(self) -> random.Random:
        """Chance, the same for the same seed."""
        return random.Random(self.seed)


@dataclass(frozen=True, slots=True)
class Found:
    """What was done in words, and what was found, by name."""

    done: str
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill: the row of the table of faults, what carries it out, its readers small and at full size."""

    name: str
    fault: str
    act: Callable[[Scene], Awaitable[Found]]
    small: int
    full: int
    seeds: int = 1

    async def run(self, scene: Scene) -> Finding:
        """Carry it out once."""
        found = await self.act(scene)
        return Finding(
            drill=self.name,
            fault=self.fault,
            done=found.done,
            seed=scene.seed,
            readers=scene.readers,
            figures=found.figures,
            revision=revision(),
            machine=machine(),
        )
