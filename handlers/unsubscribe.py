"""Leaving: done at once with undo; a near miss is asked about, a question is answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.errors import UserError
from digest.intents import (
    AskUnsubscribe,
    Cancel,
    ExplainUnsubscribe,
    Pause,
    Resume,
    Set,
    Setting,
    ShowFollows,
    ShowStatus,
    Unsubscribe,
)
from digest.replies import Choice, Reply, Text
from digest.screens import step
from digest.subscriber import Sections, Selection
from handlers.context import Context, keep
from handlers.views import find_section
from storage.store import Transaction

WEEK = 7


async def unsubscribe(intent: Unsubscribe, context: Context) -> Reply:
    """End the standing order, or one section of it."""
    if intent.section:
        return await _drop_section(intent.section, context)
    if not context.subscription.active:
        return _not_subscribed(context)
    async with context.store.transaction() as tx:
        await keep(context, tx, replace(context.subscription, active=False))
    say = context.phrases
    row = (
        step(say("choice.resume"), Resume()),
        step(say("choice.mondays_only"), Resume(weekdays="mon"), say("says.days_mon")),
        step(say("choice.pause_week"), _pause_week(context), say("says.pause_week")),
    )
    return Reply((Text(say("unsubscribe.done")),), (row,), typed=(row[0].says,), edits=context.tapped)


def _pause_week(context: Context) -> Pause:
    return Pause(context.today + dt.timedelta(days=WEEK))


def _not_subscribed(context: Context) -> Reply:
    say = context.phrases
    return Reply(
        (Text(say("unsubscribe.not_subscribed")),),
        ((step(say("choice.status"), ShowStatus(), say("says.status")),),),
        typed=(say("says.subscribe"),),
        edits=context.tapped,
    )


async def _drop_section(name: str, context: Context) -> Reply:
    if not context.subscription.active:
        return _not_subscribed(context)
    async with context.store.transaction() as tx:
        key, title = await _named(name, context, tx)
        sections = _without(context.subscription.sections, key)
        left = sum(1 for known in await tx.issues.section_names() if sections.holds(known.key))
        if not left:
            raise UserError("settings.last_section")
        await keep(context, tx, replace(context.subscription, sections=sections))
    say = context.phrases
    says = say("says.add_section", section=title)
    undo = step(say("choice.restore_section", section=title), Set(Setting.SECTION, f"+{key}"), says)
    text = say.count("unsubscribe.section", left, section=title)
    return Reply((Text(text),), ((undo,),), typed=(undo.says,), edits=context.tapped)


async def _named(name: str, context: Context, tx: Transaction) -> tuple[str, str]:
    edition = await tx.issues.newest(context.now)
    section = find_section(edition.issue, name) if edition else None
    if section is None:
        raise UserError("settings.unknown_section", name=name)
    return section.key, section.title


def _without(sections: Sections, key: str) -> Sections:
    if sections.mode is Selection.ONLY:
        return replace(sections, keys=sections.keys - {key})
    return Sections(Selection.EXCEPT, sections.keys | {key})


async def ask_unsubscribe(intent: AskUnsubscribe, context: Context) -> Reply:
    """Ask whether leaving is meant: a near miss never acts."""
    say = context.phrases
    row: tuple[Choice, ...] = (
        step(say("choice.unsubscribe"), Unsubscribe(), say("says.unsubscribe")),
        step(say("choice.no"), Cancel(), say("says.cancel")),
    )
    if context.subscription.followed_at is not None:
        # 取关 is said of words, too.
        row = (*row, step(say("choice.my_follows"), ShowFollows(), say("says.follows")))
    return Reply((Text(say("unsubscribe.ask")),), (row,), typed=tuple(choice.says for choice in row))


async def explain_unsubscribe(intent: ExplainUnsubscribe, context: Context) -> Reply:
    """Say how leaving is done and whether the reader is subscribed; leave everything as it is."""
    say = context.phrases
    key = "unsubscribe.how" if context.subscription.active else "unsubscribe.not_subscribed"
    row = (
        step(say("choice.unsubscribe"), Unsubscribe(), say("says.unsubscribe")),
        step(say("choice.pause_week"), _pause_week(context), say("says.pause_week")),
    )
    if not context.subscription.active:
        return _not_subscribed(context)
    return Reply((Text(say(key)),), (row,), typed=tuple(choice.says for choice in row))
