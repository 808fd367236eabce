"""Problems of a configuration: where, which key, and the id of the message that says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from bot.config_keys import ENVIRONMENT_PREFIX, KeyPath, keys_of, variable_of
from bot.setting_values import Wrong
from digest.ports import Phrases

_QUOTED = re.compile(r"'([^']*)'")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
_WANTED = {
    "string_type": "config.text",
    "int_type": "config.whole_number",
    "int_from_float": "config.whole_number",
    "float_type": "config.number",
    "bool_type": "config.flag",
    "tuple_type": "config.list",
    "model_type": "config.table",
    "mapping_type": "config.table",
    "missing": "config.missing",
}


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One fault: `where` is `file:line`, the file, or a variable; `values` fill the message `code`."""

    where: str
    key: str
    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def say(self, phrases: Phrases) -> str:
        """The problem on one line: `where: key: problem; hint`."""
        message = phrases(self.code, **self.values)
        return ": ".join(part for part in (self.where, self.key, message) if part)


@dataclass(frozen=True, slots=True)
class Origins:
    """Where each key came from: the file with its lines, or variables of the environment."""

    file: str
    lines: Mapping[KeyPath, int]
    variables: Mapping[KeyPath, str]

    def where(self, path: KeyPath) -> str:
        """The variable, or the line of the key, of what holds it, or the file alone."""
        for length in range(len(path), 0, -1):
            known = path[:length]
            if known in self.variables:
                return self.variables[known]
            if known in self.lines:
                return f"{self.file}:{self.lines[known]}"
        return self.file or ENVIRONMENT_PREFIX.rstrip("_")

    def rank(self, path: KeyPath) -> tuple[bool, int]:
        """The order in which problems are told: by line, then those of the environment."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.variables:
                return (True, 0)
            if path[:length] in self.lines:
                return (False, self.lines[path[:length]])
        return (False, 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem that has no place yet: the path of its key, and what is wrong."""

    path: KeyPath
    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)


def place(faults: Iterator[Fault], origins: Origins) -> tuple[ConfigProblem, ...]:
    """The faults with their places, in the order of the lines, a key's first fault only."""
    first: dict[KeyPath, Fault] = {}
    for fault in faults:
        first.setdefault(fault.path, fault)
    ranked = sorted(first.values(), key=lambda fault: origins.rank(fault.path))
    return tuple(_placed(fault, origins.where(fault.path)) for fault in ranked)


def _placed(fault: Fault, where: str) -> ConfigProblem:
    key = "" if fault.path == (where,) else spell(fault.path)  # a variable that names no key
    return ConfigProblem(where, key, fault.code, fault.values)


def spell(path: KeyPath) -> str:
    """A key as it is written, elements counted from 1: `replies[2].words`. An odd key is not repeated."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{plain(part)}" for part in path]
    return "".join(parts).removeprefix(".")


def plain(key: str) -> str:
    """`key` when it looks like one; what does not may be a secret that slipped to the left of the `=`."""
    return key if _PLAIN_KEY.fullmatch(key) else "…"


def faults_of(caught: ValidationError) -> Iterator[Fault]:
    """Every fault that pydantic found, without the values it found."""
    for error in caught.errors(include_url=False, include_input=False):
        path: KeyPath = error["loc"]
        yield _fault(path, error["type"], error.get("ctx", {}))


def _fault(path: KeyPath, kind: str, context: Mapping[str, Any]) -> Fault:
    wrong = context.get("error")
    if isinstance(wrong, Wrong):
        return Fault(path, wrong.code, wrong.values)
    if kind == "extra_forbidden":
        return unknown_key(path)
    if kind == "literal_error":
        allowed = _QUOTED.findall(str(context["expected"]))
        return Fault(path, "config.one_of", {"allowed": ", ".join(f'"{word}"' for word in allowed)})
    return Fault(path, _WANTED.get(kind, "config.invalid"))


def unknown_key(path: KeyPath) -> Fault:
    """The fault of a key that there is not, with the nearest that there is."""
    siblings = keys_of(path[:-1])
    if len(path) == 1 and not near(path[0], siblings):
        return _homeless(path)
    found = near(path[-1], siblings) or _elsewhere(path[-1])
    if found:
        return Fault(path, "config.unknown_near", {"nearest": found})
    return Fault(path, "config.unknown", {"known": ", ".join(siblings)})


def unknown_variable(name: str) -> Fault:
    """The fault of a variable that names no key, with the nearest that does."""
    known = [variable_of(path) for path in _all_keys()]
    bare = name.removeprefix(ENVIRONMENT_PREFIX)
    same = [variable for variable in known if variable.endswith(f"__{bare}")]
    found = same or get_close_matches(name, known, n=1, cutoff=0.7)
    if found:
        return Fault((name,), "config.variable_near", {"nearest": found[0]})
    return Fault((name,), "config.variable")


def near(key: str | int, known: tuple[str, ...]) -> str:
    """The known key that `key` was meant to be, or ''."""
    found = get_close_matches(str(key).casefold().replace("-", "_"), known, n=1, cutoff=0.6)
    return found[0] if found else ""


def _homeless(path: KeyPath) -> Fault:
    found = _elsewhere(path[0])
    if found:
        return Fault(path, "config.unknown_near", {"nearest": found})
    return Fault(path, "config.unknown", {"known": ", ".join(f"[{name}]" for name in keys_of(()))})


def _elsewhere(key: str | int) -> str:
    """The full name of the key of another table that bears this name."""
    full = [".".join(map(str, path)) for path in _all_keys() if path[-1] == key]
    return full[0] if full else ""


def _all_keys() -> Iterator[KeyPath]:
    for section in keys_of(()):
        inner = keys_of((section,))
        yield from ((section, key) for key in inner) if inner else iter([(section,)])
