"""What the two dialects spell differently."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"


def insert_into(table: sa.Table, connection: AsyncConnection) -> Insert:
    """An INSERT that may say ON CONFLICT, in the connection's dialect."""
    return insert_for(table, connection.dialect.name)


def insert_new(connection: AsyncConnection, table: sa.Table, *returning: str) -> sa.Insert:
    """An INSERT that leaves alone a row that is already there, and gives columns of those it adds."""
    return _insert_new(table, returning, connection.dialect.name)


def upsert_into(
    connection: AsyncConnection, table: sa.Table, *columns: str, unless_newer: str = ""
) -> sa.Insert:
    """An INSERT that, where the row is already there, gives it these columns.

    A row that is further on in the column `unless_newer` stays as it is.
    """
    return _upsert(table, columns, unless_newer, connection.dialect.name)


def insert_for(table: sa.Table, dialect: str) -> Insert:
    """An INSERT that may say ON CONFLICT, in a dialect."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    # Who keeps to SQLite does not load the other one.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


# Built once: these statements are dearer to build than to run.
@cache
def _insert_new(table: sa.Table, returning: tuple[str, ...], dialect: str) -> sa.Insert:
    insert = insert_for(table, dialect).on_conflict_do_nothing()
    return insert.returning(*(table.c[name] for name in returning))


@cache
def _upsert(table: sa.Table, columns: tuple[str, ...], unless_newer: str, dialect: str) -> sa.Insert:
    insert = insert_for(table, dialect)
    return insert.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={name: insert.excluded[name] for name in columns},
        where=table.c[unless_newer] <= insert.excluded[unless_newer] if unless_newer else None,
    )
