"""Campaigns: what is sent to whom, planned once, and how far it has come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import CampaignState, DeliveryState, DueGroup, Progress
from digest.schedule import Due
from storage.dialects import insert_new
from storage.dues import ACTIVE, in_group
from storage.jobs import reconcile
from storage.ledger import COUNTERS
from storage.planning import (
    CHUNK_SIZE,
    MANY,
    Batch,
    add_deliveries,
    finish,
    foresee,
    grow,
    last_chunk,
    newly_owed,
    requeue,
)
from storage.retention import SWEEP_STEP, sweep_step
from storage.rows import Row, due_values
from storage.subscribers import address_for
from storage.tables import PUBLICATION, addresses, campaigns, chunks, deliveries, subscriptions

_SUMS = {name: sa.func.coalesce(sa.func.sum(chunks.c[name]), 0).label(name) for name in COUNTERS.values()}
_WRITTEN_TO = address_for(subscriptions.c.subscriber_id, active=True)
_PROGRESS = (
    sa.select(campaigns, *_SUMS.values())
    .select_from(campaigns.outerjoin(chunks, chunks.c.campaign_id == campaigns.c.id))
    .group_by(campaigns.c.id)
    .order_by(campaigns.c.id.desc())
)


class Campaigns:
    """The campaigns of one publication."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, key: str, *, kind: str, issue_date: dt.date, now: dt.datetime) -> int:
        """The id of the campaign with this key, a new running one where there was none."""
        values = {
            "key": key,
            "kind": kind,
            "publication_id": PUBLICATION,
            "issue_date": issue_date,
            "state": CampaignState.RUNNING,
            "created_at": now,
        }
        insert = insert_new(self._connection, campaigns, "id")
        made = (await self._connection.execute(insert, values)).scalar()
        if made is not None:
            return int(made)
        query = sa.select(campaigns.c.id).where(campaigns.c.key == key)
        return int((await self._connection.execute(query)).scalar_one())

    async def owe(
        self,
        campaign_id: int,
        group: DueGroup,
        *,
        revision: int,
        issue_date: dt.date,
        next_due: Due | None,
        now: dt.datetime,
        chunk_size: int = CHUNK_SIZE,
    ) -> int:
        """Owe a campaign to the readers of a due group; how many were not owed it before.

        Those have had the digest of the due's date, and the issue. All of the group get the next due,
        even those who cannot be written to.
        """
        batch = Batch(campaign_id, revision, now, chunk_size)
        await foresee(self._connection, group.count)
        after = await last_chunk(self._connection, campaign_id)
        added = await add_deliveries(self._connection, batch, in_group(group), after_chunk=after)
        had = {"digest_on": group.due.on, "shown": issue_date, "digests": subscriptions.c.digests + 1}
        owed = sa.update(subscriptions).where(in_group(group), newly_owed(batch, after_chunk=after))
        await self._connection.execute(owed.values({**had, **due_values(next_due)}))
        await self._connection.execute(
            sa.update(subscriptions).where(in_group(group)).values(due_values(next_due))
        )
        return await self._added(campaign_id, added, now)

    async def owe_all(
        self,
        campaign_id: int,
        *,
        revision: int,
        issue_date: dt.date,
        now: dt.datetime,
        today: dt.date | None = None,
        chunk_size: int = CHUNK_SIZE,
    ) -> int:
        """Owe a campaign to every standing order, whatever its hour; how many were not owed it before.

        With `today` those who paused beyond that day are left out.
        """
        batch = Batch(campaign_id, revision, now, chunk_size)
        # Everybody is many enough to be read in one go.
        await foresee(self._connection, MANY)
        after = await last_chunk(self._connection, campaign_id)
        added = await add_deliveries(self._connection, batch, _audience(today), after_chunk=after)
        older = sa.or_(subscriptions.c.shown.is_(None), subscriptions.c.shown < issue_date)
        shown = sa.case((older, issue_date), else_=subscriptions.c.shown)
        update = sa.update(subscriptions).where(ACTIVE, newly_owed(batch, after_chunk=after))
        await self._connection.execute(update.values(shown=shown, digests=subscriptions.c.digests + 1))
        return await self._added(campaign_id, added, now)

    async def head_count(self, today: dt.date | None = None) -> Mapping[str, int]:
        """How many readers `owe_all` reaches, by channel, when none is owed the campaign yet."""
        query = (
            sa.select(addresses.c.channel, sa.func.count().label("n"))
            .select_from(addresses.join(subscriptions, addresses.c.id == _WRITTEN_TO))
            .where(_audience(today))
            .group_by(addresses.c.channel)
            .order_by(addresses.c.channel)
        )
        return {row.channel: row.n for row in await self._connection.execute(query)}

    async def list(self, limit: int = 20) -> tuple[Progress, ...]:
        """The newest campaigns with their sums, newest first."""
        rows = await self._connection.execute(_PROGRESS.limit(limit))
        return tuple(_progress(row) for row in rows)

    async def show(self, campaign_id: int) -> Progress | None:
        """One campaign with its sums."""
        row = (await self._connection.execute(_PROGRESS.where(campaigns.c.id == campaign_id))).first()
        return None if row is None else _progress(row)

    async def unfinished(self) -> tuple[Progress, ...]:
        """The campaigns that run or are paused, with their sums."""
        going = campaigns.c.state.in_((CampaignState.RUNNING, CampaignState.PAUSED))
        return tuple(_progress(row) for row in await self._connection.execute(_PROGRESS.where(going)))

    async def parked(self, campaign_id: int, now: dt.datetime) -> int:
        """How many deliveries of a campaign wait for a later try."""
        query = sa.select(sa.func.count()).where(
            deliveries.c.campaign_id == campaign_id, deliveries.c.not_before > now
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def of_key(self, key: str) -> Progress | None:
        """The campaign with this key, with its sums."""
        row = (await self._connection.execute(_PROGRESS.where(campaigns.c.key == key))).first()
        return None if row is None else _progress(row)

    async def set_state(
        self,
        campaign_id: int,
        to: CampaignState,
        allowed_from: tuple[CampaignState, ...],
        *,
        now: dt.datetime,
    ) -> bool:
        """Give a campaign a state, when it is in one of `allowed_from`; whether it was.

        One that resumes with nothing left to send is done.
        """
        update = sa.update(campaigns).where(
            campaigns.c.id == campaign_id, campaigns.c.state.in_(allowed_from)
        )
        if (await self._connection.execute(update.values(state=to))).rowcount == 0:
            return False
        await finish(self._connection, campaign_id, now)
        if to is CampaignState.RUNNING:
            await reconcile(self._connection, campaign_id)
        return True

    async def reasons(self, campaign_id: int) -> Mapping[tuple[DeliveryState, str], int]:
        """Why deliveries were not sent: how many of each state and reason; nothing once they are erased."""
        lost = (DeliveryState.DEAD, DeliveryState.SKIPPED, DeliveryState.UNKNOWN, DeliveryState.RETRY)
        query = (
            sa.select(deliveries.c.status, deliveries.c.error, sa.func.count().label("n"))
            .where(deliveries.c.campaign_id == campaign_id, deliveries.c.status.in_(lost))
            .group_by(deliveries.c.status, deliveries.c.error)
            .order_by(sa.func.count().desc(), deliveries.c.error)
        )
        return {(row.status, row.error): row.n for row in await self._connection.execute(query)}

    async def retry(
        self,
        campaign_id: int,
        states: tuple[DeliveryState, ...] = (DeliveryState.DEAD, DeliveryState.UNKNOWN),
        *,
        now: dt.datetime | None = None,
        chunk_size: int = CHUNK_SIZE,
    ) -> int:
        """Let failed and unknown deliveries (or one of both) be sent again; how many.

        Their parts that were sent stay sent. With `now` they count as planned anew.
        """
        lost = deliveries.c.status.in_(states)
        made = await requeue(self._connection, campaign_id, lost, chunk_size=chunk_size)
        if not made:
            return 0
        first = made[0][1]
        counters = [COUNTERS[state] for state in states]
        left: sa.ColumnElement[int] = chunks.c.total
        for name in counters:
            left -= chunks.c[name]
        gone = {"total": left, **dict.fromkeys(counters, 0)}
        in_campaign = chunks.c.campaign_id == campaign_id
        await self._connection.execute(sa.update(chunks).where(in_campaign, chunks.c.no < first).values(gone))
        again = sa.update(deliveries).where(
            deliveries.c.campaign_id == campaign_id, deliveries.c.chunk >= first
        )
        planned = {} if now is None else {"planned_at": now}
        await self._connection.execute(again.values(attempts=0, error="", **planned))
        await grow(self._connection, campaign_id, 0)
        query = sa.select(sa.func.sum(chunks.c.total)).where(in_campaign, chunks.c.no >= first)
        return int((await self._connection.execute(query)).scalar_one())

    async def sweep(self, before: dt.datetime, *, most: int = SWEEP_STEP) -> int:
        """Erase up to `most` deliveries of a campaign that ended before a moment; its sums stay.

        How many: 0 when there are no such deliveries any more.
        """
        return await sweep_step(self._connection, before, most)

    async def _added(self, campaign_id: int, added: int, now: dt.datetime) -> int:
        if added:
            await grow(self._connection, campaign_id, added)
        else:
            await finish(self._connection, campaign_id, now)
        return added


def _audience(today: dt.date | None) -> sa.ColumnElement[bool]:
    if today is None:
        return ACTIVE
    not_paused = sa.or_(subscriptions.c.paused_until.is_(None), subscriptions.c.paused_until <= today)
    return sa.and_(ACTIVE, not_paused)


def _progress(row: Row) -> Progress:
    settled = row.sent + row.failed + row.unknown + row.skipped
    return Progress(
        id=row.id,
        key=row.key,
        kind=row.kind,
        issue_date=row.issue_date,
        state=row.state,
        total=row.total,
        sent=row.sent,
        failed=row.failed,
        unknown=row.unknown,
        skipped=row.skipped,
        waiting=row.total - settled,
        created_at=row.created_at,
        done_at=row.done_at,
    )
