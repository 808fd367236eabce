"""Faults to order: what the stand-in refuses, loses or delays, per chat or by chance with a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Refusal(Exception):
    """An error answer: HTTP status, the server's description, its response parameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters: Mapping[str, int] = parameters


class Kind(StrEnum):
    """What can go wrong: refused up to CUT (no answer, no effect), then accepted but lost, then delayed."""

    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    CANNOT_INITIATE = "cannot_initiate"
    CHAT_NOT_FOUND = "chat_not_found"
    KICKED = "kicked"
    MIGRATED = "migrated"
    NO_RIGHTS = "no_rights"
    TOPIC_CLOSED = "topic_closed"
    THREAD_NOT_FOUND = "thread_not_found"
    REFUSE_PARSE = "refuse_parse"
    RETRY_AFTER = "retry_after"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    CUT = "cut"
    DROP = "drop"
    HANG = "hang"
    GARBLE = "garble"
    LOST_502 = "lost_502"
    LATENCY = "latency"


LOSING = frozenset({Kind.DROP, Kind.HANG, Kind.GARBLE, Kind.LOST_502})
_REFUSALS: Mapping[Kind, tuple[int, str]] = {
    Kind.BLOCKED: (403, "Forbidden: bot was blocked by the user"),
    Kind.DEACTIVATED: (403, "Forbidden: user is deactivated"),
    Kind.CANNOT_INITIATE: (403, "Forbidden: bot can't initiate conversation with a user"),
    Kind.CHAT_NOT_FOUND: (400, "Bad Request: chat not found"),
    Kind.KICKED: (403, "Forbidden: bot was kicked from the supergroup chat"),
    Kind.NO_RIGHTS: (400, "Bad Request: not enough rights to send text messages to the chat"),
    Kind.TOPIC_CLOSED: (400, "Bad Request: TOPIC_CLOSED"),
    Kind.THREAD_NOT_FOUND: (400, "Bad Request: message thread not found"),
    Kind.REFUSE_PARSE: (400, "Bad Request: can't parse entities: refused by order of the stand-in"),
    Kind.SERVER_ERROR: (500, "Internal Server Error"),
    Kind.BAD_GATEWAY: (502, "Bad Gateway"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One order: its kind and whom it strikes.

    ``chat``/``thread`` None strikes everywhere; ``methods`` empty strikes every method that names a chat,
    ("*",) every method; ``chance`` 0-1; ``times`` at most so often; ``seconds`` from now; ``value`` is the
    retry_after in seconds, the new chat id, or the latency in ms (up to ``value_most``, at random).
    """

    kind: Kind
    chat: int | None = None
    thread: int | None = None
    methods: tuple[str, ...] = ()
    chance: float = 1.0
    times: int | None = None
    seconds: float | None = None
    value: int = 0
    value_most: int = 0


@dataclass(slots=True)
class _Standing:
    number: int
    fault: Fault
    left: float
    until: float


@dataclass(frozen=True, slots=True)
class Target:
    """What a request aims at, as far as faults care."""

    method: str
    chat_id: int | None
    thread: int | None
    parses: bool


@dataclass(slots=True)
class Faults:
    """The orders in force; the same seed and the same requests strike the same ones."""

    seed: int = 0
    _chance: random.Random = field(init=False)
    _by_chat: dict[int | None, list[_Standing]] = field(default_factory=dict)
    _last: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def add(self, fault: Fault, now: float) -> int:
        """Put an order in force; its number, for ``heal``."""
        self._last += 1
        until = now + fault.seconds if fault.seconds is not None else float("inf")
        left = float("inf") if fault.times is None else fault.times
        self._by_chat.setdefault(fault.chat, []).append(_Standing(self._last, fault, left, until))
        return self._last

    def heal(self, *, number: int | None = None, chat: int | None = None, kind: Kind | None = None) -> int:
        """Take back the orders that fit all that is given (nothing given: all); how many there were."""
        gone = 0
        for key, standing in list(self._by_chat.items()):
            kept = [s for s in standing if not _fits(s, number, chat, kind)]
            gone += len(standing) - len(kept)
            self._by_chat[key] = kept
            if not kept:
                del self._by_chat[key]
        return gone

    def strike(self, target: Target, now: float) -> tuple[Fault, ...]:
        """The faults that strike this request, counted down; () for most."""
        if not self._by_chat:
            return ()
        standing = [*self._by_chat.get(None, ())]
        if target.chat_id is not None:
            standing += self._by_chat.get(target.chat_id, ())
        return tuple(s.fault for s in standing if self._strikes(s, target, now))

    def _strikes(self, standing: _Standing, target: Target, now: float) -> bool:
        fault = standing.fault
        if standing.left <= 0 or now >= standing.until or not _aims(fault, target):
            return False
        if fault.chance < 1.0 and self._chance.random() >= fault.chance:
            return False
        standing.left -= 1
        return True

    def delay(self, struck: tuple[Fault, ...]) -> float:
        """The seconds of latency ordered by these faults."""
        total = 0.0
        for fault in struck:
            if fault.kind is Kind.LATENCY:
                total += fault.value / 1000
                if fault.value_most > fault.value:
                    total += self._chance.random() * (fault.value_most - fault.value) / 1000
        return total


def _fits(standing: _Standing, number: int | None, chat: int | None, kind: Kind | None) -> bool:
    return (
        number in (None, standing.number)
        and chat in (None, standing.fault.chat)
        and kind in (None, standing.fault.kind)
    )


def _aims(fault: Fault, target: Target) -> bool:
    if fault.methods:
        if "*" not in fault.methods and target.method not in fault.methods:
            return False
    elif target.chat_id is None:
        return False
    if fault.kind is Kind.REFUSE_PARSE and not target.parses:
        return False
    return fault.thread in (None, target.thread)


def refuse(struck: tuple[Fault, ...]) -> None:
    """Raise the Refusal of the first refusing fault, if there is one."""
    for fault in struck:
        if fault.kind is Kind.RETRY_AFTER:
            raise too_many(fault.value or 1)
        if fault.kind is Kind.MIGRATED:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, text, migrate_to_chat_id=fault.value)
        if fault.kind in _REFUSALS:
            raise Refusal(*_REFUSALS[fault.kind])


def too_many(seconds: int) -> Refusal:
    """The 429 that names so many seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
