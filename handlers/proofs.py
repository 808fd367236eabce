"""The proof of an issue: where it stands, how every channel shows it, and what can be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from digest.desk import Look
from digest.editorial import Preview, Publish, Retract, When
from digest.errors import UserError
from digest.frames import Frame
from digest.issue import Edition, Issue, IssueState
from digest.replies import Choice, Form, Reply, Text
from digest.robots import CHANNEL as ROBOTS
from digest.rules import available_at
from digest.screens import TEACHING_DIGESTS, grid, issue_screen, step
from digest.subscriber import Subscription
from handlers.context import Context
from handlers.shortening import robot_proof
from handlers.views import editors_note
from storage.store import Transaction

FULL = "telegram-full"
# Whoever reads for the first time is told more: the proof is what all others get.
USUAL = Subscription(active=True, digests=TEACHING_DIGESTS + 1)


@dataclass(frozen=True, slots=True)
class Subject:
    """The issue a proof is of: the manuscript that waits, and what is kept for its date already."""

    issue: Issue
    source_hash: str = ""
    waits: bool = False
    edition: Edition | None = None

    @property
    def date(self) -> dt.date:
        """The issue's date."""
        return self.issue.date

    def is_out(self, now: dt.datetime) -> bool:
        """Whether readers can see an issue of this date."""
        kept = self.edition
        return kept is not None and kept.state is IssueState.PUBLISHED and kept.available_at <= now

    def opens_at(self, now: dt.datetime) -> dt.datetime | None:
        """When the kept issue comes out by itself (UTC); None when it is out, or will not."""
        kept = self.edition
        waits = kept is not None and kept.state is IssueState.PUBLISHED and kept.available_at > now
        return kept.available_at if kept is not None and waits else None


def only_admins(context: Context) -> None:
    """UserError for everybody who may not publish."""
    if not context.admin:
        raise UserError("publish.not_admin")


async def subject_of(context: Context, tx: Transaction, date: dt.date | None) -> Subject:
    """What is meant: the manuscript of a date, or the issue kept for it; without a date the newest.

    UserError when there is neither.
    """
    manuscript = await tx.manuscripts.get(date)
    day = manuscript.issue.date if manuscript is not None else date or await tx.issues.last()
    edition = None
    if day is not None:
        edition = await tx.issues.at(day, now=context.now, everything=True)
    if manuscript is not None:
        return Subject(manuscript.issue, manuscript.source_hash, waits=True, edition=edition)
    if edition is None:
        code = "publish.nothing" if date is None else "publish.nothing_on"
        raise UserError(code, day=context.day(date or context.today))
    return Subject(edition.issue, edition=edition)


def hour_of(issue: Issue, context: Context) -> dt.datetime:
    """The hour at which an issue comes out: its own, or the house's on its date (UTC)."""
    zone = ZoneInfo(context.house.zone)
    hour = dt.datetime.combine(issue.date, context.house.push_at, zone).astimezone(dt.UTC)
    return issue.publish_at or hour


def moment_of(issue: Issue, when: When, context: Context) -> dt.datetime:
    """When an issue comes out (UTC): at its hour where that is to come, else now, never before its day."""
    hour = hour_of(issue, context)
    if when is When.HOUR and hour > context.now:
        return hour
    return max(available_at(replace(issue, publish_at=None), context.house.zone), context.now)


def said_moment(moment: dt.datetime, context: Context) -> str:
    """A moment as the publisher's clock has it: `今天 8:00`."""
    say, there = context.phrases, moment.astimezone(ZoneInfo(context.house.zone))
    today = context.now.astimezone(ZoneInfo(context.house.zone)).date()
    named = {0: "day.today", 1: "day.tomorrow"}.get((there.date() - today).days)
    day = say(named) if named else context.short_day(there.date())
    return say("publish.moment", day=day, clock=say.clock(there.time()))


async def look_reply(context: Context, tx: Transaction, issue: Issue, channel: str, form: Form) -> Reply:
    """The issue exactly as a channel sends it to a reader who has chosen nothing."""
    earlier, _ = await tx.issues.neighbours(issue.date, context.now)
    before = earlier.date if earlier else None
    frame = Frame(
        phrases=context.phrases,
        today=issue.date,
        subscription=USUAL,
        before=before,
        note=await editors_note(tx, issue, before, context.now),
        footer_line=context.house.footer_line,
        name=context.house.name,
        base_url=context.house.base_url,
    )
    if channel == ROBOTS:
        return await robot_proof(issue, frame, context, tx)
    return replace(issue_screen(issue, frame, form=form, pushed=True), lists=None)


def pages(context: Context) -> Iterator[tuple[str, str, Form]]:
    """The looks there are: name, channel, form."""
    for channel in context.desk.proofs:
        yield channel, channel, Form.BRIEF
        if channel == "telegram":
            yield FULL, channel, Form.FULL


async def looks(context: Context, tx: Transaction, issue: Issue) -> dict[str, Look]:
    """How every channel shows the issue, by the names of the looks."""
    found = {}
    for name, channel, form in pages(context):
        reply = await look_reply(context, tx, issue, channel, form)
        found[name] = context.desk.proofs[channel](reply, context.phrases)
    return found


async def proof(context: Context, tx: Transaction, subject: Subject, *opening: str) -> Reply:
    """What is said first, how every channel shows the issue, and the ways on."""
    say = context.phrases
    found = await looks(context, tx, subject.issue)
    lines = [
        say.count(f"look.{name}", len(look.messages), characters=look.characters, size=look.size)
        for name, look in found.items()
    ]
    rows = ["　　".join(lines[start : start + 2]) for start in range(0, len(lines), 2)]
    shown = (Text("\n".join((say("publish.looks"), *rows))),) if rows else ()
    choices = [
        step(say(f"choice.look_{name}"), Preview(subject.date, name), f"{say('says.preview')} {subject.date}")
        for name in found
    ]
    blocks = (*(Text(text) for text in opening if text), *shown)
    ways = ways_on(subject, context)
    return Reply(blocks, (*grid(choices, 2), ways), typed=tuple(way.says for way in ways))


def ways_on(subject: Subject, context: Context) -> tuple[Choice, ...]:
    """What can be done with the issue now."""
    say, date = context.phrases, subject.date
    now = Publish(date, When.NOW.value)
    says_now = f"{say('says.publish')} {date} {say('says.now')}"
    back = step(say("choice.retract"), Retract(date), f"{say('says.retract')} {date}")
    if subject.is_out(context.now):
        replacing = step(say("choice.replace"), now, says_now)
        return (replacing, back) if subject.waits else (back,)
    found = []
    hour = hour_of(subject.issue, context)
    if hour > context.now and (subject.waits or subject.opens_at(context.now) is None):
        label = say("choice.publish_at", moment=said_moment(hour, context))
        says = f"{say('says.publish')} {date} {say('says.on_the_hour')}"
        found.append(step(label, Publish(date, When.HOUR.value), says))
    if date <= context.now.astimezone(ZoneInfo(context.house.zone)).date():
        found.append(step(say("choice.publish_now"), now, says_now))
    return (*found, step(say("choice.discard"), Retract(date), back.says) if subject.waits else back)
