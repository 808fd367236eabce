"""Words to look out for: followed, listed, dropped, each step with the way back."""

from __future__ import annotations

from dataclasses import replace

from digest.errors import UserError
from digest.following import MOST, Followed, query_of, read_followed, renewed
from digest.intents import (
    Follow,
    LookUp,
    SectionName,
    Set,
    Setting,
    ShowFollows,
    ShowSettings,
    Unfollow,
)
from digest.naming import titled
from digest.replies import Choice, Reply, Strong, Text
from digest.screens import grid, step, subscribe_choice
from digest.subscriber import Selection
from digest.taps import remember
from digest.wording import heard
from handlers.context import Context
from handlers.moments import hour_words
from storage.store import Transaction

PAGE = 10
COUNTED = 1000
WIDTH = 2


async def follow(intent: Follow, context: Context) -> Reply:
    """Look out for a word from now on, and say how often there was something with it so far."""
    followed = read_followed(intent.word)
    async with context.store.reading() as tx:
        names = await tx.issues.section_names()
        found = await _found_so_far(followed, context, tx)
    async with context.store.transaction() as tx:
        # Held: of two words that are followed in the same moment both count.
        await tx.subscribers.get(context.reader.id)
        kept = await tx.follows.of(context.reader.id)
        same = _same(followed, kept)
        if same is None and len(kept) < MOST:
            await tx.follows.add(context.reader.id, followed, context.now)
    if same is not None:
        return _already(same, context)
    if len(kept) >= MOST:
        raise _full(context)
    return _noted(followed, found, names, context)


async def _found_so_far(followed: Followed, context: Context, tx: Transaction) -> int | None:
    """How many stories hold the word; None while nobody knows."""
    if not await tx.lookups.ready():
        return None
    query = query_of(followed.word)
    found = await tx.lookups.find(query, section_keys=None, now=context.now, today=context.today, limit=1)
    return found.total


def _same(followed: Followed, kept: tuple[Followed, ...]) -> Followed | None:
    return next((one for one in kept if renewed(one).key == followed.key), None)


def _already(followed: Followed, context: Context) -> Reply:
    say = context.phrases
    row = (_drop_choice(followed, context, say("choice.unfollow", word=followed.word)), _list_choice(context))
    return _said(say("follow.already", word=followed.word), (row,))


def _full(context: Context) -> UserError:
    ways = (_list_choice(context),)
    return UserError("follow.full", limit=str(MOST)).leading_to(ways)


def _noted(followed: Followed, found: int | None, names: tuple[SectionName, ...], context: Context) -> Reply:
    say, word, subscription = context.phrases, followed.word, context.subscription
    lines = [_counted(word, found, context)]
    if titled(heard(word), names):
        lines.append(say("follow.also_section", word=word))
    if subscription.sections.mode is not Selection.ALL:
        lines.append(say("follow.in_sections"))
    if subscription.only_followed:
        lines.append(say("follow.only_on"))
    earlier = step(say("choice.earlier_stories"), LookUp(word), say("says.look_up", words=word))
    row = ((earlier,) if found else ()) + (
        _drop_choice(followed, context, say("choice.undo")),
        _list_choice(context),
    )
    if subscription.active:
        return replace(_said("\n".join(lines), (row,)), toast=lines[0])
    lines.append(say("settings.not_subscribed"))
    subscribe = subscribe_choice(say, hour_words(context))
    return replace(_said("\n".join(lines), (row, (subscribe,))), toast=lines[0])


def _counted(word: str, found: int | None, context: Context) -> str:
    say = context.phrases
    if found is None:
        return say("follow.done_plain", word=word)
    if found > COUNTED:
        return say.count("follow.done_over", COUNTED, word=word)
    return say.count("follow.done", found, word=word) if found else say("follow.done_none", word=word)


