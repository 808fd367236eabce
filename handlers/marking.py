"""Which stories of an issue hold a word that a reader follows: of one reader, or of the whole audience."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from digest.compose import NO_MARKS, Marks
from digest.following import Followed, StoryTexts, texts_of
from digest.issue import Issue
from digest.subscriber import Subscriber, SubscriberId
from storage.store import Store, Transaction

# So many words at a time: others go on in between.
PAGE, PART = 500, 100
# The clocks of two programs may differ by so much.
CLOCKS_DIFFER = dt.timedelta(minutes=1)


async def marks_of(reader: Subscriber, issue: Issue, tx: Transaction) -> Marks:
    """The marks of one reader's view of an issue; without a look where they follow nothing."""
    if reader.subscription.followed_at is None:
        return NO_MARKS
    words = await tx.follows.of(reader.id)
    return _marks(reader, texts_of(issue), words)


@dataclass(frozen=True, slots=True)
class AudienceMarks:
    """The stories of one issue with words that readers follow, as the words were at a moment.

    `readers` has those with a story: a bit for each story's number, so that a large audience is not dear.
    """

    texts: StoryTexts
    looked_at: dt.datetime
    readers: Mapping[SubscriberId, int]

    async def of(self, reader: Subscriber, store: Store) -> Marks:
        """A reader's marks; words that have changed since are looked at again."""
        subscription = reader.subscription
        if subscription.followed_at is None:
            return NO_MARKS
        if subscription.followed_at < self.looked_at - CLOCKS_DIFFER:
            return Marks(_numbers(self.readers.get(reader.id, 0)), subscription.only_followed)
        async with store.reading() as tx:
            words = await tx.follows.of(reader.id)
        return _marks(reader, self.texts, words)


async def mark_for_all(issue: Issue, store: Store, *, now: dt.datetime) -> AudienceMarks:
    """Look once at each word that anybody follows, then find out who does; others go on meanwhile."""
    texts = texts_of(issue)
    async with store.reading() as tx:
        found = await _found(texts, tx)
        readers: dict[SubscriberId, int] = {}
        for part in _parts(list(found)):
            for key, those in (await tx.follows.followers(part)).items():
                _note(found[key], those, readers)
            await asyncio.sleep(0)
    return AudienceMarks(texts, now, readers)


async def _found(texts: StoryTexts, tx: Transaction) -> dict[str, frozenset[int]]:
    """The stories of each word that any story holds, by its key."""
    found: dict[str, frozenset[int]] = {}
    keys = await tx.follows.keys(limit=PAGE)
    while keys:
        found |= {key: numbers for key in keys if (numbers := texts.with_key(key))}
        for old in await tx.follows.words(key for key in keys if not texts.is_ours(key)):
            found |= {old.key: numbers} if (numbers := texts.with_word(old)) else {}
        await asyncio.sleep(0)
        keys = await tx.follows.keys(keys[-1], PAGE)
    return found


def _parts(keys: list[str]) -> Iterator[list[str]]:
    yield from (keys[start : start + PART] for start in range(0, len(keys), PART))


def _note(numbers: frozenset[int], those: tuple[SubscriberId, ...], readers: dict[SubscriberId, int]) -> None:
    bits = sum(1 << number for number in numbers)
    for reader in those:
        readers[reader] = readers.get(reader, 0) | bits


def _numbers(bits: int) -> frozenset[int]:
    return frozenset(number for number in range(bits.bit_length()) if bits >> number & 1)


def _marks(reader: Subscriber, texts: StoryTexts, words: tuple[Followed, ...]) -> Marks:
    numbers = frozenset[int]().union(*map(texts.with_word, words))
    # Without any word there is nothing to be the only one.
    return Marks(numbers, reader.subscription.only_followed and bool(words))
