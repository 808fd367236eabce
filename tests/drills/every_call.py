"""The Nth statement, the Nth request fails: a small push for each N."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from benchmarks.record import Figure
from tests.drills.finding import none
from tests.drills.scene import Found, Scene
from tests.drills.weather import Weather, weather

LOSSES = ("drop", "garble", "lost_502")
KINDS = ("cut", "server_error", "bad_gateway", "retry_after", *LOSSES)


async def every_statement(scene: Scene) -> Found:
    """The Nth statement of the push fails as on a broken disk; small: eight of them by chance."""
    total = await _run(scene, 0, lambda there: _failing(there, 0))
    numbers = range(1, total[1] + 1)
    tried = list(numbers) if scene.full else sorted(scene.chance.sample(numbers, min(6, len(numbers))))
    wrong: Counter[str] = Counter()
    for number in tried:
        figures, _ = await _run(scene, number, lambda there, at=number: _failing(there, at))  # type: ignore[misc]
        wrong.update(_off(figures))
    return Found(
        "each statement of a push fails once"
        if scene.full
        else "six statements fail, each in a push of its own",
        {
            "pushes": Figure("pushes", len(tried), "", least=1),
            "off": none("of them where the equation does not hold", wrong["off"]),
            "twice": Figure("copies too many in one push", wrong["twice"], "", most=0),
        },
    )


async def every_request(scene: Scene) -> Found:
    """The request of the Nth reader fails, in each way there is; small: one way each, four readers."""
    chance, wrong, pushes = scene.chance, Counter[str](), 0
    readers = (
        range(1, scene.readers + 1) if scene.full else sorted(chance.sample(range(1, scene.readers + 1), 4))
    )
    for number in readers:
        for kind in KINDS if scene.full else (chance.choice(KINDS),):
            pushes += 1

            def fail(there: Weather, chat: int = 100_000 + number, what: str = kind) -> Callable[[], int]:
                there.server.fault(what, chat=chat, times=1, value=1)
                return lambda: 0

            figures, _ = await _run(scene, pushes, fail)
            wrong.update(_off(figures, may_repeat=kind in LOSSES))
    return Found(
        "the request of each reader fails in seven ways" if scene.full else "four requests fail",
        {
            "pushes": Figure("pushes", pushes, "", least=1),
            "off": none("of them where the equation does not hold", wrong["off"]),
        },
    )


async def _run(
    scene: Scene, number: int, fail: Callable[[Weather], Callable[[], int]]
) -> tuple[dict[str, Figure], int]:
    folder = scene.folder / f"push-{number}"
    folder.mkdir()
    try:
        async with weather(replace(scene, folder=folder), speed=60, rate=2000) as there:
            count = fail(there)
            await there.settled(60)
            return there.account(), count()
    finally:
        shutil.rmtree(folder)


def _failing(there: Weather, number: int) -> Callable[[], int]:
    """The statement of this number fails; gives how many there were."""
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            broken = sqlite3.OperationalError("disk I/O error")
            broken.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise sa.exc.OperationalError("a statement", {}, broken)

    sa.event.listen(there.store._engines.writer.sync_engine, "before_cursor_execute", count)
    return lambda: seen


def _off(figures: dict[str, Figure], *, may_repeat: bool = False) -> dict[str, int]:
    twice = int(figures["twice"].value)
    off = any(one.met is False for name, one in figures.items() if name != "twice")
    return {"off": int(off or twice > may_repeat), "twice": twice}
