"""The keys that there are, read from the models: their names, kinds and variables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, get_args, get_origin

from pydantic import SecretStr

from bot.settings import Section, Settings
from digest.dialect import Dialect

KeyPath = tuple[str | int, ...]
ENVIRONMENT_PREFIX = "DIGESTBOT_"
DIALECT: KeyPath = ("issues", "dialect")


class Kind(StrEnum):
    """How a key's text in the environment is read."""

    TEXT = "text"
    SECRET = "secret"
    NUMBER = "number"
    FLAG = "flag"
    JSON = "json"


def keys_of(path: KeyPath) -> tuple[str, ...]:
    """The names of the keys in the table at `path`; none where there is no table of ours."""
    if path == DIALECT:
        return tuple(key.name for key in fields(Dialect) if key.init)
    model = _model_at(path)
    return tuple(model.model_fields) if model else ()


def kind_of(path: KeyPath) -> Kind | None:
    """The kind of the key at `path`, None when there is none or when it is a whole table."""
    model = _model_at(path[:-1])
    found = model.model_fields.get(str(path[-1])) if model else None
    return None if found is None or _is_section(found.annotation) else _kind(found.annotation)


def variable_of(path: KeyPath) -> str:
    """The variable of a key: `DIGESTBOT_SECTION__KEY`."""
    return ENVIRONMENT_PREFIX + "__".join(str(part) for part in path).upper()


def _model_at(path: KeyPath) -> type[Section] | None:
    model: type[Section] | None = Settings
    for part in path:
        if model is None:
            return None
        if isinstance(part, str):
            found = model.model_fields.get(part)
            model = _section(found.annotation) if found else None
    return model


def _section(annotation: Any) -> type[Section] | None:  # an annotation is whatever typing made of it
    """The table that an annotation holds, alone or in a tuple."""
    for candidate in (annotation, *get_args(annotation)):
        if _is_section(candidate):
            section: type[Section] = candidate
            return section
        inner = next(iter(get_args(candidate)), None)
        if _is_section(inner):
            return _section(inner)
    return None


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Section)


def _kind(annotation: Any) -> Kind:
    if get_origin(annotation) in (tuple, Mapping):
        return Kind.JSON
    kinds = {SecretStr: Kind.SECRET, bool: Kind.FLAG, int: Kind.NUMBER, float: Kind.NUMBER}
    return Kind.TEXT if annotation in (str, dt.time) else kinds.get(annotation, Kind.TEXT)
