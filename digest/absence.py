"""Why a reader got no digest on a day: decided from the standing order, the issue and the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from digest.schedule import Missed, Schedule, Send, decide, due_on
from digest.subscriber import AddressState, Subscriber


class Absence(StrEnum):
    """Why there is no delivery."""

    NOT_SUBSCRIBED = "not_subscribed"
    UNREACHABLE = "unreachable"
    PAUSED = "paused"
    DAY_OFF = "day_off"
    SUBSCRIBED_LATER = "subscribed_later"
    NOT_YET = "not_yet"
    SEEN = "seen"
    ISSUE_LATE = "issue_late"
    DUE_NOW = "due_now"
    PASSED_OVER = "passed_over"
    NO_ISSUE = "no_issue"
    ISSUE_TOO_LATE = "issue_too_late"
    CATCH_UP_OVER = "catch_up_over"


@dataclass(frozen=True, slots=True)
class Out:
    """The newest issue that a day's digest may carry: its date, and since when it can be read (UTC)."""

    date: date
    available_at: datetime


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to hold for a digest to be owed, whether it does, and why not when it does not."""

    name: str
    passed: bool
    why: Absence


def absence(
    reader: Subscriber,
    schedule: Schedule,
    on: date,
    *,
    now: datetime,
    issue: Out | None,
    next_on: date | None,
) -> Absence:
    """Why nothing was owed to a reader on their local date `on`, by their settings as they are now.

    `next_on` is the date of the digest that is owed next: later than `on` where the day is closed.
    """
    failed = next((one for one in checks(reader, schedule, on, now=now, issue=issue) if not one.passed), None)
    if failed is not None:
        return failed.why
    seen = issue is not None and _seen(reader, issue)
    return _decided(
        schedule, on, now=now, issue=None if seen else issue, closed=bool(next_on and next_on > on)
    )


def checks(
    reader: Subscriber, schedule: Schedule, on: date, *, now: datetime, issue: Out | None
) -> tuple[Check, ...]:
    """What decides whether a reader is owed the digest of a date, in the order in which it is asked."""
    order, at = reader.subscription, due_on(schedule, on).at
    since, until = order.subscribed_at, order.paused_until
    seen = issue is not None and issue.date == on and _seen(reader, issue)
    return (
        Check("subscribed", order.active, Absence.NOT_SUBSCRIBED),
        Check("reachable", reader.address.state is AddressState.ACTIVE, Absence.UNREACHABLE),
        Check("not_paused", until is None or until <= on, Absence.PAUSED),
        Check("day_wanted", schedule.weekdays.holds(on).holds, Absence.DAY_OFF),
        Check("subscribed_in_time", since is None or since <= at, Absence.SUBSCRIBED_LATER),
        Check("hour_come", now >= at, Absence.NOT_YET),
        Check("not_seen", not seen, Absence.SEEN),
    )


def _seen(reader: Subscriber, issue: Out) -> bool:
    shown = reader.subscription.shown
    return shown is not None and shown >= issue.date


def _decided(schedule: Schedule, on: date, *, now: datetime, issue: Out | None, closed: bool) -> Absence:
    """What the clock's own rule says of the day."""
    due = due_on(schedule, on)
    decision = decide(
        due,
        now=now,
        catch_up=schedule.catch_up,
        issue_date=issue.date if issue else None,
        available_at=issue.available_at if issue else None,
    )
    match decision:
        case Missed(reason=reason):
            return Absence(reason.value)
        case Send():
            return Absence.PASSED_OVER if closed else Absence.DUE_NOW
        case _ if issue is not None and issue.available_at > due.late_until:
            # It came after the last moment, and the day is not given up yet.
            return Absence.ISSUE_TOO_LATE
        case _:
            return Absence.NO_ISSUE if closed else Absence.ISSUE_LATE
