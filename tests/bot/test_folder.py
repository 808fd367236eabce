"""The issues folder: what is still is taken, what grows waits, what leads outside is nobody's."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.files import FoundFile, folder_files, issue_files, read_source
from bot.folder import LOOK_SECONDS, Folder
from digest.dialect import SEED_DIALECT, Dialect
from digest.errors import OperatorError, StoreUnavailable
from handlers.ingest import Rules, SourceFile
from storage.store import Store

RULES = Rules(SEED_DIALECT, "Asia/Shanghai")
STORIES = Rules(Dialect.from_mapping({"layout": "item"}), "Asia/Shanghai")
NOON = dt.datetime(2025, 12, 22, 4, 0, tzinfo=dt.UTC)
MONDAY = dt.date(2025, 12, 22)


def issue(title: str = "一则", date: dt.date = MONDAY) -> str:
    return (
        f"---\ndate: {date}\ntitle: 日报\n---\n\n# {date} 资讯日报\n\n## 新闻资讯\n\n### {title}\n\n"
        "一段摘要。[>阅读原文](https://example.org/1)\n"
    )


def story(title: str) -> str:
    return (
        f"---\ndate: {MONDAY}\ntitle: {title}\nsection: 新闻\n---\n\n"
        f"{title}的摘要。[>阅读原文](https://example.org/1)\n"
    )


@dataclass
class Bench:
    """A watched folder whose clocks a test turns on; files bear the time of the turned clock."""

    folder: Folder
    seconds: float = 0.0
    changes: int = 0
    unreadable: set[str] = field(default_factory=set)
    tried: list[str] = field(default_factory=list)

    def write(self, name: str, text: str | bytes, *, age: float = 0.0) -> Path:
        """Put a file there, as if it had been written `age` seconds ago."""
        path = self.folder.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        moment = NOON.timestamp() + self.seconds - age
        os.utime(path, (moment, moment))
        return path

    async def look(self, after: float = 0.0) -> list[tuple[str, str]]:
        """What a look finds some seconds later: file names with their verdicts."""
        self.seconds += after
        reports = await self.folder.look()
        return [(Path(report.path).name, report.verdict.value) for report in reports]

    async def settled(self, seconds: float = 10.0) -> list[tuple[str, str]]:
        """What is found by looking as often as the folder does."""
        found = await self.look()
        for _ in range(int(seconds / LOOK_SECONDS)):
            found += await self.look(LOOK_SECONDS)
        return found

    async def titles(self, date: dt.date = MONDAY) -> list[str]:
        """The stories that readers see."""
        async with self.folder.store.reading() as tx:
            edition = await tx.issues.at(date, now=NOON + dt.timedelta(days=1))
        return [item.title for item in edition.issue.items] if edition else []

    def read(self, file: FoundFile) -> SourceFile:
        """A file's bytes, unless it is one that cannot be read."""
        self.tried.append(file.name)
        if file.name in self.unreadable:
            raise OperatorError("ingest.unreadable", exit_code=2, path=file.name, reason="Permission denied")
        return read_source(file)


@pytest.fixture
def bench(sqlite_store: Store, tmp_path: Path) -> Bench:
    path = tmp_path / "issues"
    path.mkdir()
    return make_bench(sqlite_store, path)


def make_bench(store: Store, path: Path, rules: Rules = RULES) -> Bench:
    def changed() -> None:
        made.changes += 1

    def read(file: FoundFile) -> SourceFile:
        return made.read(file)

    made = Bench(
        Folder(
            path,
            store,
            rules,
            10.0,
            lambda: made.seconds,
            lambda: NOON + dt.timedelta(seconds=made.seconds),
            changed,
            read,
        )
    )
    return made


async def test_a_file_that_has_been_there_long_is_taken_at_the_first_look(bench: Bench) -> None:
    bench.write("2025-12-22.md", issue(), age=3600)

    assert await bench.look() == [("2025-12-22.md", "new")]
    assert await bench.look(10) == []
    assert bench.changes == 1


