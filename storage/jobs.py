"""The job engine beside the ledger, on PostgreSQL: its tables, and the tickets of chunks.

A ticket is a job that tells a worker to send one chunk. Tickets are committed with the chunks they are for.
On SQLite there are none: the one process looks into the ledger itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.campaign import CampaignState
from storage.tables import campaigns, chunks

Chunk = tuple[int, int]

_NO_TICKET = sa.text(
    "NOT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    " AND lock = 'chunk:' || chunks.campaign_id || ':' || chunks.no)"
)
_MISSING = (
    sa.select(chunks.c.campaign_id, chunks.c.no)
    .join_from(chunks, campaigns, campaigns.c.id == chunks.c.campaign_id)
    .where(campaigns.c.state == CampaignState.RUNNING, chunks.c.done_at.is_(None), _NO_TICKET)
    .order_by(chunks.c.campaign_id, chunks.c.no)
)


def make_job_tables(connection: Connection) -> None:
    """Make what the job engine needs, in a database that has nothing of it."""
    from storage.tickets import schema

    # One call of many statements: none of them may be taken for one with parameters.
    connection.exec_driver_sql(schema().replace("%", "%%"))


async def submit(connection: AsyncConnection, tickets: Sequence[Chunk]) -> None:
    """Ask for chunks to be sent, as part of the connection's transaction; nothing to do on SQLite."""
    if connection.dialect.name == "postgresql" and tickets:
        from storage.tickets import defer

        await defer(connection, tickets)


async def missing(connection: AsyncConnection, campaign_id: int | None = None) -> tuple[Chunk, ...]:
    """The unfinished chunks of running campaigns (or of one) for which there is no live ticket."""
    query = _MISSING if campaign_id is None else _MISSING.where(chunks.c.campaign_id == campaign_id)
    return tuple((row.campaign_id, row.no) for row in await connection.execute(query))


async def reconcile(connection: AsyncConnection, campaign_id: int | None = None) -> int:
    """Ask anew for every chunk that has lost its ticket; how many. Nothing to do on SQLite."""
    if connection.dialect.name != "postgresql":
        return 0
    from storage.tickets import Enqueued

    asked = 0
    for ticket in await missing(connection, campaign_id):
        try:
            # Somebody else may ask at the same moment: that must not take the whole transaction with it.
            async with connection.begin_nested():
                await submit(connection, (ticket,))
        except Enqueued:
            continue
        asked += 1
    return asked
