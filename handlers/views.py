"""What the reader's handlers look up before they show an issue."""

from __future__ import annotations

import datetime as dt
import difflib
from dataclasses import replace
from itertools import takewhile

from digest.errors import NothingPublished, UserError
from digest.fold import fold
from digest.frames import Frame
from digest.intents import ShowIssue
from digest.issue import Edition, Issue, Section
from digest.replies import Choice
from digest.screens import step
from handlers.context import Context
from handlers.marking import marks_of
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
    if date >= context.today:
        code = "date.to_come" if date > context.today else "date.not_out"
        day = context.short_day(date) if date > context.today else context.day(date)
        return UserError(code, day=day, newest=await newest_line(context, tx))
    lines, ways = await neighbours(context, tx, date, date)
    return UserError("date.no_issue", day=context.day(date), neighbours=lines).leading_to(ways)


async def newest_line(context: Context, tx: Transaction) -> str:
    """The newest issue by its day and the number of its stories."""
    latest = (await newest(context, tx)).issue
    key = "date.newest_today" if latest.date == context.today else "date.newest_line"
    return context.phrases.count(key, latest.total, day=context.day(latest.date))


async def neighbours(
    context: Context, tx: Transaction, first: dt.date, last: dt.date
) -> tuple[str, tuple[Choice, ...]]:
    """The issues before and after some days without one: a line each, and the ways to them."""
    say = context.phrases
    before, _ = await tx.issues.neighbours(first, context.now)
    _, after = await tx.issues.neighbours(last, context.now)
    near = [line for line in (before, after) if line is not None]
    other_years = first.year != context.today.year
    lines = [
        say.count(
            "date.earlier" if line.date < first else "date.later",
            line.total,
            day=say.year_day(line.date) if other_years else context.day(line.date),
        )
        for line in near
    ]
    return "\n".join(lines), tuple(issue_choice(context, line.date) for line in near)


def issue_choice(context: Context, date: dt.date) -> Choice:
    """The way to the issue of a day."""
    return step(context.short_day(date), ShowIssue(date), date.isoformat())


async def whole_frame_of(context: Context, tx: Transaction, edition: Edition) -> Frame:
    """The same for the issue whole: with the stories whose words the reader follows."""
    frame = await frame_of(context, tx, edition)
    return replace(frame, marks=await marks_of(context.reader, edition.issue, tx))


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
        base_url=context.house.base_url,
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
