"""One reader on two channels: a code here, the code said there, one set of preferences and one digest."""

from __future__ import annotations

import secrets
from enum import Enum

from digest.errors import UserError
from digest.intents import ShowSettings, ShowToday
from digest.pairing import (
    CODE_LASTS,
    DIGITS,
    MOST_MISSES,
    MOST_MISSES_OF_ALL,
    Pair,
    Prefer,
    Unpair,
    is_code,
    joined,
    keeper_of,
)
from digest.replies import Reply, Text
from digest.screens import step
from digest.subscriber import Address, Kind, Subscriber
from handlers.context import Context, due_of, with_reader
from handlers.moments import hour_words, weekdays_words
from storage.store import Transaction

TRIES = 20


class _Miss(Enum):
    """Why a code joins nothing."""

    UNKNOWN = "pair.unknown_code"
    TOO_MANY = "pair.too_many"
    SAME = "pair.same_reader"
    FULL = "pair.already"
    NOT_A_PERSON = "pair.only_private"


async def pair(intent: Pair, context: Context) -> Reply:
    """Give a code, or join this address with the one that has the code."""
    if not context.incoming.private or context.reader.kind is not Kind.PERSON:
        raise UserError("pair.only_private")
    return await (_redeem(intent.code, context) if intent.code else _offer(context))


async def _offer(context: Context) -> Reply:
    now, address = context.now, context.reader.address
    async with context.store.transaction() as tx:
        if len(await tx.pairings.addresses(context.reader.id)) > 1:
            raise UserError("pair.already")
        for _ in range(TRIES):
            code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
            if await tx.pairings.offer(address.id, code, now=now, until=now + CODE_LASTS):
                break
        else:
            raise UserError("pair.busy")
    say = context.phrases
    back = step(say("choice.back_settings"), ShowSettings(), say("says.settings"))
    minutes = int(CODE_LASTS.total_seconds() // 60)
    text = say.count("pair.code", minutes, code=code, word=say("says.pair"))
    return Reply((Text(text),), ((back,),), typed=(say("typed.settings"),))


async def _redeem(code: str, context: Context) -> Reply:
    async with context.store.transaction() as tx:
        found = await _join(code, context, tx)
    if isinstance(found, _Miss):
        raise UserError(found.value)
    kept, places = found
    return _said(kept, places, context)


async def _join(
    code: str, context: Context, tx: Transaction
) -> tuple[Subscriber, tuple[Address, ...]] | _Miss:
    """Join, or say why not: what is used up or counted stays so."""
    here = context.reader.address
    own, everybodys = await tx.pairings.misses(here.id, context.now - CODE_LASTS)
    if own >= MOST_MISSES or everybodys >= MOST_MISSES_OF_ALL:
        return _Miss.TOO_MANY
    theirs = await tx.pairings.take(code, context.now) if is_code(code) else None
    if theirs is None:
        await tx.pairings.miss(here.id, context.now)
        return _Miss.UNKNOWN
    one, other = await tx.subscribers.get(context.reader.id), await tx.subscribers.get(theirs)
    if one is None or other is None:
        return _Miss.UNKNOWN
    if one.id == other.id:
        return _Miss.SAME
    if other.kind is not Kind.PERSON:
        return _Miss.NOT_A_PERSON
    if len(await tx.pairings.addresses(one.id)) + len(await tx.pairings.addresses(other.id)) > 2:
        return _Miss.FULL
    return await _joined(*keeper_of(one, other), context, tx)


async def _joined(
    keeper: Subscriber, other: Subscriber, context: Context, tx: Transaction
) -> tuple[Subscriber, tuple[Address, ...]]:
    order = joined(keeper.subscription, other.subscription)
    open_due = await tx.subscribers.due_of(keeper.id)
    if not await tx.pairings.join(keeper.id, other.id, keeper.address.id):
        # Raised inside the transaction: nothing has happened, and the code can be said once more.
        raise UserError("pair.busy")
    due = due_of(order, keeper.zone, context.house, now=context.now, open_due=open_due)
    await tx.subscribers.save(keeper.id, locale=keeper.locale, zone=keeper.zone, subscription=order, due=due)
    kept = await tx.subscribers.get(keeper.id) or keeper
    return kept, await tx.pairings.addresses(keeper.id)


def _said(kept: Subscriber, places: tuple[Address, ...], context: Context) -> Reply:
    say, reader = context.phrases, with_reader(context, subscription=kept.subscription, zone=kept.zone)
    first, second = (_channel(place, context) for place in places)
    key = "pair.done" if kept.subscription.active else "pair.done_not_subscribed"
    text = say(key, first=first, second=second, clock=hour_words(reader), days=weekdays_words(reader))
    settings = step(say("choice.settings"), ShowSettings(), say("says.settings"))
    if places[0].id != context.reader.address.id:
        settings = step(say("choice.prefer_here"), Prefer(), say("says.prefer_here"))
    undo = step(say("choice.unpair"), Unpair(), say("says.unpair"))
    return Reply((Text(text),), ((settings, undo),), typed=(settings.says, undo.says))


async def prefer(intent: Prefer, context: Context) -> Reply:
    """Have the digest come here, and on the other channel when it cannot."""
    here = context.reader.address
    async with context.store.transaction() as tx:
        others = [one for one in await tx.pairings.addresses(context.reader.id) if one.id != here.id]
        if not others:
            raise UserError("pair.none")
        await tx.pairings.prefer(context.reader.id, here.id)
    say = context.phrases
    text = say("pair.preferred", first=_channel(here, context), second=_channel(others[0], context))
    settings = step(say("choice.settings"), ShowSettings(), say("says.settings"))
    return Reply((Text(text),), ((settings,),), typed=(settings.says,))


async def unpair(intent: Unpair, context: Context) -> Reply:
    """Part the addresses: this one keeps everything, the other begins anew and gets nothing by itself."""
    if not context.incoming.private or context.reader.kind is not Kind.PERSON:
        raise UserError("pair.only_private")
    here = context.reader.address
    async with context.store.transaction() as tx:
        others = [one for one in await tx.pairings.addresses(context.reader.id) if one.id != here.id]
        if not others:
            raise UserError("pair.none")
        await tx.pairings.split(context.reader.id, here.id, context.now)
    say = context.phrases
    text = say(
        "pair.undone",
        here=_channel(here, context),
        there=say.join(tuple(_channel(one, context) for one in others)),
        word=say("says.subscribe"),
    )
    newest = step(say("choice.see_newest"), ShowToday(), say("says.today"))
    settings = step(say("choice.settings"), ShowSettings(), say("says.settings"))
    return Reply((Text(text),), ((newest, settings),), typed=(newest.says, settings.says))


def _channel(address: Address, context: Context) -> str:
    return context.phrases(f"channel.{address.place.channel}")
