"""Corrections of stories: what was corrected, and which delivered messages have been edited for it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import DeliveryState, Owed
from digest.correcting import Correction, Part
from digest.subscriber import SubscriberId
from storage.dialects import insert_into
from storage.editorial_tables import correction_edits, corrections
from storage.rows import Row, owed_of
from storage.story_correction_queries import COLUMNS, COMING, DELIVERED, ELSEWHERE, GATHERED, MOVE_ON, PENDING
from storage.tables import PUBLICATION, campaigns, messages


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery with the references of its sent messages, in order, and when the last was sent (UTC)."""

    owed: Owed
    refs: tuple[str, ...]
    sent_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of one delivery: sent (edited), skipped (nothing of it changes) or dead, with the reason."""

    campaign_id: int
    subscriber_id: SubscriberId
    state: DeliveryState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Edits:
    """How far a correction has come: messages' deliveries by what came of them; `failed` by reason."""

    waiting: int = 0
    edited: int = 0
    unchanged: int = 0
    failed: tuple[tuple[str, int], ...] = ()


class StoryCorrections:
    """The corrections of one publication's stories."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, correction: Correction, *, asked_by: str) -> int:
        """Keep a correction; its id. Deliveries of which nothing was sent yet bring the corrected text."""
        values = {
            "publication_id": PUBLICATION,
            "issue_date": correction.date,
            "item_key": correction.key,
            "number": correction.number,
            "part": correction.part,
            "old": correction.old,
            "new": correction.new,
            "revision": correction.revision,
            "asked_by": asked_by,
            "created_at": correction.created_at,
        }
        insert = sa.insert(corrections).returning(corrections.c.id)
        made = int((await self._connection.execute(insert, values)).scalar_one())
        await self.move_on(correction.date, correction.revision)
        return made

    async def move_on(self, date: dt.date, revision: int) -> int:
        """Let the deliveries of which nothing was sent yet bring this revision; how many."""
        moved = {"date": date, "corrected_in": revision}
        return (await self._connection.execute(MOVE_ON, moved)).rowcount

    async def of(self, date: dt.date) -> tuple[Correction, ...]:
        """The corrections of a day's issue, in the order they were made."""
        query = COLUMNS.where(corrections.c.issue_date == date).order_by(corrections.c.id)
        return tuple(_correction(row) for row in await self._connection.execute(query))

    async def since(self, date: dt.date) -> tuple[Correction, ...]:
        """The corrections of issues up to a day, made since that day's digest began to be sent."""
        opened = sa.select(sa.func.min(campaigns.c.created_at)).where(
            campaigns.c.publication_id == PUBLICATION,
            campaigns.c.kind == "digest",
            campaigns.c.issue_date == date,
        )
        query = COLUMNS.where(
            corrections.c.issue_date <= date, corrections.c.created_at >= opened.scalar_subquery()
        )
        rows = await self._connection.execute(query.order_by(corrections.c.id))
        return tuple(_correction(row) for row in rows)

    async def open(self) -> tuple[tuple[Correction, str], ...]:
        """The corrections whose messages are not all edited, with who asked for each, oldest first."""
        query = COLUMNS.where(corrections.c.done_at.is_(None)).order_by(corrections.c.id)
        rows = await self._connection.execute(query)
        return tuple((_correction(row), row.asked_by) for row in rows)

    async def reach(self, correction: Correction, channel: str) -> tuple[int, int]:
        """How many deliveries brought the text before it: on the channel, and elsewhere."""
        values = {"date": correction.date, "corrected_in": correction.revision, "channel": channel}
        there = (await self._connection.execute(DELIVERED, values)).scalar_one()
        elsewhere = (await self._connection.execute(ELSEWHERE, values)).scalar_one()
        return int(there), int(elsewhere)

    async def gather(self, correction: Correction, channel: str) -> int:
        """Note the channel's deliveries that are to be edited, each once; how many wait for it now."""
        values = {
            "correction": correction.id,
            "date": correction.date,
            "corrected_in": correction.revision,
            "channel": channel,
        }
        columns = ["correction_id", "campaign_id", "subscriber_id", "status"]
        insert = insert_into(correction_edits, self._connection).from_select(columns, GATHERED)
        await self._connection.execute(insert.on_conflict_do_nothing(), values)
        waiting = sa.select(sa.func.count()).where(
            correction_edits.c.correction_id == correction.id,
            correction_edits.c.status == DeliveryState.PENDING,
        )
        return int((await self._connection.execute(waiting)).scalar_one())

    async def coming(self, correction: Correction, channel: str) -> int:
        """How many deliveries with the text before it are still under way."""
        values = {"date": correction.date, "corrected_in": correction.revision, "channel": channel}
        return int((await self._connection.execute(COMING, values)).scalar_one())

    async def pending(self, correction_id: int, limit: int) -> tuple[Sent, ...]:
        """Deliveries whose messages are to be edited."""
        found = await self._connection.execute(PENDING, {"correction": correction_id, "most": limit})
        owed = [owed_of(row) for row in found]
        refs = await self._refs(owed)
        return tuple(
            Sent(one, *refs[one.campaign_id, one.subscriber.id])
            for one in owed
            if (one.campaign_id, one.subscriber.id) in refs
        )

    async def _refs(
        self, owed: Sequence[Owed]
    ) -> dict[tuple[int, SubscriberId], tuple[tuple[str, ...], dt.datetime]]:
        if not owed:
            return {}
        query = sa.select(messages).where(
            messages.c.campaign_id == owed[0].campaign_id,
            messages.c.subscriber_id.in_([one.subscriber.id for one in owed]),
            messages.c.message_ref != "",
        )
        found: dict[tuple[int, SubscriberId], tuple[tuple[str, ...], dt.datetime]] = {}
        for row in await self._connection.execute(query.order_by(messages.c.subscriber_id, messages.c.part)):
            place = (row.campaign_id, SubscriberId(row.subscriber_id))
            refs, _ = found.get(place, ((), row.sent_at))
            found[place] = ((*refs, row.message_ref), row.sent_at)
        return found

    async def settle(self, correction_id: int, outcomes: Iterable[Edited]) -> None:
        """Write down what came of deliveries."""
        for one in outcomes:
            this = sa.and_(
                correction_edits.c.correction_id == correction_id,
                correction_edits.c.campaign_id == one.campaign_id,
                correction_edits.c.subscriber_id == one.subscriber_id,
            )
            update = sa.update(correction_edits).where(this).values(status=one.state, error=one.reason)
            await self._connection.execute(update)

    async def abandon(self, correction_id: int, reason: str) -> int:
        """Give up what is still to be edited; how many deliveries."""
        this = sa.and_(
            correction_edits.c.correction_id == correction_id,
            correction_edits.c.status == DeliveryState.PENDING,
        )
        update = sa.update(correction_edits).where(this)
        result = await self._connection.execute(update.values(status=DeliveryState.DEAD, error=reason))
        return result.rowcount

    async def edits(self, correction_id: int) -> Edits:
        """How far a correction has come."""
        query = (
            sa.select(correction_edits.c.status, correction_edits.c.error, sa.func.count().label("n"))
            .where(correction_edits.c.correction_id == correction_id)
            .group_by(correction_edits.c.status, correction_edits.c.error)
        )
        counted: Counter[DeliveryState] = Counter()
        failed: Counter[str] = Counter()
        for row in await self._connection.execute(query):
            counted[row.status] += row.n
            if row.status is DeliveryState.DEAD:
                failed[row.error] += row.n
        return Edits(
            waiting=counted[DeliveryState.PENDING],
            edited=counted[DeliveryState.SENT],
            unchanged=counted[DeliveryState.SKIPPED],
            failed=tuple(sorted(failed.items(), key=lambda pair: (-pair[1], pair[0]))),
        )

    async def finish(self, correction_id: int, now: dt.datetime) -> bool:
        """Nothing is left to be edited; False when that was noted before."""
        this = sa.and_(corrections.c.id == correction_id, corrections.c.done_at.is_(None))
        update = sa.update(corrections).where(this).values(done_at=now)
        return (await self._connection.execute(update)).rowcount > 0

    async def sweep(self, before: dt.datetime) -> None:
        """Erase which deliveries were edited for corrections that ended before a moment."""
        old = sa.select(corrections.c.id).where(corrections.c.done_at < before)
        await self._connection.execute(
            sa.delete(correction_edits).where(correction_edits.c.correction_id.in_(old))
        )


def _correction(row: Row) -> Correction:
    # A row's `count` and the like are methods of tuples: columns by their names.
    values: dict[str, Any] = row._asdict()
    return Correction(
        id=values["id"],
        date=values["issue_date"],
        key=values["item_key"],
        number=values["number"],
        part=Part(values["part"]),
        old=values["old"],
        new=values["new"],
        revision=values["revision"],
        created_at=values["created_at"],
    )
