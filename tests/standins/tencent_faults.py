"""Faults of Tencent's servers, to order: what is refused, lost, garbled or delayed, so many times."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Refusal(Exception):
    """An error as Tencent answers it: HTTP 200 with a code and words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Kind(StrEnum):
    """What can go wrong. From STALL on the request has its effect, and its answer does not arrive."""

    CODE = "code"
    HTML = "html"
    BAD_GATEWAY = "bad_gateway"
    CUT = "cut"
    REVOKE = "revoke"
    STALL = "stall"
    RESET = "reset"
    LOST_HTML = "lost_html"
    LOST_502 = "lost_502"


LOSING = frozenset({Kind.STALL, Kind.RESET, Kind.LOST_HTML, Kind.LOST_502})


@dataclass(slots=True)
class Fault:
    """A fault in force: for calls whose path holds `path`, `times` times, `after` so many have passed.

    `code` and `words` are for CODE, `seconds` for STALL.
    """

    kind: Kind
    path: str = ""
    times: int = 1
    code: int = -1
    words: str = "system error"
    seconds: float = 6.0
    after: int = 0


class Faults:
    """The faults in force, in the order in which they were ordered."""

    def __init__(self) -> None:
        self._standing: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        self._standing.append(fault)

    def heal(self) -> None:
        """Take back every fault."""
        self._standing.clear()

    def strike(self, path: str) -> Fault | None:
        """The fault that this call meets, counted."""
        for fault in self._standing:
            if fault.path not in path or fault.times <= 0:
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            return fault
        return None
