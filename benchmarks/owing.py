"""A ledger that owes one digest to thousands of readers, and the worker that sends it."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from benchmarks import archive
from benchmarks.measure import Watch, timed
from benchmarks.move import add_readers
from benchmarks.on_time import ISSUES
from bot.composer import Composer
from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.telegram.outlet import TelegramOutlet, TelegramPost
from bot.worker import Surroundings, Worker, utc_now
from digest.campaign import CampaignState
from digest.dialect import SEED_DIALECT
from digest.house import House
from handlers.ingest import Rules, SourceFile, ingest
from handlers.push import push
from storage.store import Store

# A rate that holds nothing up.
NO_LIMIT = 100_000.0
LOOK_SECONDS, MOST_SECONDS = 0.1, 300.0
LOOKER = "looker"


async def owe(database: Path, readers: int) -> str:
    """The URL of a new SQLite database that owes today's digest to so many readers."""
    url, now = f"sqlite:///{database}", utc_now()
    files = archive.generate(archive.SEED, ISSUES, last=now.date())
    async with opened(url) as store:
        sources = [SourceFile(file.name, file.name, file.source) for file in files]
        await ingest(sources, store, Rules(SEED_DIALECT, "UTC"), now=now)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        add_readers(connection, readers)
    async with opened(url) as store:
        pushed = await push(store, now.date(), now=now, dry_run=False)
    if pushed.owed != readers:
        raise RuntimeError(f"{pushed.owed} of {readers} readers are owed the digest")
    return url


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """The store of a database."""
    store = await Store.open(url)
    try:
        yield store
    finally:
        await store.close()


async def wording(url: str, outlet: TelegramOutlet) -> TelegramPost:
    """What every reader will be sent: one message."""
    async with opened(url) as store:
        async with store.transaction() as tx:
            ((campaign_id, chunk), *_) = await tx.outbox.open_chunks()
            (owed,) = await tx.outbox.claim(campaign_id, chunk, 1, owner=LOOKER, now=utc_now())
        (message,) = await Composer(store, House(), load_catalogs(), now=utc_now).messages(owed, outlet)
        async with store.transaction() as tx:
            await tx.outbox.release(LOOKER)
    if not isinstance(message, TelegramPost):
        raise TypeError(message)
    return message


async def send_all(url: str, outlet: TelegramOutlet, *, at_once: int) -> Watch:
    """The time from the start of a worker until the campaign is done and everybody was sent it."""
    async with opened(url) as store:
        worker = Worker(
            store,
            House(),
            load_catalogs(),
            {"telegram": (outlet, Pace(Rate(NO_LIMIT), clock=time.monotonic))},
            concurrency=at_once,
            around=Surroundings(utc_now, time.monotonic, random.random),
        )
        with timed() as watch:
            await worker.start()
            await _done(store)
        await worker.drain()
    return watch


async def _done(store: Store) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        while True:
            async with store.reading() as tx:
                (campaign,) = await tx.campaigns.list()
            if campaign.state is CampaignState.DONE:
                break
            await asyncio.sleep(LOOK_SECONDS)
    if campaign.sent != campaign.total:
        raise RuntimeError(f"{campaign.sent} of {campaign.total} were sent")
