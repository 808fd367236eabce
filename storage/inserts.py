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

    They travel as one JSON text: a step for each row would take turns with the rest of the program a thousand
    times, and wait for it each time.
    """
    if not rows:
        return
    names = tuple(rows[0])
    write = _processors(table, names, connection.dialect)
    written = [
        [row[name] if process is None else process(row[name]) for name, process in write] for row in rows
    ]
    if connection.dialect.name == "sqlite":
        statement = insert_json(table.name, names)
    else:
        statement = _insert_postgres(table, names, connection.dialect)
    await connection.execute(statement, {"rows": orjson.dumps(written).decode()})


@cache
def insert_json(table: str, columns: Sequence[str]) -> sa.TextClause:
    """SQLite's statement that adds `:rows`, a JSON array of rows that are arrays of these columns' values."""
    values = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(columns)))
    return sa.text(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM json_each(:rows)")


@cache
def _insert_postgres(table: sa.Table, columns: Sequence[str], dialect: Dialect) -> sa.TextClause:
    kinds = (table.c[name].type.compile(dialect) for name in columns)
    values = ", ".join(f"CAST(value ->> {place} AS {kind})" for place, kind in enumerate(kinds))
    names = ", ".join(columns)
    return sa.text(
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM json_array_elements(CAST(:rows AS json))"
    )


def _processors(table: sa.Table, names: Sequence[str], dialect: Dialect) -> list[tuple[str, Any]]:
    """For each column how a value of it is written, or None where it is written as it is."""
    return [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
