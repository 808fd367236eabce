"""Why did I (not) get today's digest, and when comes the next."""

from __future__ import annotations

import datetime as dt

from digest.absence import Absence, Out, absence
from digest.campaign import CampaignState, Delivery, DeliveryState
from digest.following import Followed
from digest.intents import Resume, ShowSettings, ShowStatus, ShowToday
from digest.replies import Choice, Reply, Text
from digest.schedule import Due, eligible
from digest.screens import step, subscribe_choice
from digest.troubles import MUTE, KnownTrouble, TroubleKind
from handlers.context import Context, coming_due, schedule_in
from handlers.forecasting import forecasts, reach_line
from handlers.moments import (
    due_words,
    follows_words,
    form_words,
    hour_words,
    reach_words,
    sections_words,
    weekdays_words,
    zone_words,
)
from storage.store import Transaction

# What the line of the next digest says already, or what is no news.
_SAID_ELSEWHERE = frozenset(
    {Absence.NOT_SUBSCRIBED, Absence.PAUSED, Absence.NOT_YET, Absence.ISSUE_LATE, Absence.DUE_NOW}
)
_WAITING = frozenset({DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRY})
# Why a digest was left out other than because the reader could not be reached.
_NOT_THE_READER = {"retracted": "status.skipped", "cancelled": "status.cancelled"}
# A busy platform holds back a little of its limit for answers.
_SHARE = 0.97


async def show_status(intent: ShowStatus, context: Context) -> Reply:
    """Answer with the fate of the last digest, why today's is not there, and the moment of the next one."""
    async with context.store.reading() as tx:
        digests = await tx.outbox.digests(context.reader.id)
        last = max(digests, key=lambda one: one.planned_at, default=None)
        ahead = await tx.outbox.ahead(context.reader.id, last.issue_date) if last else 0
        due = await coming_due(context, tx)
        why = await _why_none_today(context, tx, last, due)
        stopped = await _stopped(context, tx)
        names = await tx.issues.section_names()
        follows = await tx.follows.of(context.reader.id)
        reach = await _reach(context, tx)
    sections = sections_words(context.subscription.sections, names, context)
    lines = (
        _last_line(last, ahead, context, stopped),
        _sent_before(digests, last, context),
        _absence_line(why, context),
        _next_line(context, due, sections, follows),
        _zone_line(context, due),
        _not_seen_line(last, context),
        reach,
    )
    text, say = "\n".join(line for line in lines if line), context.phrases
    return Reply((Text(text),), (_choices(context),), typed=(say("typed.today"), say("typed.settings")))


async def _reach(context: Context, tx: Transaction) -> str:
    """For admins: whom a push would reach now on the accounts that cannot simply write to everybody."""
    if not context.house.obeys(context.reader.address.place):
        return ""
    found = await forecasts(tx, context.house, context.now)
    return "\n".join(reach_line(sender, one, context.phrases) for sender, one in found)


def _choices(context: Context) -> tuple[Choice, ...]:
    say = context.phrases
    today = step(say("choice.see_today"), ShowToday(), say("says.today"))
    if not context.subscription.active:
        return (subscribe_choice(say, hour_words(context)), today)
    if context.subscription.paused_until is not None:
        return (step(say("choice.resume_early"), Resume(), say("says.resume")), today)
    return (today, step(say("choice.settings"), ShowSettings(), say("says.settings")))


async def _stopped(context: Context, tx: Transaction) -> KnownTrouble | None:
    """What keeps the reader's channel from sending, as far as it is known."""
    channel = context.reader.address.place.channel
    known = await tx.troubles.known(context.now)
    own = (one for one in known if one.over_at is None and one.trouble.subject == channel)
    return next((one for one in own if one.trouble.kind in MUTE), None)


def _last_line(last: Delivery | None, ahead: int, context: Context, stopped: KnownTrouble | None) -> str:
    if last is None:
        awaits = context.subscription.active and not reach_words(context)
        return context.phrases("status.none_yet") if awaits else ""
    if last.state in _WAITING:
        waits = ahead if last.state is DeliveryState.PENDING else 0
        return _waiting_words(last, waits, context, stopped)
    return _ended_words(last, context)


