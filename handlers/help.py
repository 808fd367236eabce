"""Help, small talk, the publisher's own replies, and the bot handed to a friend."""

from __future__ import annotations

from digest.commands import commands
from digest.errors import UserError
from digest.intents import (
    Cancel,
    Custom,
    Share,
    ShowHelp,
    ShowSections,
    ShowSettings,
    ShowStatus,
    ShowToday,
    Silence,
    SmallTalk,
    Turn,
    Unreadable,
)
from digest.replies import SILENCE, Choice, Reply, Strong, Text
from digest.screens import step
from handlers.context import Context


async def show_help(intent: ShowHelp, context: Context) -> Reply:
    """Everything that can be said, a line each, from the one table of commands."""
    say = context.phrases
    lines = "\n".join(say(command.help_id) for command in commands() if command.help)
    row = (
        step(say("choice.see_today"), ShowToday(), say("says.today")),
        step(say("choice.sections"), ShowSections(), say("says.sections")),
        step(say("choice.settings"), ShowSettings(), say("says.settings")),
    )
    blocks = (Strong(say("help.title")), Text(lines), Text(say("help.last")))
    return Reply(blocks, (row,), typed=tuple(choice.says for choice in row))


async def chat(intent: SmallTalk, context: Context) -> Reply:
    """One kind line; in groups silence."""
    if not context.incoming.private:
        return SILENCE
    say = context.phrases
    text = say(f"smalltalk.{intent.kind.value}", name=context.house.name or say("bot.name"))
    return Reply((Text(text),))


async def custom(intent: Custom, context: Context) -> Reply:
    """The publisher's own words, before everything else."""
    reply = context.house.replies[intent.index]
    if reply.text:
        return Reply((Text(reply.text),))
    if reply.hand_over:
        return Reply((Text(context.phrases("custom.handed_over")),))
    return SILENCE


async def cancel(intent: Cancel, context: Context) -> Reply:
    """Close what was asked; with nothing open, say so and point to leaving and pausing."""
    say = context.phrases
    if context.conversation.awaits or context.tapped:
        return Reply((Text(say("cancel.done")),), edits=context.tapped)
    row = (step(say("choice.status"), ShowStatus(), say("says.status")),)
    return Reply((Text(say("cancel.nothing")),), (row,))


async def share(intent: Share, context: Context) -> Reply:
    """How a friend gets the bot: a link where there is one."""
    say = context.phrases
    if not context.bot_name:
        return Reply((Text(say("share.no_link")),))
    link = f"https://t.me/{context.bot_name}?start=share"
    choice = Choice(say("choice.open_link"), url=f"https://t.me/share/url?url={link}")
    return Reply((Text(say("share.link", link=link)),), ((choice,),))


async def keep_silent(intent: Silence, context: Context) -> Reply:
    """Say nothing."""
    return SILENCE


async def unreadable(intent: Unreadable, context: Context) -> Reply:
    """Say what cannot be read and what can be typed instead; in groups silence."""
    if not context.incoming.private:
        return SILENCE
    raise UserError(intent.code)


async def no_more_pages(intent: Turn, context: Context) -> Reply:
    """There is no page in this direction."""
    raise UserError("turn.last" if intent.step > 0 else "turn.first")
