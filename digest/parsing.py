"""An issue file becomes issues, or every reason why it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from digest.blocks import Block, Kind, read_blocks, text_of
from digest.conventions import DateSource, Layout
from digest.datestamps import read_date
from digest.dating import Calendar
from digest.dialect import SEED_DIALECT, Dialect
from digest.frontmatter import read_front_matter
from digest.issue import Issue, Parsed, Problem, Severity
from digest.issuetext import IssueText, read_issue
from digest.problems import error
from digest.source import read_source


def parse(
    source: bytes,
    *,
    file_name: str,
    dialect: Dialect = SEED_DIALECT,
    zone: dt.tzinfo,
    today: dt.date | None = None,
) -> Parsed:
    """The issues in a file, none of them when any problem is an error, and every problem by its line.

    `file_name` may be a path with `/`. Instants without a zone are of `zone`. With `today`, a date more than
    a year ahead is refused as a slip. Never raises, whatever the bytes are.
    """
    read = read_source(source, dialect.encoding)
    if not read.readable:
        return Parsed((), read.problems)
    lines = read.text.split("\n")
    front = read_front_matter(lines, dialect.wanted)
    blocks, fences = read_blocks("\n".join([""] * front.lines + lines[front.lines :]))
    problems = [*read.problems, *front.problems, *fences]
    whole = IssueText(read.text, file_name, front, None, blocks, dialect, Calendar(zone, today))
    results = [read_issue(text) for text in _texts(whole)]
    for _, noted in results:
        problems.extend(noted)
    issues = [(issue, text) for (issue, _), text in zip(results, _texts(whole), strict=True) if issue]
    problems.extend(_same_dates(issues))
    return _parsed([issue for issue, _ in issues], problems)


def _parsed(issues: list[Issue], problems: list[Problem]) -> Parsed:
    ordered = tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line))
    refused = any(problem.severity is Severity.ERROR for problem in ordered)
    return Parsed(() if refused else tuple(issues), ordered)


def _texts(whole: IssueText) -> list[IssueText]:
    """The text of each issue that the file holds."""
    if whole.dialect.layout is not Layout.ISSUES:
        return [replace(whole, heading=_title_heading(whole))]
    starts = [place for place, block in enumerate(whole.blocks) if _begins_issue(block, whole)]
    if not starts:
        return [whole]
    ends = [*starts[1:], len(whole.blocks)]
    by_heading = replace(whole.dialect, date_from=(DateSource.HEADING,))
    return [
        replace(
            whole, path="", heading=whole.blocks[start], blocks=whole.blocks[start:end], dialect=by_heading
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def _begins_issue(block: Block, whole: IssueText) -> bool:
    is_level = block.kind is Kind.HEADING and block.level == whole.dialect.issue_level
    return is_level and _has_date(block, whole)


def _has_date(block: Block, whole: IssueText) -> bool:
    return bool(block.lines) and read_date(text_of(block.lines[0]), whole.calendar.zone) is not None


def _title_heading(whole: IssueText) -> Block | None:
    """The heading that names the issue: the first, when it stands above the sections or says the date."""
    first = next((block for block in whole.blocks if block.kind is Kind.HEADING), None)
    if first is None:
        return None
    is_above = first.level < min(whole.dialect.section_levels, default=whole.dialect.item_level)
    return first if is_above or _has_date(first, whole) else None


def _same_dates(issues: list[tuple[Issue, IssueText]]) -> Iterator[Problem]:
    first: dict[dt.date, int] = {}
    for issue, text in issues:
        line = text.heading.line if text.heading else 1
        if issue.date in first:
            yield error(line, "date_twice", date=issue.date.isoformat(), first=first[issue.date])
        first.setdefault(issue.date, line)
