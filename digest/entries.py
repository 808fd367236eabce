"""Rows of a roster: subscribers as the operator writes them, in CSV or JSON."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from digest.errors import Invalid, UserError
from digest.fold import fold
from digest.following import MOST, Followed, read_followed
from digest.intents import SectionName
from digest.languages import NAMES
from digest.naming import plain
from digest.replies import Form
from digest.schedule import zone_of
from digest.subscriber import Place, Sections, Selection, read_place
from digest.weekdays import Weekdays

BEYOND = "\0"
BETWEEN = "|"
COLUMNS = (
    "address",
    "locale",
    "timezone",
    "push_at",
    "weekdays",
    "sections",
    "form",
    "silent",
    "active",
    "follows",
    "only_followed",
)


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
    follows: tuple[Followed, ...] | None = None
    only_followed: bool | None = None


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
        follows=_follows(row.get("follows", "")),
        only_followed=_truth(row.get("only_followed", ""), "only_followed"),
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


def _follows(text: str) -> tuple[Followed, ...] | None:
    found: dict[str, Followed] = {}
    for part in text.split(BETWEEN):
        if part.strip():
            followed = _followed(part.strip())
            found.setdefault(followed.key, followed)
    if len(found) > MOST:
        raise Invalid("import.many_follows", limit=str(MOST))
    # Nothing is lost by a column that was left empty.
    return tuple(found.values()) or None


def _followed(word: str) -> Followed:
    try:
        return read_followed(word)
    except UserError as caught:
        raise Invalid("import.follows", word=word) from caught


def _sections(text: str, names: tuple[SectionName, ...]) -> Sections:
    if not text:
        return Sections()
    mode = Selection.EXCEPT if text.startswith("-") else Selection.ONLY
    titles = [part.strip().lstrip("-") for part in text.split(BETWEEN) if part.strip().lstrip("-")]
    return Sections(mode, frozenset(section_key(title, names) for title in titles))


def section_key(title: str, names: tuple[SectionName, ...]) -> str:
    """The key of the section with this title, in any script; its folded title when it is still to come."""
    exact = {fold(name.title): name.key for name in names}
    alike = {plain(name.title): name.key for name in reversed(names)}
    return exact.get(fold(title)) or alike.get(plain(title)) or fold(title)