async def test_a_finished_file_is_taken_within_four_seconds(bench: Bench) -> None:
    bench.write("2025-12-22.md", issue())
    found = []
    for _ in range(4):
        found.append(await bench.look())
        bench.seconds += LOOK_SECONDS

    assert found == [[], [], [("2025-12-22.md", "new")], []]
    assert bench.seconds <= 4.0


async def test_a_file_that_still_grows_waits(bench: Bench) -> None:
    whole = issue()
    for length in range(10, len(whole), 10):
        bench.write("2025-12-22.md", whole[:length])
        assert await bench.look(1.0) == []
    bench.write("2025-12-22.md", whole)

    assert await bench.settled() == [("2025-12-22.md", "new")]
    assert await bench.titles() == ["一则"]


async def test_a_file_that_is_written_without_growing_waits_too(bench: Bench) -> None:
    for _ in range(5):
        bench.write("2025-12-22.md", issue())
        assert await bench.look(1.5) == []


async def test_a_changed_file_is_taken_again(bench: Bench) -> None:
    bench.write("2025-12-22.md", issue("甲"))
    await bench.settled()

    bench.write("2025-12-22.md", issue("乙"))

    assert await bench.settled() == [("2025-12-22.md", "changed")]
    assert await bench.titles() == ["乙"]
    assert bench.changes == 2


async def test_a_file_that_was_only_touched_changes_nothing(bench: Bench) -> None:
    bench.write("2025-12-22.md", issue())
    await bench.settled()
    bench.seconds += 60
    bench.write("2025-12-22.md", issue())

    assert await bench.settled() == [("2025-12-22.md", "unchanged")]
    assert bench.changes == 1


async def test_a_deleted_file_leaves_its_issue(bench: Bench) -> None:
    path = bench.write("2025-12-22.md", issue())
    await bench.settled()

    path.unlink()

    assert await bench.settled() == []
    assert await bench.titles() == ["一则"]


async def test_a_file_deleted_before_it_was_finished_is_waited_for_no_longer(bench: Bench) -> None:
    path = bench.write("2025-12-22.md", issue()[:30])
    await bench.look()
    waited = bench.folder.stillness.waiting
    path.unlink()

    assert await bench.settled() == []
    assert (waited, bench.folder.stillness.waiting) == (True, False)


async def test_a_broken_file_is_told_once_and_again_when_it_changes(bench: Bench) -> None:
    bench.write("2025-12-22.md", "# 没有栏目\n")
    with capture_logs() as logs:
        first = await bench.settled(30)
        bench.write("2025-12-22.md", issue())
        second = await bench.settled()

    assert (first, second) == ([("2025-12-22.md", "rejected")], [("2025-12-22.md", "new")])
    assert [log["event"] for log in logs].count("issue_rejected") == 1
    assert all(log["line"] >= 1 for log in logs if log["event"] == "issue_problem")
    assert "issue_kept" in [log["event"] for log in logs]


async def test_a_second_file_for_a_date_is_refused_and_the_first_named(bench: Bench) -> None:
    bench.write("2025-12-22.md", issue("甲"))
    await bench.settled()

    bench.write("2025-12-22-b.md", issue("乙"))

    assert await bench.settled() == [("2025-12-22-b.md", "rejected")]
    assert await bench.titles() == ["甲"]


async def test_a_refused_second_file_takes_the_place_of_the_first_when_that_is_gone(bench: Bench) -> None:
    first = bench.write("2025-12-22.md", issue("甲"))
    await bench.settled()
    bench.write("2025-12-22-b.md", issue("乙"))
    await bench.settled()

    first.unlink()

    assert await bench.settled() == [("2025-12-22-b.md", "changed")]
    assert await bench.titles() == ["乙"]


async def test_after_a_restart_the_folder_means_the_same(bench: Bench) -> None:
    bench.write("2025-12-22.md", issue("甲"))
    await bench.settled()
    bench.write("2025-12-22-b.md", issue("乙"))
    await bench.settled()

    again = make_bench(bench.folder.store, bench.folder.path)
    again.seconds = bench.seconds + 60

    assert await again.look() == [("2025-12-22-b.md", "rejected"), ("2025-12-22.md", "unchanged")]
    assert await bench.titles() == ["甲"]


