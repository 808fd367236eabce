"""Push an issue now, to everybody who has not had it: opened here, sent by the running program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from digest.errors import OperatorError
from handlers.plan import digest_key
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Pushed:
    """A push: its campaign, the head count of each channel, and how many deliveries were added."""

    campaign_id: int | None
    key: str
    head_count: Mapping[str, int]
    owed: int


async def push(
    store: Store, date: dt.date, *, now: dt.datetime, dry_run: bool, today: dt.date | None = None
) -> Pushed:
    """Owe the issue of this date to every active subscription; OperatorError when there is no such issue.

    With `today` whoever has paused beyond that day is left in peace.
    """
    key = digest_key(date)
    async with store.reading() as tx:
        edition = await tx.issues.at(date, now=now)
        if edition is None:
            earlier, later = await tx.issues.neighbours(date, now)
            near = ", ".join(line.date.isoformat() for line in (earlier, later) if line)
            code = "push.no_issue" if near else "push.no_issue_at_all"
            raise OperatorError(code, exit_code=2, date=date.isoformat(), near=near)
        counts = await tx.campaigns.head_count(today)
    if dry_run:
        return Pushed(None, key, counts, 0)
    async with store.transaction() as tx:
        campaign = await tx.campaigns.open(key, kind="digest", issue_date=date, now=now)
        owed = await tx.campaigns.owe_all(
            campaign, revision=edition.revision, issue_date=date, now=now, today=today
        )
    return Pushed(campaign, key, counts, owed)
