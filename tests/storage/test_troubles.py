"""Troubles as kept: one of a name at a time, and who was told."""

from __future__ import annotations

import asyncio

from digest.troubles import Trouble, TroubleKind
from storage.store import Store
from tests.storage.makers import DAY, HOUR, NOW, TODAY, make_issue, put, subscribe

STALLED = Trouble(TroubleKind.STALLED, "3", {"key": "digest:2025-12-22", "waiting": 7})
ADMIN, OTHER = "telegram:1", "telegram:12"


async def begun(store: Store, trouble: Trouble = STALLED) -> int:
    """The number of a trouble that begins now."""
    async with store.transaction() as tx:
        assert await tx.troubles.begin(trouble, NOW)
        (known,) = await tx.troubles.known(NOW)
    assert known.id is not None
    return known.id


async def test_a_trouble_is_kept_with_its_details(store: Store) -> None:
    await begun(store)

    async with store.reading() as tx:
        (known,) = await tx.troubles.known(NOW + DAY)
    assert (known.trouble, known.since, known.over_at) == (STALLED, NOW, None)
    assert known.trouble.details == STALLED.details


async def test_the_same_trouble_is_open_once_and_may_come_again_when_it_was_over(store: Store) -> None:
    number = await begun(store)
    async with store.transaction() as tx:
        assert not await tx.troubles.begin(STALLED, NOW)
        assert await tx.troubles.begin(Trouble(TroubleKind.STALLED, "4"), NOW)
        assert await tx.troubles.end(number, NOW + HOUR)
        assert not await tx.troubles.end(number, NOW + HOUR)
        assert await tx.troubles.begin(STALLED, NOW + HOUR)

    async with store.reading() as tx:
        assert len(await tx.troubles.known(NOW)) == 3
        assert len(await tx.troubles.known(NOW + DAY)) == 2


async def test_one_of_two_programs_tells_an_admin(store: Store) -> None:
    number = await begun(store)

    async def mark() -> bool:
        async with store.transaction() as tx:
            return await tx.troubles.mark(number, ADMIN, over=False)

    assert sorted(await asyncio.gather(mark(), mark(), mark())) == [False, False, True]


async def test_an_address_is_not_found_inside_another(store: Store) -> None:
    number = await begun(store)
    async with store.transaction() as tx:
        assert await tx.troubles.mark(number, OTHER, over=False)
        assert await tx.troubles.mark(number, ADMIN, over=False)
        await tx.troubles.unmark(number, ADMIN, over=False)
        assert await tx.troubles.mark(number, ADMIN, over=True)

    async with store.reading() as tx:
        (known,) = await tx.troubles.known(NOW)
    assert known.told == {OTHER}
    assert known.told_over == {ADMIN}


async def test_old_troubles_are_swept_and_lasting_ones_are_not(store: Store) -> None:
    number = await begun(store)
    async with store.transaction() as tx:
        await tx.troubles.end(number, NOW)
        await tx.troubles.begin(Trouble(TroubleKind.DISK), NOW)
        assert await tx.troubles.sweep(NOW) == 0
        assert await tx.troubles.sweep(NOW + DAY) == 1
        (left,) = await tx.troubles.known(NOW)
    assert left.trouble.kind is TroubleKind.DISK


async def test_yesterdays_issue_is_todays_when_it_came_today(store: Store) -> None:
    midnight = NOW - HOUR
    yesterday = TODAY - DAY
    async with store.transaction() as tx:
        assert not await tx.troubles.issue_is_in(TODAY, midnight)
        await put(tx, make_issue(date=yesterday), now=NOW - DAY)
        assert not await tx.troubles.issue_is_in(TODAY, midnight)
        assert await tx.troubles.issue_is_in(yesterday, midnight - DAY)
        await put(tx, make_issue(date=TODAY, draft=True))
        assert await tx.troubles.issue_is_in(TODAY, midnight)
        assert await tx.troubles.issue_is_in(TODAY + DAY, midnight)


async def test_who_waits_for_a_date_is_counted(store: Store) -> None:
    async with store.transaction() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 2)
        assert await tx.troubles.waiting(TODAY) == 2
        assert await tx.troubles.waiting(TODAY + DAY) == 0
