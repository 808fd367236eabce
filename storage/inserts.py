"""Many rows in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_rows(
    connection: AsyncConnection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add rows that all name the same columns.

    On SQLite they travel as one JSON text: a step for each row would take turns with the rest of the program
    a thousand times, and wait for it each time.
    """
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        await connection.execute(_insert(table), list(rows))
        return
    names = tuple(rows[0])
    write = _processors(table, names, connection.dialect)
    written = [
        [row[name] if process is None else process(row[name]) for name, process in write] for row in rows
    ]
    await connection.execute(insert_json(table.name, names), {"rows": orjson.dumps(written).decode()})


@cache
def insert_json(table: str, columns: Sequence[str]) -> sa.TextClause:
    """SQLite's statement that adds `:rows`, a JSON array of rows that are arrays of these columns' values."""
    values = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(columns)))
    return sa.text(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM json_each(:rows)")


@cache
def _insert(table: sa.Table) -> sa.Insert:
    return sa.insert(table)


def _processors(table: sa.Table, names: Sequence[str], dialect: Dialect) -> list[tuple[str, Any]]:
    """For each column how a value of it is written, or None where it is written as it is."""
    return [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
