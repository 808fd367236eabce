"""What follows a message that was not delivered: what failed how is a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from digest.campaign import DeliveryState, OnUnknown
from digest.errors import (
    Conflict,
    Gone,
    Moved,
    NotAllowed,
    NotSent,
    Refused,
    SendFailure,
    Unauthorized,
    Wait,
    WindowShut,
)

UNKNOWN_ATTEMPTS = 2
POISON_ATTEMPTS = 3
CRASH_ATTEMPTS = 5
GIVE_UP = dt.timedelta(hours=24)
SHORTEST = dt.timedelta(seconds=2)
LONGEST = dt.timedelta(seconds=60)
DOUBT = dt.timedelta(seconds=30)
HALT = dt.timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Again:
    """Try the delivery again, not before this moment. `counted` when it spends an attempt."""

    not_before: dt.datetime
    reason: str
    counted: bool


@dataclass(frozen=True, slots=True)
class Plain:
    """Send the same message without markup, at once."""


@dataclass(frozen=True, slots=True)
class Move:
    """The address has another recipient: keep it, and send there at once."""

    recipient: str


@dataclass(frozen=True, slots=True)
class Final:
    """The delivery ends as unknown, skipped or dead; `inactive` when its address ends with it."""

    state: DeliveryState
    reason: str
    inactive: bool = False


@dataclass(frozen=True, slots=True)
class Halt:
    """Nothing passes with these credentials: the account pauses, the delivery waits."""

    not_before: dt.datetime
    reason: str


Verdict = Again | Plain | Move | Final | Halt


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known of the delivery that failed.

    `attempts` counts this one. `random` (0 to 1) spreads retries. `plain` and `moved` tell what was tried.
    """

    attempts: int
    planned_at: dt.datetime
    now: dt.datetime
    on_unknown: OnUnknown
    random: float
    plain: bool = False
    moved: bool = False


def after(failure: SendFailure, attempt: Attempt) -> Verdict:
    """What follows this failure."""
    match failure:
        case Wait(seconds=seconds):
            return Again(attempt.now + dt.timedelta(seconds=seconds), "wait", counted=False)
        case NotSent(reason=reason):
            return _not_sent(reason, attempt)
        case WindowShut() | NotAllowed() | Gone():
            return _closed(failure, attempt)
        case Moved(recipient=recipient):
            return Again(_soon(attempt), "moved", counted=True) if attempt.moved else Move(recipient)
        case Refused(reason=reason, markup=markup):
            return Plain() if markup and not attempt.plain else Final(DeliveryState.DEAD, reason)
        case Unauthorized(reason=reason) | Conflict(reason=reason):
            return Halt(attempt.now + HALT, reason)
        case _:
            return _maybe_sent(failure.reason, attempt)


def after_poison(attempt: Attempt) -> Verdict:
    """What follows a message that could not even be written: our fault."""
    if attempt.attempts >= POISON_ATTEMPTS:
        return Final(DeliveryState.DEAD, "poison")
    return Again(_soon(attempt), "poison", counted=True)


def crashed_too_often(attempts: int) -> bool:
    """Whether the program has died so often with this delivery in hand that it must be the cause."""
    return attempts > CRASH_ATTEMPTS


def suspect(attempts: int) -> bool:
    """Whether a delivery is better sent alone, because the program may die of it."""
    return attempts >= POISON_ATTEMPTS


def _not_sent(reason: str, attempt: Attempt) -> Verdict:
    if attempt.now - attempt.planned_at >= GIVE_UP:
        return Final(DeliveryState.DEAD, reason)
    return Again(_soon(attempt), reason, counted=False)


def _closed(failure: WindowShut | NotAllowed | Gone, attempt: Attempt) -> Verdict:
    """What is shut waits for the reader's next message, for a day; then it is old."""
    over = attempt.planned_at + GIVE_UP
    if isinstance(failure, WindowShut) and attempt.now < over:
        return Again(over, failure.reason, counted=False)
    return Final(DeliveryState.SKIPPED, failure.reason, inactive=isinstance(failure, Gone))


def _maybe_sent(reason: str, attempt: Attempt) -> Verdict:
    if attempt.on_unknown is OnUnknown.HOLD or attempt.attempts >= UNKNOWN_ATTEMPTS:
        return Final(DeliveryState.UNKNOWN, reason)
    return Again(attempt.now + DOUBT * (1 + attempt.random), reason, counted=True)


def _soon(attempt: Attempt) -> dt.datetime:
    """A moment that is further away the longer the delivery has waited already: 2 to 60 seconds, spread."""
    waited = (attempt.now - attempt.planned_at) / 10
    return attempt.now + min(max(waited, SHORTEST), LONGEST) * (0.5 + attempt.random)
