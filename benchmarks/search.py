"""Look-ups from words to ten marked snippets, on both databases, beside what a plain database offers.

`--size 3650` is ten years of issues (150,000 stories), `--size 36500` a hundred.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import archive, words
from benchmarks.load import LAST, NOW, ZONE
from benchmarks.measure import percentile
from benchmarks.options import main
from benchmarks.record import Beside, Figure, Record, machine, revision
from digest.dialect import SEED_DIALECT
from digest.issue import Issue
from digest.parsing import parse
from digest.query import parse_query
from digest.snippets import snippet
from storage.puts import Text
from storage.store import Store, Transaction
from tests.postgres import postgres

PAGE, BATCH, LAST_ISSUES = 10, 50, 100
ROUNDS, ROUNDS_LARGE = 16, 8
LARGE = 10 * archive.FULL_ISSUES
# Milliseconds (p50, p99) at ten years and at a hundred, on two cores.
TARGETS = {
    ("sqlite", False): (8.0, 50.0),
    ("postgresql", False): (15.0, 100.0),
    ("sqlite", True): (15.0, 120.0),
    ("postgresql", True): (40.0, 250.0),
}
ADDED = (20.0, 100.0)
TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(slots=True)
class Plain:
    """The same stories in a bare SQLite file: text for LIKE, and FTS5's own trigram index."""

    connection: sqlite3.Connection

    def prepare(self) -> None:
        """Make the tables."""
        self.connection.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        self.connection.execute(
            "CREATE VIRTUAL TABLE trigram USING fts5(text, content='', tokenize='trigram')"
        )

    def add(self, issues: Iterable[Issue]) -> None:
        """Keep issues' stories, oldest first."""
        rows = [
            (issue.date.toordinal() * 1000 + item.number, f"{item.title}\n{item.summary}".lower())
            for issue in issues
            for item in issue.items
        ]
        self.connection.executemany("INSERT INTO plain VALUES (?, ?)", rows)
        self.connection.executemany("INSERT INTO trigram (rowid, text) VALUES (?, ?)", rows)

    def like(self, text: str) -> list[int]:
        """The newest ten stories that have the text, by walking through all."""
        query = "SELECT id FROM plain WHERE text LIKE ? ORDER BY id DESC LIMIT 10"
        return [row[0] for row in self.connection.execute(query, (f"%{text}%",))]

    def trigrams(self, text: str) -> list[int]:
        """The newest ten stories that the trigram index finds."""
        query = "SELECT rowid FROM trigram WHERE trigram MATCH ? ORDER BY rowid DESC LIMIT 10"
        quoted = '"' + text.replace('"', '""') + '"'
        return [row[0] for row in self.connection.execute(query, (quoted,))]


@dataclass(slots=True)
class Times:
    """Milliseconds of look-ups and of added issues by database, and of what ran beside them."""

    looked_up: dict[str, list[float]] = field(default_factory=dict)
    added: dict[str, list[float]] = field(default_factory=dict)
    like: list[float] = field(default_factory=list)
    trigrams: list[float] = field(default_factory=list)
    unfound: int = 0
    asked: int = 0


