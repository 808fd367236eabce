"""What an owed delivery says: the pinned revision as this subscriber wants it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from digest.campaign import Owed
from digest.compose import NO_MARKS, Marks
from digest.correcting import EDITABLE
from digest.frames import Frame
from digest.house import House
from digest.intents import Incoming
from digest.issue import Issue
from digest.ports import Phrases
from digest.replies import Choice, Reply
from digest.robots import CHANNEL as ROBOTS
from digest.screens import TEACHING_DIGESTS, issue_screen
from digest.subscriber import Kind
from handlers.context import Context
from handlers.looking import Looking
from handlers.shortening import robot_reply
from handlers.views import editors_note
from storage.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Wording:
    """All that a digest's words depend on: two readers with the same wording get the same messages."""

    issue_date: dt.date
    revision: int
    language: str
    sections: str
    form: str
    silent: bool
    teaching: bool
    channel: bool
    today: dt.date
    subscribed: bool
    marked: frozenset[int]
    only_marked: bool
    back: bool


def wording(owed: Owed, phrases: Phrases, today: dt.date, marks: Marks = NO_MARKS) -> Wording:
    """What this delivery's words depend on; `marks` are the stories with words that the reader follows."""
    reader = owed.subscriber
    subscription = reader.subscription
    keys = ",".join(sorted(subscription.sections.keys))
    return Wording(
        issue_date=owed.digest_of,
        revision=owed.revision,
        language=phrases.language,
        sections=f"{subscription.sections.mode.value}:{keys}",
        form=subscription.form.value,
        silent=subscription.silent,
        teaching=subscription.digests <= TEACHING_DIGESTS,
        channel=reader.kind is Kind.CHANNEL,
        today=today,
        subscribed=subscription.active,
        marked=marks.numbers,
        only_marked=marks.only,
        back=_is_back(owed, today),
    )


def _is_back(owed: Owed, today: dt.date) -> bool:
    """Whether this is the digest with which a pause ends."""
    return owed.subscriber.subscription.paused_until == today


async def compose(
    owed: Owed,
    store: Store,
    house: House,
    phrases: Phrases,
    *,
    now: dt.datetime,
    bot_name: str = "",
    marks: Marks = NO_MARKS,
    text: Issue | None = None,
) -> Reply:
    """The digest of one delivery, from the revision it is pinned to, or from another `text` of its issue."""
    async with Looking(store) as looking:
        context = Context(
            store=looking,
            now=now,
            reader=owed.subscriber,
            phrases=phrases,
            house=house,
            incoming=Incoming(),
            bot_name=bot_name,
        )
        async with looking.reading() as tx:
            issue = text or await tx.issues.document(owed.digest_of, owed.revision)
            if issue is None:
                raise LookupError(f"revision {owed.revision} of {owed.issue_date} is not kept")
            frame = await _frame(issue, context, tx)
        if owed.subscriber.address.place.channel == ROBOTS:
            return await robot_reply(issue, frame, context)
    frame = replace(frame, marks=marks, back=_is_back(owed, context.today))
    reply = issue_screen(issue, frame, pushed=True)
    if owed.subscriber.kind is Kind.CHANNEL:
        return replace(reply, choices=_channel_choices(issue, context), typed=())
    return reply


async def _frame(issue: Issue, context: Context, tx: Transaction) -> Frame:
    earlier, _ = await tx.issues.neighbours(issue.date, context.now)
    before = earlier.date if earlier else None
    return Frame(
        phrases=context.phrases,
        today=context.today,
        subscription=context.subscription,
        before=before,
        note=await editors_note(tx, issue, before, context.now),
        footer_line=context.house.footer_line,
        name=context.house.name,
        errata=await _errata(before, context, tx),
        base_url=context.house.base_url,
    )


async def _errata(before: dt.date | None, context: Context, tx: Transaction) -> tuple[str, ...]:
    """What was corrected since the issue before was sent, for channels that cannot change what they sent."""
    if before is None or context.reader.address.place.channel == EDITABLE:
        return ()
    # Of what was corrected twice the last word counts.
    last = {(one.date, one.key, one.part): one for one in await tx.story_corrections.since(before)}
    say = context.phrases
    return tuple(
        say(
            "digest.erratum",
            day=say.short_day(one.date),
            number=str(one.number),
            part=say(f"part.{one.part.value}"),
            new=one.new,
        )
        for one in last.values()
    )


def _channel_choices(issue: Issue, context: Context) -> tuple[tuple[Choice, ...], ...]:
    """Address buttons only: a button that edits would edit everybody's post."""
    say, row = context.phrases, []
    if context.bot_name:
        link = f"https://t.me/{context.bot_name}?start=c"
        row.append(Choice(say("choice.subscribe_here"), url=link))
    if address := context.house.page_of(issue.date):
        row.append(Choice(say("choice.web_page"), url=address))
    return (tuple(row),) if row else ()
