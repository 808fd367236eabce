"""Reach: by which way an account gets a digest to its readers, to how many of them now, and what is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from digest.accounts import Account, Capability


class Way(StrEnum):
    """How a digest reaches a reader who did not just ask for it."""

    HAND = "hand"  # the publisher sends it in the console; nothing of it can be done here
    WINDOW = "window"  # a customer message, to whoever wrote in the last two days
    MASS = "mass"  # one article to all followers
    APP = "app"  # a WeCom app's message
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Crowd:
    """An account's readers: all that are kept, those who subscribed, those of them whose window is open.

    `last` are those of the open ones that have a single message left.
    """

    readers: int = 0
    subscribed: int = 0
    opened: int = 0
    last: int = 0


class MassState(StrEnum):
    """What became of a mass send."""

    SENDING = "sending"  # it may have been handed in
    SUBMITTED = "submitted"  # the platform looks at it
    SENT = "sent"
    REFUSED = "refused"  # by the platform's moderation: nobody has it, and it does not count


@dataclass(frozen=True, slots=True)
class Mass:
    """One mass send of an issue's article; `attempt` counts those of the same issue from 1.

    `key` keeps the platform from sending it twice. `words` are the platform's own about its end.
    """

    key: str
    issue_date: dt.date
    revision: int
    attempt: int
    state: MassState
    begun_at: dt.datetime
    message_id: str = ""
    words: str = ""
    total: int = 0
    sent: int = 0
    errors: int = 0

    @property
    def counts(self) -> bool:
        """Whether it takes of the quota."""
        return self.state is not MassState.REFUSED


@dataclass(frozen=True, slots=True)
class Sender:
    """An account that digests are sent from, and what it may do."""

    channel: str
    account: str
    can: Account


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a push would do now: how many it reaches, by which way, and what is left of the quota.

    `waiting` get theirs when they next write to us. `mass_left` is None where there is no such quota.
    """

    way: Way
    readers: int
    reached: int
    waiting: int = 0
    mass_left: int | None = None


def way_of(account: Account) -> Way:
    """The way a daily digest takes; where mass sends are counted by the month they are too few for it."""
    if account.may(Capability.APP):
        return Way.APP
    if account.may(Capability.WEBHOOK):
        return Way.WEBHOOK
    if account.mass_per_day and account.may(Capability.MASS) and account.may(Capability.DRAFT):
        return Way.MASS
    return Way.WINDOW if account.may(Capability.CUSTOM) else Way.HAND


def forecast(account: Account, crowd: Crowd, mass_left: int | None = None) -> Forecast:
    """How far a digest reaches now."""
    match way_of(account):
        case Way.HAND:
            return Forecast(Way.HAND, crowd.readers, 0)
        case Way.WINDOW:
            waiting = crowd.subscribed - crowd.opened
            return Forecast(Way.WINDOW, crowd.readers, crowd.opened, waiting, mass_left)
        case Way.MASS:
            reached = crowd.readers if mass_left else 0
            return Forecast(Way.MASS, crowd.readers, reached, mass_left=mass_left)
        case way:
            return Forecast(way, crowd.readers, crowd.subscribed)


def mass_left(account: Account, masses: Iterable[Mass], today: dt.date, zone: dt.tzinfo) -> int | None:
    """How many mass sends the account has left: of this day, or of this month where the month counts.

    `today` is the platform's date. None where it has none at all.
    """
    if not account.may(Capability.MASS):
        return None
    counted = [one.begun_at.astimezone(zone).date() for one in masses if one.counts]
    if account.mass_per_day:
        return max(0, account.mass_per_day - counted.count(today))
    month = (today.year, today.month)
    return max(0, account.mass_per_month - sum((day.year, day.month) == month for day in counted))


def next_attempt(masses: Iterable[Mass], issue_date: dt.date, revision: int) -> int | None:
    """Which attempt at an issue's mass send is due; None when there is nothing to do.

    One that was refused is sent again once the issue has another text.
    """
    of_issue = sorted((one for one in masses if one.issue_date == issue_date), key=lambda one: one.attempt)
    if not of_issue:
        return 1
    newest = of_issue[-1]
    if newest.state is MassState.SENDING:
        return newest.attempt
    again = newest.state is MassState.REFUSED and newest.revision != revision
    return newest.attempt + 1 if again else None


def mass_key(issue_date: dt.date, attempt: int) -> str:
    """The name under which the platform takes an issue's mass send once."""
    return f"digest-{issue_date.isoformat()}" + (f"-{attempt}" if attempt > 1 else "")


def well_sent(status: str) -> bool:
    """Whether the platform's word about the end of a mass send says that it was sent."""
    return status.replace("_", " ").strip().lower() in ("send success", "sendsuccess")
