"""How long it takes to take an SQLite database over into PostgreSQL, as its operator does it."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks import archive, words
from benchmarks.load import LAST, NOW, RULES
from benchmarks.options import main
from benchmarks.programs import Installation, carry_out, install
from benchmarks.record import Beside, Figure, Record, machine, revision
from bot.files import issue_files, read_source
from digest.dialect import SEED_DIALECT
from handlers.ingest import ingest
from storage.store import Store
from tests.move_truth import different_rows, rows_of, tables_of
from tests.postgres import postgres

READERS, SECONDS = 50_000, 120.0
FIRST_CHAT = 10**9
TOKEN = "12345678:AAnothing-is-sent-with-this-token"
STAMP = f"{NOW:%Y-%m-%dT%H:%M:%S.%f}+00:00"
SUBSCRIBER = "INSERT INTO subscribers (id, kind, locale, created_at) VALUES (?, 'person', 'zh-Hans', ?)"
ADDRESS = (
    "INSERT INTO addresses (id, subscriber_id, channel, account, recipient, state, last_seen_at)"
    " VALUES (?, ?, 'telegram', '12345678', ?, 'active', ?)"
)
SUBSCRIPTION = (
    "INSERT INTO subscriptions (subscriber_id, active, push_at, form, silent, subscribed_at)"
    " VALUES (?, 1, ?, 'brief', 0, ?)"
)
FOLLOW = "INSERT INTO follows (subscriber_id, key, word, created_at) VALUES (?, ?, ?, ?)"
DELIVERY = (
    "INSERT INTO deliveries"
    " (campaign_id, subscriber_id, chunk, address_id, revision, status, attempts, planned_at, settled_at)"
    " VALUES (1, ?, ?, ?, 1, 2, 1, ?, ?)"
)
MESSAGE = (
    "INSERT INTO messages (campaign_id, subscriber_id, part, status, message_ref, sent_at)"
    " VALUES (1, ?, 0, 2, ?, ?)"
)


def run(size: int) -> Record:
    """Move so many readers, a push to all of them, and three stories for each."""
    issues = max(1, round(archive.FULL_ISSUES * size / READERS))
    with tempfile.TemporaryDirectory() as place, postgres() as server:
        installation = install(Path(place), token=TOKEN)
        _fill(installation, size, issues)
        tables = tables_of(installation.database)
        rows = sum(rows_of(installation.database, table).total() for table in tables)
        url = server.url(server.new_database())
        taken = carry_out(installation, "move", url)
        copied = _copy_seconds(installation.database)
        different = sum(different_rows(installation.database, url).values())
    figures = {
        "move": Figure("everything moved, read back, indexed", taken, "s", most=SECONDS, against="copy"),
        "different": Figure("rows that are not the same", different, "rows", most=0),
    }
    return Record(
        name="move",
        sizes={
            "readers": size,
            "issues": issues,
            "stories": archive.total(issues),
            "rows": rows,
        },
        seed=archive.SEED,
        figures=figures,
        beside={"copy": Beside("copying the file, onto the disk", copied, "s")},
        revision=revision(),
        machine=machine(),
    )


def _copy_seconds(database: Path) -> float:
    started = time.perf_counter()
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(f"{database}.copy")) as target:
        source.backup(target)
    return time.perf_counter() - started


def _fill(installation: Installation, readers: int, issues: int) -> None:
    archive.write(installation.issues, archive.SEED, issues, last=LAST)
    asyncio.run(_load(installation))
    shutil.rmtree(installation.issues)
    with closing(sqlite3.connect(installation.database, isolation_level=None)) as opened:
        add_readers(opened, readers)
        opened.execute("BEGIN")
        _follow(opened, readers)
        _push(opened, readers)
        opened.execute("COMMIT")


async def _load(installation: Installation) -> None:
    store = await Store.open(f"sqlite:///{installation.database}")
    try:
        files = [read_source(file) for file in issue_files([installation.issues], SEED_DIALECT)]
        await ingest(files, store, RULES, now=NOW)
    finally:
        await store.close()


def add_readers(opened: sqlite3.Connection, count: int) -> None:
    """Put so many readers with a standing order into an SQLite database, on Telegram from FIRST_CHAT on."""
    chance, ids = random.Random(archive.SEED), range(1, count + 1)
    opened.execute("BEGIN")
    opened.executemany(SUBSCRIBER, ((one, STAMP) for one in ids))
    opened.executemany(ADDRESS, ((one, one, str(FIRST_CHAT + one), STAMP) for one in ids))
    opened.executemany(SUBSCRIPTION, ((one, f"{chance.randrange(24):02}:00", STAMP) for one in ids))
    opened.execute("COMMIT")


def _follow(opened: sqlite3.Connection, readers: int) -> None:
    chance = random.Random(archive.SEED)
    followed = ((one, chance.choice(words.THINGS)) for one in range(1, readers + 1))
    opened.executemany(FOLLOW, ((one, word, word, STAMP) for one, word in followed))


def _push(opened: sqlite3.Connection, readers: int) -> None:
    """A campaign that everybody was sent, in chunks of 500."""
    opened.execute(
        "INSERT INTO campaigns (id, key, kind, issue_date, state, total, created_at)"
        " VALUES (1, ?, 'digest', ?, 'done', ?, ?)",
        (f"digest:{LAST}", str(LAST), readers, STAMP),
    )
    ids = range(1, readers + 1)
    opened.executemany(DELIVERY, ((one, 1 + one // 500, one, STAMP, STAMP) for one in ids))
    opened.executemany(MESSAGE, ((one, f"{FIRST_CHAT + one}:{one}", STAMP) for one in ids))
    opened.execute(
        "INSERT INTO chunks (campaign_id, no, total, sent, done_at)"
        " SELECT 1, chunk, count(*), count(*), ? FROM deliveries GROUP BY chunk",
        (dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),),
    )


if __name__ == "__main__":
    sys.exit(main(run, size=READERS, what="readers"))
