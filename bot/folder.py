"""The issues folder: the watcher is a hint, the rescan is the truth, and a file that still grows waits."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import structlog
from watchfiles import awatch

from bot.files import FoundFile, folder_files, read_source
from bot.lean import give_back
from digest.conventions import Layout
from digest.errors import OperatorError, StoreUnavailable
from digest.issue import Severity
from handlers.ingest import FileReport, Rules, SourceFile, Verdict, ingest
from storage.store import Store

log = structlog.get_logger()

STILL_SECONDS = 2.0
LOOK_SECONDS = 1.0
# A whole archive is not read into memory at once, and between its parts others have their turn.
MOST_AT_ONCE, NEXT_SECONDS = 150, 0.5

Signature = tuple[int, int]


@dataclass(slots=True)
class Stillness:
    """Which files have stopped changing: the same size and time of change for two seconds."""

    since: dict[str, tuple[Signature, float]] = field(default_factory=dict)
    taken: dict[str, Signature] = field(default_factory=dict)

    def still(self, name: str, signature: Signature, *, age: float, now: float) -> bool:
        """Whether this file can be read: not taken as it is, and unchanged long enough."""
        seen, since = self.since.get(name, (None, now))
        if seen != signature:
            self.since[name] = (signature, now)
        if self.taken.get(name) == signature:
            return False
        if seen != signature:
            # A file that was finished long before we looked need not wait again.
            return age > 2 * STILL_SECONDS
        return now - since >= STILL_SECONDS

    def keep(self, names: Set[str]) -> bool:
        """Forget the files that are there no more; whether there are any."""
        gone = self.since.keys() - names
        for name in gone:
            del self.since[name]
            self.taken.pop(name, None)
        return bool(gone)

    def waits(self, name: str) -> bool:
        """Whether a file was seen as it is not taken yet."""
        seen, _ = self.since.get(name, (None, 0.0))
        return self.taken.get(name) != seen

    @property
    def waiting(self) -> bool:
        """Whether any file waits."""
        return any(map(self.waits, self.since))


@dataclass(frozen=True, slots=True)
class _Ready:
    """What one look has found to be loaded, which files stay as they were, whether more wait for the next."""

    sources: tuple[SourceFile, ...] = ()
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    more: bool = False


@dataclass(slots=True)
class Folder:
    """A folder of issue files, loaded again and again; `changed` is called when one is new or changed."""

    path: Path
    store: Store
    rules: Rules
    rescan_seconds: float
    clock: Callable[[], float]
    wall: Callable[[], dt.datetime]
    changed: Callable[[], None]
    read: Callable[[FoundFile], SourceFile] = read_source
    stillness: Stillness = field(default_factory=Stillness)
    hint: asyncio.Event = field(default_factory=asyncio.Event)
    _told: dict[str, str] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _more: bool = False

    async def run(self) -> None:
        """Load until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._rescan(), name="folder-rescan")
            tasks.create_task(self._watch(), name="folder-watch")

    async def _rescan(self) -> None:
        while True:
            try:
                if await self.look():
                    give_back()
            except (StoreUnavailable, OSError) as caught:
                self._tell_once("folder_not_read", "", str(caught))
            else:
                self._told.pop("", None)
            await self._rest()

    async def _rest(self) -> None:
        if self._more:
            await asyncio.sleep(NEXT_SECONDS)
            return
        seconds = LOOK_SECONDS if self.stillness.waiting else self.rescan_seconds
        self.hint.clear()
        # Not wait_for: in 3.11 it loses a cancellation that comes as the event does.
        try:
            async with asyncio.timeout(seconds):
                await self.hint.wait()
        except TimeoutError:
            return
        await asyncio.sleep(0.2)

    async def _watch(self) -> None:
        while True:
            if self.path.is_dir():
                try:
                    async for _ in awatch(self.path, debounce=200, step=50):
                        self.hint.set()
                except (OSError, RuntimeError) as caught:
                    log.info("folder_watch_ended", reason=str(caught))
            await asyncio.sleep(self.rescan_seconds)

    async def look(self) -> tuple[FileReport, ...]:
        """Load what is new and still; the reports of what was read."""
        ready = await asyncio.to_thread(self._ready)
        self._more = ready.more
        if not ready.sources:
            return ()
        reports = await ingest(ready.sources, self.store, self.rules, now=self.wall(), beside=ready.beside)
        # Only now: while the database takes no part, the files are still to be loaded.
        self.stillness.taken |= ready.signatures
        self._note_refused(ready.sources, reports)
        _tell(reports)
        if any(report.verdict in (Verdict.NEW, Verdict.CHANGED) for report in reports):
            self.changed()
        return reports

    def _ready(self) -> _Ready:
        if not self.path.is_dir():
            return _Ready()
        files = folder_files(self.path, self.rules.dialect)
        names = frozenset(file.name for file in files)
        if self.stillness.keep(names):
            self._judge_again()
        signatures = dict(self._still(files))
        if self.rules.dialect.layout is Layout.ITEM:
            return self._whole_days(files, signatures)
        more = len(signatures) > MOST_AT_ONCE
        signatures = dict(islice(signatures.items(), MOST_AT_ONCE))
        read = {file.name: self._read(file) for file in files if file.name in signatures}
        sources = {name: source for name, source in read.items() if source is not None}
        kept = {name: signatures[name] for name in sources}
        return _Ready(tuple(sources.values()), kept, names - signatures.keys(), more)

    def _whole_days(self, files: Sequence[FoundFile], signatures: Mapping[str, Signature]) -> _Ready:
        """All files, once none is being written: a day is many, and one that changed brings the others."""
        others = (file.name for file in files if file.name not in signatures)
        if not signatures or any(map(self.stillness.waits, others)):
            return _Ready()
        sources = [self._read(file) for file in files]
        whole = tuple(source for source in sources if source is not None)
        return _Ready(whole, signatures) if len(whole) == len(files) else _Ready()

    def _still(self, files: Iterable[FoundFile]) -> Iterator[tuple[str, Signature]]:
        now, wall = self.clock(), self.wall().timestamp()
        for file in files:
            try:
                stat = file.path.stat()
            except OSError:
                # Taken away while we looked.
                continue
            signature = (stat.st_size, stat.st_mtime_ns)
            if self.stillness.still(file.name, signature, age=wall - stat.st_mtime, now=now):
                yield file.name, signature

    def _read(self, file: FoundFile) -> SourceFile | None:
        try:
            source = self.read(file)
        except OperatorError as caught:
            self._tell_once("file_not_read", file.name, str(caught.values.get("reason", caught)))
            return None
        self._told.pop(file.name, None)
        return source

    def _note_refused(self, sources: Iterable[SourceFile], reports: Iterable[FileReport]) -> None:
        for source, report in zip(sources, reports, strict=True):
            self._refused.discard(source.name)
            if report.verdict is Verdict.REJECTED:
                self._refused.add(source.name)

    def _judge_again(self) -> None:
        """A file is gone: one that was refused for its sake may be right now."""
        for name in self._refused:
            self.stillness.taken.pop(name, None)
        self._refused.clear()

    def _tell_once(self, event: str, name: str, reason: str) -> None:
        """Say what goes wrong when it begins, not every second."""
        if self._told.get(name) != reason:
            log.warning(event, file=name or str(self.path), reason=reason)
        self._told[name] = reason


def _tell(reports: Iterable[FileReport]) -> None:
    for report in reports:
        if report.verdict is Verdict.UNCHANGED:
            continue
        for problem in report.problems:
            if problem.severity is Severity.ERROR:
                log.warning("issue_problem", file=report.path, line=problem.line, problem=problem.code)
        for issue in report.issues:
            log.info("issue_kept", date=issue.date.isoformat(), revision=issue.revision, items=issue.items)
        if report.verdict is Verdict.REJECTED:
            log.warning("issue_rejected", file=report.path, problems=len(report.problems))
