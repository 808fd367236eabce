"""What the reader's handlers look up before they show an issue."""

from __future__ import annotations

import datetime as dt

from digest.errors import NothingPublished, UserError
from digest.fold import fold
from digest.issue import Edition, Issue, Section
from digest.screens import Frame
from handlers.context import Context
from storage.store import Transaction

NEAR_DAYS = 1


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
    day = say.day(date) if date.year == context.today.year else say.year_day(date)
    if date > context.today:
        key = "date.newest_today" if latest.issue.date == context.today else "date.newest_line"
        newest_day = say.count(key, latest.issue.total, day=say.day(latest.issue.date))
        return UserError("date.to_come", day=say.short_day(date), newest=newest_day)
    earlier, later = await tx.issues.neighbours(date, context.now)
    lines = [
        say.count(key, line.total, day=_said(context, line.date))
        for key, line in (("date.earlier", earlier), ("date.later", later))
        if line is not None
    ]
    return UserError("date.no_issue", day=day, neighbours="\n".join(lines))


def _said(context: Context, date: dt.date) -> str:
    say = context.phrases
    return say.day(date) if date.year == context.today.year else say.year_day(date)


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
