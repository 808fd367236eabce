"""WeCom's group robots as the worker sees them: one outlet for all, each robot with its own webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from bot.outlet import Lane
from bot.wecom.markdown import RobotMessage, render
from bot.wecom.pages import halves
from bot.wecom.webhook import BAD_WEBHOOK, Webhook
from digest.errors import Gone, Refused, TooLarge
from digest.replies import Reply
from digest.robots import CHANNEL
from digest.subscriber import Place

# A message that was cut more often than this is not refused for its length.
MOST_PIECES = 8


@dataclass(slots=True)
class RobotOutlet:
    """The sending side of the house's group robots (a `bot.outlet.Outlet`); `keys` by their names."""

    webhook: Webhook
    keys: Mapping[str, SecretStr]
    shorten: bool = True
    ready: bool = True
    # Of messages that were cut: how many pieces have arrived.
    _arrived: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def channel(self) -> str:
        """The channel's name."""
        return CHANNEL

    @property
    def account(self) -> str:
        """Robots have no account in common."""
        return ""

    @property
    def bot_name(self) -> str:
        """Nor a public name."""
        return ""

    def render(self, reply: Reply) -> tuple[RobotMessage, ...]:
        """The reply as messages."""
        return render(reply, shorten=self.shorten)

    def plain(self, message: RobotMessage) -> RobotMessage:
        """A robot's message has no simpler form."""
        return message

    async def send(self, place: Place, message: RobotMessage, *, lane: Lane) -> str:
        """Send one message; '' for its reference, as the platform names none."""
        key = self.keys.get(place.recipient)
        if key is None:
            raise Gone(BAD_WEBHOOK)
        try:
            await self.webhook.send(key.get_secret_value(), message.markdown)
        except TooLarge:
            await self._in_pieces(place.recipient, key, message.markdown)
        return ""

    async def _in_pieces(self, name: str, key: SecretStr, markdown: str) -> None:
        """Send what is too long in shorter pieces; one that is sent again goes on where it stopped."""
        pieces, mark = _cut((markdown,)), (name, markdown)
        while pieces:
            try:
                for piece in pieces[self._arrived.get(mark, 0) :]:
                    await self.webhook.send(key.get_secret_value(), piece)
                    self._arrived[mark] = self._arrived.get(mark, 0) + 1
            except TooLarge:
                if self._arrived.get(mark) or len(pieces) >= MOST_PIECES:
                    break
                pieces = _cut(pieces)
                continue
            self._arrived.pop(mark, None)
            return
        self._arrived.pop(mark, None)
        raise Refused("too_long")


def _cut(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """Each piece in two; none at all when one of them cannot be cut."""
    cut = [halves(piece) for piece in pieces]
    return tuple(half for pair in cut if pair for half in pair) if all(cut) else ()
