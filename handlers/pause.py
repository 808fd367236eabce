"""Pause until a day, and come back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.intents import Awaits, Pause, Resume
from digest.replies import Reply, Text
from digest.screens import step, subscribe_choice
from handlers.context import Context, keep, with_reader
from handlers.moments import due_words, hour_words

SPANS = (1, 3, 7, 30)


async def pause(intent: Pause, context: Context) -> Reply:
    """Send nothing before the day named; ask for how long when none is."""
    say = context.phrases
    if not context.subscription.active:
        choice = subscribe_choice(say, hour_words(context))
        return Reply((Text(say("pause.not_subscribed")),), ((choice,),), typed=(choice.says,))
    if intent.until is None:
        return _ask(context)
    changed = replace(context.subscription, paused_until=intent.until)
    async with context.store.transaction(urgent=True) as tx:
        due = await keep(context, tx, changed)
    moment = due_words(due, context) if due else ""
    resume = step(say("choice.resume_early"), Resume(), say("says.resume"))
    until = say.day(intent.until) if intent.until.year == context.today.year else say.year_day(intent.until)
    text = say("pause.done", until=until, moment=moment)
    return Reply((Text(text),), ((resume,),), typed=(resume.says,), edits=context.tapped)


def _ask(context: Context) -> Reply:
    say = context.phrases
    row = tuple(
        step(
            say.count("choice.pause_days", days),
            Pause(context.today + dt.timedelta(days=days)),
            say.count("says.pause_days", days),
        )
        for days in SPANS
    )
    return Reply(
        (Text(say("pause.ask")),),
        (row,),
        typed=tuple(choice.says for choice in row),
        asks=Awaits.PAUSE,
        edits=context.tapped,
    )


async def resume(intent: Resume, context: Context) -> Reply:
    """Send digests again, with hour and sections as they were."""
    say, before = context.phrases, context.subscription
    if before.active and before.paused_until is None:
        async with context.store.reading() as tx:
            due = await tx.subscribers.due_of(context.reader.id)
        return Reply((Text(say("resume.already", moment=due_words(due, context) if due else "")),))
    if not before.active and before.subscribed_at is None:
        choice = subscribe_choice(say, hour_words(context))
        return Reply((Text(say("pause.not_subscribed")),), ((choice,),), typed=(choice.says,))
    changed = replace(before, active=True, paused_until=None)
    async with context.store.transaction(urgent=True) as tx:
        due = await keep(context, tx, changed)
    moment = due_words(due, with_reader(context, subscription=changed)) if due else ""
    return Reply((Text(say("resume.done", moment=moment)),), edits=context.tapped)
