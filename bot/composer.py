"""Digests composed and rendered once for all readers who get the same words."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.outlet import Message, Outlet
from digest.campaign import Owed
from digest.house import House
from digest.ports import Languages, Phrases
from handlers.deliver import Wording, compose, wording
from storage.store import Store

KEPT = 256

_Key = tuple[Wording, str, str]


class Composer:
    """The messages of deliveries, for each wording and channel written once; the last 256 are kept."""

    def __init__(
        self,
        store: Store,
        house: House,
        languages: Languages,
        *,
        now: Callable[[], dt.datetime],
        kept: int = KEPT,
    ) -> None:
        self._store, self._house, self._languages, self._now = store, house, languages, now
        self._kept = kept
        self._messages: dict[_Key, tuple[Message, ...]] = {}
        self._composing = asyncio.Lock()

    async def messages(self, owed: Owed, outlet: Outlet) -> tuple[Message, ...]:

        phrases = self._languages.speak(owed.subscriber.locale)
        key = (wording(owed, phrases, self._today(owed)), outlet.channel, outlet.bot_name)
        found = self._messages.get(key)
        if found is None:
            async with self._composing:
                found = self._messages.get(key) or await self._compose(owed, outlet, phrases)
        self._keep(key, found)
        return found

    def _today(self, owed: Owed) -> dt.date:
        zone = owed.subscriber.zone or self._house.zone
        return self._now().astimezone(ZoneInfo(zone)).date()

    async def _compose(self, owed: Owed, outlet: Outlet, phrases: Phrases) -> tuple[Message, ...]:
        reply = await compose(
            owed, self._store, self._house, phrases, now=self._now(), bot_name=outlet.bot_name
        )
        return outlet.render(reply)

    def _keep(self, key: _Key, messages: tuple[Message, ...]) -> None:
        """The one used last is the last to be thrown away."""
        self._messages.pop(key, None)
        self._messages[key] = messages
        while len(self._messages) > self._kept:
            self._messages.pop(next(iter(self._messages)))
