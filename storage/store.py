"""The store: transactions whose repositories commit together."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from digest.errors import OperatorError
from storage.archive import Memory
from storage.broadcasts import Broadcasts
from storage.campaigns import Campaigns
from storage.conversations import Conversations
from storage.corrections import Corrections
from storage.engines import Engines, open_engines
from storage.faults import renamed
from storage.follows import Follows
from storage.inbox import Inbox
from storage.issues import Issues
from storage.lives import Lives
from storage.lookups import Lookups
from storage.manuscripts import Manuscripts
from storage.masses import Masses
from storage.meta import Meta
from storage.outbox import Outbox
from storage.pairings import Pairings
from storage.rates import Rates
from storage.reports import Reports
from storage.roles import Roles
from storage.schema import SCHEMA, make_file, prepare
from storage.senders import Senders
from storage.short_links import ShortLinks
from storage.story_corrections import StoryCorrections
from storage.subscribers import Subscribers
from storage.troubles import Troubles
from storage.turns import Turns
from storage.windows import Windows


@dataclass(frozen=True, slots=True)
class Transaction:
    """Repositories on one connection: they read one state, and write together or not at all."""

    connection: AsyncConnection
    issues: Issues
    subscribers: Subscribers
    campaigns: Campaigns
    broadcasts: Broadcasts
    corrections: Corrections
    outbox: Outbox
    inbox: Inbox
    conversations: Conversations
    follows: Follows
    lookups: Lookups
    manuscripts: Manuscripts
    reports: Reports
    story_corrections: StoryCorrections
    meta: Meta
    lives: Lives
    troubles: Troubles
    roles: Roles
    senders: Senders
    windows: Windows
    masses: Masses
    short_links: ShortLinks
    pairings: Pairings


class Store:
    """Everything kept, in an SQLite file or a PostgreSQL database."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._turns = Turns()
        self._kept: AsyncConnection | None = None
        self._memory = Memory()
        self._rates: Rates | None = None

    @classmethod
    async def open(cls, url: str, *, create: bool = True) -> Self:
        """The store at `sqlite:///path` or `postgresql://…`; `create` gives a database without tables ours.

        OperatorError: storage.newer_schema, storage.older_schema, storage.bad_url, storage.missing_extra (2);
        storage.unreachable, storage.not_a_database, storage.absent (1).
        """
        engines = open_engines(url)
        try:
            await _ready(engines, create=create)
        except BaseException:
            await engines.close()
            raise
        return cls(engines)

    async def close(self) -> None:
        """Close every connection."""
        kept, self._kept = self._kept, None
        if kept is not None:
            await kept.close()
        if self._rates is not None:
            await self._rates.close()
        await self._engines.close()

    @property
    def rates(self) -> Rates:
        """The slots of accounts that several programs on one PostgreSQL share."""
        if self._rates is None:
            self._rates = Rates(self._engines.writer.url)
        return self._rates

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A look at one state of everything, which waits for no writer; or StoreUnavailable."""
        with renamed():
            async with self._engines.reader.connect() as connection:
                yield self._of(connection, writes=False)

    async def now(self, ours: dt.datetime) -> dt.datetime:
        """The moment that counts: by PostgreSQL's clock, which many programs share; on SQLite by ours."""
        if self._engines.path is not None:
            return ours
        async with self.reading() as tx:
            now: dt.datetime = (await tx.connection.exec_driver_sql("SELECT clock_timestamp()")).scalar_one()
        return now.astimezone(dt.UTC)

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[Transaction]:
        """What is written is kept when the block ends, not at all when it raises: StoreUnavailable, DiskFull.

        On SQLite one at a time: keep it short. `urgent` (an answer to a person) goes before what else waits.
        """
        with renamed():
            # The first statement begins; a block left without the commit has its connection rolled back.
            async with self._turn(urgent=urgent) as connection:
                yield self._of(connection, writes=True)
                await connection.commit()

    def _of(self, connection: AsyncConnection, *, writes: bool) -> Transaction:
        return Transaction(
            connection=connection,
            issues=Issues(connection, self._memory, writes=writes),
            subscribers=Subscribers(connection, writes=writes),
            campaigns=Campaigns(connection),
            broadcasts=Broadcasts(connection),
            corrections=Corrections(connection),
            outbox=Outbox(connection),
            inbox=Inbox(connection),
            conversations=Conversations(connection),
            follows=Follows(connection),
            lookups=Lookups(connection),
            manuscripts=Manuscripts(connection),
            reports=Reports(connection),
            story_corrections=StoryCorrections(connection),
            meta=Meta(connection),
            lives=Lives(connection),
            troubles=Troubles(connection),
            roles=Roles(connection),
            senders=Senders(connection),
            windows=Windows(connection, writes=writes),
            masses=Masses(connection),
            short_links=ShortLinks(connection),
            pairings=Pairings(connection),
        )

    @asynccontextmanager
    async def _turn(self, *, urgent: bool) -> AsyncIterator[AsyncConnection]:
        if self._engines.path is None:
            async with self._engines.writer.connect() as connection:
                yield connection
        else:
            async with self._turns.turn(urgent=urgent), self._only_writer() as connection:
                yield connection

    @asynccontextmanager
    async def _only_writer(self) -> AsyncIterator[AsyncConnection]:
        """SQLite's one writing connection; kept for the next turn unless this one went wrong."""
        connection, self._kept = self._kept, None
        if connection is None:
            connection = await self._engines.writer.connect()
        try:
            yield connection
        except BaseException:
            # The pool rolls back what a cancelled statement began, even if this task is cancelled once more.
            await asyncio.shield(asyncio.ensure_future(connection.close()))
            raise
        self._kept = connection


async def _ready(engines: Engines, *, create: bool) -> None:
    """See to it that the database has our schema."""
    if engines.path is not None and create:
        make_file(engines.path)
    if engines.path is not None and not engines.path.exists():
        raise OperatorError("storage.absent", exit_code=1, database=str(engines.path))
    found = await prepare(engines.writer, path=engines.path, create=create)
    if found is not None and found < SCHEMA:
        raise OperatorError("storage.older_schema", exit_code=2, found=found, known=SCHEMA)
