"""Broadcasts: what they say, to whom, and when they begin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.audience import Audience, Reach
from digest.broadcast import BROADCAST, Broadcast
from digest.campaign import CampaignState, DeliveryState
from digest.content import Content
from digest.subscriber import Sections
from storage.audiences import Surroundings, by_sections, orders_of, reach, readers_of
from storage.broadcast_tables import broadcast_texts, broadcasts
from storage.dialects import insert_new
from storage.documents import read_content, write_content
from storage.planning import CHUNK_SIZE, Batch, add_deliveries, finish, grow, last_chunk
from storage.rows import Row
from storage.tables import PUBLICATION, campaigns, deliveries
from storage.types import UTCDateTime

_NEWEST = (
    sa.select(sa.func.max(broadcast_texts.c.revision))
    .where(broadcast_texts.c.campaign_id == campaigns.c.id)
    .correlate(campaigns)
    .scalar_subquery()
)
_BROADCASTS = (
    sa.select(
        campaigns.c.id,
        campaigns.c.key,
        campaigns.c.state,
        broadcasts,
        broadcast_texts.c.revision,
        broadcast_texts.c.document,
    )
    .join_from(campaigns, broadcasts, broadcasts.c.campaign_id == campaigns.c.id)
    .join(
        broadcast_texts,
        sa.and_(broadcast_texts.c.campaign_id == campaigns.c.id, broadcast_texts.c.revision == _NEWEST),
    )
    .order_by(campaigns.c.id)
)


class Broadcasts:
    """The broadcasts of one publication, each with the campaign that carries it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def draft(self, key: str, content: Content, *, author: str = "", now: dt.datetime) -> Broadcast:
        """A draft under an idempotency key; the broadcast that has this key where there is one."""
        values = {
            "key": key,
            "kind": BROADCAST,
            "publication_id": PUBLICATION,
            "state": CampaignState.PAUSED,
            "created_at": now,
        }
        made = (
            await self._connection.execute(insert_new(self._connection, campaigns, "id"), values)
        ).scalar()
        if made is not None:
            await self._connection.execute(
                sa.insert(broadcasts), {"campaign_id": int(made), "author": author}
            )
            await self._write(int(made), 1, content, now)
        found = await self.keyed(key)
        if found is None:
            raise LookupError(key)
        return found

    async def get(self, campaign_id: int) -> Broadcast | None:
        """A broadcast with its newest content; None when the campaign is none."""
        found = await self._connection.execute(_BROADCASTS.where(campaigns.c.id == campaign_id))
        row = found.first()
        return None if row is None else _broadcast(row)

    async def keyed(self, key: str) -> Broadcast | None:
        """The broadcast with an idempotency key."""
        row = (await self._connection.execute(_BROADCASTS.where(campaigns.c.key == key))).first()
        return None if row is None else _broadcast(row)

    async def content(self, campaign_id: int, revision: int) -> Content | None:
        """What one revision says."""
        query = sa.select(broadcast_texts.c.document).where(
            broadcast_texts.c.campaign_id == campaign_id, broadcast_texts.c.revision == revision
        )
        document = (await self._connection.execute(query)).scalar()
        return None if document is None else read_content(document)

    async def rewrite(self, campaign_id: int, content: Content, *, now: dt.datetime) -> int:
        """Give a broadcast another content from here on; its revision.

        What waits is sent as the new revision, what was sent is to be corrected.
        """
        await last_chunk(self._connection, campaign_id)
        query = sa.select(sa.func.max(broadcast_texts.c.revision)).where(
            broadcast_texts.c.campaign_id == campaign_id
        )
        revision = int((await self._connection.execute(query)).scalar_one()) + 1
        await self._write(campaign_id, revision, content, now)
        waiting = sa.update(deliveries).where(
            deliveries.c.campaign_id == campaign_id,
            deliveries.c.status.not_in((DeliveryState.SENT, DeliveryState.SENDING)),
        )
        await self._connection.execute(waiting.values(revision=revision))
        begun = sa.and_(broadcasts.c.campaign_id == campaign_id, broadcasts.c.begun_at.is_not(None))
        await self._connection.execute(sa.update(broadcasts).where(begun).values(correct_to=revision))
        return revision

    async def change(self, campaign_id: int, **columns: str | int | dt.datetime | None) -> None:
        """Set columns of a broadcast: audience, head_count, shown, starts_at, confirmed_at, told_ref…"""
        this = broadcasts.c.campaign_id == campaign_id
        await self._connection.execute(sa.update(broadcasts).where(this).values(**columns))

    async def reach(self, audience: Audience, around: Surroundings) -> Reach:
        """Whom an audience reaches now, and who is left out."""
        return await reach(self._connection, audience, around)

    async def by_sections(self, around: Surroundings) -> Mapping[Sections, int]:
        """How many readers whom everything reaches have each choice of sections."""
        return await by_sections(self._connection, around)

    async def begin(
        self, campaign_id: int, audience: Audience, around: Surroundings, *, chunk_size: int = CHUNK_SIZE
    ) -> int | None:
        """Owe a broadcast to its audience and let it run, once; how many readers. None when it had begun."""
        this = sa.and_(broadcasts.c.campaign_id == campaign_id, broadcasts.c.begun_at.is_(None))
        moment = sa.literal(around.now, UTCDateTime())
        begun = await self._connection.execute(
            sa.update(broadcasts)
            .where(this)
            .values(begun_at=around.now, confirmed_at=sa.func.coalesce(broadcasts.c.confirmed_at, moment))
        )
        if begun.rowcount == 0:
            return None
        run = sa.update(campaigns).where(
            campaigns.c.id == campaign_id, campaigns.c.state == CampaignState.PAUSED
        )
        if (await self._connection.execute(run.values(state=CampaignState.RUNNING))).rowcount == 0:
            return None
        found = await self.get(campaign_id)
        batch = Batch(campaign_id, found.revision if found else 1, around.now, chunk_size)
        after = await last_chunk(self._connection, campaign_id)
        added = await add_deliveries(
            self._connection,
            batch,
            orders_of(audience, around),
            after_chunk=after,
            readers=readers_of(audience, around),
        )
        await grow(self._connection, campaign_id, added)
        await finish(self._connection, campaign_id, around.now)
        return added

    async def due(self, now: dt.datetime) -> tuple[Broadcast, ...]:
        """The scheduled broadcasts whose hour has come."""
        return await self._where(
            broadcasts.c.begun_at.is_(None),
            broadcasts.c.confirmed_at.is_not(None),
            broadcasts.c.starts_at <= now,
            campaigns.c.state == CampaignState.PAUSED,
        )

    async def to_tell(self) -> tuple[Broadcast, ...]:
        """The broadcasts that have begun and whose author has not been told of the end."""
        return await self._where(
            broadcasts.c.author != "", broadcasts.c.begun_at.is_not(None), broadcasts.c.told == ""
        )

    async def _write(self, campaign_id: int, revision: int, content: Content, now: dt.datetime) -> None:
        row = {
            "campaign_id": campaign_id,
            "revision": revision,
            "document": write_content(content),
            "created_at": now,
        }
        await self._connection.execute(sa.insert(broadcast_texts), row)

    async def _where(self, *conditions: sa.ColumnElement[bool]) -> tuple[Broadcast, ...]:
        rows = await self._connection.execute(_BROADCASTS.where(*conditions))
        return tuple(_broadcast(row) for row in rows)


def _broadcast(row: Row) -> Broadcast:
    return Broadcast(
        id=row.id,
        key=row.key,
        state=row.state,
        revision=row.revision,
        content=read_content(row.document),
        audience=row.audience,
        author=row.author,
        head_count=row.head_count,
        shown=row.shown,
        starts_at=row.starts_at,
        confirmed_at=row.confirmed_at,
        begun_at=row.begun_at,
        told_ref=row.told_ref,
        told=row.told,
    )
