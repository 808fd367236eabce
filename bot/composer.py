"""Digests and broadcasts composed and rendered once for all readers who get the same words."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.outlet import Message, Outlet
from digest.broadcast import BROADCAST
from digest.campaign import Owed
from digest.compose import NO_MARKS, Marks
from digest.content import Content
from digest.house import House
from digest.ports import Languages, Phrases
from digest.replies import Passage, Reply
from handlers.deliver import Wording, compose, wording
from handlers.marking import AudienceMarks, mark_for_all
from storage.store import Store

KEPT = 256
ISSUES_KEPT = 2
# A push to a large audience keeps megabytes at hand; so long after the last delivery nothing of it is.
IDLE_SECONDS = 600.0

_Key = tuple[Wording | tuple[int, int, bool], str, str]


class Composer:
    """The messages of deliveries, for each wording and channel written once.

    The last 256 are kept, and who follows words of the last two issues, until nothing is sent for a while.
    """

    def __init__(
        self,
        store: Store,
        house: House,
        languages: Languages,
        *,
        now: Callable[[], dt.datetime],
        kept: int = KEPT,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._store, self._house, self._languages, self._now = store, house, languages, now
        self._kept, self._idle_seconds = kept, idle_seconds
        self._messages: dict[_Key, tuple[Message, ...]] = {}
        self._audiences: dict[tuple[dt.date, int], AudienceMarks] = {}
        self._used_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._composing, self._marking = asyncio.Lock(), asyncio.Lock()

    @property
    def at_hand(self) -> tuple[int, int]:
        """How many wordings and how many audiences are kept."""
        return len(self._messages), len(self._audiences)

    async def messages(self, owed: Owed, outlet: Outlet) -> tuple[Message, ...]:
        """What is sent for a delivery; LookupError when its revision is not kept."""
        if owed.kind == BROADCAST:
            return await self._passage(owed, outlet)
        phrases = self._languages.speak(owed.subscriber.locale)
        marks = await self._marks(owed)
        key: _Key = (wording(owed, phrases, self._today(owed), marks), outlet.channel, outlet.bot_name)
        found = self._messages.get(key)
        if found is None:
            async with self._composing:
                found = self._messages.get(key) or await self._compose(owed, outlet, phrases, marks)
        self._keep(key, found)
        return found

    async def _passage(self, owed: Owed, outlet: Outlet) -> tuple[Message, ...]:
        """A broadcast as its editor wrote it, in the revision that the delivery is pinned to."""
        silent = owed.subscriber.subscription.silent
        key: _Key = ((owed.campaign_id, owed.revision, silent), outlet.channel, outlet.bot_name)
        found = self._messages.get(key)
        if found is None:
            async with self._composing:
                found = self._messages.get(key) or outlet.render(
                    Reply((Passage(await self._content(owed)),), silent=silent)
                )
                self._keep(key, found)
        self._keep(key, found)
        return found

    async def _content(self, owed: Owed) -> Content:
        async with self._store.reading() as tx:
            content = await tx.broadcasts.content(owed.campaign_id, owed.revision)
        if content is None:
            raise LookupError(f"revision {owed.revision} of broadcast {owed.campaign_id} is not kept")
        return content

    def _use(self) -> None:
        loop = asyncio.get_running_loop()
        self._used_at = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._idle_seconds, self._rest)

    def _rest(self) -> None:
        """Forget everything when nothing has been sent for a while; else look again when that may be."""
        loop = asyncio.get_running_loop()
        left = self._used_at + self._idle_seconds - loop.time()
        if left > 0:
            self._timer = loop.call_later(left, self._rest)
            return
        self._timer = None
        self._messages.clear()
        self._audiences.clear()

    async def _marks(self, owed: Owed) -> Marks:
        """The stories with words that this reader follows; the issue is searched once for all readers."""
        if owed.subscriber.subscription.followed_at is None:
            return NO_MARKS
        issue = (owed.digest_of, owed.revision)
        if issue not in self._audiences:
            async with self._marking:
                if issue not in self._audiences:
                    await self._look(*issue)
        return await self._audiences[issue].of(owed.subscriber, self._store)

    async def _look(self, date: dt.date, revision: int) -> None:
        now = self._now()
        async with self._store.reading() as tx:
            issue = await tx.issues.document(date, revision)
        if issue is None:
            raise LookupError(f"revision {revision} of {date} is not kept")
        while len(self._audiences) >= ISSUES_KEPT:
            self._audiences.pop(next(iter(self._audiences)))
        self._use()
        self._audiences[date, revision] = await mark_for_all(issue, self._store, now=now)

    def _today(self, owed: Owed) -> dt.date:
        zone = owed.subscriber.zone or self._house.zone
        return self._now().astimezone(ZoneInfo(zone)).date()

    async def _compose(
        self, owed: Owed, outlet: Outlet, phrases: Phrases, marks: Marks
    ) -> tuple[Message, ...]:
        reply = await compose(
            owed,
            self._store,
            self._house,
            phrases,
            now=self._now(),
            bot_name=outlet.bot_name,
            marks=marks,
        )
        return outlet.render(reply)

    def _keep(self, key: _Key, messages: tuple[Message, ...]) -> None:
        """The one used last is the last to be thrown away."""
        self._use()
        self._messages.pop(key, None)
        self._messages[key] = messages
        while len(self._messages) > self._kept:
            self._messages.pop(next(iter(self._messages)))
