"""Readers who asked for people, by the number under which they are answered."""

from __future__ import annotations

import datetime as dt

from digest.subscriber import SubscriberId
from storage.store import Transaction

KEPT = dt.timedelta(days=30)
# So many can wait at once; of more the oldest are forgotten.
MOST = 500
_LAST = "questions.last"


async def ask(tx: Transaction, reader: SubscriberId, now: dt.datetime) -> int:
    """Keep who asks; the number to answer them by."""
    number = int(await tx.meta.get(_LAST) or "0") + 1
    await tx.meta.set(_LAST, str(number))
    await tx.meta.set(_slot(number), f"{number} {reader} {now.astimezone(dt.UTC).isoformat()}")
    return number


async def asker(tx: Transaction, number: int, now: dt.datetime) -> SubscriberId | None:
    """Who asked under this number; None when nobody did, or too long ago."""
    kept = (await tx.meta.get(_slot(number)) or "").split(" ")
    if len(kept) != 3 or int(kept[0]) != number or now - dt.datetime.fromisoformat(kept[2]) > KEPT:
        return None
    return SubscriberId(int(kept[1]))


def _slot(number: int) -> str:
    return f"question.{number % MOST}"
