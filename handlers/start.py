"""The welcome: what comes, today's first headline, one tap to subscribe."""

from __future__ import annotations

from digest.accounts import Reach
from digest.compose import lead_items
from digest.intents import Greet, ShowSettings, ShowToday
from digest.issue import Edition, Issue
from digest.replies import Block, Reply, Text
from digest.screens import step, subscribe_choice
from digest.welcoming import Publication, welcome
from handlers.context import Context, coming_due
from handlers.moments import due_words, hour_words, weekdays_words


async def greet(intent: Greet, context: Context) -> Reply:
    """Welcome a newcomer, or one who is back."""
    async with context.store.reading() as tx:
        edition = await tx.issues.newest(context.now)
        due = await coming_due(context, tx)
    if _without_hours(context):
        return welcome(context.manner.reach, _publication(edition, context), context.phrases)
    say = context.phrases
    blocks: tuple[Block, ...] = (Text(say(_opening(context), moment=due_words(due, context) if due else "")),)
    if edition is not None:
        blocks = (*blocks, *_taste(edition.issue, context))
    today = step(say("choice.see_today"), ShowToday(), say("says.today"))
    if context.subscription.active:
        settings = step(say("choice.settings"), ShowSettings(), say("says.settings"))
        return Reply(blocks, ((today, settings),), typed=(say("typed.today"), say("typed.help")))
    other_hour = step(say("choice.other_hour"), ShowSettings("hour"), say("says.hour"))
    subscribe = subscribe_choice(say, hour_words(context))
    return Reply(
        blocks,
        ((subscribe,), (other_hour, today)),
        typed=(say("typed.subscribe"), say("typed.today"), say("typed.help")),
    )


def _without_hours(context: Context) -> bool:
    """Whether the channel sends nobody anything at their hour, or will not before they ask for it."""
    reach = context.manner.reach
    return reach in (Reach.NEVER, Reach.MASS) or (reach is Reach.WINDOW and not context.subscription.active)


def _publication(edition: Edition | None, context: Context) -> Publication:
    return Publication(
        context.house.name or context.phrases("bot.name"),
        weekdays_words(context),
        context.house.push_at,
        context.today,
        edition.issue if edition else None,
    )


def _opening(context: Context) -> str:
    until = context.subscription.paused_until
    if context.subscription.active:
        return "welcome.paused" if until is not None and until > context.today else "welcome.back"
    return "welcome.again" if context.subscription.subscribed_at is not None else "welcome.new"


def _taste(issue: Issue, context: Context) -> tuple[Block, ...]:
    say = context.phrases
    leads = lead_items(issue, issue.sections) or issue.items
    fresh = issue.date >= context.today
    heading = say("welcome.today_lead") if fresh else say("welcome.newest_lead", day=say.day(issue.date))
    filled = sum(1 for section in issue.sections if section.items)
    more = say.count("welcome.more", issue.total - 1, sections=filled)
    return (Text(f"{heading}\n{leads[0].title}\n{more}"),)
