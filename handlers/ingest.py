"""Ingest: issue files become issues, or are refused with every problem and its line."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from digest.conventions import Layout
from digest.dialect import Dialect
from digest.issue import Issue, Parsed, Problem, Severity
from digest.merging import merge
from digest.parsing import parse
from storage.puts import Put, Text
from storage.store import Store

BATCH = 50


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as read: its name (as the person wrote it), its base name and its bytes."""

    path: str
    name: str
    source: bytes


class Verdict(StrEnum):
    """What became of a file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


# Of a file with several issues, what became of it is told by the first of these that is true of one.
_TELLING = (Verdict.NEW, Verdict.CHANGED, Verdict.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Ingested:
    """An issue as it was kept."""

    date: dt.date
    revision: int
    sections: int
    items: int


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file, with its issues and problems."""

    path: str
    verdict: Verdict
    issues: tuple[Ingested, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What reading a file depends on: the dialect and the publisher's zone."""

    dialect: Dialect
    zone: str

    @property
    def fingerprint(self) -> str:
        """Changes when the same bytes may be read in another way."""
        return hashlib.sha256(f"{self.dialect!r} {self.zone}".encode()).hexdigest()[:16]


@dataclass(slots=True)
class _Batch:
    """What is kept (by its hash) and what this run has seen so far: dates and the files that brought them."""

    known: Mapping[str, tuple[dt.date, ...]]
    dates: dict[dt.date, str] = field(default_factory=dict)


async def ingest(
    files: Sequence[SourceFile],
    store: Store,
    rules: Rules,
    *,
    now: dt.datetime,
    beside: Collection[str] = (),
) -> tuple[FileReport, ...]:
    """Keep the issues of these files, in batches that commit together; the reports stand in their order.

    Of two files for one date that is refused which did not bring the kept issue. `beside` names files that
    are not given because they have not changed: their dates are taken, too.
    """
    if rules.dialect.layout is Layout.ITEM:
        return await _ingest_stories(files, store, rules, now)
    async with store.reading() as tx:
        owners = await tx.issues.files()
        taken = {date: name for name, (date, _) in owners.items() if name in beside}
        batch = _Batch(await tx.issues.hashes(), taken)
    order = _by_right(files, owners, batch, rules)
    kept: list[FileReport] = []
    keeping = asyncio.ensure_future(_nothing())
    try:
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            read = [await _read_in_turn(files[place], rules, batch, now) for place in places]
            kept += await keeping
            # While the database keeps these, the next ones are read.
            keeping = asyncio.ensure_future(_keep(read, store, rules, now))
        kept += await keeping
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    reports = dict(zip(order, kept, strict=True))
    return tuple(reports[place] for place in range(len(files)))


async def _nothing() -> list[FileReport]:
    return []


def _by_right(files: Sequence[SourceFile], owners: Collection[str], batch: _Batch, rules: Rules) -> list[int]:
    """The places of the files, those first that have a right to their date: kept as they are, or by name."""

    def right(place: int) -> tuple[bool, bool]:
        file = files[place]
        return _hash(file, rules) not in batch.known, file.name not in owners

    return sorted(range(len(files)), key=right)


async def _ingest_stories(
    files: Sequence[SourceFile], store: Store, rules: Rules, now: dt.datetime
) -> tuple[FileReport, ...]:
    """Keep one issue a date of files that hold a story each; all files of a date are given together."""
    readings = [_read(file, rules, _Batch({}), now) for file in files]
    days: dict[dt.date, list[_Reading]] = {}
    for reading in readings:
        for issue in reading.parsed.issues if reading.parsed else ():
            days.setdefault(issue.date, []).append(reading)
    verdicts: dict[str, tuple[Verdict, Ingested]] = {}
    async with store.transaction() as tx:
        for _, day in sorted(days.items()):
            whole = merge([issue for reading in day if reading.parsed for issue in reading.parsed.issues])
            source_hash = hashlib.sha256("".join(reading.source_hash for reading in day).encode()).hexdigest()
            text = Text(whole, source_hash, available_at(whole, rules.zone), day[0].file.name)
            (put,) = await tx.issues.put_all([text], now)
            kept = Verdict(put.outcome), _ingested(whole, put)
            verdicts |= {reading.file.path: kept for reading in day}
    return tuple(_story_report(reading, verdicts.get(reading.file.path)) for reading in readings)


def _story_report(reading: _Reading, kept: tuple[Verdict, Ingested] | None) -> FileReport:
    if kept is None:
        return _report(reading, (), Verdict.UNCHANGED)
    verdict, ingested = kept
    return _report(reading, (ingested,), verdict)


@dataclass(frozen=True, slots=True)
class _Reading:
    file: SourceFile
    source_hash: str
    parsed: Parsed | None


def _hash(file: SourceFile, rules: Rules) -> str:
    return hashlib.sha256(rules.fingerprint.encode() + file.source).hexdigest()


async def _read_in_turn(file: SourceFile, rules: Rules, batch: _Batch, now: dt.datetime) -> _Reading:
    # Reading keeps the loop busy for some milliseconds: whoever waits for an answer goes between two files.
    await asyncio.sleep(0)
    return _read(file, rules, batch, now)


def _read(file: SourceFile, rules: Rules, batch: _Batch, now: dt.datetime) -> _Reading:
    source_hash = _hash(file, rules)
    if source_hash in batch.known:
        rivals = _rivals(batch.known[source_hash], file, batch)
        return _Reading(file, source_hash, Parsed((), rivals) if rivals else None)
    today = now.astimezone(ZoneInfo(rules.zone)).date()
    parsed = parse(
        file.source, file_name=file.name, dialect=rules.dialect, zone=ZoneInfo(rules.zone), today=today
    )
    return _Reading(file, source_hash, _without_rivals(parsed, file, batch))


def _without_rivals(parsed: Parsed, file: SourceFile, batch: _Batch) -> Parsed:
    """Refuse a file for a date that another file brought."""
    rivals = _rivals([issue.date for issue in parsed.issues], file, batch)
    return Parsed((), (*parsed.problems, *rivals)) if rivals else parsed


def _rivals(dates: Sequence[dt.date], file: SourceFile, batch: _Batch) -> tuple[Problem, ...]:
    """A problem for each date that another file has; the others are this file's from now on."""
    others = {date: batch.dates.get(date, file.path) for date in dates}
    taken = [(date, other) for date, other in others.items() if other != file.path]
    if not taken:
        batch.dates |= others
    return tuple(
        Problem(1, Severity.ERROR, "issue.date_taken", (("date", date.isoformat()), ("other", other)))
        for date, other in taken
    )


async def _keep(read: Sequence[_Reading], store: Store, rules: Rules, now: dt.datetime) -> list[FileReport]:
    texts = [_texts(reading, rules) for reading in read]
    if not any(texts):
        return [_report(reading, (), Verdict.UNCHANGED) for reading in read]
    async with store.transaction() as tx:
        puts = await tx.issues.put_all([text for some in texts for text in some], now)
    done = {put.date: put for put in puts}
    return [_kept_report(reading, some, done) for reading, some in zip(read, texts, strict=True)]


def _texts(reading: _Reading, rules: Rules) -> list[Text]:
    if reading.parsed is None or reading.parsed.refused:
        return []
    return [
        Text(issue, reading.source_hash, available_at(issue, rules.zone), reading.file.name)
        for issue in reading.parsed.issues
    ]


def _kept_report(reading: _Reading, texts: Sequence[Text], puts: Mapping[dt.date, Put]) -> FileReport:
    if not texts:
        return _report(reading, (), Verdict.UNCHANGED)
    verdicts = [Verdict(puts[text.date].outcome) for text in texts]
    kept = tuple(_ingested(text.issue, puts[text.date]) for text in texts)
    return _report(reading, kept, min(verdicts, key=_TELLING.index))


def _ingested(issue: Issue, put: Put) -> Ingested:
    return Ingested(issue.date, put.revision, len(issue.sections), issue.total)


def _report(reading: _Reading, kept: tuple[Ingested, ...], verdict: Verdict) -> FileReport:
    parsed = reading.parsed
    if parsed is None:
        return FileReport(reading.file.path, Verdict.UNCHANGED)
    return FileReport(
        reading.file.path, Verdict.REJECTED if parsed.refused else verdict, kept, parsed.problems
    )


def available_at(issue: Issue, zone: str) -> dt.datetime:
    """From when readers may see an issue (UTC): the beginning of its day, or the embargo's end."""
    midnight = dt.datetime.combine(issue.date, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    return max(midnight, issue.publish_at or midnight)
