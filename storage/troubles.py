"""Troubles as kept: a program that starts again knows which ones it has told."""

from __future__ import annotations

import datetime as dt
import json

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.troubles import KnownTrouble, Trouble, TroubleKind
from storage.dialects import insert_new
from storage.rows import Row
from storage.tables import PUBLICATION, issues, revisions, subscriptions
from storage.trouble_tables import troubles

_BETWEEN = " "


class Troubles:
    """What is wrong, since when, and who was told. Two of the same kind and subject are never open."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, since: dt.datetime) -> tuple[KnownTrouble, ...]:
        """The troubles that last, and those that ended since a moment, in the order of their beginning."""
        lasting = sa.or_(troubles.c.over_at.is_(None), troubles.c.over_at >= since)
        rows = await self._connection.execute(sa.select(troubles).where(lasting).order_by(troubles.c.id))
        return tuple(_known(row) for row in rows)

    async def begin(
        self,
        trouble: Trouble,
        since: dt.datetime,
        *,
        told: frozenset[str] = frozenset(),
        over_at: dt.datetime | None = None,
    ) -> bool:
        """Keep a trouble, or one that is over by now; False when it was known already."""
        values = {
            "kind": trouble.kind.value,
            "subject": trouble.subject,
            "details": json.dumps(dict(trouble.details), ensure_ascii=False),
            "since": since,
            "over_at": over_at,
            "told": _written(told),
            "lasting": None if over_at else f"{trouble.kind.value} {trouble.subject}",
        }
        made = await self._connection.execute(insert_new(self._connection, troubles, "id"), values)
        return made.first() is not None

    async def end(self, trouble_id: int, now: dt.datetime, *, told: frozenset[str] = frozenset()) -> bool:
        """A trouble is over; `told` are those who need not hear of it. False when it was over already."""
        update = sa.update(troubles).where(troubles.c.id == trouble_id, troubles.c.over_at.is_(None))
        ended = await self._connection.execute(
            update.values(over_at=now, told_over=_written(told), lasting=None)
        )
        return ended.rowcount > 0

    async def mark(self, trouble_id: int, admin: str, *, over: bool) -> bool:
        """Note that an admin is about to be told; False when another program has noted it before."""
        column = troubles.c.told_over if over else troubles.c.told
        update = sa.update(troubles).where(
            troubles.c.id == trouble_id, ~column.contains(_written({admin}), autoescape=True)
        )
        marked = await self._connection.execute(update.values({column: column + _written({admin})}))
        return marked.rowcount > 0

    async def unmark(self, trouble_id: int, admin: str, *, over: bool) -> None:
        """Note that an admin could not be told after all."""
        column = troubles.c.told_over if over else troubles.c.told
        update = sa.update(troubles).where(troubles.c.id == trouble_id)
        await self._connection.execute(
            update.values({column: sa.func.replace(column, _written({admin}), "")})
        )

    async def sweep(self, before: dt.datetime) -> int:
        """Erase the troubles that ended before a moment; how many."""
        old = troubles.c.over_at < before
        return (await self._connection.execute(sa.delete(troubles).where(old))).rowcount

    async def issue_is_in(self, today: dt.date, midnight: dt.datetime) -> bool:
        """Whether today's issue is kept, whatever its state; yesterday's is today's when it came today."""
        first_kept = sa.select(revisions.c.created_at).where(
            revisions.c.issue_id == issues.c.id, revisions.c.revision == 1
        )
        late = sa.and_(
            issues.c.date == today - dt.timedelta(days=1), first_kept.scalar_subquery() >= midnight
        )
        query = sa.select(issues.c.id).where(
            issues.c.publication_id == PUBLICATION, sa.or_(issues.c.date == today, late)
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def waiting(self, today: dt.date) -> int:
        """How many readers wait for the digest of a date."""
        query = sa.select(sa.func.count()).where(subscriptions.c.active, subscriptions.c.due_on == today)
        return int((await self._connection.execute(query)).scalar_one())


def _known(row: Row) -> KnownTrouble:
    trouble = Trouble(TroubleKind(row.kind), row.subject, json.loads(row.details or "{}"))
    told, told_over = (frozenset(names.split()) for names in (row.told, row.told_over))
    return KnownTrouble(row.id, trouble, row.since, row.over_at, told, told_over)


def _written(names: frozenset[str] | set[str]) -> str:
    """Addresses in a row, each with spaces around it, so that none is found inside another."""
    return "".join(f"{_BETWEEN}{name}{_BETWEEN}" for name in sorted(names))
