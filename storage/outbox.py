"""The outbox: what is owed is claimed, sent by the worker, and settled."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import DeliveryState, OnUnknown, Outcome, Owed
from digest.subscriber import SubscriberId
from storage import ledger, setbacks
from storage.dialects import upsert_into
from storage.planning import CHUNK_SIZE, finish, hold, requeue
from storage.rows import owed_of
from storage.tables import campaigns, chunks, deliveries, messages

FORGOTTEN = "forgotten"


class Outbox:
    """Deliveries without an outcome. `owner` is one life of one worker: only it settles what it claimed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    async def recover(
        self,
        on_unknown: OnUnknown,
        *,
        now: dt.datetime,
        kind: str = "",
        chunk: tuple[int, int] | None = None,
        owners: Sequence[str] | None = None,
    ) -> int:
        """Decide what becomes of deliveries whose worker died in the middle; how many there were.

        Resend: pending again, from the part that may have been sent. Hold: unknown. Of one kind of campaign,
        or of one chunk (campaign, number), or of these owners, where not of all.
        """
        lost = sa.and_(deliveries.c.status == DeliveryState.SENDING, _within(kind, chunk))
        if owners is not None:
            lost = sa.and_(lost, deliveries.c.owner.in_(owners))
        await setbacks.note_lost(self._connection, lost, on_unknown, now)
        if on_unknown is OnUnknown.RESEND:
            update = sa.update(deliveries).where(lost).values(status=DeliveryState.PENDING, owner="")
            return (await self._connection.execute(update)).rowcount
        held = {"status": DeliveryState.UNKNOWN, "error": "unknown", "settled_at": now}
        columns = (deliveries.c.campaign_id, deliveries.c.chunk)
        rows = (
            await self._connection.execute(sa.update(deliveries).where(lost).values(held).returning(*columns))
        ).all()
        for (campaign_id, number), count in Counter((row.campaign_id, row.chunk) for row in rows).items():
            await self._count(campaign_id, number, Counter({DeliveryState.UNKNOWN: count}))
        return len(rows)

    async def open_chunks(self) -> tuple[tuple[int, int], ...]:
        """The unfinished chunks (campaign, number) of running campaigns, oldest first."""
        rows = await self._connection.execute(ledger.OPEN_CHUNKS)
        return tuple((row.campaign_id, row.no) for row in rows)

    async def waiting(self, campaign_id: int, chunk: int) -> bool:
        """Whether a chunk has deliveries that may be claimed."""
        values = {"campaign": campaign_id, "in_chunk": chunk}
        return (await self._connection.execute(ledger.WAITING, values)).first() is not None

    async def begin_chunk(self, campaign_id: int, chunk: int) -> None:
        """Note that a worker takes the chunk up once more."""
        this = sa.and_(chunks.c.campaign_id == campaign_id, chunks.c.no == chunk)
        await self._connection.execute(sa.update(chunks).where(this).values(runs=chunks.c.runs + 1))

    async def claim(
        self, campaign_id: int, chunk: int, limit: int, *, owner: str, now: dt.datetime
    ) -> tuple[Owed, ...]:
        """Take up to `limit` pending deliveries of a chunk: committed, the intent to send their next part.

        None when there are none, or when the campaign does not run; those of a retracted issue are skipped.
        """
        values = {"campaign": campaign_id, "in_chunk": chunk, "most": limit, "me": owner, "now": now}
        ids = list((await self._connection.execute(ledger.CLAIM, values)).scalars())
        if not ids:
            await self._skip_retracted(campaign_id, chunk, now)
            return ()
        found = await self._connection.execute(ledger.CLAIMED, {"campaign": campaign_id, "ids": ids})
        owed = tuple(owed_of(row) for row in found)
        if len(owed) < len(ids):
            await self._skip_forgotten(
                campaign_id, set(ids) - {one.subscriber.id for one in owed}, owner, now
            )
        if owed:
            these = {"campaign": campaign_id, "ids": [one.subscriber.id for one in owed]}
            await self._connection.execute(ledger.parts_claimed(self._dialect), these)
        return owed or await self.claim(campaign_id, chunk, limit, owner=owner, now=now)

    async def settle(
        self, campaign_id: int, outcomes: tuple[Outcome, ...], *, owner: str, now: dt.datetime
    ) -> frozenset[SubscriberId]:
        """Write down how claimed deliveries ended; whose they were. What another owner took over stays.

        Sent also keeps the last part and its reference; retry leaves the chunk; pending was not begun.
        """
        settled: set[SubscriberId] = set()
        for alike in _alike(outcomes):
            settled.update(await self._settle_alike(campaign_id, alike, owner=owner, now=now))
        sent = [one for one in outcomes if one.state is DeliveryState.SENT and one.subscriber_id in settled]
        if sent:
            parts = [{"reader": one.subscriber_id, "part": one.part, "ref": one.ref} for one in sent]
            values = {"campaign": campaign_id, "parts": parts, "now": now}
            await self._connection.execute(ledger.parts_sent(self._dialect), values)
        mine = (one for one in outcomes if one.subscriber_id in settled)
        await setbacks.note(self._connection, campaign_id, mine, owner=owner, now=now)
        return frozenset(settled)

    async def part_sending(
        self, campaign_id: int, subscriber_id: SubscriberId, part: int, *, owner: str
    ) -> bool:
        """Note the intent to send a further part; False when the delivery is another's: do not send."""
        mine = await self.still_mine(campaign_id, subscriber_id, owner=owner)
        if mine:
            key = {"campaign_id": campaign_id, "subscriber_id": subscriber_id, "part": part}
            sending = key | {"status": DeliveryState.SENDING}
            await self._connection.execute(upsert_into(self._connection, messages, "status"), sending)
        return mine

    async def part_sent(
        self,
        campaign_id: int,
        subscriber_id: SubscriberId,
        part: int,
        ref: str,
        *,
        owner: str,
        now: dt.datetime,
    ) -> bool:
        """Note that a part was sent, under the platform's name; False when the delivery is another's."""
        row = _part(campaign_id, subscriber_id, part, ref=ref, now=now)
        await self._connection.execute(ledger.PART_SENT, row)
        return await self.still_mine(campaign_id, subscriber_id, owner=owner)

    async def release(self, owner: str) -> int:
        """Give back what the owner claimed and did not settle: nothing of it was begun; how many."""
        update = sa.update(deliveries).where(
            _within("", None), deliveries.c.owner == owner, deliveries.c.status == DeliveryState.SENDING
        )
        back = {"status": DeliveryState.PENDING, "owner": "", "attempts": deliveries.c.attempts - 1}
        return (await self._connection.execute(update.values(back))).rowcount

    async def give_up(self, campaign_id: int, chunk: int, *, now: dt.datetime) -> int:
        """End the first delivery of a chunk that waits, unread: it cannot be claimed; how many (0 or 1)."""
        values = {"campaign": campaign_id, "in_chunk": chunk, "most": 1, "now": now}
        ended = len((await self._connection.execute(ledger.GIVE_UP, values)).all())
        if ended:
            await self._count(campaign_id, chunk, Counter({DeliveryState.DEAD: ended}))
        return ended

    async def ripen(self, now: dt.datetime, *, chunk_size: int = CHUNK_SIZE) -> tuple[tuple[int, int], ...]:
        """Put the deliveries whose wait is over into new chunks; these, as (campaign, number)."""
        ids = (await self._connection.execute(ledger.RIPE_CAMPAIGNS, {"now": now})).scalars().all()
        made: list[tuple[int, int]] = []
        for campaign_id in ids:
            made += await requeue(
                self._connection, campaign_id, deliveries.c.not_before <= now, chunk_size=chunk_size
            )
        return tuple(made)

    async def next_retry_at(self) -> dt.datetime | None:
        """When the first delivery's wait is over (UTC)."""
        query = sa.select(sa.func.min(deliveries.c.not_before)).where(deliveries.c.not_before.is_not(None))
        first: dt.datetime | None = (await self._connection.execute(query)).scalar()
        return first

    async def close_chunk(self, campaign_id: int, chunk: int, now: dt.datetime) -> bool:
        """Close a chunk in which nothing is pending or sending; whether it was closed now.

        A running campaign of which nothing is left, not even a retry, is done.
        """
        await hold(self._connection, campaign_id)
        values = {"campaign": campaign_id, "in_chunk": chunk, "now": now}
        closed = (await self._connection.execute(ledger.CLOSE_CHUNK, values)).rowcount > 0
        if closed:
            await finish(self._connection, campaign_id, now)
        return closed

    async def _settle_alike(
        self, campaign_id: int, alike: tuple[Outcome, ...], *, owner: str, now: dt.datetime
    ) -> set[SubscriberId]:
        """Settle outcomes that differ by nothing but their reader."""
        values = _settlement(campaign_id, alike, owner=owner, now=now)
        rows = (await self._connection.execute(ledger.SETTLE, values)).all()
        state = alike[0].state
        if state is DeliveryState.RETRY and rows:
            left = {"campaign": campaign_id, "ids": [row.subscriber_id for row in rows]}
            await self._connection.execute(ledger.LEAVE_CHUNK, left)
        if state is not DeliveryState.PENDING:
            for chunk, count in Counter(row.chunk for row in rows).items():
                await self._count(campaign_id, chunk, Counter({state: count}))
        return {SubscriberId(row.subscriber_id) for row in rows}

    async def _count(self, campaign_id: int, chunk: int, more: Counter[DeliveryState]) -> None:
        values = {"campaign": campaign_id, "in_chunk": chunk, "left": more[DeliveryState.RETRY]}
        values |= {f"more_{column}": more[state] for state, column in ledger.COUNTERS.items()}
        await self._connection.execute(ledger.COUNT, values)

    async def _skip_retracted(self, campaign_id: int, chunk: int, now: dt.datetime) -> None:
        values = {"campaign": campaign_id, "in_chunk": chunk, "now": now}
        skipped = len((await self._connection.execute(ledger.SKIP_RETRACTED, values)).all())
        if skipped:
            await self._count(campaign_id, chunk, Counter({DeliveryState.SKIPPED: skipped}))

    async def _skip_forgotten(
        self, campaign_id: int, ids: Iterable[int], owner: str, now: dt.datetime
    ) -> None:
        """Whoever is not kept any more cannot be written to."""
        gone = tuple(Outcome(SubscriberId(one), DeliveryState.SKIPPED, FORGOTTEN) for one in sorted(ids))
        await self.settle(campaign_id, gone, owner=owner, now=now)

    async def still_mine(self, campaign_id: int, subscriber_id: SubscriberId, *, owner: str) -> bool:
        """Whether the owner still holds a delivery that it claimed."""
        values = {"campaign": campaign_id, "reader": subscriber_id, "me": owner}
        return (await self._connection.execute(ledger.STILL_MINE, values)).first() is not None


