"""Lists handed to a statement as one value: however long they are, it is the same statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class Given(TypeDecorator[Sequence[Any]]):
    """A list as JSON text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> str | None:
        """The list's JSON."""
        return None if value is None else json.dumps(list(value), ensure_ascii=False)


class Among(FunctionElement[bool]):
    """Whether a number is in a list; a key is looked up for each number of it."""

    type = sa.Boolean()
    name = "among"
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:
        """Itself: with `= 1` behind it, which SQLAlchemy adds for SQLite, no key would be looked up."""
        return self


def given(name: str) -> sa.BindParameter[Sequence[Any]]:
    """A parameter that is a list."""
    return sa.bindparam(name, type_=Given())


def among(column: sa.Column[int], name: str) -> Among:
    """Whether a number is in the list that is given under a name."""
    return Among(column, given(name))


@compiles(Among, "sqlite")
def _among_sqlite(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"


@compiles(Among, "postgresql")
def _among_postgresql(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    # An array: of a subquery PostgreSQL thinks that it is large, and reads the whole table for it.
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY (ARRAY(SELECT json_array_elements_text(CAST({numbers} AS json))::bigint))"
