"""Help, small talk, the publisher's own replies, and the bot handed to a friend."""

from __future__ import annotations

from digest.commands import Command, commands
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
from digest.replies import SILENCE, Choice, Notice, Reply, Strong, Text
from digest.roles import may_send
from digest.screens import step
from handlers.allowing import role_of
from handlers.context import Context


async def show_help(intent: ShowHelp, context: Context) -> Reply:
    """Everything that can be said, a line each, from the one table of commands."""
    say = context.phrases
    async with context.store.reading() as tx:
        editor = may_send(await role_of(context, tx))
    shown = (command for command in commands() if _helps(command, context, editor=editor))
    lines = "\n".join(say(command.help_id) for command in shown)
    row = (
        step(say("choice.see_today"), ShowToday(), say("says.today")),
        step(say("choice.sections"), ShowSections(), say("says.sections")),
        step(say("choice.settings"), ShowSettings(), say("says.settings")),
    )
    blocks = (Strong(say("help.title")), Text(lines), Text(say("help.last")))
    return Reply(blocks, (row,), typed=tuple(choice.says for choice in row))


def _helps(command: Command, context: Context, *, editor: bool) -> bool:
    if command.admin:
        return command.help and context.admin
    return command.help or (command.editor and editor)


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
    words = (Text(reply.text),) if reply.text else ()
    if not reply.hand_over:
        return Reply(words, picture=reply.image)
    if context.manner.transfers:
        return Reply(words, picture=reply.image, hand_over=True)
    notices = _hand_over(context)
    said = context.phrases("custom.handed_over" if notices else "custom.nobody_there")
    return Reply(words or (Text(said),), picture=reply.image, notices=notices)


def _hand_over(context: Context) -> tuple[Notice, ...]:
    """The reader's words for the editors, with the way to answer."""
    say, place = context.phrases, context.reader.address.place
    text = say("custom.from_reader", address=str(place), text=context.incoming.text)
    row = (Choice(say("choice.answer_reader"), url=f"tg://user?id={context.incoming.sender}"),)
    rows = (row,) if place.channel == "telegram" and context.incoming.sender else ()
    return tuple(Notice(admin, Reply((Text(text),), rows)) for admin in _editors(context))


def _editors(context: Context) -> tuple[str, ...]:
    """The editors on the reader's own channel; where none is there, all of them by their whole addresses."""
    place, admins = context.reader.address.place, sorted(context.house.admins)
    here = f"{place.channel}:"
    own = tuple(admin.removeprefix(here) for admin in admins if admin.startswith(here))
    if own or place.channel == "telegram":
        return tuple(admin for admin in own if admin != place.recipient)
    return tuple(admins)


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