def _within(kind: str, chunk: tuple[int, int] | None) -> sa.ColumnElement[bool]:
    """What holds for the deliveries of open chunks: of all, of one kind of campaign, or of one chunk."""
    of_kind = sa.select(campaigns.c.id).where(campaigns.c.kind == kind)
    if chunk is not None:
        this = sa.and_(deliveries.c.campaign_id == chunk[0], deliveries.c.chunk == chunk[1])
        return sa.and_(this, deliveries.c.campaign_id.in_(of_kind)) if kind else this
    unfinished = sa.select(chunks.c.campaign_id, chunks.c.no).where(chunks.c.done_at.is_(None))
    if kind:
        unfinished = unfinished.where(chunks.c.campaign_id.in_(of_kind))
    return sa.tuple_(deliveries.c.campaign_id, deliveries.c.chunk).in_(unfinished)


def _alike(outcomes: tuple[Outcome, ...]) -> list[tuple[Outcome, ...]]:
    """Outcomes in groups that one statement can write."""
    groups: dict[tuple[object, ...], list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault((one.state, one.reason, one.not_before, one.counted), []).append(one)
    return [tuple(group) for group in groups.values()]


def _settlement(
    campaign_id: int, alike: tuple[Outcome, ...], *, owner: str, now: dt.datetime
) -> dict[str, Any]:
    first = alike[0]
    ended = first.state in ledger.COUNTERS
    return {
        "campaign": campaign_id,
        "ids": [one.subscriber_id for one in alike],
        "me": owner,
        "new_status": first.state,
        "new_error": first.reason,
        "new_not_before": (first.not_before or now) if first.state is DeliveryState.RETRY else None,
        "new_settled_at": now if ended else None,
        "uncounted": 0 if first.counted else 1,
    }


def _part(campaign_id: int, subscriber_id: int, part: int, *, ref: str, now: dt.datetime) -> dict[str, Any]:
    return {"campaign": campaign_id, "reader": subscriber_id, "this_part": part, "ref": ref, "now": now}
