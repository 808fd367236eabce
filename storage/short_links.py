"""Short links: codes for links of stories, given once and for good."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.codes import code_of, number_of
from storage.link_tables import short_links

BATCH = 500
_URL = sa.select(short_links.c.url).where(short_links.c.id == sa.bindparam("number"))
_LAST = sa.select(sa.func.coalesce(sa.func.max(short_links.c.id), 0))
# Reads go on; whoever gives codes at the same time waits, and finds those that were given.
_ALONE = "LOCK TABLE short_links IN SHARE ROW EXCLUSIVE MODE"


class ShortLinks:
    """The codes there are, and the links they lead to."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def url(self, code: str) -> str | None:
        """The link that a code leads to; None when it leads nowhere."""
        number = number_of(code)
        if number is None:
            return None
        found: str | None = (await self._connection.execute(_URL, {"number": number})).scalar()
        return found

    async def codes(self, urls: Sequence[str]) -> dict[str, str]:
        """The codes that these links have, by link."""
        hashes = {_hash(url): url for url in urls}
        found: dict[str, str] = {}
        wanted = list(hashes)
        for start in range(0, len(wanted), BATCH):
            query = sa.select(short_links.c.id, short_links.c.hash)
            query = query.where(short_links.c.hash.in_(wanted[start : start + BATCH]))
            for row in await self._connection.execute(query):
                found[hashes[row.hash]] = code_of(row.id)
        return found

    async def give(self, urls: Sequence[str], now: dt.datetime) -> dict[str, str]:
        """Codes for these links, new ones in their order for those that have none; in one step."""
        if self._connection.dialect.name == "postgresql":
            await self._connection.exec_driver_sql(_ALONE)
        found = await self.codes(urls)
        missing = [url for url in dict.fromkeys(urls) if url not in found]
        if not missing:
            return found
        first = await self.last() + 1
        rows = [
            {"id": first + place, "hash": _hash(url), "url": url, "created_at": now}
            for place, url in enumerate(missing)
        ]
        await self._connection.execute(sa.insert(short_links), rows)
        return found | {url: code_of(first + place) for place, url in enumerate(missing)}

    async def last(self) -> int:
        """The number of the last code that was given; 0 before the first."""
        return int((await self._connection.execute(_LAST)).scalar_one())


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()
