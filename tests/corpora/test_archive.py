"""A real archive of another dialect: 223 daily issues of eight months are read with a table alone."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.dialect import Dialect
from digest.issue import Issue, Parsed, Severity
from digest.parsing import parse
from tests.shared_folder import SHARED

TABLE = Path(__file__).parent / "archive-dialect.toml"

# Its summary's code fence is opened where it should be closed and swallows the rest of the file.
BROKEN = dt.date(2025, 12, 23)
# The first issue is one list without any heading; one later issue has a single section and no link at all.
ONE_SECTION = {dt.date(2025, 6, 1), dt.date(2025, 12, 9)}
NO_LINKS = {dt.date(2025, 12, 9)}


@pytest.fixture(scope="module")
def archive() -> Path:
    assert SHARED, "collected only where the shared folder stands"
    return SHARED / "corpora" / "ai-insight-daily"


@pytest.fixture(scope="module")
def dialect() -> Dialect:
    return Dialect.from_mapping(tomllib.loads(TABLE.read_text(encoding="utf-8"))["issues"]["dialect"])


@pytest.fixture(scope="module")
def parsed(archive: Path, dialect: Dialect) -> dict[dt.date, Parsed]:
    """What becomes of every file that the dialect takes, by the date in its name."""
    paths = [(path, path.relative_to(archive).as_posix()) for path in sorted(archive.rglob("*"))]
    return {
        dt.date.fromisoformat(path.stem): parse(
            path.read_bytes(), file_name=name, dialect=dialect, zone=ZoneInfo("Asia/Shanghai")
        )
        for path, name in paths
        if dialect.takes(name)
    }


@pytest.fixture(scope="module")
def issues(parsed: dict[dt.date, Parsed]) -> list[Issue]:
    return [issue for one in parsed.values() for issue in one.issues]


def test_the_dialect_takes_the_daily_files_and_no_other(parsed: dict[dt.date, Parsed]) -> None:
    assert len(parsed) == 223


def test_222_issues_are_loaded_and_one_is_refused(parsed: dict[dt.date, Parsed]) -> None:
    refused = [date for date, one in parsed.items() if one.refused]

    assert refused == [BROKEN]
    assert sum(len(one.issues) for one in parsed.values()) == 222


def test_the_refused_one_is_refused_for_its_open_fence(parsed: dict[dt.date, Parsed]) -> None:
    errors = [p for p in parsed[BROKEN].problems if p.severity is Severity.ERROR]

    assert [(problem.line, problem.code) for problem in errors] == [
        (9, "issue.no_stories"),
        (21, "issue.open_fence"),
    ]


def test_each_issue_has_the_date_of_its_file(parsed: dict[dt.date, Parsed]) -> None:
    assert all(issue.date == date for date, one in parsed.items() for issue in one.issues)


def test_each_issue_has_sections(issues: list[Issue]) -> None:
    assert {issue.date for issue in issues if len(issue.sections) < 2} == ONE_SECTION


def test_each_issue_has_links(issues: list[Issue]) -> None:
    assert {issue.date for issue in issues if not any(item.url for item in issue.items)} == NO_LINKS
    linked = sum(1 for issue in issues for item in issue.items if item.url)
    assert linked >= 0.9 * sum(issue.total for issue in issues)


def test_sections_keep_their_keys_while_their_names_change(issues: list[Issue]) -> None:
    with_section = [
        issue for issue in issues if any(section.key == "产品与功能更新" for section in issue.sections)
    ]

    assert {s.title for issue in with_section for s in issue.sections if s.key == "产品与功能更新"} == {
        "AI产品与功能更新",
        "产品与功能更新",
    }
    assert len(with_section) >= 190


def test_stories_have_titles_a_reader_can_take_in(issues: list[Issue]) -> None:
    lengths = sorted(len(item.title) for issue in issues for item in issue.items)

    assert lengths[0] >= 2
    assert lengths[len(lengths) // 2] <= 40
    assert lengths[-1] <= 120


def test_nothing_dropped_comes_through(issues: list[Issue]) -> None:
    texts = [text for issue in issues for item in issue.items for text in (item.title, item.summary)]
    sections = {section.title for issue in issues for section in issue.sections}

    assert not [
        t for t in texts if "**" in t or "<br" in t or "](http" in t or "（AI资讯）" in t or "(AI资讯)" in t
    ]
    assert not [name for name in sections if "语音版" in name or "摘要" in name or "自荐" in name]
    assert not [text for issue in issues for text in issue.introduction]
