"""Every drill, small: what it finds meets its criteria. `make drills` runs them at full size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.catalogue import DRILLS
from tests.drills.nursery import Nursery, nursery
from tests.drills.scene import Drill, Scene
from tests.postgres import PostgresServer

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]


@pytest.fixture(scope="session")
def children() -> Iterator[Nursery]:
    """Where the programs come from."""
    with nursery() as opened:
        yield opened


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.name)
async def test_small_it_meets_its_criteria(
    drill: Drill, tmp_path: Path, children: Nursery, postgres_server: PostgresServer
) -> None:
    scene = Scene(tmp_path, drill.small, 1, full=False, nursery=children, postgres=postgres_server)

    finding = await drill.run(scene)

    assert finding.figures
    assert finding.missed == ()
