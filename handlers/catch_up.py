"""What a reader has missed: the top stories of each day since the last digest they got, in one message."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from digest.campaign import DeliveryState
from digest.catching_up import MOST_DAYS, Day, catch_up_blocks
from digest.intents import CatchUp, ShowArchive, ShowToday
from digest.issue import IssueLine
from digest.replies import Block, Choice, Reply, Strong, Text
from digest.screens import grid, step
from handlers.context import Context
from handlers.marking import marks_of
from handlers.views import issue_choice, newest
from storage.store import Transaction

WINDOW = dt.timedelta(days=30)
WEEK = dt.timedelta(days=7)
RECENT = 60
BUTTONS_IN_A_ROW = 4
NOT_GOT = (DeliveryState.DEAD, DeliveryState.SKIPPED)


@dataclass(frozen=True, slots=True)
class Missed:
    """The issues that a reader has missed, newest first; `week` where they never got any digest."""

    lines: tuple[IssueLine, ...]
    week: bool = False


async def catch_up(intent: CatchUp, context: Context) -> Reply:
    """Answer with the leads of the issues missed; none of them is shown whole, so none counts as shown."""
    async with context.store.reading() as tx:
        latest = await newest(context, tx)
        missed = await _missed(context, tx)
        read = [await _day(line, context, tx) for line in missed.lines[:MOST_DAYS]]
    days = tuple(day for day in read if day is not None)
    return _screen(missed, days, context) if days else _nothing(latest.issue.date, missed, context)


async def _missed(context: Context, tx: Transaction) -> Missed:
    got = await _got(context, tx)
    today = context.today
    if not got:
        return Missed(await tx.issues.lines(today - WEEK + dt.timedelta(1), today, context.now), week=True)
    lines = await tx.issues.lines(today - WINDOW, today, context.now)
    newer = tuple(line for line in lines if line.date > got[0])
    if newer or len(got) == 1:
        return Missed(newer)
    # Nothing since the last one, which came after a gap: a pause, a weekend, a trouble.
    return Missed(tuple(line for line in lines if got[1] < line.date < got[0]))


async def _got(context: Context, tx: Transaction) -> list[dt.date]:
    """The days whose issues the reader was sent or shown, the newest first."""
    recent = await tx.lives.recent(context.reader.id, RECENT)
    failed = {one.issue_date for one in recent if one.state in NOT_GOT}
    got = {one.issue_date for one in recent} - failed
    shown = context.subscription.shown
    return sorted(got | ({shown} - failed if shown is not None else set()), reverse=True)


async def _day(line: IssueLine, context: Context, tx: Transaction) -> Day | None:
    edition = await tx.issues.at(line.date, now=context.now)
    if edition is None:
        return None
    marks = await marks_of(context.reader, edition.issue, tx)
    return Day(edition.issue, context.subscription.sections, marks)


def _screen(missed: Missed, days: tuple[Day, ...], context: Context) -> Reply:
    say = context.phrases
    key = "catchup.week" if missed.week else "catchup.title"
    older = len(missed.lines) - len(days)
    last = [say("catchup.hint"), *([say.count("catchup.more", older)] if older else [])]
    blocks: tuple[Block, ...] = (
        Strong(say.count(key, len(missed.lines))),
        *catch_up_blocks(days, say),
        Text("\n".join(last)),
    )
    opened = [issue_choice(context, day.issue.date) for day in days]
    typed = (opened[0].says, say("typed.today"), say("says.calendar"))
    return Reply(blocks, (*grid(opened, BUTTONS_IN_A_ROW), _ways(context)), typed=typed)


def _nothing(latest: dt.date, missed: Missed, context: Context) -> Reply:
    say = context.phrases
    text = say("catchup.quiet" if missed.week else "catchup.nothing", day=context.day(latest))
    row = _ways(context)
    return Reply((Text(text),), (row,), typed=tuple(choice.says for choice in row))


def _ways(context: Context) -> tuple[Choice, ...]:
    say = context.phrases
    return (
        step(say("choice.see_newest"), ShowToday(), say("says.today")),
        step(say("choice.calendar"), ShowArchive(), say("says.calendar")),
    )
