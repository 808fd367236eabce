"""Why did I (not) get today's digest, and when comes the next."""

from __future__ import annotations

from digest.campaign import Delivery, DeliveryState
from digest.following import Followed
from digest.intents import Resume, ShowSettings, ShowStatus, ShowToday
from digest.replies import Choice, Reply, Text
from digest.schedule import Due
from digest.screens import step, subscribe_choice
from handlers.context import Context, coming_due
from handlers.moments import due_words, follows_words, form_words, hour_words, sections_words


async def show_status(intent: ShowStatus, context: Context) -> Reply:
    """Answer with the fate of the last digest and the moment of the next one."""
    say = context.phrases
    async with context.store.reading() as tx:
        last = next(iter(await tx.outbox.recent(context.reader.id, 1)), None)
        ahead = await tx.outbox.ahead(context.reader.id, last.issue_date) if last else 0
        due = await coming_due(context, tx)
        names = await tx.issues.section_names()
        follows = await tx.follows.of(context.reader.id)
    sections = sections_words(context.subscription.sections, names, context)
    lines = [_last_line(last, ahead, context), _next_line(context, due, sections, follows)]
    if last is not None and last.state is DeliveryState.SENT and context.subscription.active:
        lines.append(say("status.not_seen"))
    text = "\n".join(line for line in lines if line)
    return Reply((Text(text),), (_choices(context),), typed=(say("typed.today"), say("typed.settings")))


def _choices(context: Context) -> tuple[Choice, ...]:
    say = context.phrases
    today = step(say("choice.see_today"), ShowToday(), say("says.today"))
    if not context.subscription.active:
        return (subscribe_choice(say, hour_words(context)), today)
    if context.subscription.paused_until is not None:
        return (step(say("choice.resume_early"), Resume(), say("says.resume")), today)
    return (today, step(say("choice.settings"), ShowSettings(), say("says.settings")))


def _last_line(last: Delivery | None, ahead: int, context: Context) -> str:
    if last is None:
        return context.phrases("status.none_yet") if context.subscription.active else ""
    return _delivery_words(last, context, ahead if last.state is DeliveryState.PENDING else 0)


def _delivery_words(last: Delivery, context: Context, ahead: int) -> str:
    say = context.phrases
    moment = context.local(last.settled_at or last.planned_at)
    clock = f"{moment:%H:%M:%S}".removeprefix("0")
    today = moment.date() == context.today
    values = {
        "issue": say("day.todays") if last.issue_date == context.today else say.short_day(last.issue_date),
        "moment": clock if today else f"{say.day(moment.date())} {clock}",
        "channel": say(f"channel.{context.reader.address.place.channel}"),
    }
    match last.state:
        case DeliveryState.PENDING | DeliveryState.SENDING | DeliveryState.RETRY if ahead:
            return say.count("status.waiting", ahead, **values)
        case DeliveryState.PENDING | DeliveryState.SENDING | DeliveryState.RETRY:
            return say("status.next_in_line", **values)
        case DeliveryState.SENT if last.issue_date == context.today:
            return say("status.sent_today", **values)
        case state:
            return say(f"status.{state.value}", **values)


def _next_line(context: Context, due: Due | None, sections: str, follows: tuple[Followed, ...]) -> str:
    say = context.phrases
    if not context.subscription.active:
        return say("settings.not_subscribed")
    if due is None:
        return say("settings.no_due")
    if context.subscription.paused_until is not None and context.subscription.paused_until > context.today:
        return say("status.paused", moment=due_words(due, context))
    if due.at <= context.now:
        until = say.clock(context.local(due.late_until).time())
        return say("status.issue_late", clock=say.clock(context.local(due.at).time()), until=until)
    moment, form = due_words(due, context), form_words(context.subscription.form, context)
    if not follows:
        return say("status.next", moment=moment, sections=sections, form=form)
    key = "status.next_only" if context.subscription.only_followed else "status.next_following"
    words = follows_words(follows, context)
    return say(key, moment=moment, sections=sections, form=form, words=words)
