"""An issue comes out, now or at its hour; and is taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.campaign import Progress
from digest.editorial import Publish, Retract, When
from digest.errors import UserError
from digest.intents import Awaits, Cancel
from digest.issue import IssueState
from digest.replies import Reply, Text
from digest.screens import step
from digest.taps import remember
from handlers.context import Context
from handlers.proofs import Subject, moment_of, only_admins, proof, said_moment, subject_of, ways_on
from storage.store import Transaction


async def publish(intent: Publish, context: Context) -> Reply:
    """Let an issue out; without a moment, ask for it under the proof."""
    only_admins(context)
    when = When(intent.when)
    if when is When.ASK:
        async with context.store.reading() as tx:
            subject = await subject_of(context, tx, intent.date)
            if subject.is_out(context.now) and not subject.waits:
                return _already(subject, context)
            return await proof(
                context, tx, subject, context.phrases("publish.ask", day=_day(subject, context))
            )
    async with context.store.transaction() as tx:
        subject = await subject_of(context, tx, intent.date)
        if subject.is_out(context.now) and not subject.waits:
            return _already(subject, context)
        moment = moment_of(subject.issue, when, context)
        await _let_out(subject, moment, tx, context)
    return _published(subject, moment, context)


async def _let_out(subject: Subject, moment: dt.datetime, tx: Transaction, context: Context) -> None:
    if subject.waits:
        issue = replace(subject.issue, draft=False, publish_at=moment if moment > context.now else None)
        put = await tx.issues.revise(
            issue, source_hash=subject.source_hash, now=context.now, available_at=moment
        )
        # In mid-push: what was not begun brings the new text.
        await tx.story_corrections.move_on(subject.date, put.revision)
        await tx.manuscripts.drop(subject.date)
        return
    await tx.issues.set_state(subject.date, IssueState.PUBLISHED, context.now, available_at=moment)


def _day(subject: Subject, context: Context) -> str:
    return context.short_day(subject.date)


def _already(subject: Subject, context: Context) -> Reply:
    return Reply(
        (Text(context.phrases("publish.already", day=_day(subject, context))),), (ways_on(subject, context),)
    )


def _published(subject: Subject, moment: dt.datetime, context: Context) -> Reply:
    say = context.phrases
    values = {
        "day": _day(subject, context),
        "sections": say.count("submit.sections", len(subject.issue.sections)),
        "hour": say.clock(context.house.push_at),
    }
    back = step(say("choice.retract"), Retract(subject.date), f"{say('says.retract')} {subject.date}")
    if moment <= context.now:
        key = "publish.replaced" if subject.is_out(context.now) else "publish.done"
        return Reply((Text(say.count(key, subject.issue.total, **values)),), ((back,),))
    text = say.count("publish.planned", subject.issue.total, **values, moment=said_moment(moment, context))
    now = step(
        say("choice.publish_now"),
        Publish(subject.date, When.NOW.value),
        f"{say('says.publish')} {subject.date} {say('says.now')}",
    )
    return Reply((Text(text),), ((now, back),), typed=(now.says, back.says))


async def retract(intent: Retract, context: Context) -> Reply:
    """Take an issue back: readers see it no more, and what is not sent yet is not sent; asked first."""
    only_admins(context)
    async with context.store.transaction() as tx:
        subject = await subject_of(context, tx, intent.date)
        kept = subject.edition
        if kept is None or kept.state is not IssueState.PUBLISHED:
            return await _without(subject, tx, context)
        sent = await _digest_of(subject.date, tx)
        if intent.sure:
            await tx.manuscripts.drop(subject.date)
            await tx.issues.set_state(subject.date, IssueState.RETRACTED, context.now)
    return _retracted(subject, sent, context) if intent.sure else _ask(subject, sent, context)


async def _without(subject: Subject, tx: Transaction, context: Context) -> Reply:
    """Nothing of it was ever out, or not any more."""
    say, day = context.phrases, _day(subject, context)
    if await tx.manuscripts.drop(subject.date):
        return Reply((Text(say("retract.discarded", day=day)),))
    if subject.edition is not None and subject.edition.state is IssueState.RETRACTED:
        return Reply((Text(say("retract.already", day=day)),), (ways_on(subject, context)[:-1],))
    raise UserError("retract.draft", day=day)


async def _digest_of(date: dt.date, tx: Transaction) -> Progress | None:
    campaigns = await tx.campaigns.list(60)
    return next((one for one in campaigns if one.kind == "digest" and one.issue_date == date), None)


def _counts(sent: Progress | None, context: Context, *keys: str) -> str:
    """How many have it and how many do not yet: the first message, the second where nobody is owed it."""
    say = context.phrases
    if sent is None or not sent.total:
        return say(keys[1])
    left = say.count("retract.readers", sent.waiting)
    return say(keys[0], sent=say.count("retract.readers", sent.sent), left=left)


def _ask(subject: Subject, sent: Progress | None, context: Context) -> Reply:
    say = context.phrases
    text = say("retract.ask", day=_day(subject, context))
    asked = Retract(subject.date)
    sure = step(say("choice.retract_sure"), replace(asked, sure=True), say("says.confirm"))
    row = (sure, step(say("choice.keep"), Cancel(), say("says.cancel")))
    counts = _counts(sent, context, "retract.counts", "retract.counts_unsent")
    return Reply(
        (Text(f"{text}\n{counts}"),),
        (row,),
        typed=tuple(choice.says for choice in row),
        asks=Awaits.CONFIRMATION.value,
        screen=remember(asked),
    )


def _retracted(subject: Subject, sent: Progress | None, context: Context) -> Reply:
    say = context.phrases
    text = say("retract.done", day=_day(subject, context))
    back = step(
        say("choice.restore"),
        Publish(subject.date, When.NOW.value),
        f"{say('says.publish')} {subject.date} {say('says.now')}",
    )
    counts = _counts(sent, context, "retract.done_counts", "retract.done_counts_unsent")
    return Reply((Text(f"{text}\n{counts}"),), ((back,),), typed=(back.says,))
