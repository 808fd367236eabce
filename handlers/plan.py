"""The clock's question: who is due now, and what are they owed?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog

from digest.campaign import DueGroup
from digest.house import House
from digest.schedule import Decision, Due, Missed, Send, Wait, decide, eligible, roll
from handlers.context import schedule_of
from storage.issues import Available
from storage.store import Store, Transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Planned:
    """What one tick did: digests owed, days given up."""

    owed: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True)
class _Decided:
    """A group that is due, the newest issue of its days, and what is to be done."""

    group: DueGroup
    found: Available | None
    decision: Decision


def digest_key(date: dt.date) -> str:
    """The campaign of an issue date: one for all who get it."""
    return f"digest:{date.isoformat()}"


async def plan(store: Store, house: House, *, now: dt.datetime) -> Planned:
    """Owe a digest to everybody who is due, and give up days whose time is over; one transaction.

    Those who wait for a late issue are only looked at: nobody who writes waits for them.
    """
    async with store.reading() as tx:
        if not await _decided(tx, house, now):
            return Planned()
    async with store.transaction() as tx:
        parts = [await _carry_out(one, tx, house, now) for one in await _decided(tx, house, now)]
    planned = Planned(sum(part.owed for part in parts), sum(part.missed for part in parts))
    if planned != Planned():
        log.info("digests_planned", owed=planned.owed, missed=planned.missed)
    return planned


async def _decided(tx: Transaction, house: House, now: dt.datetime) -> list[_Decided]:
    """The groups that are due and do not wait; the issues of a pair of days are looked for once."""
    newest: dict[tuple[dt.date, dt.date], Available | None] = {}
    decided = []
    for group in await tx.subscribers.due_groups(now):
        days = eligible(group.due.on)
        if days not in newest:
            newest[days] = await tx.issues.newest_between(*days, now)
        one = _Decided(group, newest[days], _decision(group, newest[days], house, now))
        if not isinstance(one.decision, Wait):
            decided.append(one)
    return decided


def _decision(group: DueGroup, found: Available | None, house: House, now: dt.datetime) -> Decision:
    unseen = found if found is not None and (group.shown is None or group.shown < found.date) else None
    return decide(
        group.due,
        now=now,
        catch_up=house.catch_up,
        issue_date=unseen.date if unseen else None,
        available_at=unseen.available_at if unseen else None,
    )


async def _carry_out(one: _Decided, tx: Transaction, house: House, now: dt.datetime) -> Planned:
    group, found = one.group, one.found
    following = _following(group, house, now)
    match one.decision:
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