async def unfollow(intent: Unfollow, context: Context) -> Reply:
    """Drop a word, named by itself or by its number in the list; the list when it is none of them."""
    async with context.store.transaction() as tx:
        await tx.subscribers.get(context.reader.id)
        kept = await tx.follows.of(context.reader.id)
        dropped = _named(intent.word, kept)
        if dropped is not None:
            await tx.follows.drop(context.reader.id, dropped, context.now)
    if dropped is None:
        return _not_followed(intent.word, kept, context)
    say = context.phrases
    lines = [say("unfollow.done", word=dropped.word)]
    if len(kept) == 1 and context.subscription.only_followed:
        lines.append(say("unfollow.none_left"))
    says = say("says.follow", word=dropped.word)
    row = (step(say("choice.undo"), Follow(dropped.word), says), _list_choice(context))
    return replace(_said("\n".join(lines), (row,)), edits=context.tapped, toast=lines[0])


def _named(typed: str, kept: tuple[Followed, ...]) -> Followed | None:
    exact = next((one for one in kept if one.word == typed), None)
    if exact is not None:
        return exact
    try:
        same = _same(read_followed(typed), kept)
    except UserError:
        same = None
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST)) else 0
    return same or (kept[number - 1] if 1 <= number <= len(kept) else None)


def _not_followed(word: str, kept: tuple[Followed, ...], context: Context) -> Reply:
    listed = _list(kept, 1, context)
    said = Text(context.phrases("unfollow.not_followed", word=word))
    return replace(listed, blocks=(said, *listed.blocks), edits=context.tapped)


async def show_follows(intent: ShowFollows, context: Context) -> Reply:
    """Answer with the words that the reader follows, ten a page, a button to drop each."""
    async with context.store.reading() as tx:
        kept = await tx.follows.of(context.reader.id)
    if intent.page > max(1, -(-len(kept) // PAGE)):
        raise UserError("turn.last")
    listed = _list(kept, intent.page, context)
    return replace(listed, edits=context.tapped, screen=remember(intent))


def _list(kept: tuple[Followed, ...], page: int, context: Context) -> Reply:
    say = context.phrases
    if not kept:
        rows = ((_settings_choice(context),),)
        return Reply((Text(say("follow.none")),), rows, typed=(say("follow.typed"), say("typed.settings")))
    start = (page - 1) * PAGE
    shown = kept[start : start + PAGE]
    lines = [
        say("follow.line", number=str(number), word=one.word) for number, one in enumerate(shown, start + 1)
    ]
    blocks = (
        Strong(say.count("follow.title", len(kept))),
        Text("\n".join(lines)),
        Text(say("follow.hint", number=str(start + 1))),
    )
    drops = [_drop_choice(one, context, say("choice.unfollow", word=one.word)) for one in shown]
    turns = _turns(page, len(kept), context)
    last = (_only_choice(context), _settings_choice(context))
    rows = (*grid(drops, WIDTH), *((turns,) if turns else ()), last)
    typed = (say("follow.typed"), drops[0].says, *(turn.says for turn in turns), last[0].says)
    return Reply(blocks, rows, typed=typed)


def _turns(page: int, count: int, context: Context) -> tuple[Choice, ...]:
    say = context.phrases
    back = step(say("choice.page_before"), ShowFollows(page - 1), say("says.page_before"))
    more = step(say("choice.page_after"), ShowFollows(page + 1), say("says.page_after"))
    return ((back,) if page > 1 else ()) + ((more,) if page * PAGE < count else ())


def _only_choice(context: Context) -> Choice:
    say = context.phrases
    if context.subscription.only_followed:
        return step(say("choice.all_stories"), Set(Setting.FOLLOWED, "all"), say("says.all_stories"))
    return step(say("choice.only_followed"), Set(Setting.FOLLOWED, "only"), say("says.only_followed"))


def _settings_choice(context: Context) -> Choice:
    return step(context.phrases("choice.back_settings"), ShowSettings(), context.phrases("says.settings"))


def _list_choice(context: Context) -> Choice:
    return step(context.phrases("choice.my_follows"), ShowFollows(), context.phrases("says.follows"))


def _drop_choice(followed: Followed, context: Context, label: str) -> Choice:
    return step(label, Unfollow(followed.word), context.phrases("says.unfollow", word=followed.word))


def _said(text: str, rows: tuple[tuple[Choice, ...], ...]) -> Reply:
    typed = tuple(choice.says for row in rows for choice in row)
    return Reply((Text(text),), rows, typed=typed)
