"""What the stand-in accepted and refused, with its times: the truth a ledger is compared with."""

from __future__ import annotations

import zlib
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import orjson

from tests.standins.telegram_html import Parsed


@dataclass(frozen=True, slots=True)
class Accepted:
    """One request that took effect; ``at`` is CLOCK_MONOTONIC seconds, comparable between processes."""

    number: int
    at: float
    wall: float
    method: str
    chat_id: int | None = None
    thread: int | None = None
    message_id: int | None = None
    text: str = ""
    raw: str = ""
    parsed: Parsed | None = None
    dropped_entities: int = 0
    reply_markup: object = None
    link_preview: object = None
    silent: bool = False
    counted: bool = False
    answered: str = "answered"
    given: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """One request that took no effect, and the error it was given."""

    at: float
    method: str
    chat_id: int | None
    code: int
    description: str
    retry_after: int | None = None


class Truth:
    """The accepted requests in order, the refusals, and sums over both; optionally a file of JSON lines."""

    def __init__(self, log: Path | None = None, *, slim: bool = False) -> None:
        self.accepted: list[Accepted] = []
        self.refused: list[Refused] = []
        self.calls: Counter[str] = Counter()
        self.sent = 0
        self.early = 0
        self._slim = slim
        self._file: BinaryIO | None = log.open("ab", buffering=0) if log else None

    def __iter__(self) -> Iterator[Accepted]:
        return iter(self.accepted)

    def __len__(self) -> int:
        return len(self.accepted)

    def __getitem__(self, index: int) -> Accepted:
        return self.accepted[index]

    def accept(self, entry: Accepted) -> None:
        """Keep one entry and write its line before anybody is answered."""
        self.accepted.append(entry)
        self.sent += entry.counted
        if self._file is not None:
            self._file.write(line(entry, slim=self._slim))

    def sends(self, chat_id: int | None = None) -> tuple[Accepted, ...]:
        """Accepted requests that put a message into a chat (or into this chat), in order."""
        return tuple(e for e in self.accepted if e.counted and chat_id in (None, e.chat_id))

    def per_chat(self) -> Counter[int]:
        """How many messages each chat was sent."""
        return Counter(e.chat_id for e in self.accepted if e.counted and e.chat_id is not None)

    def peak_per_second(self, chat_id: int | None = None) -> int:
        """The most sends in any sliding second, bot-wide or in one chat."""
        return peak((e.at for e in self.sends(chat_id)), 1.0)

    def peak_per_minute(self, chat_id: int) -> int:
        """The most sends in any sliding minute of one chat."""
        return peak((e.at for e in self.sends(chat_id)), 60.0)

    @property
    def too_many(self) -> int:
        """How many requests were answered 429."""
        return sum(refusal.code == 429 for refusal in self.refused)

    def totals(self) -> dict[str, object]:
        """The sums a drill compares: sends, refusals by code, calls by method, peak, early calls."""
        return {
            "accepted": len(self.accepted),
            "sends": self.sent,
            "chats": len(self.per_chat()),
            "refused": {str(code): n for code, n in Counter(r.code for r in self.refused).items()},
            "too_many": self.too_many,
            "early": self.early,
            "peak_per_second": self.peak_per_second(),
            "calls": dict(self.calls),
        }

    def forget(self) -> None:
        """Start again with nothing; the log file goes on."""
        self.accepted, self.refused, self.sent, self.early = [], [], 0, 0
        self.calls.clear()

    def close(self) -> None:
        """Close the log file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def peak(times: Iterator[float], span: float) -> int:
    """The largest number of times inside any half-open window of this many seconds."""
    window: deque[float] = deque()
    most = 0
    for at in times:
        window.append(at)
        while at - window[0] >= span:
            window.popleft()
        most = max(most, len(window))
    return most


def line(entry: Accepted, *, slim: bool = False) -> bytes:
    """One JSON line of the log; a slim one carries a CRC of the text in place of the text."""
    fields: dict[str, object] = {
        "number": entry.number,
        "at": entry.at,
        "wall": entry.wall,
        "method": entry.method,
        "chat_id": entry.chat_id,
        "thread": entry.thread,
        "message_id": entry.message_id,
        "counted": entry.counted,
        "silent": entry.silent,
        "answered": entry.answered,
        "crc": zlib.crc32(entry.raw.encode("utf-8", "surrogatepass")),
    }
    if not slim:
        fields |= {"text": entry.text, "raw": entry.raw, "dropped_entities": entry.dropped_entities}
        fields |= {"reply_markup": entry.reply_markup, "given": entry.given}
    return orjson.dumps(fields, default=str) + b"\n"
