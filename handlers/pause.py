"""Pause until a day, and come back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.intents import Awaits, Pause, Resume, ShowSettings, ShowToday
from digest.replies import Choice, Reply, Text
from digest.schedule import Due
from digest.screens import step, subscribe_choice
from handlers.context import Context, coming_due, keep, with_reader
from handlers.moments import due_words, hour_words, weekdays_words

SPANS = (1, 3, 7, 30)


async def pause(intent: Pause, context: Context) -> Reply:
    """Send nothing before the day named; ask for how long when none is."""
    say = context.phrases
    if not context.subscription.active and (context.subscription.subscribed_at is None or not intent.until):
        choice = subscribe_choice(say, hour_words(context))
        return Reply((Text(say("pause.not_subscribed")),), ((choice,),), typed=(choice.says,))
    if intent.until is None:
        return _ask(context)
    # Whoever has just left and would rather pause is subscribed again, from that day on.
    changed = replace(context.subscription, active=True, paused_until=intent.until)
    async with context.store.transaction() as tx:
        due = await keep(context, tx, changed)
    resume = step(say("choice.resume_early"), Resume(), say("says.resume"))
    text = _paused_words(intent.until, due, context)
    return Reply((Text(text),), ((resume,),), typed=(resume.says,), edits=context.tapped)


def _paused_words(until: dt.date, due: Due | None, context: Context) -> str:
    say = context.phrases
    day = context.day(until)
    if due is not None and due.on == until:
        return say("pause.done_same_day", until=day, clock=say.clock(context.local(due.at).time()))
    return say("pause.done", until=day, moment=due_words(due, context) if due else "")


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
    if before.active and before.paused_until is None and not intent.weekdays:
        async with context.store.reading() as tx:
            due = await coming_due(context, tx)
        text = say("resume.already", moment=due_words(due, context) if due else "")
        return Reply((Text(text),), (_onward(context),), typed=(say("typed.today"), say("typed.settings")))
    if not before.active and before.subscribed_at is None:
        choice = subscribe_choice(say, hour_words(context))
        return Reply((Text(say("resume.not_subscribed")),), ((choice,),), typed=(choice.says,))
    changed = replace(before, active=True, paused_until=None, weekdays=intent.weekdays or before.weekdays)
    async with context.store.transaction() as tx:
        due = await keep(context, tx, changed)
    reader = with_reader(context, subscription=changed)
    moment = due_words(due, reader) if due else ""
    text = (
        say("resume.on_days", days=weekdays_words(reader), moment=moment)
        if intent.weekdays
        else say("resume.done", moment=moment)
    )
    typed = (say("typed.today"), say("typed.settings"))
    return Reply((Text(text),), (_onward(context),), typed=typed, edits=context.tapped)


def _onward(context: Context) -> tuple[Choice, ...]:
    say = context.phrases
    return (
        step(say("choice.see_newest"), ShowToday(), say("says.today")),
        step(say("choice.settings"), ShowSettings(), say("says.settings")),
    )
