"""The issue of a day, the neighbour of the one on the screen, and the archive."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.calendars import Calendar, month_screen, page_words, year_screen
from digest.compose import day_title
from digest.days import month_of
from digest.errors import NothingPublished, UserError
from digest.intents import BadDate, ShowArchive, ShowIssue
from digest.replies import Reply, Text
from digest.screens import issue_screen, step
from handlers.context import Context
from handlers.views import edition_of, issue_choice, newest, whole_frame_of
from storage.store import Transaction

WAYS = ("earlier", "later")


async def show_issue(intent: ShowIssue, context: Context) -> Reply:
    """Answer with the issue of a day, whole."""
    async with context.store.reading() as tx:
        date = intent.date
        if date is None:
            # Without a step it is the issue on the screen.
            here = context.conversation.list_date
            date = await _neighbour(intent.step, context, tx) if intent.step else here
        edition = await edition_of(context, tx, date)
        frame = await whole_frame_of(context, tx, edition)
    reply = issue_screen(edition.issue, frame, form=intent.form, whole=intent.whole)
    return replace(reply, edits=context.tapped)


async def _neighbour(step: int, context: Context, tx: Transaction) -> dt.date:
    latest = await newest(context, tx)
    here = context.conversation.list_date or latest.issue.date
    earlier, later = await tx.issues.neighbours(here, context.now)
    found = later if step > 0 else earlier
    if found is None:
        code = "date.no_later" if step > 0 else "date.no_earlier"
        raise UserError(code, day=context.phrases.day(here))
    return found.date


async def show_archive(intent: ShowArchive, context: Context) -> Reply:
    """Answer with a month of the calendar, or a year of it; the newest month when none is named."""
    async with context.store.reading() as tx:
        calendar = Calendar(context.phrases, context.today, await tx.issues.months(context.now))
        if not calendar.months:
            raise NothingPublished
        page = intent.month if _has(calendar, intent.month) else calendar.months[0][0]
        screen = await _page(calendar, page, context, tx)
    screen = replace(screen, edits=context.tapped)
    if page == intent.month or not intent.month:
        return screen
    missing = context.phrases("archive.no_month", month=page_words(intent.month, context.phrases))
    return replace(screen, blocks=(Text(missing), *screen.blocks))


def _has(calendar: Calendar, page: str) -> bool:
    return page in dict(calendar.months) or page in dict(calendar.years)


async def _page(calendar: Calendar, page: str, context: Context, tx: Transaction) -> Reply:
    if page in dict(calendar.years):
        return year_screen(calendar, page)
    first, last = month_of(dt.date.fromisoformat(f"{page}-01"))
    lines = await tx.issues.lines(first, last, context.now)
    return month_screen(calendar, page, [line.date for line in reversed(lines)])


async def refuse_date(intent: BadDate, context: Context) -> Reply:
    """Say what is wrong with a date that cannot be, or ask which of two was meant."""
    values = dict(intent.values)
    days = [dt.date.fromisoformat(str(values[name])) for name in WAYS if values.get(name)]
    if not days:
        calendar = step(context.phrases("choice.calendar"), ShowArchive(), context.phrases("says.calendar"))
        raise UserError(intent.code, **values).leading_to((calendar,))
    said: dict[str, str | int] = {name: _said(day, context) for name, day in zip(WAYS, days, strict=True)}
    if "month" in values:
        month = dt.date(context.today.year, int(values["month"]), 1)
        said["month"] = context.phrases.dated("format.month_alone", month)
    ways = tuple(issue_choice(context, day) for day in days if day <= context.today)
    raise UserError(intent.code, **(values | said)).leading_to(ways)


def _said(day: dt.date, context: Context) -> str:
    """A day of a question: with its weekday, and that it is today or still to come."""
    words = day_title(day, context.today, context.phrases)
    return context.phrases("date.not_yet", day=words) if day > context.today else words
