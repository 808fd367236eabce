"""What a handler is given: the store, the moment, the reader, the language and the house."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from digest.campaign import DueGroup, Standing
from digest.desk import Desk
from digest.house import House
from digest.intents import Conversation, Incoming
from digest.manner import PLAIN, Manner
from digest.ports import Languages, Phrases
from digest.schedule import Due, Schedule, Weekdays, next_due
from digest.subscriber import Subscriber, Subscription
from handlers.looking import Looking
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class Context:
    """Everything one request may lean on; `now` is aware, in UTC."""

    store: Looking
    now: dt.datetime
    reader: Subscriber
    phrases: Phrases
    house: House
    incoming: Incoming
    conversation: Conversation = field(default_factory=Conversation)
    languages: Languages | None = None
    bot_name: str = ""
    desk: Desk = field(default_factory=Desk)
    manner: Manner = PLAIN

    @property
    def subscription(self) -> Subscription:
        """The reader's standing order."""
        return self.reader.subscription

    @property
    def admin(self) -> bool:
        """Whether the one who speaks, in private, may publish."""
        return self.incoming.private and self.house.obeys(self.reader.address.place)

    @property
    def zone(self) -> str:
        """The reader's time zone, as an IANA key."""
        return self.reader.zone or self.house.zone

    @property
    def today(self) -> dt.date:
        """The date it is where the reader lives."""
        return self.local(self.now).date()

    def local(self, moment: dt.datetime) -> dt.datetime:
        """A moment on the reader's clock."""
        return moment.astimezone(ZoneInfo(self.zone))

    def day(self, date: dt.date) -> str:
        """A day as the reader is told it, with its year when that is not theirs."""
        say = self.phrases
        return say.day(date) if date.year == self.today.year else say.year_day(date)

    def short_day(self, date: dt.date) -> str:
        """The same as short as a button wants it."""
        say = self.phrases
        return say.short_day(date) if date.year == self.today.year else say.year_day(date)

    @property
    def tapped(self) -> bool:
        """Whether a button asked, so that an answer may change the message under it."""
        return bool(self.incoming.tap)


def schedule_in(house: House, *, push_at: dt.time | None, zone: str, weekdays: str) -> Schedule:
    """A standing order's schedule; what it leaves open ('' or None) is the house's."""
    return Schedule(
        push_at=push_at or house.push_at,
        zone=zone or house.zone,
        weekdays=Weekdays.parse(weekdays or house.weekdays),
        late_until=house.late_until,
        catch_up=house.catch_up,
    )


def schedule_of(order: Standing | DueGroup, house: House) -> Schedule:
    """The schedule that rows of one kind share."""
    push_at = dt.time.fromisoformat(order.push_at) if order.push_at else None
    return schedule_in(house, push_at=push_at, zone=order.zone, weekdays=order.weekdays)


def due_of(
    subscription: Subscription, zone: str, house: House, *, now: dt.datetime, open_due: Due | None = None
) -> Due | None:
    """The next due of a standing order, or None when it is not active."""
    if not subscription.active:
        return None
    schedule = schedule_in(house, push_at=subscription.push_at, zone=zone, weekdays=subscription.weekdays)
    return next_due(schedule, now=now, after=last_closed_day(subscription), open_due=open_due)


def last_closed_day(subscription: Subscription) -> dt.date | None:
    """The last local date for which no digest is owed any more.

    That of the last digest, that before the end of a pause, or that of the newest issue the reader has been
    shown: the digest of a date never carries a later issue.
    """
    days = [subscription.digest_on, subscription.shown]
    if subscription.paused_until is not None:
        days.append(subscription.paused_until - dt.timedelta(days=1))
    return max((day for day in days if day is not None), default=None)


async def coming_due(context: Context, tx: Transaction) -> Due | None:
    """The reader's next due that can still bring something new; None without a standing order."""
    due = await tx.subscribers.due_of(context.reader.id)
    closed = last_closed_day(context.subscription)
    if due is None or closed is None or due.on > closed:
        return due
    return due_of(context.subscription, context.reader.zone, context.house, now=context.now)


async def keep(
    context: Context,
    tx: Transaction,
    subscription: Subscription,
    *,
    zone: str | None = None,
    locale: str | None = None,
) -> Due | None:
    """Keep a changed standing order and give back its next due; an open one stays open."""
    reader = await tx.subscribers.get(context.reader.id) or context.reader
    subscription = _with_what_the_clock_wrote(subscription, reader.subscription)
    new_zone = reader.zone if zone is None else zone
    open_due = await tx.subscribers.due_of(reader.id) if reader.subscription.active else None
    due = due_of(subscription, new_zone, context.house, now=context.now, open_due=open_due)
    await tx.subscribers.save(
        reader.id,
        locale=reader.locale if locale is None else locale,
        zone=new_zone,
        subscription=subscription,
        due=due,
    )
    return due


def _with_what_the_clock_wrote(changed: Subscription, kept: Subscription) -> Subscription:
    """The reader's change over the row as it is now: a digest may have been planned since it was read."""
    shown = max((day for day in (changed.shown, kept.shown) if day is not None), default=None)
    return replace(changed, digest_on=kept.digest_on, digests=kept.digests, shown=shown)


def in_language(context: Context, language: str) -> Context:
    """The same context, speaking another language from here on."""
    if context.languages is None:
        return context
    return replace(context, phrases=context.languages.speak(language))


def with_reader(context: Context, **changes: object) -> Context:
    """The same context for a reader with changed preferences (`locale`, `zone`, `subscription`)."""
    return replace(context, reader=replace(context.reader, **changes))  # type: ignore[arg-type]  # dataclass fields
