"""Telegram as the worker sees it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.outlet import Lane
from bot.telegram.channel import CHANNEL, TelegramChannel
from bot.telegram.render import TelegramMessage, render
from digest.replies import Reply
from digest.subscriber import Place


@dataclass(frozen=True, slots=True)
class TelegramPost:
    """One message, as marked up or as plain words."""

    message: TelegramMessage
    plain: bool = False

    @property
    def silent(self) -> bool:
        """Whether it arrives without a sound."""
        return self.message.silent


@dataclass(slots=True)
class TelegramOutlet:
    """The sending side of one bot (a `bot.outlet.Outlet`)."""

    telegram: TelegramChannel
    ready: bool = True

    @property
    def channel(self) -> str:
        """The channel's name."""
        return CHANNEL

    @property
    def account(self) -> str:
        """The bot's id."""
        return self.telegram.bot_id

    @property
    def bot_name(self) -> str:
        """The bot's public name."""
        return self.telegram.username

    def render(self, reply: Reply) -> tuple[TelegramPost, ...]:
        """The reply as messages."""
        return tuple(TelegramPost(message) for message in render(reply))

    def plain(self, message: TelegramPost) -> TelegramPost:
        """The same message without markup."""
        return TelegramPost(message.message, plain=True)

    async def edit(self, reference: str, message: TelegramPost) -> None:
        """Put a message in the place of one that was sent; that nothing is different is no failure."""
        await self.telegram.edit(reference, message.message, lane="bulk", plain=message.plain)

    async def send(self, place: Place, message: TelegramPost, *, lane: Lane) -> str:
        """Send one message; its reference."""
        return await self.telegram.send(
            place, message.message, lane="bulk" if lane is Lane.BULK else "answer", plain=message.plain
        )
