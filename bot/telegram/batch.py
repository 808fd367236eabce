"""The answer of getUpdates, cut into its updates without reading what is in them."""

from __future__ import annotations

import json
import re

import msgspec


class _Answer(msgspec.Struct):
    ok: bool
    result: list[msgspec.Raw]


class _Update(msgspec.Struct):
    update_id: int


_ANY_ID = re.compile(rb'"update_id"\s*:\s*(\d{1,18})')
_OK = re.compile(rb'^\s*\{\s*"ok"\s*:\s*true')


def split_updates(payload: bytes) -> tuple[tuple[int, bytes], ...] | None:
    """The updates of an answer as (id, JSON), in order; None when it is no list of updates."""
    try:
        answer = msgspec.json.decode(payload, type=_Answer)
        return tuple(_numbered(bytes(raw)) for raw in answer.result) if answer.ok else None
    except (ValueError, RecursionError):
        return _split_slowly(payload)


def _numbered(raw: bytes) -> tuple[int, bytes]:
    return msgspec.json.decode(raw, type=_Update).update_id, raw


def _split_slowly(payload: bytes) -> tuple[tuple[int, bytes], ...] | None:
    # Python's own reader takes what stricter ones refuse, such as half a surrogate pair.
    try:
        answer = json.loads(payload.decode("utf-8", "replace"))
        updates = answer["result"] if answer["ok"] is True else None
        return None if updates is None else tuple(filter(None, map(_kept, updates)))
    except (ValueError, KeyError, TypeError):
        return None
    except RecursionError:
        return _by_its_id(payload)


def _kept(update: object) -> tuple[int, bytes] | None:
    update_id = update.get("update_id") if isinstance(update, dict) else None
    return (update_id, json.dumps(update).encode()) if type(update_id) is int else None


def _by_its_id(payload: bytes) -> tuple[tuple[int, bytes], ...] | None:
    # One update that nobody can read is kept by its id, so that it is not asked for again for ever.
    ids = set(_ANY_ID.findall(payload)) if _OK.match(payload) else set()
    return ((int(ids.pop()), b"{}"),) if len(ids) == 1 else None
