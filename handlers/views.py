"""What the reader's handlers look up before they show an issue."""

from __future__ import annotations

import datetime as dt
import difflib
from itertools import takewhile

from digest.errors import NothingPublished, UserError
from digest.fold import fold
from digest.intents import ShowIssue
from digest.issue import Edition, Issue, Section
from digest.screens import Frame, step
from handlers.context import Context
from storage.store import Transaction

NEAREST = 3
LIKELY = 0.5


async def newest(context: Context, tx: Transaction) -> Edition:
    """The newest published issue; NothingPublished when there is none."""
    edition = await tx.issues.newest(context.now)
    if edition is None:
        raise NothingPublished
    return edition


async def edition_of(context: Context, tx: Transaction, date: dt.date | None) -> Edition:
    """The issue of a day, or the newest one; UserError when that day has none, naming its neighbours."""
    if date is None:
        return await newest(context, tx)
    found = await tx.issues.at(date, now=context.now)
    if found is None:
        raise await no_issue(context, tx, date)
    return found


async def no_issue(context: Context, tx: Transaction, date: dt.date) -> UserError:
    """The sentence for a day without an issue: its neighbours, or that the day is still to come."""
    say = context.phrases
    latest = await newest(context, tx)
    if date > context.today:
        key = "date.newest_today" if latest.issue.date == context.today else "date.newest_line"
        line = say.count(key, latest.issue.total, day=_said(context, latest.issue.date))
        return UserError("date.to_come", day=_short(context, date), newest=line)
    near = [line for line in await tx.issues.neighbours(date, context.now) if line is not None]
    other_years = date.year != context.today.year
    lines = [
        say.count(
            "date.earlier" if line.date < date else "date.later",
            line.total,
            day=say.year_day(line.date) if other_years else _said(context, line.date),
        )
        for line in near
    ]
    ways = tuple(
        step(_short(context, line.date), ShowIssue(line.date), line.date.isoformat()) for line in near
    )
    error = UserError("date.no_issue", day=_said(context, date), neighbours="\n".join(lines))
    return error.leading_to(ways)


def _said(context: Context, date: dt.date) -> str:
    say = context.phrases
    return say.day(date) if date.year == context.today.year else say.year_day(date)


def _short(context: Context, date: dt.date) -> str:
    say = context.phrases
    return say.short_day(date) if date.year == context.today.year else say.year_day(date)


async def frame_of(context: Context, tx: Transaction, edition: Edition) -> Frame:
    """What the screen of this issue knows around it."""
    date = edition.issue.date
    earlier, later = await tx.issues.neighbours(date, context.now)
    return Frame(
        phrases=context.phrases,
        today=context.today,
        subscription=context.subscription,
        before=earlier.date if earlier else None,
        after=later.date if later else None,
        newest=later is None,
        footer_line=context.house.footer_line,
        name=context.house.name,
    )


async def editors_note(tx: Transaction, issue: Issue, before: dt.date | None, now: dt.datetime) -> str:
    """The issue's introduction where it is not the one of the issue before; '' otherwise."""
    if before is None or not issue.introduction:
        return ""
    previous = await tx.issues.at(before, now=now)
    if previous is None or previous.issue.introduction == issue.introduction:
        return ""
    return "\n".join(issue.introduction)


def find_section(issue: Issue, name: str) -> Section | None:
    """The section with this key, this title, or the only one whose title holds `name`."""
    wanted = fold(name)
    for section in issue.sections:
        if section.key == name or fold(section.title) == wanted:
            return section
    parts = [section for section in issue.sections if wanted and wanted in fold(section.title)]
    return parts[0] if len(parts) == 1 else None


def near_sections(issue: Issue, name: str) -> list[Section]:
    """The sections whose names are much like what was typed, the likeliest first; at most three."""
    wanted = fold(name)
    likely = [(likeness(fold(section.title), wanted), section) for section in issue.sections if section.items]
    near = [(like, section) for like, section in likely if like >= LIKELY]
    return [section for _, section in sorted(near, key=lambda pair: -pair[0])[:NEAREST]]


def likeness(title: str, wanted: str) -> float:
    """How much two folded names are alike: people begin a name right and go wrong later."""
    ratio = difflib.SequenceMatcher(None, title, wanted).ratio()
    begun = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(title, wanted, strict=False)))
    return ratio + begun / max(len(title), 1) + (1.0 if wanted and wanted in title else 0.0)
