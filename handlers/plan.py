"""The clock's question: who is due now, and what are they owed?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog

from digest.campaign import DueGroup
from digest.house import House
from digest.schedule import Due, Missed, Send, decide, eligible, roll
from handlers.context import schedule_of
from storage.store import Store, Transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Planned:
    """What one tick did: digests owed, days given up."""

    owed: int = 0
    missed: int = 0


def digest_key(date: dt.date) -> str:
    """The campaign of an issue date: one for all who get it."""
    return f"digest:{date.isoformat()}"


async def plan(store: Store, house: House, *, now: dt.datetime) -> Planned:
    """Owe a digest to everybody who is due, and give up days whose time is over; one transaction."""
    async with store.reading() as tx:
        if not await tx.subscribers.due_groups(now):
            return Planned()
    async with store.transaction() as tx:
        groups = await tx.subscribers.due_groups(now)
        parts = [await _plan_group(group, tx, house, now) for group in groups]
    planned = Planned(sum(part.owed for part in parts), sum(part.missed for part in parts))
    if planned != Planned():
        log.info("digests_planned", owed=planned.owed, missed=planned.missed)
    return planned


async def _plan_group(group: DueGroup, tx: Transaction, house: House, now: dt.datetime) -> Planned:
    first, last = eligible(group.due.on)
    found = await tx.issues.newest_between(first, last, now)
    unseen = found is not None and (group.shown is None or group.shown < found.date)
    decision = decide(
        group.due,
        now=now,
        catch_up=house.catch_up,
        issue_date=found.date if found is not None and unseen else None,
        available_at=found.available_at if found is not None and unseen else None,
    )
    following = _following(group, house, now)
    match decision:
        case Send(issue_date=date) if found is not None:
            campaign = await tx.campaigns.open(digest_key(date), kind="digest", issue_date=date, now=now)
            owed = await tx.campaigns.owe(
                campaign, group, revision=found.revision, issue_date=date, next_due=following, now=now
            )
            return Planned(owed=owed)
        case Missed(reason=reason):
            await tx.subscribers.roll(group, following)
            log.info("digest_missed", on=group.due.on.isoformat(), reason=reason, readers=group.count)
            return Planned(missed=group.count)
        case _:
            return Planned()


def _following(group: DueGroup, house: House, now: dt.datetime) -> Due:
    return roll(schedule_of(group, house), now=now, after=group.due.on)
