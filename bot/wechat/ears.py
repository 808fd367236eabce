"""What an answered report changes for pushes, and the ways that an account's answers may use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from bot.outlet import Lane, Outlet
from bot.pace import Pace
from bot.wechat.answers import Ways
from bot.wechat.inbound import Received
from bot.wechat.media import Pictures, Uploads
from bot.wechat.messages import WechatMessage
from bot.wechat.opening import hand_over, note
from bot.wechat.standing import Standing
from digest.errors import NotSent
from digest.replies import Reply
from digest.subscriber import Place
from storage.store import Store

log = structlog.get_logger()


class Telling(Protocol):
    """The way to somebody on whatever channel."""

    async def tell(self, place: Place, reply: Reply) -> bool:
        """Send a reply; False when it surely was not."""
        ...


@dataclass(frozen=True, slots=True)
class Ears:
    """Hears what came in once it is answered: a window opens, and what waited for it is let go."""

    store: Store
    standing: Standing
    now: Callable[[], dt.datetime]

    async def heard(self, received: Received, reply: Reply) -> None:
        """Keep what a report allows or ends."""
        async with self.store.transaction() as tx:
            await note(tx, received, self.standing.account, self.now())
            handed = await hand_over(tx, received, self.now(), showed=reply.lists)
        if handed:
            log.info("deliveries_handed_over", deliveries=handed)


def ways_of(  # noqa: PLR0917 - it takes the parts that the ways lead through
    client: Uploads | None,
    pictures: Pictures,
    outlet: Outlet,
    pace: Pace,
    mail: Telling,
    ears: Ears | None,
) -> Ways:
    """The ways of an account: pictures and words of its own where it has a client, notices by any channel."""

    async def media_id(path: Path) -> str:
        if client is None:
            raise NotSent("no_secret")
        return await pictures.id_of(path, client)

    async def later(place: Place, message: WechatMessage) -> None:
        await pace.answer(place)
        await outlet.send(place, message, lane=Lane.ANSWER)

    async def tell(place: Place, reply: Reply) -> None:
        if not await mail.tell(place, reply):
            raise NotSent("not_told")

    heard = None if ears is None else ears.heard
    return Ways(None if client is None else media_id, None if client is None else later, tell, heard)
