"""A story is corrected: what it was and what it becomes is shown first, then it is done and counted."""

from __future__ import annotations

from dataclasses import replace

from digest.compose import story_block
from digest.correcting import EDITABLE, Correction, Part, acceptable, corrected, part_of
from digest.editorial import Correct
from digest.errors import UserError
from digest.intents import Awaits, Cancel
from digest.issue import Edition, Item
from digest.ports import Phrases
from digest.publishing import as_written
from digest.replies import Choice, Reply, Text
from digest.screens import step
from digest.taps import remember
from handlers.context import Context
from handlers.proofs import only_admins
from handlers.views import edition_of
from storage.store import Transaction
from storage.story_corrections import Edits

REASONS = ("blocked", "forgotten", "not_editable", "reshaped")


async def correct(intent: Correct, context: Context) -> Reply:
    """Correct a part of a story, asking for what was not said."""
    only_admins(context)
    if not intent.number:
        return Reply((Text(context.phrases("correct.which")),))
    async with context.store.reading() as tx:
        edition = await edition_of(context, tx, intent.date)
        item = _story(edition, intent, context)
        intent = replace(intent, date=edition.issue.date)
        if not intent.part:
            return _ask_part(edition, item, intent, context)
        if not intent.text:
            return _ask_words(item, intent, context)
        part, text = Part(intent.part), _text(intent, context)
        if part_of(item, part) == text:
            return await _already(item, part, edition, tx, context)
        if not intent.sure:
            return await _show(item, replace(intent, text=text), edition, tx, context)
    return await _do(intent, part, text, context)


def _story(edition: Edition, intent: Correct, context: Context) -> Item:
    item = edition.issue.item(intent.number)
    if item is None:
        day = context.phrases.day(edition.issue.date)
        raise UserError("story.none", number=str(intent.number), last=str(edition.issue.total), day=day)
    return item


def _text(intent: Correct, context: Context) -> str:
    """The new words as they were written; those of a button are from the screen, which holds them so."""
    written = intent.text if context.tapped else as_written(context.incoming.text, intent.text)
    return acceptable(Part(intent.part), written)


def _ask_part(edition: Edition, item: Item, intent: Correct, context: Context) -> Reply:
    say = context.phrases
    row = tuple(
        step(
            say(f"choice.correct_{part.value}"),
            replace(intent, part=part.value),
            f"{say('says.correct')} {intent.number} {say(f'part.{part.value}')}",
        )
        for part in Part
        if part is not Part.LINK or item.url
    )
    blocks = (Text(say("correct.ask_part")), story_block(edition.issue, item, say))
    return Reply(blocks, (row,), typed=tuple(choice.says for choice in row), screen=remember(intent))


def _ask_words(item: Item, intent: Correct, context: Context) -> Reply:
    say = context.phrases
    part = Part(intent.part)
    values = {"number": str(item.number), "part": say(f"part.{part.value}")}
    text = say("correct.ask_words", **values, old=part_of(item, part) or say("correct.nothing"))
    stop = step(say("choice.keep"), Cancel(), say("says.cancel"))
    return Reply((Text(text),), ((stop,),), asks=Awaits.CORRECTION.value, screen=remember(intent))


async def _show(item: Item, intent: Correct, edition: Edition, tx: Transaction, context: Context) -> Reply:
    say, part = context.phrases, Part(intent.part)
    there, elsewhere = await tx.story_corrections.reach(_correction(item, intent, edition, context), EDITABLE)
    text = say(
        "correct.show",
        number=str(item.number),
        part=say(f"part.{part.value}"),
        old=part_of(item, part) or say("correct.nothing"),
        new=intent.text,
    )
    lines = (text, say.count("correct.will_edit", there), _elsewhere(elsewhere, say))
    row = (
        step(say("choice.correct_sure"), replace(intent, sure=True), say("says.confirm")),
        step(say("choice.keep"), Cancel(), say("says.cancel")),
    )
    return Reply(
        (Text("\n".join(line for line in lines if line)),),
        (row,),
        typed=tuple(choice.says for choice in row),
        asks=Awaits.CONFIRMATION.value,
        screen=remember(intent),
    )


