"""The roster: subscribers listed, added, removed, imported and exported by the operator."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

from digest.entries import BETWEEN, Entry, read_entry
from digest.errors import Invalid
from digest.following import Followed
from digest.house import House
from digest.subscriber import Kind, Place, Selection, Subscriber, Subscription
from handlers.context import due_of
from storage.store import Store, Transaction

PAGE = 1000
BATCH = 50
# Another program that waits for SQLite's lock looks for it ten times a second at least.
GIVE_WAY = 0.1


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that cannot be read: its place (from 1, the header not counted), the message and its values."""

    row: int
    code: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows added, rows changed; or the faults for which nothing was done."""

    added: int = 0
    changed: int = 0
    faults: tuple[Fault, ...] = ()


async def import_rows(
    rows: list[dict[str, str]], store: Store, house: House, *, wall: Callable[[], dt.datetime]
) -> Imported:
    """Keep all the rows, or none of them when one cannot be read; nothing is sent by it.

    They are kept a few at a time, and others may write in between: a running bot goes on answering.
    """
    async with store.reading() as tx:
        names = await tx.issues.section_names()
    entries, faults = [], []
    for number, row in enumerate(rows, 1):
        try:
            entries.append(read_entry(row, names))
        except Invalid as caught:
            faults.append(Fault(number, caught.code, tuple((k, str(v)) for k, v in caught.values.items())))
    if faults:
        return Imported(faults=tuple(faults))
    added = 0
    for start in range(0, len(entries), BATCH):
        # A long import ends much later than it began, and a digest may go out in between.
        now = wall()
        async with store.transaction() as tx:
            added += sum([await _keep(entry, tx, house, now) for entry in entries[start : start + BATCH]])
        await asyncio.sleep(GIVE_WAY)
    return Imported(added, len(entries) - added)


async def _keep(entry: Entry, tx: Transaction, house: House, now: dt.datetime) -> int:
    before = await tx.subscribers.at(entry.place)
    reader = before or await tx.subscribers.arrive(
        entry.place, kind=_kind(entry.place), locale=entry.locale or "", now=now, seen=False
    )
    subscription = _merged(entry, reader.subscription, now)
    zone = reader.zone if entry.zone is None else entry.zone
    await tx.subscribers.save(
        reader.id,
        locale=reader.locale if entry.locale is None else entry.locale,
        zone=zone,
        subscription=subscription,
        due=due_of(subscription, zone, house, now=now, open_due=await tx.subscribers.due_of(reader.id)),
    )
    if entry.follows is not None:
        await tx.follows.put(reader.id, entry.follows, now)
    return 0 if before else 1


def _merged(entry: Entry, before: Subscription, now: dt.datetime) -> Subscription:
    active = before.active if entry.active is None and before.subscribed_at else entry.active is not False
    return replace(
        before,
        active=active,
        push_at=before.push_at if entry.push_at is None else entry.push_at,
        weekdays=before.weekdays if entry.weekdays is None else entry.weekdays,
        sections=before.sections if entry.sections is None else entry.sections,
        form=before.form if entry.form is None else entry.form,
        silent=before.silent if entry.silent is None else entry.silent,
        only_followed=before.only_followed if entry.only_followed is None else entry.only_followed,
        subscribed_at=before.subscribed_at or (now if active else None),
    )


def _kind(place: Place) -> Kind:
    if place.channel == "telegram" and place.recipient.startswith("@"):
        return Kind.CHANNEL
    grouped = place.channel == "telegram" and place.recipient.startswith("-")
    return Kind.GROUP if grouped or place.channel == "wecom-robot" else Kind.PERSON


async def remove(place: Place, store: Store) -> bool:
    """Take a subscriber out with its preferences; False when there is none at this address."""
    async with store.transaction() as tx:
        reader = await tx.subscribers.at(place)
        if reader is None:
            return False
        await tx.subscribers.remove(reader.id)
    return True


async def roster(store: Store) -> AsyncIterator[dict[str, Any]]:
    """Every subscriber as a row of the export, with its address's state."""
    async with store.reading() as tx:
        titles = {name.key: name.title for name in await tx.issues.section_names()}
    last = 0
    while True:
        async with store.reading() as tx:
            page = await tx.subscribers.page(last, PAGE)
            follows = await tx.follows.of_some(page[0].id, page[-1].id) if page else {}
        for reader in page:
            yield _row(reader, titles, follows.get(reader.id, ()))
        if len(page) < PAGE:
            return
        last = page[-1].id


def _row(reader: Subscriber, titles: dict[str, str], follows: tuple[Followed, ...]) -> dict[str, Any]:
    subscription = reader.subscription
    mark = "-" if subscription.sections.mode is Selection.EXCEPT else ""
    titled = sorted(titles.get(key, key) for key in subscription.sections.keys)
    return {
        "address": str(reader.address.place),
        "locale": reader.locale,
        "timezone": reader.zone,
        "push_at": subscription.push_at.isoformat("minutes") if subscription.push_at else "",
        "weekdays": subscription.weekdays,
        "sections": BETWEEN.join(mark + title for title in titled),
        "form": subscription.form.value,
        "silent": subscription.silent,
        "active": subscription.active,
        "follows": BETWEEN.join(one.word for one in follows),
        "only_followed": subscription.only_followed,
        "state": reader.address.state.value,
        "reason": reader.address.reason,
    }
