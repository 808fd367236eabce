"""A folder with a file for each story: the files of a day become one issue."""

from __future__ import annotations

import datetime as dt

from digest.dialect import Dialect
from handlers.ingest import FileReport, Rules, SourceFile, Verdict, ingest
from storage.store import Store
from tests.handlers.conftest import AT_TEN, MONDAY

RULES = Rules(Dialect.from_mapping({"layout": "item"}), "Asia/Shanghai")


def story(name: str, section: str, title: str) -> SourceFile:
    """A file with one story."""
    front = f"---\ndate: {MONDAY}\ntitle: {title}\nsection: {section}\n---\n\n"
    text = f"{front}{title}的摘要。[>阅读原文](https://example.org/{name})\n"
    return SourceFile(f"posts/{name}.md", f"{name}.md", text.encode())


async def load(store: Store, *files: SourceFile, now: dt.datetime = AT_TEN) -> tuple[FileReport, ...]:
    return await ingest(files, store, RULES, now=now)


async def test_the_files_of_a_day_become_one_issue(sqlite_store: Store) -> None:
    reports = await load(
        sqlite_store, story("a", "开源", "甲"), story("b", "论文", "乙"), story("c", "开源", "丙")
    )

    async with sqlite_store.reading() as tx:
        edition = await tx.issues.newest(AT_TEN)
    assert edition is not None
    sections = [(s.title, [(i.number, i.title) for i in s.items]) for s in edition.issue.sections]
    assert sections == [("开源", [(1, "甲"), (2, "丙")]), ("论文", [(3, "乙")])]
    assert [report.verdict for report in reports] == [Verdict.NEW] * 3


async def test_one_more_file_is_a_new_revision_and_the_same_files_are_none(sqlite_store: Store) -> None:
    await load(sqlite_store, story("a", "开源", "甲"))

    same = await load(sqlite_store, story("a", "开源", "甲"))
    more = await load(sqlite_store, story("a", "开源", "甲"), story("b", "开源", "乙"))

    assert [report.verdict for report in same] == [Verdict.UNCHANGED]
    assert [report.verdict for report in more] == [Verdict.CHANGED] * 2
    assert more[0].issues[0].revision == 2


async def test_a_broken_story_is_refused_and_the_others_make_the_issue(sqlite_store: Store) -> None:
    broken = SourceFile("posts/x.md", "x.md", b"")

    reports = await load(sqlite_store, story("a", "开源", "甲"), broken)

    assert [report.verdict for report in reports] == [Verdict.NEW, Verdict.REJECTED]
