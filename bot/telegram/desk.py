"""Telegram as an editor's desk: messages that are put there and changed, and what was sent revised."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.outlet import Lane
from bot.pace import Pace
from bot.telegram.channel import CHANNEL, TelegramChannel
from bot.telegram.render import render
from digest.errors import Gone, Refused
from digest.replies import Reply
from digest.subscriber import Place


@dataclass(frozen=True, slots=True)
class TelegramDesk:
    """One bot's messages to its editors, and the messages of its broadcasts."""

    telegram: TelegramChannel
    pace: Pace

    @property
    def channel(self) -> str:
        """The channel's name."""
        return CHANNEL

    async def put(self, place: Place, reply: Reply, reference: str) -> str:
        """Change the message `reference` where that can be done, else send another; its reference."""
        if place.channel != CHANNEL:
            raise Gone("no_channel")
        message = render(reply)[0]
        if reference:
            try:
                return await self.telegram.edit(reference, message)
            except Refused as refused:
                if refused.reason != "not_editable":
                    raise
        place = replace(place, account=self.telegram.bot_id)
        await self.pace.answer(place)
        return await self.telegram.send(place, message)

    async def revise(self, place: Place, reference: str, reply: Reply) -> None:
        """Put a reply of one message in the place of a sent one, when the bulk lane has a slot for it."""
        await self.pace.take(1)
        await self.telegram.edit(reference, render(reply)[0], lane=Lane.BULK.value)
