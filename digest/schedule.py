"""Who is due, and when: decided from values, exact where clocks are moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digest.weekdays import ScheduleError, Verdict, Weekdays

__all__ = [
    "Decision",
    "Due",
    "Missed",
    "MissedReason",
    "Schedule",
    "ScheduleError",
    "Send",
    "Verdict",
    "Wait",
    "Weekdays",
    "decide",
    "due_on",
    "eligible",
    "first_instant",
    "last_date",
    "local_date",
    "next_due",
    "roll",
    "zone_of",
]

LATE_WINDOW = timedelta(hours=1)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A standing order: the hour (wall clock), the IANA zone, the days; and the house's two limits."""

    push_at: time
    zone: str
    weekdays: Weekdays
    late_until: time
    catch_up: timedelta

    def __post_init__(self) -> None:
        zone_of(self.zone)
        if self.push_at.tzinfo or self.late_until.tzinfo:
            raise ScheduleError("schedule.hour_with_zone", text=str(self.push_at))
        if self.catch_up < timedelta():
            raise ScheduleError("schedule.catch_up", text=str(self.catch_up))


@dataclass(frozen=True, slots=True)
class Due:
    """The digest of local date `on`: owed from `at`, for an issue out by `late_until`, to `until` (UTC)."""

    on: date
    at: datetime
    late_until: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: the hour has not come, or the issue has not."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send the issue of this date now."""

    issue_date: date


class MissedReason(StrEnum):
    """Why a date goes without its digest."""

    NO_ISSUE = "no_issue"
    ISSUE_TOO_LATE = "issue_too_late"
    CATCH_UP_OVER = "catch_up_over"


@dataclass(frozen=True, slots=True)
class Missed:
    """Give the date up, for this reason."""

    reason: MissedReason


Decision = Wait | Send | Missed


def eligible(due_on: date) -> tuple[date, date]:
    """The issue dates that the digest of `due_on` may carry."""
    return due_on - _DAY, due_on


def decide(
    due: Due, *, now: datetime, issue_date: date | None, available_at: datetime | None, catch_up: timedelta
) -> Decision:
    """What to do now, given the newest eligible issue the reader has not had, and since when it is out."""
    if now < due.at:
        return Wait()
    given_up = now > min(max(due.late_until, due.at + catch_up), due.until)
    if issue_date is None or available_at is None:
        return Missed(MissedReason.NO_ISSUE) if given_up else Wait()
    ready = max(due.at, available_at)
    if ready > due.late_until:
        return Missed(MissedReason.ISSUE_TOO_LATE) if given_up else Wait()
    if now > min(ready + catch_up, due.until):
        return Missed(MissedReason.CATCH_UP_OVER)
    return Send(issue_date) if now >= ready else Wait()


def next_due(schedule: Schedule, *, now: datetime, after: date | None, open_due: Due | None = None) -> Due:
    """The first date later than `after` whose hour is still to come (this minute counts).

    `open_due` is what was owed before the settings changed and is still unsent: its date is kept, and owed at
    once when its new hour has passed, unless the new days exclude it.
    """
    minute = now.replace(second=0, microsecond=0)
    first = next(due for due in _dues(schedule, _start(schedule, now, after, _DAY)) if due.at >= minute)
    if open_due is None or now > open_due.until or open_due.on >= first.on:
        return first
    if after is not None and open_due.on <= after:
        return first
    return _kept(schedule, open_due, minute) if _allowed(schedule, open_due.on) else first


def roll(schedule: Schedule, *, now: datetime, after: date | None) -> Due:
    """The first date later than `after` that can still be sent, its hour past or to come.

    Windows of two dates never overlap, so after any downtime this is the newest.
    """
    since = _start(schedule, now, after, schedule.catch_up + 3 * _DAY)
    return next(due for due in _dues(schedule, since) if due.until >= now)


def last_date(on: date, *, sent_at: datetime, now: datetime) -> date:
    """The date to go on after when the clock was set back to `now` and the last digest was that of `on`.

    Where it was sent days ahead of `now` a fast clock did it: `on` is put back by as many days.
    """
    return on - max(0, round((sent_at - now) / _DAY)) * _DAY


def due_on(schedule: Schedule, on: date) -> Due:
    """The due of local date `on`, whether or not that day is wanted."""
    at = first_instant(on, schedule.push_at, schedule.zone)
    late_until = first_instant(on, schedule.late_until, schedule.zone)
    if late_until <= at:
        late_until = at + LATE_WINDOW
    following = next(_allowed_dates(schedule, on + _DAY))
    next_at = first_instant(following, schedule.push_at, schedule.zone)
    until = min(late_until + schedule.catch_up, next_at - _SECOND)
    return Due(on, at, late_until, until)


def local_date(now: datetime, zone: str) -> date:
    """The date that the calendar on the wall shows in `zone`."""
    return now.astimezone(zone_of(zone)).date()


def first_instant(on: date, at: time, zone: str) -> datetime:
    """The first moment (UTC) when clocks of `zone` show `at` on `on`; where they skip it, when they jump."""
    key = zone_of(zone)
    wall = datetime.combine(on, at)
    # fold 0 is the first of two; in a gap it reads the clock as not yet moved, and so lies behind the gap.
    moment = wall.replace(tzinfo=key, fold=0).astimezone(UTC)
    if _wall(moment, key) == wall:
        return moment
    return _end_of_gap(wall, moment, key)


@lru_cache(maxsize=1024)
def zone_of(key: str) -> ZoneInfo:
    """The zone of an IANA key; ScheduleError when there is none."""
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError) as caught:
        raise ScheduleError("schedule.zone", text=key) from caught


def _kept(schedule: Schedule, open_due: Due, minute: datetime) -> Due:
    """The open date under the new settings; its windows never end before the old ones."""
    new = due_on(schedule, open_due.on)
    return replace(
        new,
        at=max(new.at, min(open_due.at, minute)),
        late_until=max(new.late_until, open_due.late_until),
        until=max(new.until, open_due.until),
    )


def _start(schedule: Schedule, now: datetime, after: date | None, back: timedelta) -> date:
    start = local_date(now, schedule.zone) - back
    return start if after is None else max(start, after + _DAY)


def _dues(schedule: Schedule, since: date) -> Iterator[Due]:
    return (due_on(schedule, on) for on in _allowed_dates(schedule, since))


def _allowed_dates(schedule: Schedule, since: date) -> Iterator[date]:
    on = since
    while True:
        if _allowed(schedule, on):
            yield on
        on += _DAY


def _allowed(schedule: Schedule, on: date) -> bool:
    return schedule.weekdays.holds(on).holds and _exists(on, schedule.zone)


def _exists(on: date, zone: str) -> bool:
    """False for a date that a zone left out when it crossed the date line."""
    noon = first_instant(on, time(12), zone)
    if local_date(noon, zone) == on:
        return True
    return first_instant(on, time(), zone) < first_instant(on + _DAY, time(), zone)


def _end_of_gap(wall: datetime, behind: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the clock jumps over `wall`, searched between one side of the gap and the other."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    low, high = 0, int((behind - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _wall(before + timedelta(seconds=middle), zone) < wall:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
