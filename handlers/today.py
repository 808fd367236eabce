"""Today's issue, or the newest with a word that today's is not out yet."""

from __future__ import annotations

from dataclasses import replace

from digest.frames import Frame
from digest.intents import ShowToday
from digest.issue import Edition
from digest.replies import Reply, Text
from digest.screens import issue_screen
from handlers.context import Context, keep
from handlers.views import editors_note, newest, whole_frame_of


async def show_today(intent: ShowToday, context: Context) -> Reply:
    """Answer with the newest published issue and remember that the reader has seen it."""
    async with context.store.reading() as tx:
        edition = await newest(context, tx)
        frame = await whole_frame_of(context, tx, edition)
        note = await editors_note(tx, edition.issue, frame.before, context.now)
    reply = issue_screen(edition.issue, replace(frame, note=note), form=intent.form)
    await remember_shown(context, edition)
    waiting = _not_out_yet(edition, frame, context)
    return replace(reply, blocks=(*waiting, *reply.blocks), edits=context.tapped)


def _not_out_yet(edition: Edition, frame: Frame, context: Context) -> tuple[Text, ...]:
    say = context.phrases
    if edition.issue.date >= context.today:
        return ()
    clock = say.clock(context.subscription.push_at or context.house.push_at)
    key = "today.not_out_subscribed" if context.subscription.active else "today.not_out"
    return (Text(say(key, day=say.day(context.today), clock=clock)),)


async def remember_shown(context: Context, edition: Edition) -> None:
    """Keep that the reader has been shown this issue whole, so that it is not pushed to them again."""
    shown = context.subscription.shown
    if not context.subscription.active or (shown is not None and shown >= edition.issue.date):
        return
    async with context.store.transaction() as tx:
        await keep(context, tx, replace(context.subscription, shown=edition.issue.date))
