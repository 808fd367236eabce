"""A fault in what somebody said, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Words that were understood and cannot be: `code` names the message, `values` fill it."""

    code: str
    values: tuple[tuple[str, str | int], ...] = ()
