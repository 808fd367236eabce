"""The configuration: a TOML file and the environment -> frozen settings, or every problem at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from bot.config_environment import Given, read_environment
from bot.config_keys import KeyPath
from bot.config_lines import locate
from bot.config_problems import ConfigProblem, Fault, Origins, faults_of, place, unknown_key
from bot.config_rules import broken_rules
from bot.setting_values import shown
from bot.settings import Settings
from digest.dialect import Dialect, DialectError, DialectFault

__all__ = ["ConfigProblem", "Settings", "load_settings"]

_LINE = re.compile(r"at line (\d+)")
_FULL_WIDTH = re.compile("[“”‘’：＝，［］｛｝＂]")
_SQLITE = "sqlite:///"
_BOM = b"\xef\xbb\xbf"
_SIZE_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _File:
    """A configuration file as read: its tables, the lines of its keys, what is wrong with it as a file."""

    name: str = ""
    document: dict[str, Any] = field(default_factory=dict)
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    problems: tuple[ConfigProblem, ...] = ()
    broken: bool = False


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings | tuple[ConfigProblem, ...]:
    """The settings of the file at `path` (None: no file) under the variables of `environ`, or all problems.

    Paths in the result are absolute: relative ones are taken from the folder of the file.
    """
    base = (path.parent if path else Path()).absolute()
    file = _File() if path is None else _read_file(path)
    given = read_environment(environ, base)
    origins = Origins(file.name, file.lines, given.variables)
    if file.broken:
        return (*file.problems, *place(iter(given.faults), origins))
    document = _merge(file.document, given)
    faults = [*given.faults]
    settings, found = _validate(document)
    unread = {fault.path for fault in faults}
    faults += [fault for fault in (*found, *broken_rules(document)) if fault.path not in unread]
    problems = (*file.problems, *place(iter(faults), origins))
    return problems if problems or settings is None else _resolve(settings, base)


def _read_file(path: Path) -> _File:
    name = str(path)
    try:
        with path.open("rb") as opened:
            content = opened.read(_SIZE_LIMIT + 1)
    except FileNotFoundError:
        return _broken(name, "config.file_missing")
    except IsADirectoryError:
        return _broken(name, "config.file_is_folder")
    except OSError as caught:
        return _broken(name, "config.file_unreadable", reason=caught.strerror or "")
    if len(content) > _SIZE_LIMIT:
        return _broken(name, "config.file_too_big")
    return _decode(name, content)


def _decode(name: str, content: bytes) -> _File:
    bom = (ConfigProblem(f"{name}:1", "", "config.bom"),) if content.startswith(_BOM) else ()
    try:
        source = content.removeprefix(_BOM).decode()
    except UnicodeDecodeError as caught:
        line = content[: caught.start].count(b"\n") + 1
        return _broken(f"{name}:{line}", "config.not_utf8")
    try:
        document = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as caught:
        return _File(name, problems=(*bom, _syntax(name, source, str(caught))), broken=True)
    return _File(name, document, locate(source), bom)


def _broken(where: str, code: str, **values: str) -> _File:
    return _File(where, problems=(ConfigProblem(where, "", code, values),), broken=True)


def _syntax(name: str, source: str, message: str) -> ConfigProblem:
    """The problem of a text that is no TOML; the line itself is not repeated, it may hold a secret."""
    lines = source.splitlines() or [""]
    found = _LINE.search(message)
    number = min(int(found[1]), len(lines)) if found else len(lines)
    if "overwrite" in message or "twice" in message or "Cannot" in message:
        code = "config.toml_twice"
    elif _FULL_WIDTH.search(lines[number - 1]):
        code = "config.toml_fullwidth"
    else:
        code = "config.toml"
    return ConfigProblem(f"{name}:{number}", "", code)


def _merge(document: dict[str, Any], given: Given) -> dict[str, Any]:
    """The tables under the values of the environment."""
    merged = {key: dict(table) if isinstance(table, dict) else table for key, table in document.items()}
    for path, value in given.values.items():
        *tables, key = map(str, path)
        target: object = merged
        for table in tables:
            target = target.setdefault(table, {}) if isinstance(target, dict) else None
        if isinstance(target, dict):
            target[key] = value
    return merged


def _validate(document: Mapping[str, object]) -> tuple[Settings | None, tuple[Fault, ...]]:
    try:
        settings = Settings.model_validate(document)
    except ValidationError as caught:
        return None, (*faults_of(caught), *_dialect_faults(document))
    return settings, tuple(_dialect_faults(document))


def _dialect_faults(document: Mapping[str, object]) -> Iterator[Fault]:
    issues = document.get("issues")
    dialect = issues.get("dialect") if isinstance(issues, dict) else None
    if not isinstance(dialect, dict) or not dialect:
        return
    try:
        Dialect.from_mapping(dialect)
    except DialectError as caught:
        yield from map(_dialect_fault, caught.faults)


def _dialect_fault(fault: DialectFault) -> Fault:
    path: KeyPath = tuple(fault.key.split("."))
    if fault.problem == "dialect.unknown_key":
        return unknown_key(path)
    values = {name: shown(value) if name == "value" else value for name, value in fault.values}
    return Fault(path, fault.problem, values)


def _resolve(settings: Settings, base: Path) -> Settings:
    """The same settings with every relative path taken from `base`."""
    url = settings.database.url.get_secret_value()
    if url.startswith(_SQLITE):
        url = _SQLITE + str(base / url.removeprefix(_SQLITE))
    issues = settings.issues.model_copy(update={"folder": base / settings.issues.folder})
    replies = tuple(
        reply.model_copy(update={"image": str(base / reply.image)}) if reply.image else reply
        for reply in settings.replies
    )
    database = settings.database.model_copy(update={"url": SecretStr(url)})
    return settings.model_copy(update={"database": database, "issues": issues, "replies": replies})
