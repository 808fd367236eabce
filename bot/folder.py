"""The issues folder: the watcher is a hint, the rescan is the truth, and a file that still grows waits."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from watchfiles import awatch

from bot.files import FoundFile, folder_files, read_source
from digest.conventions import Layout
from digest.errors import OperatorError, StoreUnavailable
from digest.issue import Severity
from handlers.ingest import FileReport, Rules, SourceFile, Verdict, ingest
from storage.store import Store

log = structlog.get_logger()

STILL_SECONDS = 2.0
LOOK_SECONDS = 1.0

Signature = tuple[int, int]


@dataclass(slots=True)
class Stillness:
    """Which files have stopped changing: the same size and time of change for two seconds."""

    since: dict[str, tuple[Signature, float]] = field(default_factory=dict)
    taken: dict[str, Signature] = field(default_factory=dict)

    def still(self, name: str, signature: Signature, *, age: float, now: float) -> bool:
        """Whether this file can be read: not taken as it is, and unchanged long enough."""
        if self.taken.get(name) == signature:
            return False
        seen, since = self.since.get(name, (None, now))
        if seen != signature:
            self.since[name] = (signature, now)
            # A file that was finished long before we looked need not wait again.
            return age > 2 * STILL_SECONDS
        return now - since >= STILL_SECONDS

    @property
    def waiting(self) -> bool:
        """Whether a file was seen that is not taken yet."""
        return any(self.taken.get(name) != seen for name, (seen, _) in self.since.items())


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
    stillness: Stillness = field(default_factory=Stillness)
    hint: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Load until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._rescan(), name="folder-rescan")
            tasks.create_task(self._watch(), name="folder-watch")

    async def _rescan(self) -> None:
        while True:
            try:
                await self.look()
            except (StoreUnavailable, OperatorError) as caught:
                log.warning("folder_not_read", reason=str(caught))
            await self._rest()

    async def _rest(self) -> None:
        seconds = LOOK_SECONDS if self.stillness.waiting else self.rescan_seconds
        self.hint.clear()
        try:
            await asyncio.wait_for(self.hint.wait(), seconds)
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
        sources = await asyncio.to_thread(self._ready_sources)
        if not sources:
            return ()
        reports = await ingest(sources, self.store, self.rules, now=self.wall())
        _tell(reports)
        if any(report.verdict in (Verdict.NEW, Verdict.CHANGED) for report in reports):
            self.changed()
        return reports

    def _ready_sources(self) -> list[SourceFile]:
        if not self.path.is_dir():
            return []
        files = folder_files(self.path, self.rules.dialect)
        still = list(self._still_sources(files))
        if still and self.rules.dialect.layout is Layout.ITEM:
            # A day is many files: one that changed brings its whole day along.
            return [read_source(file) for file in files]
        return still

    def _still_sources(self, files: Iterable[FoundFile]) -> Iterable[SourceFile]:
        now, wall = self.clock(), self.wall().timestamp()
        for file in files:
            try:
                stat = file.path.stat()
                signature = (stat.st_size, stat.st_mtime_ns)
                if self.stillness.still(file.name, signature, age=wall - stat.st_mtime, now=now):
                    source = read_source(file)
                    self.stillness.taken[file.name] = signature
                    yield source
            except (OSError, OperatorError) as caught:
                log.warning("file_not_read", file=file.name, reason=str(caught))


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