def run(size: int) -> Record:
    """Look up usual and rare words in an archive of so many issues, on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as place, postgres() as server:
        urls = {
            "sqlite": f"sqlite:///{Path(place, 'digestbot.db')}",
            "postgresql": server.url(server.new_database()),
        }
        times = asyncio.run(_times(urls, Path(place, "plain.db"), size))
    large = size > archive.FULL_ISSUES
    return Record(
        name="search_large" if large else "search",
        sizes={"issues": size, "stories": archive.total(size), "look-ups": times.asked},
        seed=archive.SEED,
        figures=dict(_figures(times, large=large)),
        beside=_beside(times),
        revision=revision(),
        machine=machine(),
    )


def _figures(times: Times, *, large: bool) -> Iterator[tuple[str, Figure]]:
    for name, title in TITLES.items():
        for share, most in zip((50, 99), TARGETS[name, large], strict=True):
            value = percentile(times.looked_up[name], share / 100)
            says = f"{title}: words to ten snippets, p{share}"
            yield f"{name}_p{share}", Figure(says, value, "ms", most=most, against=f"like_p{share}")
        for share, most in zip((50, 99), ADDED, strict=True):
            value = percentile(times.added[name], share / 100)
            says = f"{title}: one more issue, its index included, p{share}"
            yield f"{name}_added_p{share}", Figure(says, value, "ms", most=most)


def _beside(times: Times) -> dict[str, Beside]:
    found = {
        f"{name}_p{share}": Beside(f"{says}, p{share}", percentile(taken, share / 100), "ms")
        for name, says, taken in (
            ("like", "SQLite's LIKE, ten newest, unranked", times.like),
            ("trigram", "SQLite's trigram index, ten newest, unranked", times.trigrams),
        )
        for share in (50, 99)
    }
    share = 100 * times.unfound / max(1, len(times.trigrams))
    return found | {"unfound": Beside("words that LIKE finds and the trigram index does not", share, "%")}


async def _times(urls: dict[str, str], plain_file: Path, size: int) -> Times:
    times = Times()
    with contextlib.closing(sqlite3.connect(plain_file, isolation_level=None)) as connection:
        plain = Plain(connection)
        plain.prepare()
        async with contextlib.AsyncExitStack() as opened:
            stores = {name: await Store.open(url) for name, url in urls.items()}
            for store in stores.values():
                opened.push_async_callback(store.close)
            await _fill(stores, plain, size, times)
            for name, store in stores.items():
                times.looked_up[name] = await _look_up(store, size)
        _look_beside(plain, size, times)
    times.asked = len(times.looked_up["sqlite"])
    return times


async def _fill(stores: dict[str, Store], plain: Plain, size: int, times: Times) -> None:
    """Keep every issue in all three; the last ones alone, and timed."""
    issues = _issues(size)
    one_by_one = min(LAST_ISSUES, size)
    for batch in _batches(itertools.islice(issues, size - one_by_one)):
        for store in stores.values():
            await _put(store, batch)
        _add(plain, batch)
    times.added = {name: [] for name in stores}
    for issue in issues:
        for name, store in stores.items():
            started = time.perf_counter()
            await _put(store, [issue])
            times.added[name].append(1000 * (time.perf_counter() - started))
        _add(plain, [issue])


def _add(plain: Plain, issues: Sequence[Issue]) -> None:
    plain.connection.execute("BEGIN")
    plain.add(issues)
    plain.connection.execute("COMMIT")


async def _put(store: Store, issues: Sequence[Issue]) -> None:
    texts = [Text(issue, f"{issue.date}", NOW, f"{issue.date}.md") for issue in issues]
    async with store.transaction() as tx:
        await tx.issues.put_all(texts, NOW)


def _issues(size: int) -> Iterator[Issue]:
    day = str(LAST).encode()
    for file in archive.generate(archive.SEED, size, last=LAST):
        # A hundred years go back to days that no issue is taken for: they are read as of the last one.
        source = file.source.replace(str(file.date).encode(), day)
        parsed = parse(source, file_name=f"{LAST}.md", dialect=SEED_DIALECT, zone=ZoneInfo(ZONE))
        if not parsed.issues:
            raise RuntimeError(f"{file.name}: {parsed.problems}")
        yield from (replace(issue, date=file.date) for issue in parsed.issues)


def _batches(issues: Iterator[Issue]) -> Iterator[list[Issue]]:
    while batch := list(itertools.islice(issues, BATCH)):
        yield batch


def _questions(size: int) -> list[str]:
    """Words as readers type them: usual and rare, short and long, in both scripts, with filters."""
    chance = random.Random(archive.SEED)
    day = LAST - dt.timedelta(days=chance.randrange(min(size, 300)))
    who = [f"{chance.choice(words.NAME_HEADS)}{chance.choice(words.NAME_TAILS)}" for _ in range(4)]
    products = [_product(chance) for _ in range(4)]
    return [
        "推理", "芯片", "显存", "蒸馏", "业内看法", "世界模型", "强化学习", "知识库", "草稿本", "云",
        "RAG", "bench", "latency", "50 ms", *products, *who, "世界模型 开源", "语音 显存 蒸馏",
        "世界模型 -开源", '"代码和权重一并放出"', f"芯片 from:{day}", "强化学习 version 3",
        "量子纠缠", "zzyzx",
    ]  # fmt: skip


def _product(chance: random.Random) -> str:
    name = "".join(chance.choice(words.ONSETS) + chance.choice(words.VOWELS) for _ in range(3))
    return f"{name}-{chance.choice(words.FAMILIES)}"


async def _look_up(store: Store, size: int) -> list[float]:
    questions, taken = _questions(size), []
    rounds = ROUNDS_LARGE if size > archive.FULL_ISSUES else ROUNDS
    async with store.reading() as tx:
        if not await tx.lookups.ready():
            raise RuntimeError("the index is not ready")
    for number in range(1 + rounds):
        for question in questions:
            started = time.perf_counter()
            async with store.reading() as tx:
                await _answer(tx, question)
            # The first round warms up.
            if number:
                taken.append(1000 * (time.perf_counter() - started))
    return taken


async def _answer(tx: Transaction, question: str) -> list[str]:
    """What an answer does with a look-up: query, matches, their stories, a snippet of each."""
    query = parse_query(question, _read_day)
    found = await tx.lookups.find(query, section_keys=None, now=NOW, today=LAST, limit=PAGE)
    places = [(match.date, match.number) for match in found.page]
    stories = await tx.issues.stories(places, NOW)
    if len(stories) != len(places):
        raise RuntimeError(f"{question}: a story that was found is not there")
    return [snippet(story.item.summary, query.wanted)[0] for story in stories]


def _read_day(text: str) -> tuple[dt.date, dt.date] | None:
    day = dt.date.fromisoformat(text)
    return day, day


def _look_beside(plain: Plain, size: int, times: Times) -> None:
    """Look up the questions that are one plain word."""
    for question in (one.lower() for one in _questions(size) if " " not in one and '"' not in one):
        liked = _timed(plain.like, question, times.like)
        found = _timed(plain.trigrams, question, times.trigrams)
        times.unfound += bool(liked) and not found


def _timed(ask: Callable[[str], list[int]], question: str, taken: list[float]) -> list[int]:
    started = time.perf_counter()
    found = ask(question)
    taken.append(1000 * (time.perf_counter() - started))
    return found


if __name__ == "__main__":
    sys.exit(main(run, size=archive.FULL_ISSUES, what="issues"))
