"""The terminal as the worker sees it: a digest that arrives is drawn under a line that says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.console.render import ConsoleMessage, render
from bot.outlet import Lane
from digest.ports import Phrases
from digest.replies import Reply
from digest.subscriber import Place


@dataclass(slots=True)
class ConsoleOutlet:
    """The sending side of a terminal (a `bot.outlet.Outlet`); `show` draws a message."""

    phrases: Callable[[], Phrases]
    show: Callable[[ConsoleMessage], None]
    ready: bool = True
    _number: int = 0

    @property
    def channel(self) -> str:
        """The channel's name."""
        return "console"

    @property
    def account(self) -> str:
        """A terminal has no account."""
        return ""

    @property
    def bot_name(self) -> str:
        """Nor a public name."""
        return ""

    def render(self, reply: Reply) -> tuple[ConsoleMessage, ...]:
        """The reply as messages."""
        return render(reply, self.phrases())

    def plain(self, message: ConsoleMessage) -> ConsoleMessage:
        """A terminal's message is plain enough."""
        return message

    async def send(self, place: Place, message: ConsoleMessage, *, lane: Lane) -> str:
        """Draw one message; its number."""
        self.show(message)
        self._number += 1
        return f"{place.recipient}:{self._number}"
