"""Words that readers follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.following import Followed
from digest.subscriber import SubscriberId
from storage.dialects import insert_new
from storage.dues import OURS
from storage.tables import follows, subscriptions

_STEP = dt.timedelta(microseconds=1)
_MOST_KEYS = 500
_ORDER = (follows.c.created_at, follows.c.key)
_READER = follows.c.subscriber_id == sa.bindparam("reader")
_OF = sa.select(follows.c.key, follows.c.word).where(_READER).order_by(*_ORDER)
_ALL = sa.select(follows.c.subscriber_id, follows.c.key, follows.c.word).order_by(
    follows.c.subscriber_id, *_ORDER
)
_OF_SOME = _ALL.where(follows.c.subscriber_id.between(sa.bindparam("first"), sa.bindparam("last")))
# All these of the index alone: the words themselves are only wanted where the rules have changed.
_KEYS = (
    sa.select(follows.c.key)
    .distinct()
    .where(follows.c.key > sa.bindparam("after"))
    .order_by(follows.c.key)
    .limit(sa.bindparam("most"))
)
_THESE = follows.c.key.in_(sa.bindparam("keys", expanding=True))
_A_WORD = sa.func.min(follows.c.word).label("word")
_WORDS = sa.select(follows.c.key, _A_WORD).where(_THESE).group_by(follows.c.key)
_READERS = sa.func.aggregate_strings(sa.cast(follows.c.subscriber_id, sa.Text), ",")
_FOLLOWERS = sa.select(follows.c.key, _READERS.label("readers")).where(_THESE).group_by(follows.c.key)
_LATEST = sa.select(sa.func.max(follows.c.created_at, type_=follows.c.created_at.type)).where(_READER)
_LEFT = sa.select(follows.c.subscriber_id).where(_READER).exists()
_CHANGED = (
    sa.update(subscriptions)
    .where(OURS, subscriptions.c.subscriber_id == sa.bindparam("reader"))
    .values(followed_at=sa.case((_LEFT, sa.bindparam("now", type_=follows.c.created_at.type)), else_=None))
)
_DROP = sa.delete(follows).where(_READER, follows.c.key == sa.bindparam("dropped"))
_DROP_ALL = sa.delete(follows).where(_READER)


class Follows:
    """Every reader's words, in the order in which they were followed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, subscriber_id: SubscriberId) -> tuple[Followed, ...]:
        """A reader's words, the oldest first."""
        rows = await self._connection.execute(_OF, {"reader": subscriber_id})
        return tuple(Followed(row.key, row.word) for row in rows)

    async def of_some(
        self, first: SubscriberId, last: SubscriberId
    ) -> Mapping[SubscriberId, tuple[Followed, ...]]:
        """The words of the readers with these ids (both included) who follow any."""
        found: dict[SubscriberId, tuple[Followed, ...]] = {}
        for row in await self._connection.execute(_OF_SOME, {"first": first, "last": last}):
            reader = SubscriberId(row.subscriber_id)
            found[reader] = (*found.get(reader, ()), Followed(row.key, row.word))
        return found

    async def add(self, subscriber_id: SubscriberId, followed: Followed, now: dt.datetime) -> None:
        """Follow a word, as the last of them; one that is followed already stays where it is."""
        latest = (await self._connection.execute(_LATEST, {"reader": subscriber_id})).scalar()
        await self._insert(subscriber_id, [followed], now if latest is None else max(now, latest + _STEP))
        await self._note_change(subscriber_id, now)

    async def drop(self, subscriber_id: SubscriberId, followed: Followed, now: dt.datetime) -> None:
        """Follow a word no longer."""
        await self._connection.execute(_DROP, {"reader": subscriber_id, "dropped": followed.key})
        await self._note_change(subscriber_id, now)

    async def put(self, subscriber_id: SubscriberId, words: Sequence[Followed], now: dt.datetime) -> None:
        """Follow these words in this order, and no others."""
        await self._connection.execute(_DROP_ALL, {"reader": subscriber_id})
        if words:
            await self._insert(subscriber_id, words, now)
        await self._note_change(subscriber_id, now)

    async def keys(self, after: str = "", limit: int = 1000) -> tuple[str, ...]:
        """The keys of the words that anybody follows, each once, in order: those after a key."""
        rows = await self._connection.execute(_KEYS, {"after": after, "most": limit})
        return tuple(rows.scalars())

    async def words(self, keys: Iterable[str]) -> tuple[Followed, ...]:
        """The words of these keys, one for each."""
        found = [row for part in _parts(keys) for row in await self._connection.execute(_WORDS, part)]
        return tuple(Followed(row.key, row.word) for row in found)

    async def followers(self, keys: Iterable[str]) -> Mapping[str, tuple[SubscriberId, ...]]:
        """Who follows each of these words."""
        found = [row for part in _parts(keys) for row in await self._connection.execute(_FOLLOWERS, part)]
        return {row.key: tuple(map(SubscriberId, map(int, row.readers.split(",")))) for row in found}

    async def _insert(self, subscriber_id: SubscriberId, words: Sequence[Followed], now: dt.datetime) -> None:
        rows = [
            {
                "subscriber_id": subscriber_id,
                "key": one.key,
                "word": one.word,
                "created_at": now + place * _STEP,
            }
            for place, one in enumerate(words)
        ]
        await self._connection.execute(insert_new(self._connection, follows), rows)

    async def _note_change(self, subscriber_id: SubscriberId, now: dt.datetime) -> None:
        """A push that has looked at the words already looks at this reader's again."""
        await self._connection.execute(_CHANGED, {"reader": subscriber_id, "now": now})


def _parts(keys: Iterable[str]) -> Iterator[dict[str, list[str]]]:
    """The keys in parts that one statement takes."""
    wanted = list(keys)
    for start in range(0, len(wanted), _MOST_KEYS):
        yield {"keys": wanted[start : start + _MOST_KEYS]}
