"""Retention: what is old goes a little at a time, and what is kept does not grow."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.settings import DeliverySettings
from bot.sweeping import STEPS, sweep
from digest.campaign import CampaignState, DeliveryState, Outcome
from digest.correcting import Correction, Part
from digest.troubles import Trouble, TroubleKind
from storage.retention import SWEEP_STEP
from storage.store import Store
from tests.storage.makers import DAY, NOW, TODAY, subscribe

KEPT = 5
READERS = 12


async def push_of(store: Store, day: int) -> int:
    """A day's campaign, sent to everybody in chunks of five."""
    now, date = NOW + day * DAY, TODAY + day * DAY
    async with store.transaction() as tx:
        campaign = await tx.campaigns.open(f"digest:{date}", kind="digest", issue_date=date, now=now)
        await tx.campaigns.owe_all(campaign, revision=1, issue_date=date, now=now, chunk_size=5)
        for chunk in (1, 2, 3):
            owed = await tx.outbox.claim(campaign, chunk, 5, owner="me", now=now)
            sent = tuple(Outcome(one.subscriber.id, DeliveryState.SENT, ref="1") for one in owed)
            await tx.outbox.settle(campaign, sent, owner="me", now=now)
            await tx.outbox.close_chunk(campaign, chunk, now)
    return campaign


async def rows(store: Store, table: str) -> int:
    """How many rows a table has."""
    async with store.reading() as tx:
        found = await tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
        return int(found.scalar_one())


async def test_after_many_days_the_ledger_is_no_larger(store: Store) -> None:
    async with store.transaction() as tx:
        for number in range(READERS):
            await subscribe(tx, number)
    settings = DeliverySettings(keep_days=KEPT)

    sizes = []
    for day in range(3 * KEPT):
        await push_of(store, day)
        await sweep(store, settings, wall=lambda day=day: NOW + day * DAY + dt.timedelta(hours=1))  # type: ignore[misc]
        sizes.append((await rows(store, "deliveries"), await rows(store, "messages")))

    assert sizes[KEPT:] == [(KEPT * READERS, KEPT * READERS)] * (2 * KEPT)
    assert await rows(store, "chunks") == KEPT * 3 + 2 * KEPT
    async with store.reading() as tx:
        campaigns = await tx.campaigns.list(limit=100)
    assert [(one.total, one.sent) for one in campaigns] == [(READERS, READERS)] * (3 * KEPT)


async def test_what_has_not_ended_is_kept_however_old(store: Store) -> None:
    async with store.transaction() as tx:
        await subscribe(tx, 1)
        campaign = await tx.campaigns.open("digest:x", kind="digest", issue_date=TODAY, now=NOW)
        await tx.campaigns.owe_all(campaign, revision=1, issue_date=TODAY, now=NOW)
        await tx.campaigns.set_state(campaign, CampaignState.PAUSED, (CampaignState.RUNNING,), now=NOW)

    await sweep(store, DeliverySettings(keep_days=KEPT), wall=lambda: NOW + 100 * DAY)

    assert await rows(store, "deliveries") == 1


async def test_old_troubles_go_too(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.troubles.begin(Trouble(TroubleKind.DISK), NOW, over_at=NOW)
        await tx.troubles.begin(Trouble(TroubleKind.TOKEN, "telegram"), NOW)

    await sweep(store, DeliverySettings(keep_days=KEPT), wall=lambda: NOW + 100 * DAY)

    assert await rows(store, "troubles") == 1


async def test_which_messages_were_edited_for_a_correction_goes_too(store: Store) -> None:
    await push_of_one(store)
    made = Correction(0, TODAY, "key", 1, Part.TITLE, "旧", "新", 2, NOW)
    async with store.transaction() as tx:
        made = replace(made, id=await tx.story_corrections.add(made, asked_by="telegram:77"))
        await tx.story_corrections.gather(made, "telegram")
        await tx.story_corrections.finish(made.id, NOW)

    kept = await rows(store, "correction_edits")
    await sweep(store, DeliverySettings(keep_days=KEPT), wall=lambda: NOW + 100 * DAY)

    assert (kept, await rows(store, "correction_edits"), await rows(store, "corrections")) == (1, 0, 1)


async def push_of_one(store: Store) -> None:
    """A digest that one reader got."""
    async with store.transaction() as tx:
        await subscribe(tx, 1)
    await push_of(store, 0)


def test_a_day_of_a_million_is_erased_in_less_than_an_hour() -> None:
    assert SWEEP_STEP * STEPS * 60 > 1_000_000