def _elsewhere(count: int, say: Phrases) -> str:
    return say.count("correct.elsewhere", count) if count else ""


def _correction(item: Item, intent: Correct, edition: Edition, context: Context) -> Correction:
    return Correction(
        id=0,
        date=edition.issue.date,
        key=item.key,
        number=item.number,
        part=Part(intent.part),
        old=part_of(item, Part(intent.part)),
        new=intent.text,
        revision=edition.revision + 1,
        created_at=context.now,
    )


async def _do(intent: Correct, part: Part, text: str, context: Context) -> Reply:
    async with context.store.transaction() as tx:
        edition = await edition_of(context, tx, intent.date)
        item = _story(edition, intent, context)
        # Somebody else may have been quicker.
        if part_of(item, part) == text:
            return await _already(item, part, edition, tx, context)
        made = _correction(item, replace(intent, text=text), edition, context)
        issue = replace(corrected(edition.issue, (made,)), draft=False)
        put = await tx.issues.revise(
            issue, source_hash="", now=context.now, available_at=edition.available_at
        )
        made = replace(made, revision=put.revision)
        made = replace(
            made, id=await tx.story_corrections.add(made, asked_by=str(context.reader.address.place))
        )
        there, elsewhere = await tx.story_corrections.reach(made, EDITABLE)
    say = context.phrases
    lines = (
        say("correct.done", number=str(item.number), part=say(f"part.{part.value}")),
        say.count("correct.editing", there) if there else "",
        _elsewhere(elsewhere, say),
    )
    return Reply((Text("\n".join(line for line in lines if line)),), (_again(intent, part, context),))


def _again(intent: Correct, part: Part, context: Context) -> tuple[Choice, ...]:
    say = context.phrases
    other = Correct(intent.number, intent.date)
    return (step(say("choice.correct_more"), other, f"{say('says.correct')} {intent.number}"),)


async def _already(item: Item, part: Part, edition: Edition, tx: Transaction, context: Context) -> Reply:
    """It says so already: how far its messages have come, where it was corrected."""
    say = context.phrases
    head = say("correct.already", number=str(item.number), part=say(f"part.{part.value}"))
    made = [one for one in await tx.story_corrections.of(edition.issue.date) if _is(one, item, part)]
    if not made:
        return Reply((Text(head),))
    return Reply((Text(f"{head}\n{edits_words(await tx.story_corrections.edits(made[-1].id), say)}"),))


def _is(one: Correction, item: Item, part: Part) -> bool:
    return (one.key, one.part, one.new) == (item.key, part, part_of(item, part))


def edits_words(edits: Edits, say: Phrases) -> str:
    """How many messages were edited, how many could not be and why, how many are still to come."""
    lost = sum(count for _, count in edits.failed)
    words = [say.count("correct.edited", edits.edited)]
    if edits.unchanged:
        words.append(say.count("correct.unchanged", edits.unchanged))
    if lost:
        reasons = say("report.comma").join(_reason(reason, count, say) for reason, count in edits.failed)
        words.append(say.count("correct.not_edited", lost, reasons=reasons))
    if edits.waiting:
        words.append(say.count("correct.waiting", edits.waiting))
    return "".join(words)


def _reason(reason: str, count: int, say: Phrases) -> str:
    what = say(f"correct.reason_{reason}") if reason in REASONS else reason
    return say("report.part", what=what, count=count)


def finished(correction: Correction, edits: Edits, say: Phrases) -> Reply:
    """What the one who asked is told when every message that could be edited is."""
    values = {"number": str(correction.number), "part": say(f"part.{correction.part.value}")}
    head = say("correct.finished", **values, day=say.short_day(correction.date))
    return Reply((Text(f"{head}\n{edits_words(edits, say)}"),))