def _waiting_words(last: Delivery, ahead: int, context: Context, stopped: KnownTrouble | None) -> str:
    say, values = context.phrases, _values(last, context)
    if last.campaign is CampaignState.PAUSED:
        return say("status.held", **values)
    if last.campaign is CampaignState.CANCELLED:
        return say("status.cancelled", **values)
    if last.not_before is not None and last.not_before > context.now:
        key = "status.waits" if last.reason == "wait" else "status.retry"
        return say(key, clock=_clock(last.not_before, context), **values)
    if not ahead and stopped is None:
        return say("status.next_in_line", **values)
    cause = _cause(stopped, values, context)
    begins = _goes_on_at(stopped, context)
    if begins is None:
        return say.count("status.waiting_long", ahead, cause=cause, **values)
    arrival = begins + dt.timedelta(seconds=ahead / (context.house.rate * _SHARE))
    eta = say.clock(context.local(arrival).time())
    return say.count("status.waiting", ahead, cause=cause, eta=eta, **values)


def _cause(stopped: KnownTrouble | None, values: dict[str, str], context: Context) -> str:
    say = context.phrases
    if stopped is None:
        return say("status.cause_line")
    since = say.clock(context.local(stopped.since).time())
    limited = stopped.trouble.kind is TroubleKind.LIMITED
    key = "status.cause_limited" if limited else "status.cause_unreachable"
    return say(key, channel=values["channel"], since=since)


def _goes_on_at(stopped: KnownTrouble | None, context: Context) -> dt.datetime | None:
    """When sending goes on; None when nobody knows."""
    if stopped is None:
        return context.now
    seconds = stopped.trouble.details.get("seconds")
    return None if seconds is None else max(context.now, stopped.since + dt.timedelta(seconds=int(seconds)))


def _ended_words(last: Delivery, context: Context) -> str:
    say, values = context.phrases, _values(last, context)
    match last.state:
        case DeliveryState.SENT if last.issue_date == context.today:
            return say("status.sent_today", **values)
        case DeliveryState.SKIPPED:
            return say(_NOT_THE_READER.get(last.reason, "status.unreachable"), **values)
        case state:
            return say(f"status.{state.value}", **values)


def _values(last: Delivery, context: Context) -> dict[str, str]:
    say = context.phrases
    return {
        "issue": say("day.todays") if last.issue_date == context.today else say.short_day(last.issue_date),
        "moment": _clock(last.settled_at or last.planned_at, context),
        "channel": say(f"channel.{context.reader.address.place.channel}"),
    }


def _clock(moment: dt.datetime, context: Context) -> str:
    """A moment to the second, with its day when that is not today."""
    local = context.local(moment)
    clock = f"{local:%H:%M:%S}".removeprefix("0")
    return clock if local.date() == context.today else f"{context.phrases.day(local.date())} {clock}"


def _sent_before(digests: tuple[Delivery, ...], last: Delivery | None, context: Context) -> str:
    """The last digest that did arrive, where a later one did not."""
    sent = next((one for one in digests if one.state is DeliveryState.SENT), None)
    if last is None or sent is None or last.state is DeliveryState.SENT:
        return ""
    return context.phrases("status.sent_before", **_values(sent, context))


async def _why_none_today(
    context: Context, tx: Transaction, last: Delivery | None, due: Due | None
) -> Absence | None:
    """Why nothing was owed today; None when something was."""
    on = context.today
    if last is not None and (last.issue_date == on or context.local(last.planned_at).date() == on):
        return None
    found = await tx.issues.newest_between(*eligible(on), context.now)
    return absence(
        context.reader,
        schedule_in(
            context.house,
            push_at=context.subscription.push_at,
            zone=context.reader.zone,
            weekdays=context.subscription.weekdays,
        ),
        on,
        now=context.now,
        issue=Out(found.date, found.available_at) if found else None,
        next_on=due.on if due else None,
    )


def _absence_line(why: Absence | None, context: Context) -> str:
    if why is None or why in _SAID_ELSEWHERE or reach_words(context):
        return ""
    say, house = context.phrases, context.house
    # Whoever asks is reached again by now.
    why = Absence.PASSED_OVER if why is Absence.UNREACHABLE else why
    return say(
        f"status.why_{why.value}",
        days=weekdays_words(context),
        weekday=say.weekday(context.today.weekday()),
        hour=hour_words(context),
        until=say.clock(house.late_until),
    )


def _next_line(context: Context, due: Due | None, sections: str, follows: tuple[Followed, ...]) -> str:
    say = context.phrases
    if not context.subscription.active:
        return say("settings.not_subscribed")
    if reach_words(context):
        return reach_words(context)
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


def _zone_line(context: Context, due: Due | None) -> str:
    """Whose clock the hours are read on."""
    if due is None or not context.subscription.active or reach_words(context):
        return ""
    return context.phrases("status.zone", city=zone_words(context), zone=context.zone)


def _not_seen_line(last: Delivery | None, context: Context) -> str:
    sent = last is not None and last.state is DeliveryState.SENT
    return context.phrases("status.not_seen") if sent and context.subscription.active else ""
