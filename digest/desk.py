"""The editor's desk: how issues are read, and how each channel would show one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from digest.dialect import SEED_DIALECT
from digest.ports import Phrases
from digest.replies import Reply
from digest.rules import Rules


@dataclass(frozen=True, slots=True)
class Look:
    """A reply as a channel shows it: its messages' words, their characters as the channel counts, bytes."""

    messages: tuple[str, ...]
    characters: int
    size: int


class Proving(Protocol):
    """One channel's way of writing a reply, without sending it."""

    def __call__(self, reply: Reply, phrases: Phrases, /) -> Look:
        """The reply as this channel shows it."""
        ...


HOUSE_RULES = Rules(SEED_DIALECT, "Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Desk:
    """What the editor's handlers lean on; `proofs` are the channels' ways of writing, by channel."""

    rules: Rules = HOUSE_RULES
    proofs: Mapping[str, Proving] = field(default_factory=dict)
