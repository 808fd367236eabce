"""How long it takes to find out which readers of a large audience follow a word of an issue."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import archive, words
from benchmarks.load import LAST, NOW, RULES
from benchmarks.measure import Watch, median, timed
from benchmarks.options import main
from benchmarks.record import Beside, Figure, Record, machine, revision
from digest.following import Followed, StoryTexts, read_followed
from digest.issue import Issue
from handlers.ingest import SourceFile, ingest
from handlers.marking import AudienceMarks, mark_for_all
from storage.store import Store

READERS, WORDS_EACH = 100_000, 5
# Of so many different words, the first are followed by most: as many readers as one over their rank.
DIFFERENT, ROUNDS, MATCH_SECONDS = 20_000, 3, 2.0
ADD_READER = "INSERT INTO subscribers (id, kind, created_at) VALUES (?, 'person', ?)"
ADD_WORD = "INSERT INTO follows (subscriber_id, key, word, created_at) VALUES (?, ?, ?, ?)"
BARE = "SELECT subscriber_id, key FROM follows"


@dataclass(slots=True)
class Found:
    """What the rounds took, one by one; and of the last one who follows what."""

    whole: list[Watch] = field(default_factory=list)
    rules: list[Watch] = field(default_factory=list)
    bare: list[Watch] = field(default_factory=list)
    marks: AudienceMarks | None = None
    different: int = 0


def run(size: int) -> Record:
    """Match five followed words of each of so many readers against an issue of 41 stories."""
    with tempfile.TemporaryDirectory() as place:
        database = Path(place, "digestbot.db")
        found = asyncio.run(_found(database, size))
    marks = found.marks
    if marks is None or not marks.readers:
        raise RuntimeError("nobody follows anything in the issue")
    return Record(
        name="following",
        sizes={
            "readers": size,
            "words each": WORDS_EACH,
            "different words": found.different,
            "stories": archive.stories_of(0),
            "readers with a story": len(marks.readers),
        },
        seed=archive.SEED,
        figures=_figures(found),
        beside={"bare": Beside("reading every row of who follows what", _seconds(found.bare), "s")},
        revision=revision(),
        machine=machine(),
    )


def _figures(found: Found) -> Mapping[str, Figure]:
    return {
        "match": Figure(
            "everybody's words against one issue",
            _seconds(found.whole),
            "s",
            most=MATCH_SECONDS,
            against="bare",
        ),
        "processor": Figure(
            "processor time of that", median([watch.processor for watch in found.whole]), "s"
        ),
        "rules": Figure("of that, looking at each different word once", _seconds(found.rules), "s"),
    }


def _seconds(watches: list[Watch]) -> float:
    return median([watch.seconds for watch in watches])


async def _found(database: Path, size: int) -> Found:
    store = await Store.open(f"sqlite:///{database}")
    try:
        (file,) = archive.generate(archive.SEED, 1, last=LAST)
        await ingest([SourceFile(file.name, file.name, file.source)], store, RULES, now=NOW)
        async with store.reading() as tx:
            newest = await tx.issues.newest(NOW)
        if newest is None:
            raise RuntimeError("the issue is not there")
        different = _fill(database, size)
        found = Found(different=len(different))
        for _ in range(ROUNDS):
            await _round(found, store, database, newest.issue, different)
        return found
    finally:
        await store.close()


async def _round(
    found: Found, store: Store, database: Path, issue: Issue, different: tuple[Followed, ...]
) -> None:
    with timed() as watch:
        found.marks = await mark_for_all(issue, store, now=NOW)
    found.whole.append(watch)
    texts = StoryTexts(issue)
    with timed() as watch:
        for followed in different:
            texts.with_key(followed.key)
    found.rules.append(watch)
    bare = sqlite3.connect(database)
    try:
        with timed() as watch:
            bare.execute(BARE).fetchall()
        found.bare.append(watch)
    finally:
        bare.close()


def _fill(database: Path, size: int) -> tuple[Followed, ...]:
    """Readers with five words each, put there without ceremony; the different words among them."""
    chance = random.Random(archive.SEED)
    pool = tuple({one.key: one for one in map(read_followed, _pool(chance))}.values())
    weights = [1 / rank for rank in range(1, len(pool) + 1)]
    chosen: set[Followed] = set()
    stamp = NOW.isoformat(timespec="microseconds")
    bare = sqlite3.connect(database)
    try:
        bare.execute("PRAGMA synchronous = OFF")
        for reader in range(1, size + 1):
            own = _own(pool, weights, chance)
            chosen.update(own)
            bare.execute(ADD_READER, (reader, stamp))
            bare.executemany(ADD_WORD, [(reader, one.key, one.word, stamp) for one in own])
        bare.commit()
    finally:
        bare.close()
    return tuple(chosen)


def _own(pool: tuple[Followed, ...], weights: list[float], chance: random.Random) -> list[Followed]:
    own: dict[Followed, None] = {}
    while len(own) < WORDS_EACH:
        own |= dict.fromkeys(chance.choices(pool, weights, k=WORDS_EACH - len(own)))
    return list(own)


def _pool(chance: random.Random) -> Iterator[str]:
    """What people follow: subjects, deeds with a subject, invented companies and products, phrases."""
    subjects = [*words.THINGS, *words.ACTS]
    chance.shuffle(subjects)
    yield from subjects
    for _ in range(DIFFERENT - len(subjects)):
        yield chance.choice(_KINDS)(chance)


def _company(chance: random.Random) -> str:
    return chance.choice(words.NAME_HEADS) + chance.choice(words.NAME_HEADS) + chance.choice(words.NAME_TAILS)


def _product(chance: random.Random) -> str:
    syllables = chance.choices(words.ONSETS, k=2), chance.choices(words.VOWELS, k=2)
    name = "".join(onset + vowel for onset, vowel in zip(*syllables, strict=True))
    return f"{name.title()}-{chance.choice(words.FAMILIES)} {chance.randrange(1, 9)}"


def _both(chance: random.Random) -> str:
    return f"{chance.choice(words.THINGS)} {chance.choice(words.ACTS)} {chance.choice(words.FAMILIES)}"


def _phrase(chance: random.Random) -> str:
    return f'"{chance.choice(words.ACTS)}{chance.choice(words.THINGS)}"'


_KINDS = (_company, _product, _both, _phrase)


if __name__ == "__main__":
    sys.exit(main(run, size=READERS, what="readers"))
