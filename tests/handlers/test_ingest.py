"""Ingest: new, changed, unchanged, refused; what is kept, from when it is seen."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from dataclasses import replace

import pytest

from digest.dialect import SEED_DIALECT
from digest.issue import IssueState, Severity
from handlers.ingest import BATCH, FileReport, Ingested, SourceFile, Verdict, ingest
from storage.store import Store
from tests.handlers.conftest import AT_TEN, MONDAY, RULES, SAMPLE, Talk, issue_file

SUNDAY, TUESDAY = MONDAY - dt.timedelta(1), MONDAY + dt.timedelta(1)
SHORT = """---
date: 2025-12-22
title: 日报：一则
{more}---

# 2025-12-22 资讯日报

## 新闻资讯

### {title}

一段摘要。[>阅读原文](https://example.org/1)
"""


def short_file(
    title: str = "一则", *, date: dt.date = MONDAY, name: str = "", path: str = "", more: str = ""
) -> SourceFile:
    """A file with one story."""
    text = SHORT.format(title=title, more=more).replace("2025-12-22", date.isoformat())
    file_name = name or f"{date}.md"
    return SourceFile(path or f"issues/{file_name}", file_name, text.encode())


async def load(store: Store, *files: SourceFile, now: dt.datetime = AT_TEN) -> tuple[FileReport, ...]:
    return await ingest(files, store, RULES, now=now)


def verdicts(reports: tuple[FileReport, ...]) -> list[str]:
    return [report.verdict.value for report in reports]


async def title_of(store: Store, date: dt.date, now: dt.datetime = AT_TEN) -> str:
    """The title of a day's first story, as readers see it; '' when they see none."""
    async with store.reading() as tx:
        edition = await tx.issues.at(date, now=now)
    return edition.issue.items[0].title if edition else ""


async def test_a_file_is_new_then_unchanged_then_changed(store: Store) -> None:
    first = await load(store, issue_file(MONDAY))
    again = await load(store, issue_file(MONDAY))
    edited = await load(store, issue_file(MONDAY, SAMPLE.replace("搬进旧船厂", "搬出旧船厂")))

    assert first == (FileReport("2025-12-22.md", Verdict.NEW, (Ingested(MONDAY, 1, 5, 41),)),)
    assert again == (FileReport("2025-12-22.md", Verdict.UNCHANGED),)
    assert edited == (FileReport("2025-12-22.md", Verdict.CHANGED, (Ingested(MONDAY, 2, 5, 41),)),)
    assert "搬出旧船厂" in await title_of(store, MONDAY)


async def test_an_earlier_text_that_comes_back_is_a_revision_of_its_own(sqlite_store: Store) -> None:
    await load(sqlite_store, short_file("甲"))
    await load(sqlite_store, short_file("乙"))

    back = await load(sqlite_store, short_file("甲"))

    assert verdicts(back) == ["changed"]
    assert back[0].issues[0].revision == 3


async def test_the_former_text_of_a_changed_issue_is_kept(sqlite_store: Store) -> None:
    await load(sqlite_store, short_file("甲"))
    await load(sqlite_store, short_file("乙"))

    async with sqlite_store.reading() as tx:
        texts = [await tx.issues.document(MONDAY, revision) for revision in (1, 2, 3)]
    assert [text.items[0].title if text else None for text in texts] == ["甲", "乙", None]


async def test_a_file_by_another_name_is_the_same_issue(sqlite_store: Store) -> None:
    await load(sqlite_store, short_file("甲", name="2025-12-22.md"))

    assert verdicts(await load(sqlite_store, short_file("甲", name="renamed.md"))) == ["unchanged"]
    assert verdicts(await load(sqlite_store, short_file("乙", name="renamed.md"))) == ["changed"]


async def test_of_two_files_for_a_date_the_second_is_refused_and_both_are_named(store: Store) -> None:
    one = short_file("甲", path="issues/one.md", name="one.md")
    two = short_file("乙", path="issues/two.md", name="two.md")

    reports = await load(store, one, two)

    assert verdicts(reports) == ["new", "rejected"]
    (problem,) = reports[1].problems
    assert (reports[1].path, problem.severity, problem.code) == (
        "issues/two.md", Severity.ERROR, "issue.date_taken",
    )  # fmt: skip
    assert dict(problem.values) == {"date": "2025-12-22", "other": "issues/one.md"}
    assert await title_of(store, MONDAY) == "甲"


@pytest.mark.parametrize("rival", ["a.md", "z.md"])
async def test_which_of_two_files_is_refused_does_not_change_from_run_to_run(
    sqlite_store: Store, rival: str
) -> None:
    ours, theirs = short_file("甲", name="m.md"), short_file("乙", name=rival)
    await load(sqlite_store, ours)
    both = sorted((ours, theirs), key=lambda file: file.name)
    edited = sorted((short_file("丙", name="m.md"), theirs), key=lambda file: file.name)

    for files, title in ((both, "甲"), (both, "甲"), (edited, "丙"), (edited, "丙")):
        reports = await load(sqlite_store, *files)

        rejected = [report.path for report in reports if report.verdict is Verdict.REJECTED]
        assert rejected == [f"issues/{rival}"]
        assert [report.path for report in reports] == [file.path for file in files]
        assert await title_of(sqlite_store, MONDAY) == title


async def test_a_copy_under_another_name_is_refused_every_time(sqlite_store: Store) -> None:
    files = short_file(name="2025-12-22.md"), short_file(name="copy.md")

    runs = [verdicts(await load(sqlite_store, *files)) for _ in range(2)]

    assert runs == [["new", "rejected"], ["unchanged", "rejected"]]


async def test_a_file_that_took_another_date_leaves_its_former_date_to_others(sqlite_store: Store) -> None:
    await load(sqlite_store, short_file("甲", date=MONDAY, name="m.md"))
    moved = short_file("甲", date=TUESDAY, name="m.md")

    reports = await load(sqlite_store, short_file("乙", date=MONDAY, name="a.md"), moved)

    assert verdicts(reports) == ["changed", "new"]


async def test_a_file_that_stands_beside_keeps_its_date(sqlite_store: Store) -> None:
    await load(sqlite_store, short_file("甲", name="old.md"))
    late = short_file("乙", name="late.md")

    beside = await ingest([late], sqlite_store, RULES, now=AT_TEN, beside={"old.md"})
    alone = await ingest([late], sqlite_store, RULES, now=AT_TEN)

    assert dict(beside[0].problems[0].values)["other"] == "old.md"
    assert (verdicts(beside), verdicts(alone)) == (["rejected"], ["changed"])


async def test_a_broken_file_is_refused_and_does_not_stop_the_others(store: Store) -> None:
    broken = SourceFile("broken.md", "broken.md", "---\ndate: 2025-13-45\n---\n\n不是日报\n".encode())

    reports = await load(store, short_file(date=SUNDAY), broken, short_file(date=MONDAY))

    assert verdicts(reports) == ["new", "rejected", "new"]
    assert [problem.severity for problem in reports[1].problems].count(Severity.ERROR) >= 1
    assert reports[1].issues == ()


async def test_a_broken_edit_leaves_the_former_text_to_the_readers(sqlite_store: Store) -> None:
    await load(sqlite_store, short_file("甲"))
    source = short_file("乙").source

    reports = [
        await load(sqlite_store, SourceFile("x.md", "2025-12-22.md", source[:length]))
        for length in (0, 1, 3, 20, 40)
    ]

    assert {report[0].verdict for report in reports} == {Verdict.REJECTED}
    assert await title_of(sqlite_store, MONDAY) == "甲"


async def test_what_is_odd_but_harmless_is_kept_with_a_warning(sqlite_store: Store) -> None:
    text = short_file().source.decode() + "\n## 算法论文\n"

    (report,) = await load(sqlite_store, SourceFile("x.md", "2025-12-22.md", text.encode()))

    assert report.verdict is Verdict.NEW
    assert {problem.severity for problem in report.problems} == {Severity.WARNING}


async def test_an_issue_of_a_day_to_come_is_kept_and_seen_from_its_midnight(store: Store) -> None:
    await load(store, short_file("明天的", date=TUESDAY))
    midnight = dt.datetime(2025, 12, 22, 16, 0, tzinfo=dt.UTC)  # in Shanghai

    before = await title_of(store, TUESDAY, midnight - dt.timedelta(seconds=1))
    after = await title_of(store, TUESDAY, midnight)

    assert (before, after) == ("", "明天的")


async def test_an_embargo_holds_until_its_moment(store: Store) -> None:
    await load(store, short_file("八点的", more="publish_at: 2025-12-22 13:00\n"))
    one = dt.datetime(2025, 12, 22, 5, 0, tzinfo=dt.UTC)

    async with store.reading() as tx:
        kept = await tx.issues.at(MONDAY, now=AT_TEN, everything=True)
    assert kept is not None
    assert kept.available_at == one
    assert await title_of(store, MONDAY, one - dt.timedelta(seconds=1)) == ""
    assert await title_of(store, MONDAY, one) == "八点的"


async def test_an_embargo_before_the_issues_day_does_not_show_it_earlier(sqlite_store: Store) -> None:
    await load(sqlite_store, short_file("明天的", date=TUESDAY, more="publish_at: 2025-12-22 08:00\n"))

    assert await title_of(sqlite_store, TUESDAY, AT_TEN) == ""


async def test_a_draft_is_kept_and_shown_to_nobody_until_it_is_none(sqlite_store: Store) -> None:
    await load(sqlite_store, short_file("稿子", more="draft: true\n"))
    hidden = await title_of(sqlite_store, MONDAY)
    async with sqlite_store.reading() as tx:
        kept = await tx.issues.at(MONDAY, now=AT_TEN, everything=True)

    reports = await load(sqlite_store, short_file("稿子"))

    assert kept is not None
    assert (hidden, kept.state) == ("", IssueState.DRAFT)
    assert verdicts(reports) == ["changed"]
    assert await title_of(sqlite_store, MONDAY) == "稿子"


async def test_readers_are_not_shown_what_is_not_out(talk: Talk) -> None:
    await load(talk.store, short_file("明天的", date=TUESDAY), short_file("稿子", more="draft: true\n"))

    for typed in ("今日", "12月23日", "搜 明天的", "搜 稿子", "往期", "栏目"):
        shown = await talk.say(typed)
        assert "###" not in shown
        assert "\n  1  明天的" not in shown
        assert "\n  1  稿子" not in shown


async def test_another_dialect_reads_every_file_anew(sqlite_store: Store) -> None:
    file = short_file()
    await load(sqlite_store, file)
    other = replace(RULES, dialect=replace(SEED_DIALECT, section_aliases=(("新闻", ("新闻资讯",)),)))

    reread = await ingest([file], sqlite_store, other, now=AT_TEN)
    again = await ingest([file], sqlite_store, other, now=AT_TEN)

    async with sqlite_store.reading() as tx:
        edition = await tx.issues.newest(AT_TEN)
    assert (verdicts(reread), verdicts(again)) == (["changed"], ["unchanged"])
    assert edition is not None
    assert [(section.key, section.title) for section in edition.issue.sections] == [("新闻", "新闻资讯")]


async def test_no_files_are_no_reports_and_nothing_is_written(sqlite_store: Store) -> None:
    assert await load(sqlite_store) == ()


async def test_more_files_than_commit_together_keep_their_order(sqlite_store: Store) -> None:
    dates = [MONDAY - dt.timedelta(days) for days in range(BATCH + 7)]

    reports = await load(sqlite_store, *(short_file(date=date) for date in dates))

    assert [report.issues[0].date for report in reports] == dates
    assert set(verdicts(reports)) == {"new"}
    assert set(verdicts(await load(sqlite_store, *(short_file(date=date) for date in dates)))) == {
        "unchanged"
    }


async def test_what_was_read_beside_a_batch_that_cannot_be_kept_is_not_kept_either(
    sqlite_store: Store, sqlite_url: str
) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    files = [short_file(date=MONDAY - dt.timedelta(number)) for number in range(3 * BATCH)]
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON revisions WHEN (SELECT count(*) FROM revisions) >= 60"
            " BEGIN SELECT RAISE(ABORT, 'no more'); END"
        )

    with pytest.raises(Exception, match="no more"):
        await load(sqlite_store, *files)

    async with sqlite_store.reading() as tx:
        assert len(await tx.issues.hashes()) == BATCH
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("DROP TRIGGER full")
    again = await load(sqlite_store, *files)
    assert verdicts(again) == ["unchanged"] * BATCH + ["new"] * (2 * BATCH)
