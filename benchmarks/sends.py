"""The stand-in's log, read while it grows: what was sent, when, to whom."""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import orjson

from benchmarks.measure import percentile
from tests.standins.telegram_truth import peak


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that reached a chat: CLOCK_MONOTONIC and epoch seconds."""

    chat: int
    at: float
    wall: float


@dataclass(slots=True)
class Sends:
    """Every message so far; `look` reads what has come since."""

    path: Path
    listed: list[Sent] = field(default_factory=list)
    per_chat: Counter[int] = field(default_factory=Counter)
    _file: BinaryIO | None = None
    _rest: bytes = b""

    def look(self) -> None:
        """Read on."""
        if self._file is None:
            self._file = self.path.open("rb")
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        for line in lines:
            entry = orjson.loads(line)
            if entry["counted"]:
                self.listed.append(Sent(entry["chat_id"], entry["at"], entry["wall"]))
                self.per_chat[entry["chat_id"]] += 1

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def reached(self, chats: range) -> int:
        """How many of these chats have been sent something."""
        return sum(1 for chat in self.per_chat if chat in chats)

    def to(self, chats: range) -> list[Sent]:
        """What was sent to these chats, in order."""
        return [sent for sent in self.listed if sent.chat in chats]

    def between(self, first: float, last: float) -> list[Sent]:
        """What was sent between two moments of CLOCK_MONOTONIC, both included."""
        return [sent for sent in self.listed if first <= sent.at <= last]

    def most_in_a_second(self) -> int:
        """The most in any sliding second."""
        return peak(iter([sent.at for sent in self.listed]), 1.0)


@dataclass(frozen=True, slots=True)
class Question:
    """What a chat asked, and when by CLOCK_MONOTONIC."""

    chat: int
    at: float


def answer_times(questions: list[Question], sends: Sends) -> list[float]:
    """Milliseconds from each question to the next message in its chat; infinite where none came."""
    in_chat: dict[int, list[float]] = defaultdict(list)
    for sent in sends.listed:
        in_chat[sent.chat].append(sent.at)
    return [_next_after(question.at, in_chat[question.chat]) for question in questions]


def _next_after(moment: float, moments: list[float]) -> float:
    place = bisect.bisect_left(moments, moment)
    return 1000 * (moments[place] - moment) if place < len(moments) else float("inf")


def p95(times: list[float]) -> float:
    """The 95th percentile of those that came; RuntimeError when none did."""
    came = [taken for taken in times if taken < float("inf")]
    if not came:
        raise RuntimeError("no question was answered")
    return percentile(came, 0.95)
