"""A broadcast drafted in chat: its content, its audience, a check, and off it goes, once."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from digest.broadcast import Broadcast, needs_typing, sendable
from digest.broadcast_screens import (
    Option,
    audience_asked,
    begun_told,
    check_asked,
    content_asked,
    copy_shown,
    scheduled_told,
    start_asked,
    stop_offered,
)
from digest.campaign import CampaignState
from digest.drafting import content_of
from digest.editing import ComposeBroadcast, Draft, Step, TakeBroadcast
from digest.errors import Invalid, UserError
from digest.incoming import SectionName
from digest.replies import Reply, Text
from digest.start_times import read_start
from digest.subscriber import Kind
from handlers.allowing import address_of, let_send
from handlers.context import Context
from handlers.outgoing import audience_of, begin, correct, schedule, surroundings, survey
from storage.store import Transaction

RECENT = "active:30d"


async def compose_broadcast(intent: ComposeBroadcast, context: Context) -> Reply:
    """Ask an editor for what shall be sent."""
    async with context.store.reading() as tx:
        await let_send(context, tx)
    return content_asked(context.phrases)


async def take_broadcast(intent: TakeBroadcast, context: Context) -> Reply:
    """Take the message as what a broadcast says: show it as a reader will see it, then ask for whom it is."""
    say, content = context.phrases, content_of(context.incoming)
    try:
        if not intent.campaign:
            sendable(content)
        async with context.store.transaction() as tx:
            await let_send(context, tx)
            before = await tx.broadcasts.get(intent.campaign) if intent.campaign else None
            if before is None:
                key = f"broadcast:{secrets.token_hex(8)}"
                kept = await tx.broadcasts.draft(key, content, author=address_of(context), now=context.now)
            else:
                kept = await correct(tx, before, content, context.now)
    except Invalid as refused:
        # What was sent cannot be used, and the question stays open.
        return _asked_again(context, refused, content_asked(say, intent.campaign))
    if before is not None and before.begun_at is not None:
        return replace(copy_shown(kept), after=(Reply((Text(say("broadcast.correction_begun")),)),))
    asked = await _whom_or_check(kept, context)
    return replace(copy_shown(kept), after=(asked,), asks=asked.asks, screen=asked.screen)


async def go_on(intent: Draft, context: Context) -> Reply:
    """One step of a draft on its way; what is understood of it is written down."""
    async with context.store.reading() as tx:
        await let_send(context, tx)
        broadcast = await tx.broadcasts.get(intent.campaign)
    if broadcast is None:
        raise UserError("tap.expired")
    if broadcast.begun_at is not None or broadcast.state is CampaignState.CANCELLED:
        return _too_late(intent, broadcast, context)
    return await _STEPS[intent.stage](intent, broadcast, context)


def _too_late(intent: Draft, broadcast: Broadcast, context: Context) -> Reply:
    say = context.phrases
    if broadcast.state is CampaignState.CANCELLED:
        raise UserError("broadcast.dropped_before")
    if intent.stage is Step.DROP and broadcast.state is CampaignState.DONE:
        return Reply((Text(say("cancel.done")),), edits=context.tapped)
    if intent.stage is Step.DROP:
        return stop_offered(say, broadcast)
    return begun_told(say, broadcast, again=True, edits=False)


async def _ask_whom(intent: Draft, broadcast: Broadcast, context: Context) -> Reply:
    return await _whom(broadcast, context)


async def _ask_content(intent: Draft, broadcast: Broadcast, context: Context) -> Reply:
    return content_asked(context.phrases, broadcast.id, "broadcast.ask_again")


async def _ask_start(intent: Draft, broadcast: Broadcast, context: Context) -> Reply:
    return start_asked(context.phrases, broadcast)


async def _whom_or_check(broadcast: Broadcast, context: Context) -> Reply:
    """For whom it is, where that is open; else the check."""
    return await (_check(broadcast, context) if broadcast.shown else _whom(broadcast, context))


async def _whom(broadcast: Broadcast, context: Context) -> Reply:
    async with context.store.reading() as tx:
        options = await _options(tx, context)
    return audience_asked(context.phrases, broadcast, options)


async def _options(tx: Transaction, context: Context) -> tuple[Option, ...]:
    """The audiences that are offered, each with its head count."""
    say = context.phrases
    everybody = await survey(tx, context.house, "", context.now)
    private = everybody.heads.get(("telegram", Kind.PERSON), 0)
    groups = sum(count for (_, kind), count in everybody.heads.items() if kind is not Kind.PERSON)
    recent = await survey(tx, context.house, RECENT, context.now)
    return (
        Option("", say("broadcast.everybody"), everybody.total),
        Option("channel:telegram private", say("broadcast.telegram_private"), private),
        Option("group", say("broadcast.groups"), groups),
        *await _of_a_section(tx, context, everybody.total),
        Option(RECENT, say("broadcast.recent"), recent.total),
    )


async def _of_a_section(tx: Transaction, context: Context, everybody: int) -> tuple[Option, ...]:
    """The readers of the section that the fewest get; none where everybody gets all of them."""
    choices = await tx.broadcasts.by_sections(await surroundings(tx, context.house, context.now))
    counted = [
        (sum(count for sections, count in choices.items() if sections.holds(name.key)), name)
        for name in await tx.issues.section_names()
    ]
    fewer = [(count, name) for count, name in counted if 0 < count < everybody]
    if not fewer:
        return ()
    count, name = min(fewer, key=lambda one: one[0])
    label = context.phrases("broadcast.of_section", section=name.title)
    return (Option(_section_term(name), label, count),)


def _section_term(name: SectionName) -> str:
    return f'section:"{name.title}"' if " " in name.title else f"section:{name.title}"


async def _addressed(intent: Draft, broadcast: Broadcast, context: Context) -> Reply:
    """Keep the audience, send the author a copy as a canary, and show all that is to be checked."""
    try:
        async with context.store.reading() as tx:
            written = await _written(intent.value, tx, context)
            await audience_of(tx, written)
    except Invalid as refused:
        return _asked_again(context, refused, await _whom(broadcast, context))
    async with context.store.transaction() as tx:
        await tx.broadcasts.change(
            broadcast.id, audience=written, shown=broadcast.revision, confirmed_at=None
        )
    check = await _check(replace(broadcast, audience=written), context)
    if broadcast.shown == broadcast.revision:
        return check
    return replace(copy_shown(broadcast), after=(check,), asks=check.asks, screen=check.screen)


async def _written(value: str, tx: Transaction, context: Context) -> str:
    """The expression of an offered audience, by its number; else what was typed."""
    if not value.isdigit():
        return value
    options = await _options(tx, context)
    return options[int(value) - 1].audience if 1 <= int(value) <= len(options) else value


async def _check(broadcast: Broadcast, context: Context) -> Reply:
    async with context.store.reading() as tx:
        reach = await survey(tx, context.house, broadcast.audience, context.now)
    async with context.store.transaction() as tx:
        await tx.broadcasts.change(broadcast.id, head_count=reach.total)
    starts = _hour(broadcast.starts_at, context) if broadcast.starts_at else ""
    return check_asked(context.phrases, broadcast, reach, rate=context.house.rate, starts=starts)


def _hour(moment: dt.datetime, context: Context) -> str:
    local = context.local(moment)
    return f"{context.day(local.date())} {context.phrases.clock(local.time())}"


async def _timed(intent: Draft, broadcast: Broadcast, context: Context) -> Reply:
    """Keep the hour; the check is asked once more, with it."""
    try:
        starts_at = read_start(intent.value, context.local(context.now))
    except Invalid as refused:
        return _asked_again(context, refused, start_asked(context.phrases, broadcast))
    async with context.store.transaction() as tx:
        await tx.broadcasts.change(broadcast.id, starts_at=starts_at, confirmed_at=None)
    return await _check(replace(broadcast, starts_at=starts_at), context)


async def _confirmed(intent: Draft, broadcast: Broadcast, context: Context) -> Reply:
    say = context.phrases
    if needs_typing(broadcast.head_count) and intent.value != str(broadcast.head_count):
        return await _check(broadcast, context)
    if not needs_typing(broadcast.head_count) and intent.value not in ("", str(broadcast.head_count)):
        return await _check(broadcast, context)
    starts_at = broadcast.starts_at
    async with context.store.transaction() as tx:
        if starts_at is not None and starts_at > context.now:
            await schedule(tx, broadcast, starts_at, context.now)
            return scheduled_told(say, broadcast, _hour(starts_at, context), edits=context.tapped)
        owed = await begin(tx, context.house, broadcast, context.now)
    return begun_told(say, broadcast, again=owed is None, edits=context.tapped)


async def _dropped(intent: Draft, broadcast: Broadcast, context: Context) -> Reply:
    async with context.store.transaction() as tx:
        await tx.campaigns.set_state(
            broadcast.id, CampaignState.CANCELLED, (CampaignState.PAUSED,), now=context.now
        )
    return Reply((Text(context.phrases("broadcast.dropped")),), edits=context.tapped)


def _asked_again(context: Context, refused: Invalid, question: Reply) -> Reply:
    """What was wrong, and the same question."""
    values = {name: value for name, value in refused.values.items() if isinstance(value, str | int)}
    text = Text(context.phrases(refused.code, **values))
    return replace(question, blocks=(text, *question.blocks))


_STEPS: Mapping[Step, Callable[[Draft, Broadcast, Context], Awaitable[Reply]]] = {
    Step.AUDIENCE: _addressed,
    Step.READDRESS: _ask_whom,
    Step.REWRITE: _ask_content,
    Step.WHEN: _ask_start,
    Step.SCHEDULE: _timed,
    Step.CONFIRM: _confirmed,
    Step.DROP: _dropped,
}
