"""The pace of single chats: a private one takes a message a second, a group twenty a minute."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from bot.outlet import Lane
from digest.subscriber import Place

KEPT = 4096
SWEEP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ChatRates:
    """What one chat takes: `gap` seconds between private messages; `burst` answers may come at once."""

    gap: float = 1.02
    burst: int = 3
    group: int = 20
    group_seconds: float = 60.5


@dataclass(slots=True)
class _Private:
    free_at: float = 0.0

    def wait(self, now: float, lane: Lane, rates: ChatRates) -> float:
        allowance = (rates.burst - 1) * rates.gap if lane is Lane.ANSWER else 0.0
        return self.free_at - allowance - now

    def sent(self, now: float, rates: ChatRates) -> None:
        self.free_at = max(self.free_at, now) + rates.gap

    def idle(self, now: float, rates: ChatRates) -> bool:
        return self.free_at <= now


@dataclass(slots=True)
class _Group:
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float, lane: Lane, rates: ChatRates) -> float:
        self._forget(now, rates)
        return self.times[0] + rates.group_seconds - now if len(self.times) >= rates.group else 0.0

    def sent(self, now: float, rates: ChatRates) -> None:
        self.times.append(now)

    def idle(self, now: float, rates: ChatRates) -> bool:
        self._forget(now, rates)
        return not self.times

    def _forget(self, now: float, rates: ChatRates) -> None:
        while self.times and now - self.times[0] >= rates.group_seconds:
            self.times.popleft()


@dataclass(slots=True)
class Chats:
    """When each chat may be written to again; of the quiet ones nothing is kept."""

    rates: ChatRates = field(default_factory=ChatRates)
    _chats: dict[str, _Private | _Group] = field(default_factory=dict)
    _held: dict[str, float] = field(default_factory=dict)
    _swept_at: float = float("-inf")

    def wait(self, place: Place, lane: Lane, now: float) -> float:
        """Seconds until this chat takes a message; 0 when it does now."""
        chat = self._chats.get(place.recipient)
        pace = chat.wait(now, lane, self.rates) if chat else 0.0
        return max(0.0, pace, self._held.get(place.recipient, now) - now)

    def sent(self, place: Place, now: float) -> None:
        """A message to this chat leaves now."""
        chat = self._chats.get(place.recipient)
        if chat is None:
            self._sweep(now)
            chat = self._chats[place.recipient] = _Group() if is_group(place) else _Private()
        chat.sent(now, self.rates)

    def hold(self, place: Place, until: float) -> None:
        """Nothing to this chat before `until`."""
        self._held[place.recipient] = max(until, self._held.get(place.recipient, until))

    def _sweep(self, now: float) -> None:
        if len(self._chats) + len(self._held) < KEPT or now - self._swept_at < SWEEP_SECONDS:
            return
        self._swept_at = now
        self._chats = {name: chat for name, chat in self._chats.items() if not chat.idle(now, self.rates)}
        self._held = {name: until for name, until in self._held.items() if until > now}


def is_group(place: Place) -> bool:
    """Whether many read there: groups and Telegram channels have negative numbers or public names.

    A group robot has the same limit as a group: twenty messages a minute.
    """
    return place.channel == "wecom-robot" or place.recipient.startswith(("-", "@"))
