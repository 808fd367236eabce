"""Words to somebody on whatever channel the program speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import structlog

from bot.outlet import Lane, Outlet
from bot.pace import Pace
from digest.errors import MaybeSent, SendFailure, Wait
from digest.replies import Reply
from digest.subscriber import Place

log = structlog.get_logger()

SECONDS = 30.0


@dataclass(slots=True)
class Mail:
    """The outlets of all stations; known once all of them are there."""

    outlets: Mapping[str, tuple[Outlet, Pace]] = field(default_factory=dict)

    async def tell(self, place: Place, reply: Reply) -> bool:
        """Send a reply; False when its first message has surely not left, and may be tried again."""
        if place.channel not in self.outlets:
            log.warning("notice_not_sent", reason="no_channel", channel=place.channel)
            return True
        outlet, pace = self.outlets[place.channel]
        there = replace(place, account=outlet.account)
        for number, message in enumerate(outlet.render(reply)):
            try:
                async with asyncio.timeout(SECONDS):
                    await pace.answer(there)
                    await outlet.send(there, message, lane=Lane.ANSWER)
            except (SendFailure, TimeoutError) as failure:
                if isinstance(failure, Wait):
                    pace.penalty(failure.seconds, None if failure.whole else there)
                log.warning("notice_not_sent", reason=type(failure).__name__, channel=place.channel)
                return number > 0 or isinstance(failure, MaybeSent | TimeoutError)
        return True
