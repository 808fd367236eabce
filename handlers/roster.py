"""The roster: subscribers listed, added, removed, imported and exported by the operator."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from digest.errors import Invalid
from digest.fold import fold
from digest.house import House
from digest.intents import SectionName
from digest.languages import NAMES
from digest.naming import plain
from digest.replies import Form
from digest.schedule import zone_of
from digest.subscriber import Kind, Place, Sections, Selection, Subscriber, Subscription, read_place
from digest.weekdays import Weekdays
from handlers.context import due_of
from storage.store import Store, Transaction

PAGE = 1000
BATCH = 50
# Another program that waits for SQLite's lock looks for it ten times a second at least.
GIVE_WAY = 0.1
BEYOND = "\0"
COLUMNS = ("address", "locale", "timezone", "push_at", "weekdays", "sections", "form", "silent", "active")


@dataclass(frozen=True, slots=True)
class Entry:
    """One subscriber as the operator writes it; None keeps what is there."""

    place: Place
    locale: str | None = None
    zone: str | None = None
    push_at: dt.time | None = None
    weekdays: str | None = None
    sections: Sections | None = None
    form: Form | None = None
    silent: bool | None = None
    active: bool | None = None


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


def read_rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV with a header, or of the JSON that `export` writes; Invalid when it is neither."""
    stripped = text.lstrip("\ufeff \n\r\t")
    if stripped.startswith(("{", "[")):
        return _read_json(stripped)
    reader = csv.DictReader(io.StringIO(stripped), restkey=BEYOND)
    header = [name.strip() for name in reader.fieldnames or ()]
    if "address" not in header:
        raise Invalid("import.no_header", columns=", ".join(COLUMNS))
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        raise Invalid("import.unknown_column", column=unknown[0], columns=", ".join(COLUMNS))
    return [_stripped(row) for row in reader]


def _stripped(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of the table; what stands beyond the last column is kept under '', so that it can be refused."""
    beyond = row.get(BEYOND) or []
    values = {name.strip(): (value or "").strip() for name, value in row.items() if name != BEYOND}
    return values | ({"": ",".join(beyond)} if any(beyond) else {})


def _read_json(text: str) -> list[dict[str, str]]:
    try:
        loaded = json.loads(text)
    except json.JSONDecodeError as caught:
        raise Invalid("import.broken_json", line=str(caught.lineno)) from caught
    rows = loaded.get("subscribers") if isinstance(loaded, dict) else loaded
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Invalid("import.broken_json", line="1")
    return [{key: _written(value) for key, value in row.items() if key in COLUMNS} for row in rows]


def _written(value: Any) -> str:  # any JSON value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


async def import_rows(
    rows: list[dict[str, str]], store: Store, house: House, *, now: dt.datetime
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
        async with store.transaction() as tx:
            added += sum([await _keep(entry, tx, house, now) for entry in entries[start : start + BATCH]])
        await asyncio.sleep(GIVE_WAY)
    return Imported(added, len(entries) - added)


def read_entry(row: Mapping[str, str], names: tuple[SectionName, ...] = ()) -> Entry:
    """One row's meaning; Invalid names the first thing that cannot be read."""
    if row.get(""):
        raise Invalid("import.too_many_values", value=row[""])
    return Entry(
        place=read_place(row.get("address", "")),
        locale=_locale(row.get("locale", "")),
        zone=_zone(row.get("timezone", "")),
        push_at=_time(row.get("push_at", "")),
        weekdays=str(Weekdays.parse(row["weekdays"])) if row.get("weekdays") else None,
        sections=_sections(row["sections"], names) if "sections" in row else None,
        form=_form(row.get("form", "")),
        silent=_truth(row.get("silent", ""), "silent"),
        active=_truth(row.get("active", ""), "active"),
    )


def _locale(text: str) -> str | None:
    tag = text.replace("_", "-")
    known = {name.casefold(): name for name in NAMES} | {"zh": "zh-Hans", "zh-cn": "zh-Hans"}
    if text and tag.casefold() not in known:
        raise Invalid("import.locale", value=text, known=", ".join(NAMES))
    return known.get(tag.casefold())


def _zone(text: str) -> str | None:
    return zone_of(text).key if text else None


def _time(text: str) -> dt.time | None:
    if not text:
        return None
    try:
        hour, minute = text.split(":")
        return dt.time(int(hour), int(minute))
    except ValueError as caught:
        raise Invalid("import.push_at", value=text) from caught


def _form(text: str) -> Form | None:
    if text and text not in set(Form):
        raise Invalid("import.form", value=text)
    return Form(text) if text else None


def _truth(text: str, column: str) -> bool | None:
    truths = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text and text.casefold() not in truths:
        raise Invalid("import.truth", column=column, value=text)
    return truths.get(text.casefold())


def _sections(text: str, names: tuple[SectionName, ...]) -> Sections:
    if not text:
        return Sections()
    mode = Selection.EXCEPT if text.startswith("-") else Selection.ONLY
    titles = [part.strip().lstrip("-") for part in text.split("|") if part.strip().lstrip("-")]
    return Sections(mode, frozenset(_section_key(title, names) for title in titles))


def _section_key(title: str, names: tuple[SectionName, ...]) -> str:
    """The key of the section with this title, in any script; its folded title when it is still to come."""
    exact = {fold(name.title): name.key for name in names}
    alike = {plain(name.title): name.key for name in reversed(names)}
    return exact.get(fold(title)) or alike.get(plain(title)) or fold(title)


async def _keep(entry: Entry, tx: Transaction, house: House, now: dt.datetime) -> int:
    before = await tx.subscribers.at(entry.place)
    reader = before or await tx.subscribers.arrive(
        entry.place, kind=_kind(entry.place), locale=entry.locale or "", now=now
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
        for reader in page:
            yield _row(reader, titles)
        if len(page) < PAGE:
            return
        last = page[-1].id


def _row(reader: Subscriber, titles: dict[str, str]) -> dict[str, Any]:
    subscription = reader.subscription
    mark = "-" if subscription.sections.mode is Selection.EXCEPT else ""
    titled = sorted(titles.get(key, key) for key in subscription.sections.keys)
    return {
        "address": str(reader.address.place),
        "locale": reader.locale,
        "timezone": reader.zone,
        "push_at": subscription.push_at.isoformat("minutes") if subscription.push_at else "",
        "weekdays": subscription.weekdays,
        "sections": "|".join(mark + title for title in titled),
        "form": subscription.form.value,
        "silent": subscription.silent,
        "active": subscription.active,
        "state": reader.address.state.value,
        "reason": reader.address.reason,
    }
