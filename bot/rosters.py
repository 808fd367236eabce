"""`digestbot subscribers`: the roster on the command line."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json as json_format
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.assembly import house_of, opened_store
from bot.settings import Settings
from bot.terminal import Terminal
from digest.entries import COLUMNS, read_rows
from digest.errors import Invalid, OperatorError
from digest.subscriber import read_place
from handlers.roster import Imported, import_rows, remove, roster


async def list_subscribers(settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Every subscriber: a line each, or one JSON object."""
    async with opened_store(settings) as store:
        rows = [row async for row in roster(store)]
    if json:
        terminal.data({"subscribers": rows})
        return 0
    for row in rows:
        terminal.say(_line(row, terminal))
    terminal.say(terminal.phrases.count("roster.total", len(rows)))
    return 0


def _line(row: Mapping[str, Any], terminal: Terminal) -> str:
    say = terminal.phrases
    state = say("roster.active" if row["active"] else "roster.inactive")
    if row["state"] != "active":
        state = say("roster.unreachable", reason=row["reason"] or row["state"])
    details = (row["push_at"], row["timezone"], row["weekdays"], row["sections"], row["form"])
    return "  ".join([row["address"], state, *(part for part in details if part)])


async def add_subscriber(row: dict[str, str], settings: Settings, terminal: Terminal) -> int:
    """Add one subscriber, or change the one at this address."""
    given = {key: value for key, value in row.items() if value}
    imported = await _import([given], settings)
    if imported.faults:
        fault = imported.faults[0]
        raise OperatorError(fault.code, exit_code=2, **dict(fault.values))
    key = "roster.added" if imported.added else "roster.changed"
    terminal.say(terminal.phrases(key, address=row["address"]))
    return 0


async def remove_subscriber(address: str, settings: Settings, terminal: Terminal) -> int:
    """Take one out; exit code 2 when there is none."""
    try:
        place = read_place(address)
    except Invalid as caught:
        raise OperatorError(caught.code, exit_code=2, address=address) from caught
    async with opened_store(settings) as store:
        removed = await remove(place, store)
    if not removed:
        raise OperatorError("roster.none", exit_code=2, address=address)
    terminal.say(terminal.phrases("roster.removed", address=address))
    return 0


async def import_subscribers(path: Path, settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Keep all rows of the file, or none when one is faulty."""
    imported = await _import(_rows(path), settings)
    if imported.faults:
        for fault in imported.faults:
            said = terminal.phrases(fault.code, **dict(fault.values))
            terminal.complain(terminal.phrases("import.row", path=str(path), row=str(fault.row), fault=said))
        terminal.complain(terminal.phrases.count("import.refused", len(imported.faults)))
        return 2
    if json:
        terminal.data({"added": imported.added, "changed": imported.changed})
    else:
        say = terminal.phrases
        terminal.say(say("import.done", added=imported.added, changed=imported.changed))
    return 0


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        return read_rows(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as caught:
        raise OperatorError("ingest.no_such_file", exit_code=2, path=str(path)) from caught
    except OSError as caught:
        reason = caught.strerror or str(caught)
        raise OperatorError("ingest.unreadable", exit_code=2, path=str(path), reason=reason) from caught
    except UnicodeDecodeError as caught:
        raise OperatorError("import.not_utf8", exit_code=2, path=str(path)) from caught
    except Invalid as caught:
        raise OperatorError(
            caught.code, exit_code=2, **{k: str(v) for k, v in caught.values.items()}
        ) from caught


async def _import(rows: list[dict[str, str]], settings: Settings) -> Imported:
    async with opened_store(settings) as store:
        return await import_rows(rows, store, house_of(settings), wall=lambda: dt.datetime.now(dt.UTC))


async def export_subscribers(path: Path | None, settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Write the roster to a file or to the output."""
    async with opened_store(settings) as store:
        rows = [row async for row in roster(store)]
    as_json = json or (path is not None and path.suffix == ".json")
    text = json_format.dumps({"subscribers": rows}, ensure_ascii=False, indent=2) if as_json else _csv(rows)
    if path is None:
        terminal.say(text.rstrip("\n"))
        return 0
    _write(path, text)
    terminal.complain(terminal.phrases.count("export.done", len(rows), path=str(path)))
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as caught:
        reason = caught.strerror or str(caught)
        raise OperatorError("export.unwritable", exit_code=1, path=str(path), reason=reason) from caught


def _csv(rows: list[dict[str, Any]]) -> str:
    written = io.StringIO()
    writer: csv.DictWriter[str] = csv.DictWriter(written, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        truths = {k: str(v).lower() if isinstance(v, bool) else v for k, v in row.items()}
        writer.writerow(truths)
    return written.getvalue()
