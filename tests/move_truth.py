"""What two databases hold, row by row, read with nothing but their drivers."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

# What SQLite keeps for itself, and what each database writes its own way.
_OWN = ("sqlite_", "lookup_tokens", "alembic_version")


def tables_of(path: Path) -> list[str]:
    """The tables of an SQLite file that are to be found on PostgreSQL."""
    with closing(sqlite3.connect(path)) as opened:
        rows = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    return [name for (name,) in rows if not name.startswith(_OWN)]


def rows_of(path: Path, table: str) -> Counter[tuple[Any, ...]]:
    """The rows of an SQLite table, each with its columns by their names."""
    with closing(sqlite3.connect(path)) as opened:
        cursor = opened.execute(f'SELECT * FROM "{table}"')
        return _told([column[0] for column in cursor.description], cursor.fetchall())


def moved_rows(url: str, table: str) -> Counter[tuple[Any, ...]]:
    """The same of a PostgreSQL table."""
    with psycopg.connect(url) as opened, opened.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"'.encode())
        names = [column.name for column in cursor.description or ()]
        return _told(names, cursor.fetchall())


def different_rows(path: Path, url: str) -> dict[str, int]:
    """By table, how many rows are in one database and not in the other; no table where there are none."""
    found = {table: _different(rows_of(path, table), moved_rows(url, table)) for table in tables_of(path)}
    return {table: count for table, count in found.items() if count}


def _different(one: Counter[tuple[Any, ...]], other: Counter[tuple[Any, ...]]) -> int:
    return sum(((one - other) + (other - one)).values())


def _told(names: list[str], rows: list[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    order = sorted(range(len(names)), key=names.__getitem__)
    return Counter(tuple(_value(row[place]) for place in order) for row in rows)


def _value(value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case dt.datetime():
            return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        case dt.date():
            return str(value)
        case _:
            return value
