"""The text of one issue, and its reading: date, title, introduction, sections, leads, footer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from digest.blocks import Block, Kind, text_of
from digest.conventions import Layout
from digest.cuts import find_cuts
from digest.datestamps import read_moment
from digest.dating import Calendar, Witnesses, date_issue
from digest.dialect import Dialect
from digest.fold import fold
from digest.footer import split_footer
from digest.frontmatter import Field, FrontMatter
from digest.issue import Issue, Problem, Section
from digest.items import read_sections
from digest.leads import find_leads
from digest.outline import Outline, SectionOutline, outline_of, whole_file_story
from digest.plaintext import tidy
from digest.problems import error, warning

DRAFT = ("draft",)
PUBLISH_AT = ("publish_at",)

_YES = frozenset({"true", "yes", "on", "1", "是"})
_NO = frozenset({"", "false", "no", "off", "0", "否"})


@dataclass(frozen=True, slots=True)
class IssueText:
    """What an issue is read from: the file, its front matter, the issue's own heading and blocks."""

    source: str
    path: str
    front: FrontMatter
    heading: Block | None
    blocks: tuple[Block, ...]
    dialect: Dialect
    calendar: Calendar


def read_issue(text: IssueText) -> tuple[Issue | None, list[Problem]]:
    """The issue, or None where it has no date or no stories; and the problems met."""
    dated = date_issue(Witnesses(text.front, text.path, text.heading), text.dialect, text.calendar)
    outline = _outline(text)
    footer = split_footer(outline, text.dialect)
    sections, noted = read_sections(outline, text.dialect)
    problems = [*dated.problems, *outline.problems, *noted, *find_cuts(text.source, sections, outline)]
    if not sections:
        problems.append(error(text.front.lines + 1, "no_stories"))
    draft, publish_at = text.front.first(DRAFT), text.front.first(PUBLISH_AT)
    problems.extend(_check_state(draft, publish_at, text.calendar.zone))
    if dated.date is None or not sections:
        return None, problems
    title, titling = _title(text, dated.date)
    leads, leading = _leads(title, titling, sections)
    problems.extend([*([] if titling else [warning(1, "title_missing", title=title)]), *leading])
    moment = read_moment(publish_at.text, dated.date, text.calendar.zone) if publish_at else None
    issue = Issue(
        date=dated.date,
        title=title,
        introduction=tuple(_introduction(outline)),
        sections=sections,
        leads=leads,
        footer=footer,
        draft=draft is not None and _switch(draft) in _YES,
        publish_at=moment,
    )
    return issue, problems


def _outline(text: IssueText) -> Outline:
    if text.dialect.layout is not Layout.ITEM:
        return outline_of(text.blocks, text.dialect, title=text.heading)
    blocks = tuple(block for block in text.blocks if block is not text.heading)
    title = text.front.first(text.dialect.title_keys)
    section = text.front.first(text.dialect.section_keys)
    heading = text_of(text.heading.lines[0]) if text.heading and text.heading.lines else ""
    line = title.line if title else text.heading.line if text.heading else text.front.lines + 1
    story = whole_file_story(blocks, title.text if title else heading, line)
    return Outline(sections=[SectionOutline(line, tidy(section.text) if section else "", [story])])


def _title(text: IssueText, date: dt.date) -> tuple[str, Field | None]:
    """The issue's title, and where it stands; with none, its date."""
    heading = text.heading
    headed = Field(text_of(heading.lines[0]), heading.line) if heading and heading.lines else None
    written = text.front.first(text.dialect.title_keys)
    found = headed or written if text.dialect.layout is Layout.ISSUES else written or headed
    title = tidy(found.text) if found else ""
    return (title, found) if title else (date.isoformat(), None)


def _leads(
    title: str, titling: Field | None, sections: tuple[Section, ...]
) -> tuple[tuple[int, ...], list[Problem]]:
    items = [item for section in sections for item in section.items]
    leads, missing = find_leads(title, items)
    line = titling.line if titling else 1
    return leads, [warning(line, "lead_unknown", title=part) for part in missing]


def _introduction(outline: Outline) -> Iterator[str]:
    for block in outline.introduction:
        if block.kind in (Kind.PARAGRAPH, Kind.HTML):
            yield from filter(None, (text_of(line) for line in block.lines))


def _switch(field: Field) -> str:
    return fold(field.text.partition(" #")[0])


def _check_state(draft: Field | None, publish_at: Field | None, zone: dt.tzinfo) -> Iterator[Problem]:
    # An embargo or a draft that cannot be read must not be published by mistake.
    if draft and _switch(draft) not in _YES | _NO:
        yield error(draft.line, "draft_unreadable", value=draft.text)
    if publish_at and read_moment(publish_at.text, dt.date(2000, 1, 1), zone) is None:
        yield error(publish_at.line, "publish_at_unreadable", value=publish_at.text)
