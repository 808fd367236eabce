"""Words to admins that nobody asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.telegram.channel import CHANNEL, TelegramChannel
from bot.telegram.render import render
from digest.errors import MaybeSent, SendFailure, Wait
from digest.replies import Reply
from digest.subscriber import Place

log = structlog.get_logger()


class NoticePace(Protocol):
    """The answers' lane of an account's pace."""

    async def answer(self, place: Place) -> None:
        """Wait until an answer may leave for this place."""
        ...

    def penalty(self, seconds: float, place: Place | None = None) -> None:
        """The platform asks to wait."""
        ...


@dataclass(frozen=True, slots=True)
class Notices:
    """Tells the admins of one bot."""

    channel: TelegramChannel
    pace: NoticePace

    @property
    def name(self) -> str:
        """The channel whose admins are told."""
        return CHANNEL

    async def tell(self, place: Place, reply: Reply) -> bool:
        """Send a reply; False when its first message has surely not been sent, and it may be tried again."""
        for number, message in enumerate(render(reply)):
            try:
                await self.pace.answer(place)
                await self.channel.send(place, message)
            except SendFailure as failure:
                if isinstance(failure, Wait):
                    self.pace.penalty(failure.seconds, None if failure.whole else place)
                log.warning("notice_not_sent", reason=type(failure).__name__)
                return number > 0 or isinstance(failure, MaybeSent)
        return True
