"""How long it takes to load an archive of ten years, and to find that nothing in it has changed."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import archive
from benchmarks.measure import Watch, timed
from benchmarks.options import main
from benchmarks.record import Beside, Figure, Record, machine, revision
from bot.files import issue_files, read_source
from digest.dialect import SEED_DIALECT
from digest.parsing import parse
from handlers.ingest import Rules, SourceFile, Verdict, ingest
from storage.store import Store

ZONE = "Asia/Shanghai"
LAST = dt.date(2025, 12, 22)
NOW = dt.datetime(2025, 12, 22, 8, tzinfo=dt.UTC)
RULES = Rules(SEED_DIALECT, ZONE)
LOAD_SECONDS, RELOAD_SECONDS = 60.0, 3.0


@dataclass(frozen=True, slots=True)
class Times:
    """Each part's time."""

    hashing: Watch
    parsing: Watch
    loading: Watch
    reloading: Watch


def run(size: int) -> Record:
    """Load an archive of generated issues into a new SQLite database, twice."""
    with tempfile.TemporaryDirectory() as place:
        folder, database = Path(place, "issues"), Path(place, "digestbot.db")
        written = archive.write(folder, archive.SEED, size, last=LAST)
        times = asyncio.run(_times(folder, database))
        kept = sum(path.stat().st_size for path in Path(place).glob("digestbot.db*"))
    return Record(
        name="load",
        sizes={"issues": size, "stories": archive.total(size), "bytes": written},
        seed=archive.SEED,
        figures=_figures(times, kept),
        beside={
            "hash": Beside("reading and hashing the same files", times.hashing.seconds, "s"),
            "parse": Beside("parsing them and nothing else", times.parsing.seconds, "s"),
            "parse_processor": Beside("processor time of parsing them", times.parsing.processor, "s"),
            "files": Beside("the files", written / 1e6, "MB"),
        },
        revision=revision(),
        machine=machine(),
    )


def _figures(times: Times, kept: int) -> dict[str, Figure]:
    return {
        "load": Figure(
            "loading everything into a new database",
            times.loading.seconds,
            "s",
            most=LOAD_SECONDS,
            against="parse",
        ),
        "load_processor": Figure(
            "processor time of that", times.loading.processor, "s", against="parse_processor"
        ),
        "reload": Figure(
            "loading it again, unchanged", times.reloading.seconds, "s", most=RELOAD_SECONDS, against="hash"
        ),
        "database": Figure("the database", kept / 1e6, "MB", against="files"),
    }


async def _times(folder: Path, database: Path) -> Times:
    with timed() as hashing:
        for file in _read(folder):
            hashlib.sha256(file.source).hexdigest()
    with timed() as parsing:
        for file in _read(folder):
            parse(file.source, file_name=file.name, dialect=SEED_DIALECT, zone=ZoneInfo(ZONE), today=LAST)
    store = await Store.open(f"sqlite:///{database}")
    try:
        with timed() as loading:
            await _load(folder, store, Verdict.NEW)
        with timed() as reloading:
            await _load(folder, store, Verdict.UNCHANGED)
    finally:
        await store.close()
    return Times(hashing, parsing, loading, reloading)


async def _load(folder: Path, store: Store, expected: Verdict) -> None:
    reports = await ingest(_read(folder), store, RULES, now=NOW)
    odd = [report.path for report in reports if report.verdict is not expected]
    if odd:
        raise RuntimeError(f"{len(odd)} files are not {expected}, such as {odd[0]}")


def _read(folder: Path) -> list[SourceFile]:
    return [read_source(file) for file in issue_files([folder], SEED_DIALECT)]


if __name__ == "__main__":
    sys.exit(main(run, size=archive.FULL_ISSUES, what="issues"))
