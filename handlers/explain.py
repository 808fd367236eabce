"""What became of a digest: the life of a reader's deliveries of one day, or why there is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from digest.absence import Absence, Check, Out, absence, checks
from digest.house import House
from digest.issue import IssueState
from digest.lives import Life
from digest.schedule import Due, Schedule, eligible, first_instant
from digest.subscriber import Place, Subscriber
from handlers.context import schedule_in
from storage.store import Store, Transaction

DIGEST = "digest"


class Verdict(StrEnum):
    """Why there is nothing to tell of a day, beyond what keeps one reader from one digest."""

    UNKNOWN_ADDRESS = "unknown_address"
    ERASED = "erased"
    RETRACTED = "retracted"
    DRAFT = "draft"
    EMBARGO = "embargo"


@dataclass(frozen=True, slots=True)
class IssueThen:
    """The issue of the day asked about, whatever its state."""

    date: dt.date
    revision: int
    state: IssueState
    available_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer. `why` is None where a digest was owed; then `lives` tells what became of it.

    `checks` are empty then, too: they hold for settings as they are now.
    """

    place: Place
    date: dt.date
    zone: str
    reader: Subscriber | None = None
    schedule: Schedule | None = None
    issue: IssueThen | None = None
    lives: tuple[Life, ...] = ()
    why: Absence | Verdict | None = None
    checks: tuple[Check, ...] = field(default=())
    next_due: Due | None = None

    @property
    def digest(self) -> Life | None:
        """The digest of the date, else one that was planned on that day."""
        digests = [life for life in self.lives if life.kind == DIGEST]
        return next((life for life in digests if life.issue_date == self.date), next(iter(digests), None))


async def explain(
    store: Store,
    house: House,
    place: Place,
    date: dt.date | None,
    *,
    now: dt.datetime,
    kept: dt.timedelta,
) -> Explained:
    """What became of a reader's digest of a date (None: their today); deliveries are `kept` so long."""
    async with store.reading() as tx:
        reader = await tx.subscribers.at(place)
        zone = (reader.zone if reader else "") or house.zone
        on = date or now.astimezone(ZoneInfo(zone)).date()
        issue = await _issue(tx, on, now)
        if reader is None:
            return Explained(place, on, zone, issue=issue, why=Verdict.UNKNOWN_ADDRESS)
        schedule = schedule_in(
            house,
            push_at=reader.subscription.push_at,
            zone=reader.zone,
            weekdays=reader.subscription.weekdays,
        )
        midnight, next_midnight = (first_instant(on + dt.timedelta(n), dt.time(), zone) for n in (0, 1))
        lives = await tx.lives.of(reader.id, on, midnight, next_midnight)
        next_due = await tx.subscribers.due_of(reader.id)
        found = await tx.issues.newest_between(*eligible(on), now)
        erased = await _erased(tx, on, now - kept)
    out = Out(found.date, found.available_at) if found else None
    why: Absence | Verdict | None = None
    asked: tuple[Check, ...] = ()
    if not any(life.kind == DIGEST for life in lives):
        asked = checks(reader, schedule, on, now=now, issue=out)
        passed = all(check.passed for check in asked)
        why = Verdict.ERASED if erased else _hidden(issue, now) if passed else None
        next_on = next_due.on if next_due else None
        why = why or absence(reader, schedule, on, now=now, issue=out, next_on=next_on)
    return Explained(place, on, zone, reader, schedule, issue, lives, why, asked, next_due)


async def _issue(tx: Transaction, on: dt.date, now: dt.datetime) -> IssueThen | None:
    edition = await tx.issues.at(on, now=now, everything=True)
    if edition is None:
        return None
    return IssueThen(on, edition.revision, edition.state, edition.available_at)


def _hidden(issue: IssueThen | None, now: dt.datetime) -> Verdict | None:
    """Why an issue that is kept cannot be read."""
    if issue is None:
        return None
    match issue.state:
        case IssueState.RETRACTED:
            return Verdict.RETRACTED
        case IssueState.DRAFT:
            return Verdict.DRAFT
        case _:
            return Verdict.EMBARGO if issue.available_at > now else None


async def _erased(tx: Transaction, on: dt.date, before: dt.datetime) -> bool:
    """Whether there was a digest of the date so long ago that its deliveries are not kept."""
    campaign = await tx.campaigns.of_key(f"{DIGEST}:{on.isoformat()}")
    return campaign is not None and campaign.created_at < before
