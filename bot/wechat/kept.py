"""What was received as text for the inbox, and back."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args

import msgspec

from bot.wechat.inbound import Received

_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Received)}


class _Kept(msgspec.Struct):
    kind: str
    said: dict[str, Any]


def write(received: Received) -> str:
    """The value as JSON."""
    kept = _Kept(type(received).__name__, dataclasses.asdict(received))
    return msgspec.json.encode(kept).decode()


def read(payload: str) -> Received | None:
    """The value that was written; None where an older program wrote another."""
    try:
        kept = msgspec.json.decode(payload, type=_Kept)
        found: Received = msgspec.convert(kept.said, type=_KINDS[kept.kind])
    except (msgspec.MsgspecError, KeyError):
        return None
    return found
