"""The generated archive."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import archive, words
from digest.parsing import parse

LAST = dt.date(2025, 12, 22)


def test_an_archive_is_the_same_for_the_same_seed() -> None:
    assert list(archive.generate(7, 3, last=LAST)) == list(archive.generate(7, 3, last=LAST))
    assert list(archive.generate(7, 3, last=LAST)) != list(archive.generate(8, 3, last=LAST))


def test_a_smaller_archive_is_the_end_of_a_larger_one() -> None:
    assert list(archive.generate(7, 2, last=LAST)) == list(archive.generate(7, 5, last=LAST))[-2:]


def test_ten_years_have_a_hundred_and_fifty_thousand_stories() -> None:
    assert archive.total(archive.FULL_ISSUES) == archive.FULL_ITEMS


def test_every_generated_issue_is_read_whole_and_without_a_problem() -> None:
    files = list(archive.generate(archive.SEED, 12, last=LAST))

    read = [parse(file.source, file_name=file.name, zone=ZoneInfo("UTC"), today=LAST) for file in files]

    assert [parsed.problems for parsed in read] == [()] * 12
    assert [parsed.issues[0].date for parsed in read] == [file.date for file in files]
    assert sum(parsed.issues[0].total for parsed in read) == archive.total(12)
    assert {tuple(section.title for section in parsed.issues[0].sections) for parsed in read} == {
        tuple(title for title, _ in words.SECTIONS)
    }


def test_an_archive_is_written_a_file_a_day(tmp_path: Path) -> None:
    written = archive.write(tmp_path / "issues", 7, 2, last=LAST)

    files = sorted((tmp_path / "issues").iterdir())
    assert [file.name for file in files] == ["2025-12-21.md", "2025-12-22.md"]
    assert sum(file.stat().st_size for file in files) == written