def outside(tmp_path: Path) -> Path:
    secret = tmp_path / "secret.md"
    secret.write_text(issue("外面的"))
    return secret


async def test_what_leads_outside_or_is_no_plain_file_is_nobodys_issue(bench: Bench, tmp_path: Path) -> None:
    secret, folder = outside(tmp_path), bench.folder.path
    (folder / "2025-12-20.md").symlink_to(secret)
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "elsewhere").symlink_to(tmp_path, target_is_directory=True)
    (folder / "dead.md").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "2025-12-21.md")
    (folder / "2025-12-19.md").mkdir()
    bench.write(".2025-12-18.md", issue("隐藏的"), age=60)
    bench.write(".git/2025-12-17.md", issue("仓库的"), age=60)
    bench.write("README.md", "# 说明", age=60)
    bench.write("2025-12-16.txt", issue(), age=60)
    bench.write("2025-12-22.md", issue(), age=60)

    assert await bench.look() == [("2025-12-22.md", "new")]


async def test_files_of_subfolders_are_taken(bench: Bench) -> None:
    bench.write("2025/12/22.md", issue(), age=60)

    assert await bench.look() == [("22.md", "new")]


async def test_a_folder_that_is_not_there_yet_is_looked_for_again(bench: Bench) -> None:
    bench.folder.path.rmdir()
    nothing = await bench.look()
    bench.write("2025-12-22.md", issue(), age=60)

    assert nothing == []
    assert await bench.look(10) == [("2025-12-22.md", "new")]


async def test_an_unreadable_file_is_told_once_and_taken_when_it_can_be_read(bench: Bench) -> None:
    bench.write("2025-12-21.md", issue("乙", MONDAY - dt.timedelta(1)))
    bench.write("2025-12-22.md", issue("甲"))
    bench.unreadable = {"2025-12-22.md"}
    with capture_logs() as logs:
        first = await bench.settled(20)
        bench.unreadable = set()
        second = await bench.settled()

    assert (first, second) == ([("2025-12-21.md", "new")], [("2025-12-22.md", "new")])
    assert unread(logs) == [("2025-12-22.md", "Permission denied")]


def unread(logs: list[EventDict]) -> list[tuple[str, str]]:
    return [(log["file"], log["reason"]) for log in logs if log["event"] == "file_not_read"]


@pytest.fixture
async def impatient(bench: Bench, tmp_path: Path) -> AsyncIterator[sqlite3.Connection]:
    """Another program's connection to the database, for which ours does not wait."""
    async with bench.folder.store.transaction() as tx:
        await tx.connection.execute(text("SELECT 1"))
        await tx.connection.execute(text("PRAGMA busy_timeout = 0"))
    with contextlib.closing(sqlite3.connect(tmp_path / "digestbot.db", isolation_level=None)) as other:
        yield other


async def test_a_file_that_comes_while_the_database_is_busy_is_not_forgotten(
    bench: Bench, impatient: sqlite3.Connection
) -> None:
    bench.write("2025-12-22.md", issue(), age=60)
    impatient.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        await bench.look()
    impatient.execute("ROLLBACK")

    assert await bench.settled() == [("2025-12-22.md", "new")]


async def test_of_story_files_a_day_is_loaded_only_whole(sqlite_store: Store, tmp_path: Path) -> None:
    bench = make_bench(sqlite_store, tmp_path / "posts", STORIES)
    bench.write("a.md", story("甲"), age=60)
    bench.write("b.md", story("乙")[:40])

    early = await bench.look()
    bench.write("b.md", story("乙"))
    late = await bench.settled()

    assert early == []
    assert late == [("a.md", "new"), ("b.md", "new")]
    assert await bench.titles() == ["甲", "乙"]


async def test_one_changed_story_brings_its_whole_day(sqlite_store: Store, tmp_path: Path) -> None:
    bench = make_bench(sqlite_store, tmp_path / "posts", STORIES)
    bench.write("a.md", story("甲"), age=60)
    bench.write("b.md", story("乙"), age=60)
    await bench.look()

    bench.write("b.md", story("丙"))

    assert await bench.settled() == [("a.md", "changed"), ("b.md", "changed")]
    assert await bench.titles() == ["甲", "丙"]


