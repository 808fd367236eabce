"""The issues of some days: their headlines, or one section of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.errors import UserError
from digest.intents import ShowRange
from digest.issue import IssueLine
from digest.listings import (
    MOST_ISSUES,
    Listing,
    Shown,
    days_words,
    parts_screen,
    range_screen,
    section_screen,
)
from digest.replies import Reply
from digest.screens import step
from digest.taps import remember
from handlers.context import Context
from handlers.views import find_section, neighbours, newest_line
from storage.store import Transaction


async def show_range(intent: ShowRange, context: Context) -> Reply:
    """Answer with the issues of the days, both included; a long range by its months."""
    async with context.store.reading() as tx:
        listing = await _listing(intent, context, tx)
        lines = await tx.issues.lines(intent.first, intent.last, context.now, limit=MOST_ISSUES + 1)
        if intent.page > 1 and not intent.section:
            raise UserError("turn.last")
        if not lines:
            raise await _nothing(listing, context, tx)
        if len(lines) > MOST_ISSUES:
            dates = await tx.issues.dates(context.now)
            screen = parts_screen(listing, [day for day in dates if intent.first <= day <= intent.last])
        elif intent.section:
            screen = section_screen(listing, await _sections(listing, lines, context, tx))
        else:
            screen = range_screen(listing, lines[::-1])
    return replace(screen, edits=context.tapped, screen=remember(intent))


async def _listing(intent: ShowRange, context: Context, tx: Transaction) -> Listing:
    names = await tx.issues.section_names()
    titles = {name.key: name.title for name in names}
    before, _ = await tx.issues.neighbours(intent.first, context.now)
    _, after = await tx.issues.neighbours(intent.last, context.now)
    return Listing(
        intent,
        context.phrases,
        context.today,
        section=titles.get(intent.section, intent.section),
        example=names[min(len(names) // 2 + 1, len(names) - 1)].title if names else "",
        before=before.date if before else None,
        after=after.date if after else None,
    )


async def _nothing(listing: Listing, context: Context, tx: Transaction) -> UserError:
    days, intent = days_words(listing), listing.intent
    if intent.first > context.today:
        return UserError("range.to_come", days=days, newest=await newest_line(context, tx))
    lines, ways = await neighbours(context, tx, intent.first, intent.last)
    return UserError("range.empty", days=days, neighbours=lines).leading_to(ways)


async def _sections(
    listing: Listing, lines: tuple[IssueLine, ...], context: Context, tx: Transaction
) -> list[Shown]:
    """The section of each day that has it, in order; UserError when none has."""
    found = [await _section(line.date, listing.intent.section, context, tx) for line in reversed(lines)]
    shown = [one for one in found if one is not None]
    if shown:
        return shown
    days, whole = days_words(listing), replace(listing.intent, section="", page=1)
    error = UserError("range.section_empty", days=days, section=listing.section)
    raise error.leading_to((step(days, whole),))


async def _section(date: dt.date, key: str, context: Context, tx: Transaction) -> Shown | None:
    edition = await tx.issues.at(date, now=context.now)
    section = find_section(edition.issue, key) if edition else None
    return (date, section) if section and section.items else None
