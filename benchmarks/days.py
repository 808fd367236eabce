"""Thirty days of digests in the ledger on PostgreSQL, with retention: what it weighs at the end of each day.

Time is simulated, the statements are the worker's own kind: every delivery is planned, claimed, sent, and
erased when it is as old as it is kept; vacuum comes when the server's own settings call for it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks import archive
from benchmarks.crowd import publish, subscribe
from benchmarks.options import main
from benchmarks.record import Beside, Figure, Record, machine, revision
from storage.ledger import FINISH
from storage.store import Store
from storage.tables import deliveries
from tests.postgres import postgres

READERS, DAYS, KEEP_DAYS = 1_000_000, 30, 7
FIRST = dt.datetime(2026, 1, 1, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
# The heaviest of the last ten days is at most so much heavier than the heaviest of the ten before.
MOST_GROWTH = 1.02
TABLES = ("deliveries", "messages", "setbacks", "chunks", "campaigns", "procrastinate_jobs")
_SIZE = sa.text(
    "SELECT sum(pg_total_relation_size(CAST(name AS regclass)))::bigint"
    " FROM unnest(CAST(:names AS text[])) AS name"
)
CHUNKS_AT_ONCE = 100
_THESE = "campaign_id = :campaign AND chunk BETWEEN :first AND :last"
_CLAIM = (
    f"""
    UPDATE deliveries SET status = 1, owner = '0123456789abcdef-0', attempts = 1, claimed_at = :now
    WHERE {_THESE}
    """,
    f"""
    INSERT INTO messages (campaign_id, subscriber_id, part, status)
    SELECT campaign_id, subscriber_id, 0, 1 FROM deliveries WHERE {_THESE}
    """,
)
_SETTLE = (
    f"UPDATE deliveries SET status = 2, settled_at = :now WHERE {_THESE}",
    """
    UPDATE messages SET status = 2, message_ref = 1000000000 + subscriber_id || ':' || subscriber_id,
    sent_at = :now WHERE campaign_id = :campaign AND status = 1
    """,
    """
    UPDATE chunks SET sent = total, done_at = :now
    WHERE campaign_id = :campaign AND no BETWEEN :first AND :last
    """,
)
# The server's own test, with its own settings.
_DUE_FOR_VACUUM = sa.text(
    """
    SELECT relname FROM pg_stat_user_tables WHERE relname = ANY (CAST(:names AS text[]))
    AND n_dead_tup > 50 + 0.2 * n_live_tup
    """
)
Vacuum = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Day:
    """The ledger at the end of a day: rows, and MB on the disk."""

    rows: int
    size: float


def run(size: int) -> Record:
    """Send a digest a day to so many readers, and erase what is a week old."""
    days = asyncio.run(_days(size))
    before, last = days[-20:-10], days[-10:]
    growth = max(day.size for day in last) / max(day.size for day in before)
    figures = dict(_figures(days))
    says = "the heaviest of the last ten days, of the heaviest of the ten before"
    figures["growth"] = Figure(says, growth, "times", most=MOST_GROWTH)
    kept = Figure("a delivery kept, with its message", 1e6 * last[-1].size / last[-1].rows, "bytes")
    figures["row"] = kept
    return Record(
        name="days",
        sizes={"readers": size, "days": DAYS, "days kept": KEEP_DAYS},
        seed=archive.SEED,
        figures=figures,
        beside={"first": Beside("the first day", days[0].size, "MB")},
        revision=revision(),
        machine=machine(),
    )


def _figures(days: Sequence[Day]) -> Iterator[tuple[str, Figure]]:
    for number, day in enumerate(days, start=1):
        says = f"day {number}: {day.rows:,} deliveries"
        yield f"day_{number}", Figure(says, day.size, "MB", against="first")


async def _days(size: int) -> list[Day]:
    with postgres() as server:
        database = server.new_database()

        def vacuum(table: str) -> None:
            server.run(f"VACUUM ANALYZE {table}", database)

        store = await Store.open(server.url(database))
        try:
            await publish(store, 1, FIRST)
            async with store.transaction() as tx:
                await subscribe(tx.connection, size, FIRST)
            return [await _day(store, FIRST + number * DAY, vacuum) for number in range(DAYS)]
        finally:
            await store.close()


async def _day(store: Store, now: dt.datetime, vacuum: Vacuum) -> Day:
    """Send a digest to everybody, erase what is old, and weigh the ledger."""
    date = now.date()
    async with store.transaction() as tx:
        campaign = await tx.campaigns.open(f"digest:{date}", kind="digest", issue_date=date, now=now)
        await tx.campaigns.owe_all(campaign, revision=1, issue_date=date, now=now)
        opened = await tx.outbox.open_chunks()
    for first in range(1, len(opened) + 1, CHUNKS_AT_ONCE):
        await _send(store, campaign, first, now)
    async with store.transaction() as tx:
        await tx.connection.execute(FINISH, {"campaign": campaign, "now": now})
    await _work_off_tickets(store)
    while await _erased(store, now - KEEP_DAYS * DAY):
        pass
    await _vacuum(store, vacuum)
    return await _weigh(store)


async def _send(store: Store, campaign: int, first: int, now: dt.datetime) -> None:
    """What a worker leaves behind of some chunks: each statement of it writes the same versions of rows."""
    values = {"campaign": campaign, "first": first, "last": first + CHUNKS_AT_ONCE - 1, "now": now}
    for together in (_CLAIM, _SETTLE):
        async with store.transaction() as tx:
            for statement in together:
                await tx.connection.execute(sa.text(statement), values)


async def _work_off_tickets(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.connection.exec_driver_sql("DELETE FROM procrastinate_jobs")


async def _erased(store: Store, before: dt.datetime) -> int:
    async with store.transaction() as tx:
        return await tx.campaigns.sweep(before)


async def _vacuum(store: Store, vacuum: Vacuum) -> None:
    """What the server would have done by itself in the course of the day."""
    async with store.transaction() as tx:
        await tx.connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")
    async with store.reading() as tx:
        names = (await tx.connection.execute(_DUE_FOR_VACUUM, {"names": list(TABLES)})).scalars().all()
    for name in names:
        await asyncio.to_thread(vacuum, name)


async def _weigh(store: Store) -> Day:
    async with store.reading() as tx:
        rows = (await tx.connection.execute(sa.select(sa.func.count()).select_from(deliveries))).scalar_one()
        size = (await tx.connection.execute(_SIZE, {"names": list(TABLES)})).scalar_one()
    return Day(rows, size / 1e6)


if __name__ == "__main__":
    sys.exit(main(run, size=READERS, what="readers"))
