"""Pairing: one reader on two channels. What is said for it, and whose preferences stay."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from digest.subscriber import Subscriber, Subscription
from digest.wording import Words

CODE_LASTS = dt.timedelta(minutes=10)
DIGITS = 6
# Guesses in the time that a code lasts: from one address, and from all of them.
MOST_MISSES = 5
MOST_MISSES_OF_ALL = 100

_SAID = re.compile(r"(?:关联账号|关联码|关联|绑定|linkcode|link)[:,]?(?P<code>[0-9]{6})")
_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Pair:
    """A code to join this address with another; with a `code` from there, the joining."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class Unpair:
    """Two readers again."""


@dataclass(frozen=True, slots=True)
class Prefer:
    """The digest comes here first, not on the other channel."""


Pairing = Pair | Unpair | Prefer


def read_pairing(words: Words, known: object) -> Pair | None:
    """`关联 123456`; None when it is something else."""
    said = _SAID.fullmatch(words.bare)
    return Pair(said["code"]) if said else None


def pair(words: Words, known: object) -> Pair:
    """What the command means with these words after it: what is no code is refused as one."""
    return Pair(words.bare)


def is_code(code: str) -> bool:
    """Whether this can be a code of ours."""
    return _CODE.fullmatch(code) is not None


def keeper_of(one: Subscriber, other: Subscriber) -> tuple[Subscriber, Subscriber]:
    """Whose preferences stay, and whose go: those of the one who gets digests, of two the older's."""
    first, second = sorted((one, other), key=lambda reader: reader.id)
    if second.subscription.active and not first.subscription.active:
        return second, first
    return first, second


def joined(kept: Subscription, other: Subscription) -> Subscription:
    """The standing order that stays: it has seen what either has seen."""
    digest_on = max(filter(None, (kept.digest_on, other.digest_on)), default=None)
    shown = max(filter(None, (kept.shown, other.shown)), default=None)
    return replace(kept, digest_on=digest_on, shown=shown)
