"""Whether a schema only adds to one before it, so that programs of that one can go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

Described = Mapping[str, Mapping[str, Any]]


def described(connection: Connection) -> Described:
    """The tables of a database, as far as they bind whoever reads and writes them."""
    look = sa.inspect(connection)
    return {
        name: {
            "columns": {column["name"]: column for column in look.get_columns(name)},
            "key": look.get_pk_constraint(name)["constrained_columns"],
            "foreign": {tuple(one["constrained_columns"]) for one in look.get_foreign_keys(name)},
            "unique": {
                *(tuple(one["column_names"]) for one in look.get_unique_constraints(name)),
                *(tuple(one["column_names"]) for one in look.get_indexes(name) if one["unique"]),
            },
        }
        for name in look.get_table_names()
    }


def in_the_way(before: Described, after: Described) -> list[str]:
    """What a program of the schema before would trip over; nothing where the later one only adds."""
    return [
        f"{name}: {fault}"
        for name, table in before.items()
        for fault in (_faults(table, after[name]) if name in after else ["is gone"])
    ]


def _faults(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    faults = [_fault(column, after["columns"].get(name)) for name, column in before["columns"].items()]
    new = (column for name, column in after["columns"].items() if name not in before["columns"])
    faults += [f"{one['name']} is wanted of everybody" for one in new if _is_wanted(one)]
    faults += [
        f"{kind} is stricter" for kind in ("key", "foreign", "unique") if set(after[kind]) - set(before[kind])
    ]
    return [fault for fault in faults if fault]


def _is_wanted(column: Mapping[str, Any]) -> bool:
    return not column["nullable"] and column["default"] is None


def _fault(before: Mapping[str, Any], after: Mapping[str, Any] | None) -> str:
    if after is None:
        return f"{before['name']} is gone"
    if str(before["type"]) != str(after["type"]):
        return f"{before['name']} has another type"
    return f"{before['name']} must not be empty" if before["nullable"] and not after["nullable"] else ""
