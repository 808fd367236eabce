"""The tag that a mass send goes to when somebody wants none: every follower but those who unsubscribed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog

from bot.wechat.client import WechatClient
from bot.wechat.inbound import CHANNEL
from bot.wechat.standing import Standing
from digest.accounts import Capability
from digest.errors import NotAllowed
from storage.store import Store

log = structlog.get_logger()

PAGE = 10_000


@dataclass(slots=True)
class TagKeeper:
    """Keeps the tag up to date; the platform counts its calls, so only what has changed is told to it."""

    client: WechatClient
    standing: Standing
    store: Store
    name: str
    _tagged: frozenset[str] | None = field(default=None)

    async def tag(self) -> int | None:
        """The tag to send to; None for all followers, when nobody unsubscribed or there are no tags."""
        async with self.store.reading() as tx:
            unwilling = await tx.windows.unsubscribed(CHANNEL, self.client.app_id)
        if not unwilling:
            return None
        if not (self.standing.may(Capability.TAGS) and self.standing.may(Capability.USERS)):
            log.warning("mass_reaches_unsubscribed", readers=len(unwilling))
            return None
        try:
            return await self._kept(unwilling)
        except NotAllowed:
            self.standing.deny(Capability.TAGS)
            log.warning("mass_reaches_unsubscribed", readers=len(unwilling))
            return None

    async def _kept(self, unwilling: frozenset[str]) -> int:
        known = await self.client.tags()
        tag = known.get(self.name) or await self.client.make_tag(self.name)
        if self._tagged is None:
            self._tagged = frozenset([one async for one in self._with(tag)])
        wanted = frozenset([one async for one in self._followers()]) - unwilling
        await self.client.set_tag(tag, sorted(wanted - self._tagged), on=True)
        await self.client.set_tag(tag, sorted(self._tagged & unwilling), on=False)
        self._tagged = wanted
        return tag

    async def _followers(self) -> AsyncIterator[str]:
        after = ""
        while True:
            page, _ = await self.client.followers(after)
            for openid in page:
                yield openid
            if len(page) < PAGE:
                return
            after = page[-1]

    async def _with(self, tag: int) -> AsyncIterator[str]:
        after = ""
        while True:
            page = await self.client.tagged(tag, after)
            for openid in page:
                yield openid
            if len(page) < PAGE:
                return
            after = page[-1]
