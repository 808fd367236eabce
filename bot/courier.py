"""Carries a word from one channel to another: to editors, and from them to a reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.outlet import Lane, Outlet
from digest.errors import Invalid, NotSent, SendFailure
from digest.replies import Notice, Reply
from digest.subscriber import Place, read_place

log = structlog.get_logger()


def named_place(notice: Notice, here: Place) -> Place | None:
    """Who is meant by a notice that was made here: a recipient of this account, or a whole address."""
    if ":" not in notice.recipient:
        return Place(here.channel, notice.recipient, account=here.account)
    try:
        return read_place(notice.recipient)
    except Invalid:
        return None


@dataclass(frozen=True, slots=True)
class Courier:
    """The outlets of a program by their channels."""

    outlets: Callable[[], Mapping[str, Outlet[Any]]]

    async def tell(self, place: Place, reply: Reply) -> None:
        """Say something at a place of any channel; a SendFailure when it could not be said."""
        outlet = self.outlets().get(place.channel)
        if outlet is None:
            raise NotSent("no_channel")
        there = place if place.account else replace(place, account=outlet.account)
        for message in outlet.render(reply):
            await outlet.send(there, message, lane=Lane.ANSWER)

    async def carry(self, notice: Notice, here: Place) -> Reply | None:
        """Deliver a notice that was made here; what the one who speaks is to be told when that failed."""
        place = named_place(notice, here)
        try:
            if place is None:
                raise NotSent("no_place")
            await self.tell(place, notice.reply)
        except SendFailure as failure:
            log.warning("notice_not_sent", reason=failure.reason or type(failure).__name__)
            return notice.failed
        return None
