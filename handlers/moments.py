"""How a moment, a day and a standing order are put into the reader's words."""

from __future__ import annotations

import datetime as dt

from digest.accounts import Reach
from digest.following import Followed
from digest.intents import SectionName
from digest.ports import Phrases
from digest.replies import Form
from digest.schedule import Due
from digest.subscriber import Sections, Selection
from digest.weekdays import Weekdays
from digest.zones import city_label
from handlers.context import Context

FOLLOWS_SAID = 5
NEAR = {0: "day.today", 1: "day.tomorrow"}


def near_day(date: dt.date, context: Context) -> str:
    """今天, 明天（周二）, or the day with its weekday."""
    say = context.phrases
    key = NEAR.get((date - context.today).days)
    if key is None:
        return context.day(date)
    return say("day.near", day=say(key), weekday=say.weekday(date.weekday()))


def due_words(due: Due, context: Context) -> str:
    """When the next digest comes: 明天（周二）8:00."""
    clock = context.phrases.clock(context.local(due.at).time())
    near = (due.on - context.today).days in NEAR
    key = "moment.day_clock" if near else "moment.date_clock"
    return context.phrases(key, day=near_day(due.on, context), clock=clock)


def reach_words(context: Context) -> str:
    """Why nothing comes at the reader's own hour; '' where it does."""
    match context.manner.reach:
        case Reach.NEVER:
            return context.phrases("reach.never")
        case Reach.MASS:
            return context.phrases("reach.mass", clock=context.phrases.clock(context.house.push_at))
        case Reach.ALWAYS | Reach.WINDOW:
            return ""


def zone_words(context: Context) -> str:
    """The reader's zone by its city: 北京时间."""
    return city_label(context.zone, context.phrases.language)


def hour_words(context: Context) -> str:
    """The reader's hour."""
    return context.phrases.clock(context.subscription.push_at or context.house.push_at)


def weekdays_words(context: Context) -> str:
    """The reader's days: 每天, 工作日, 周一、周三."""
    weekdays = Weekdays.parse(context.subscription.weekdays or context.house.weekdays)
    return weekdays_named(weekdays, context.phrases)


def weekdays_named(weekdays: Weekdays, say: Phrases) -> str:
    """Days of the week: 每天, 工作日, 周一、周三."""
    if weekdays.workdays:
        return say("days.workdays")
    if len(weekdays.days) == 7:
        return say("days.every")
    days = sorted(weekdays.days)
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return say("days.range", first=say.weekday(days[0]), last=say.weekday(days[-1]))
    return say.join(tuple(say.weekday(number) for number in days))


def sections_words(sections: Sections, names: tuple[SectionName, ...], context: Context) -> str:
    """The reader's choice of sections by their titles."""
    say = context.phrases
    if sections.mode is Selection.ALL:
        return say.count("sections.every", len(names))
    titles = tuple(name.title for name in names if name.key in sections.keys)
    key = "sections.only" if sections.mode is Selection.ONLY else "sections.except"
    return say(key, titles=say.join(titles))


def form_words(form: Form, context: Context) -> str:
    """The reader's form."""
    return context.phrases(f"form.{form.value}")


def follows_words(follows: tuple[Followed, ...], context: Context) -> str:
    """The words that the reader follows, the first five by name."""
    say = context.phrases
    said = say.join(tuple(one.word for one in follows[:FOLLOWS_SAID]))
    return say.count("follows.some", len(follows), words=said) if len(follows) > FOLLOWS_SAID else said
