"""The issue of a day, the neighbour of the one on the screen, and the archive."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import replace

from digest.errors import NothingPublished, UserError
from digest.intents import BadDate, ShowArchive, ShowIssue
from digest.replies import Reply, Text
from digest.screens import archive_screen, issue_screen
from handlers.context import Context
from handlers.views import edition_of, frame_of, newest
from storage.store import Transaction


async def show_issue(intent: ShowIssue, context: Context) -> Reply:
    """Answer with the issue of a day, whole."""
    async with context.store.reading() as tx:
        date = intent.date if intent.date is not None else await _neighbour(intent.step, context, tx)
        edition = await edition_of(context, tx, date)
        frame = await frame_of(context, tx, edition)
    reply = issue_screen(edition.issue, frame, form=intent.form)
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
    """Answer with the days of a month that have an issue; the newest month when none is named."""
    async with context.store.reading() as tx:
        months = await tx.issues.months(context.now)
        if not months:
            raise NothingPublished
        known = intent.month in dict(months)
        month = intent.month if known else months[0][0]
        first, last = _span(month)
        lines = await tx.issues.lines(first, last, context.now, limit=31)
        edition = await newest(context, tx)
        frame = await frame_of(context, tx, edition)
    screen = replace(archive_screen(lines, months, month, frame), edits=context.tapped)
    if known or not intent.month:
        return screen
    missing = context.phrases("archive.no_month", month=context.phrases.month(intent.month))
    return replace(screen, blocks=(Text(missing), *screen.blocks))


def _span(month: str) -> tuple[dt.date, dt.date]:
    first = dt.date.fromisoformat(f"{month}-01")
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


async def refuse_date(intent: BadDate, context: Context) -> Reply:
    """Say what is wrong with a date that cannot be."""
    raise UserError(intent.code, **dict(intent.values))
