"""An account that may not push: at the hour the publisher is given the text, to send it by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from bot.wechat.standing import Standing
from digest.errors import Invalid, StoreUnavailable
from digest.house import House
from digest.issue import Issue
from digest.ports import Languages
from digest.reach import Way, way_of
from digest.replies import Reply, Text
from digest.schedule import eligible
from digest.subscriber import Place, read_place
from digest.weekdays import Weekdays
from storage.store import Store

log = structlog.get_logger()

_TOLD = "wechat.by_hand"


@dataclass(slots=True)
class ByHand:
    """Gives each admin the day's text once. `tell` sends to an admin: False when it surely did not."""

    standing: Standing
    store: Store
    house: House
    languages: Languages
    text_of: Callable[[Issue], str]
    tell: Callable[[Place, Reply], Awaitable[bool]]
    now: Callable[[], dt.datetime]

    async def tick(self) -> None:
        """Tell what is due; an account that learns to push is left alone."""
        local = self.now().astimezone(ZoneInfo(self.house.zone))
        if way_of(self.standing.account) is not Way.HAND or not self._open(local):
            return
        try:
            await self._tick(local.date())
        except StoreUnavailable:
            log.warning("text_by_hand_put_off")

    def _open(self, local: dt.datetime) -> bool:
        hours = self.house.push_at <= local.time() < self.house.late_until
        return hours and Weekdays.parse(self.house.weekdays).holds(local.date()).holds

    async def _tick(self, today: dt.date) -> None:
        async with self.store.reading() as tx:
            found = await tx.issues.newest_between(*eligible(today), self.now())
            if found is None or (await tx.meta.get(_TOLD) or "") >= found.date.isoformat():
                return
            issue = await tx.issues.document(found.date, found.revision)
        if issue is None:
            return
        # Noted before it is told, so that nobody is told twice.
        async with self.store.transaction() as tx:
            await tx.meta.set(_TOLD, found.date.isoformat())
        told = [await self._told(admin, issue) for admin in sorted(self.house.admins)]
        log.info("text_by_hand_told", admins=sum(told), date=found.date.isoformat())

    async def _told(self, admin: str, issue: Issue) -> bool:
        try:
            place = read_place(admin)
        except Invalid:
            return False
        async with self.store.reading() as tx:
            reader = await tx.subscribers.at(place)
        say = self.languages.speak(reader.locale if reader else "", self.house.locale)
        line = say("wechat.by_hand", day=say.short_day(issue.date))
        return await self.tell(place, Reply((Text(line),), after=(Reply((Text(self.text_of(issue)),)),)))
