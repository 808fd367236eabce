"""How long an answer takes inside the process at the size of ten years, from words to rendered messages."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import archive
from benchmarks.load import LAST, NOW, RULES
from benchmarks.measure import percentile
from benchmarks.options import main
from benchmarks.record import Beside, Figure, Record, machine, revision
from bot.phrases import load_catalogs
from bot.telegram.render import render
from digest.house import House
from digest.intents import Incoming
from digest.subscriber import Place
from handlers.ingest import SourceFile, ingest
from handlers.router import Router
from storage.store import Store

READERS, MOST_ANSWERS = 20, 2000
ANSWER_MS = 10.0
COUNTED = 200_000
ASKED = ("/section 开源动态", "今日", "29", "a date")
BARE = (
    "SELECT r.document FROM issues i JOIN revisions r ON r.issue_id = i.id AND r.revision = i.revision "
    "WHERE i.publication_id = 1 AND i.date = ?"
)


@dataclass(slots=True)
class Times:
    """Milliseconds: answers by question, first answers to strangers, bare reads, counting; processor time."""

    answers: dict[str, list[float]] = field(default_factory=lambda: {asked: [] for asked in ASKED})
    strangers: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    counting: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def run(size: int) -> Record:
    """Ask four questions in turn, with so many issues in the archive; 2,000 answers, or 4 an issue."""
    answers = min(MOST_ANSWERS, 4 * size)
    with tempfile.TemporaryDirectory() as place:
        times = asyncio.run(_times(Path(place, "digestbot.db"), size, answers))
    return Record(
        name="section",
        sizes={"issues": size, "stories": archive.total(size), "answers": answers},
        seed=archive.SEED,
        figures=_figures(times),
        beside=_beside(times),
        revision=revision(),
        machine=machine(),
    )


def _beside(times: Times) -> dict[str, Beside]:
    parts = {
        "bare": ("reading the same document from SQLite", times.bare),
        "count": (f"counting to {COUNTED:,}: what varies is the machine", times.counting),
    }
    return {
        f"{name}_p{share}": Beside(f"{says}, p{share}", percentile(taken, share / 100), "ms")
        for name, (says, taken) in parts.items()
        for share in (50, 99)
    }


def _figures(times: Times) -> dict[str, Figure]:
    figures = {}
    for asked, taken in times.answers.items():
        for share in (50, 99):
            figures[f"{asked} p{share}"] = Figure(
                f"answer to `{asked}`, p{share}",
                percentile(taken, share / 100),
                "ms",
                most=ANSWER_MS if share == 99 else None,
                against=f"bare_p{share}",
            )
    figures["processor"] = Figure(
        "processor time of an answer, on average", sum(times.processor) / len(times.processor), "ms"
    )
    figures["first"] = Figure("first answer to a stranger, p50", percentile(times.strangers, 0.5), "ms")
    return figures


async def _times(database: Path, size: int, answers: int) -> Times:
    store = await Store.open(f"sqlite:///{database}")
    try:
        await _fill(store, size)
        return await _ask(store, database, size, answers)
    finally:
        await store.close()


async def _fill(store: Store, size: int) -> None:
    files = [
        SourceFile(file.name, file.name, file.source)
        for file in archive.generate(archive.SEED, size, last=LAST)
    ]
    await ingest(files, store, RULES, now=NOW)


async def _ask(store: Store, database: Path, size: int, answers: int) -> Times:
    router, times = Router(store, load_catalogs("zh_CN"), House()), Times()
    places = [Place("telegram", str(1000 + number)) for number in range(READERS)]
    for place in places:
        times.strangers.append(await _answer(router, place, "今日", NOW))
    bare = sqlite3.connect(database)
    try:
        for number, (asked, words, date) in zip(range(answers), _questions(size), strict=False):
            # A reader's four questions are one conversation; a second passes between them.
            now, place = NOW + dt.timedelta(seconds=1 + number), places[number // len(ASKED) % READERS]
            used = time.process_time()
            times.answers[asked].append(await _answer(router, place, words, now))
            times.processor.append(1000 * (time.process_time() - used))
            times.bare.append(_read(bare, date))
            times.counting.append(_count())
    finally:
        bare.close()
    return times


def _questions(size: int) -> Iterator[tuple[str, str, dt.date]]:
    """Question, its words, and the day of the issue that answers it; without end."""
    chance = random.Random(archive.SEED)
    while True:
        date = LAST - dt.timedelta(days=chance.randrange(size))
        yield ASKED[0], ASKED[0], LAST
        yield ASKED[1], ASKED[1], LAST
        yield ASKED[2], ASKED[2], LAST
        yield ASKED[3], date.isoformat(), date


async def _answer(router: Router, place: Place, words: str, now: dt.datetime) -> float:
    started = time.perf_counter()
    reply = await router.answer(Incoming(words, sender=place.recipient, language="zh-Hans"), place, now=now)
    messages = render(reply)
    taken = time.perf_counter() - started
    if not messages or "<a href" not in messages[0].html:
        raise RuntimeError(f"{words} was not answered with stories")
    return 1000 * taken


def _count() -> float:
    """The same computation each time: how much its time varies is the machine's doing."""
    started = time.perf_counter()
    for _ in range(COUNTED):
        pass
    return 1000 * (time.perf_counter() - started)


def _read(bare: sqlite3.Connection, date: dt.date) -> float:
    started = time.perf_counter()
    row = bare.execute(BARE, (date.isoformat(),)).fetchone()
    taken = time.perf_counter() - started
    if row is None:
        raise RuntimeError(f"there is no issue of {date}")
    return 1000 * taken


if __name__ == "__main__":
    sys.exit(main(run, size=archive.FULL_ISSUES, what="issues"))
