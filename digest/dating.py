"""The date of an issue: told by the front matter, the file's name or a heading, in the dialect's order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from digest.blocks import Block, text_of
from digest.conventions import DateSource
from digest.datestamps import read_date
from digest.dialect import Dialect
from digest.frontmatter import Field, FrontMatter, FrontMatterForm
from digest.issue import Problem
from digest.problems import error, warning

EARLIEST = dt.date(1990, 1, 1)
LATEST = dt.date(2089, 12, 31)
FURTHEST = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What dates are read with: the zone of instants, and the day it is (None where nobody knows)."""

    zone: dt.tzinfo
    today: dt.date | None


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Where an issue's date may stand."""

    front: FrontMatter
    path: str
    heading: Block | None


@dataclass(frozen=True, slots=True)
class Dated:
    """An issue's date, or None, and what is to be said about it."""

    date: dt.date | None
    problems: tuple[Problem, ...]


def date_issue(witnesses: Witnesses, dialect: Dialect, calendar: Calendar) -> Dated:
    """The date that the first of the dialect's sources tells."""
    typed = witnesses.front.first(dialect.date_keys) if DateSource.FRONT_MATTER in dialect.date_from else None
    if typed and read_date(typed.text, calendar.zone) is None:
        return Dated(None, (error(typed.line, "date_unreadable", value=typed.text),))
    told = _told(witnesses, typed, calendar.zone)
    source = next((source for source in dialect.date_from if told[source]), None)
    date = told[source] if source else None
    if source is None or date is None:
        return Dated(None, (error(1, "date_missing"),))
    line = _line(source, typed, witnesses.heading)
    if not _is_plausible(date, calendar.today):
        return Dated(None, (error(line, "date_fake", date=date.isoformat()),))
    problems = [] if source in dialect.date_from[:1] else _borrowed(source, date, dialect)
    return Dated(date, (*problems, *_contradictions(date, told, source, line)))


def _told(witnesses: Witnesses, typed: Field | None, zone: dt.tzinfo) -> dict[DateSource, dt.date | None]:
    heading = witnesses.heading
    return {
        DateSource.FRONT_MATTER: read_date(typed.text, zone) if typed else None,
        DateSource.FILE_NAME: read_date(witnesses.path.rpartition("/")[2], zone),
        DateSource.PATH: read_date(witnesses.path, zone),
        DateSource.HEADING: read_date(text_of(heading.lines[0]), zone) if heading and heading.lines else None,
    }


def _line(source: DateSource, typed: Field | None, heading: Block | None) -> int:
    if source is DateSource.FRONT_MATTER and typed:
        return typed.line
    return heading.line if source is DateSource.HEADING and heading else 1


def _is_plausible(date: dt.date, today: dt.date | None) -> bool:
    latest = today + FURTHEST if today and today <= LATEST else LATEST
    return EARLIEST <= date <= latest


def _borrowed(source: DateSource, date: dt.date, dialect: Dialect) -> list[Problem]:
    if dialect.date_from[0] is not DateSource.FRONT_MATTER or dialect.front_matter is FrontMatterForm.NONE:
        return []
    return [warning(1, "date_borrowed", date=date.isoformat(), source=source.value)]


def _contradictions(
    date: dt.date, told: dict[DateSource, dt.date | None], source: DateSource, line: int
) -> list[Problem]:
    problems = []
    for other, code in (
        (DateSource.FILE_NAME, "date_file_differs"),
        (DateSource.HEADING, "date_heading_differs"),
    ):
        said = told[other]
        if other is not source and said is not None and said != date:
            problems.append(warning(line, code, date=date.isoformat(), other=said.isoformat()))
    return problems
