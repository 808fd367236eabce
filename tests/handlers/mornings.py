"""A reader's morning: subscribed on Sunday, planned by the clock, taken up by a worker."""

from __future__ import annotations

import datetime as dt

from digest.campaign import DeliveryState, Outcome
from handlers.plan import plan
from tests.handlers.conftest import Talk
from tests.handlers.order_book import HOUSE, at, claimed


async def subscribed(talk: Talk) -> None:
    """The reader ordered a digest on Sunday noon."""
    talk.now = at("2025-12-21 12:00")
    await talk.say("订阅")


async def planned(talk: Talk, moment: str) -> None:
    """The clock ticks."""
    talk.now = at(moment)
    await plan(talk.store, HOUSE, now=talk.now)


async def ended(  # noqa: PLR0917 - how it ended, as one says it
    talk: Talk, state: DeliveryState, moment: str, reason: str = "", wait: int = 0, words: str = ""
) -> None:
    """A worker takes up what is owed, and this is how it ends: `wait` seconds to the next try."""
    talk.now = at(moment)
    for one in await claimed(talk.store, talk.now):
        not_before = talk.now + dt.timedelta(seconds=wait) if wait else None
        outcome = Outcome(
            one.subscriber.id, state, reason, not_before, ref=f"{one.subscriber.id}:9", words=words
        )
        async with talk.store.transaction() as tx:
            await tx.outbox.settle(one.campaign_id, (outcome,), owner="me", now=talk.now)
