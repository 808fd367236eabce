"""Lists handed to a statement as one value: however long they are, it is the same statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

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
    """Whether a number is in a given list: `Among(column, given("ids"))`."""

    type = sa.Boolean()
    name = "among"
    inherit_cache = True


def given(name: str) -> sa.BindParameter[Sequence[Any]]:
    """A parameter that is a list."""
    return sa.bindparam(name, type_=Given())


# Two functions of one name would be one to a checker; the compiler tells them by their dialect.
@compiles(Among, "sqlite")
def _among_sqlite(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"


@compiles(Among, "postgresql")
def _among_postgresql(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY (ARRAY(SELECT json_array_elements_text(CAST({ids} AS json))::bigint))"
