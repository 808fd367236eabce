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
    order = reader.subscription
    if not order.active:
        return Absence.NOT_SUBSCRIBED
    if reader.address.state is not AddressState.ACTIVE:
        return Absence.UNREACHABLE
    if order.paused_until is not None and order.paused_until > on:
        return Absence.PAUSED
    if not schedule.weekdays.holds(on).holds:
        return Absence.DAY_OFF
    at = due_on(schedule, on).at
    if order.subscribed_at is not None and order.subscribed_at > at:
        return Absence.SUBSCRIBED_LATER
    if now < at:
        return Absence.NOT_YET
    seen = issue is not None and order.shown is not None and order.shown >= issue.date
    if seen and issue is not None and issue.date == on:
        return Absence.SEEN
    return _decided(
        schedule, on, now=now, issue=None if seen else issue, closed=bool(next_on and next_on > on)
    )


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