async def test_an_unreadable_story_holds_its_day_back(sqlite_store: Store, tmp_path: Path) -> None:
    bench = make_bench(sqlite_store, tmp_path / "posts", STORIES)
    bench.write("a.md", story("甲"), age=60)
    bench.write("b.md", story("乙"), age=60)
    bench.unreadable = {"b.md"}
    with capture_logs() as logs:
        early = await bench.settled()
        bench.unreadable = set()
        late = await bench.settled()

    assert early == []
    assert late == [("a.md", "new"), ("b.md", "new")]
    assert len(unread(logs)) == 1


async def test_the_watcher_brings_a_new_file_before_the_rescan_would(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "issues"
    path.mkdir()
    loaded, looked = asyncio.Event(), threading.Event()

    def clock() -> float:
        looked.set()
        return time.monotonic()

    folder = Folder(path, sqlite_store, RULES, 3600.0, clock, lambda: dt.datetime.now(dt.UTC), loaded.set)
    running = asyncio.create_task(folder.run())
    try:
        async with asyncio.timeout(60):
            await asyncio.to_thread(looked.wait, 30)
            # The watch is being set up meanwhile: a file that is written again and again is noticed at last.
            while not folder.stillness.since:
                (path / "2025-12-22.md").write_text(issue())
                await asyncio.sleep(0.2)
            await loaded.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async with sqlite_store.reading() as tx:
        assert await tx.issues.count(dt.datetime.now(dt.UTC)) == 1


async def test_a_fault_of_the_database_does_not_end_the_folder_and_is_told_once(
    bench: Bench, impatient: sqlite3.Connection
) -> None:
    bench.write("2025-12-22.md", issue(), age=60)
    impatient.execute("BEGIN IMMEDIATE")
    with capture_logs() as logs:
        running = asyncio.create_task(bench.folder.run())
        try:
            await looking(bench, lambda: len(bench.tried) >= 3)
            impatient.execute("ROLLBACK")
            await looking(bench, lambda: bench.changes > 0)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    assert len(told(logs)) == 1


async def looking(bench: Bench, seen: Callable[[], bool]) -> None:
    """Let the folder look again and again, until something is seen."""
    async with asyncio.timeout(60):
        while not seen():
            bench.seconds += 3
            bench.folder.hint.set()
            await asyncio.sleep(0.02)


def told(logs: list[EventDict]) -> list[EventDict]:
    return [log for log in logs if log["event"] == "folder_not_read"]


def test_the_files_of_a_command_are_those_named_and_those_of_the_folders_named(tmp_path: Path) -> None:
    for name in ("b.md", "a.md", "notes.txt", "deep/c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")

    folder = issue_files([tmp_path, tmp_path / "a.md"], SEED_DIALECT)
    named = issue_files([tmp_path / "notes.txt"], SEED_DIALECT)

    assert [file.name for file in folder] == ["a.md", "b.md", "deep/c.md"]
    assert [file.name for file in named] == ["notes.txt"]
    assert folder_files(tmp_path / "deep", SEED_DIALECT) == [FoundFile(tmp_path / "deep" / "c.md", "c.md")]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as missing:
        issue_files([tmp_path / "none.md"], SEED_DIALECT)
    with pytest.raises(OperatorError) as vanished:
        read_source(FoundFile(tmp_path / "none.md", "none.md"))

    assert (missing.value.code, missing.value.exit_code) == ("ingest.no_such_file", 2)
    assert (vanished.value.code, vanished.value.values["reason"]) == (
        "ingest.unreadable", "No such file or directory",
    )  # fmt: skip


def test_of_a_huge_file_no_more_is_read_than_shows_that_it_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "2025-12-22.md"
    with path.open("wb") as file:
        file.truncate(50_000_000)

    assert len(read_source(FoundFile(path, path.name)).source) == 512 * 1024 + 1
