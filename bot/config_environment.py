"""Settings from the environment: `DIGESTBOT_SECTION__KEY`, secrets also from a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.config_keys import ENVIRONMENT_PREFIX, KeyPath, Kind, keys_of, kind_of
from bot.config_problems import Fault, unknown_variable

_FILE = "_FILE"
_OWN = (ENVIRONMENT_PREFIX + "CONFIG", ENVIRONMENT_PREFIX + "TRACE")
# Kubernetes and Docker links set these for any service that is called digestbot.
_FOREIGN = re.compile(r"DIGESTBOT_(SERVICE_(HOST|PORT)\w*|PORT(_\d+_(TCP|UDP)\w*)?|NAME|ENV_\w*)")
_TRUE = ("true", "1", "yes", "on")
_FALSE = ("false", "0", "no", "off")
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_SECRET_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Given:
    """What the environment says: values by their keys, the variable of each, and what could not be read."""

    values: Mapping[KeyPath, object]
    variables: Mapping[KeyPath, str]
    faults: tuple[Fault, ...]


class _Unreadable(Exception):
    """A variable whose value cannot be had; `code` says why."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def read_environment(environ: Mapping[str, str], base: Path) -> Given:
    """The settings in `environ`; files of secrets are relative to `base`."""
    values: dict[KeyPath, object] = {}
    variables: dict[KeyPath, str] = {}
    faults: list[Fault] = []
    for name in sorted(_ours(environ)):
        path = _key_of(name)
        if path is None:
            variables[(name,)] = name
            faults.append(unknown_variable(name))
            continue
        twice = path in values
        variables[path] = name
        try:
            values[path] = _value(name, environ[name], path=path, base=base)
        except _Unreadable as caught:
            faults.append(Fault(path, caught.code, caught.values))
        if twice:
            both = {"first": name.removesuffix(_FILE), "second": name}
            faults.append(Fault(path, "config.both_given", both))
    return Given(values, variables, tuple(faults))


def _ours(environ: Mapping[str, str]) -> Iterator[str]:
    for name in environ:
        foreign = _FOREIGN.fullmatch(name) or name in _OWN
        if name.startswith(ENVIRONMENT_PREFIX) and not foreign:
            yield name


def _key_of(name: str) -> KeyPath | None:
    """The key that a variable names, None when there is none."""
    path = _split(name)
    if kind_of(path) is not None:
        return path
    secret = _split(name.removesuffix(_FILE))
    return secret if name.endswith(_FILE) and kind_of(secret) is Kind.SECRET else None


def _split(name: str) -> KeyPath:
    return tuple(name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__"))


def _value(name: str, text: str, *, path: KeyPath, base: Path) -> object:
    kind = kind_of(path)
    if kind is Kind.SECRET and kind_of(_split(name)) is None:
        return _read_secret(base / text)
    if kind is Kind.JSON:
        return _read_json(text, path)
    if kind is Kind.FLAG:
        return _flag(text.strip().lower())
    return _number(text.strip()) if kind is Kind.NUMBER else text


def _flag(text: str) -> object:
    """The flag; the text as it is when it is none."""
    return True if text in _TRUE else False if text in _FALSE else text


def _number(text: str) -> object:
    """The number; the text as it is when it is none, for the setting itself to refuse."""
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def _read_json(text: str, path: KeyPath) -> object:
    try:
        return json.loads(text)
    except ValueError:
        pass
    example = '{"…": "…"}' if path[-1] == "dialect" else '[{"…": "…"}]' if keys_of(path) else '["…", "…"]'
    raise _Unreadable("config.json", example=example)


def _read_secret(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(_SECRET_LIMIT + 1)
        secret = content.decode("utf-8-sig").strip()
    except FileNotFoundError:
        raise _Unreadable("config.secret_file_missing", file=str(file)) from None
    except OSError as caught:
        raise _Unreadable("config.secret_file", file=str(file), reason=caught.strerror or "") from None
    except UnicodeDecodeError:
        raise _Unreadable("config.secret_file_bytes", file=str(file)) from None
    if not secret:
        raise _Unreadable("config.secret_file_empty", file=str(file))
    if len(content) > _SECRET_LIMIT or "\n" in secret:
        raise _Unreadable("config.secret_file_bytes", file=str(file))
    return secret
