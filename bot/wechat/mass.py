"""The day's mass send of an account that has one: one draft, one send, finished by the platform's report.

Each step is written down before it is made, and the platform takes a key once: whoever dies in between goes
on where they were, and nobody gets the article twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.wechat.client import WechatClient
from bot.wechat.failures import SHANGHAI
from bot.wechat.library import Json
from bot.wechat.media import Pictures
from bot.wechat.standing import Standing
from bot.wechat.tagging import TagKeeper
from digest.accounts import Capability
from digest.errors import MaybeSent, NotAllowed, NotSent, SendFailure, StoreUnavailable, Unauthorized, Wait
from digest.house import House
from digest.issue import Issue
from digest.reach import Mass, MassState, Way, mass_key, mass_left, next_attempt, way_of
from digest.schedule import eligible
from digest.troubles import Trouble, TroubleKind
from digest.weekdays import Weekdays
from storage.store import Store

log = structlog.get_logger()

MONTH = dt.timedelta(days=32)
# After these the same attempt is made again: its key keeps it from arriving twice.
_LATER = (NotSent, MaybeSent, Wait, Unauthorized)


class Article(Protocol):
    """A day's article as the platform takes it."""

    @property
    def title(self) -> str:
        """At most 32 characters."""
        ...

    @property
    def digest(self) -> str:
        """At most 120 characters."""
        ...

    @property
    def content(self) -> str:
        """HTML with inline styles."""
        ...


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to send: an issue in a revision."""

    date: dt.date
    revision: int
    issue: Issue


@dataclass(slots=True)
class MassPush:
    """Sends each day's issue to all followers, but those who want none; `tick` as often as one likes."""

    client: WechatClient
    standing: Standing
    store: Store
    house: House
    pictures: Pictures
    tags: TagKeeper
    article_of: Callable[[Issue], Article]
    cover: bytes
    now: Callable[[], dt.datetime]
    _not_before: dt.datetime | None = field(default=None)

    async def tick(self) -> None:
        """Make the attempt that is due, if one is; what fails is tried again, or told."""
        if way_of(self.standing.account) is not Way.MASS or not self._open():
            return
        try:
            await self._tick()
        except StoreUnavailable:
            log.warning("mass_put_off")

    def _open(self) -> bool:
        now = self.now()
        if self._not_before is not None and now < self._not_before:
            return False
        local = now.astimezone(ZoneInfo(self.house.zone))
        hours = self.house.push_at <= local.time() < self.house.late_until
        return hours and Weekdays.parse(self.house.weekdays).holds(local.date()).holds

    async def _tick(self) -> None:
        offer = await self._offer()
        if offer is None:
            return
        async with self.store.reading() as tx:
            masses = await tx.masses.since(self.client.app_id, self.now() - MONTH)
        attempt = next_attempt(masses, offer.date, offer.revision)
        if attempt is None:
            return
        mass = self._mass(offer, attempt)
        known = next((one for one in masses if one.key == mass.key), None)
        if known is None and not self._left(masses):
            return
        await self._attempt(mass, offer.issue)

    async def _offer(self) -> Offer | None:
        """The issue of today that there is now."""
        today = self.now().astimezone(ZoneInfo(self.house.zone)).date()
        async with self.store.reading() as tx:
            found = await tx.issues.newest_between(*eligible(today), self.now())
            issue = await tx.issues.document(found.date, found.revision) if found else None
        return Offer(found.date, found.revision, issue) if found and issue else None

    def _mass(self, offer: Offer, attempt: int) -> Mass:
        key = mass_key(offer.date, attempt)
        return Mass(key, offer.date, offer.revision, attempt, MassState.SENDING, self.now())

    def _left(self, masses: tuple[Mass, ...]) -> bool:
        today = self.now().astimezone(SHANGHAI).date()
        return bool(mass_left(self.standing.account, masses, today, SHANGHAI))

    async def _attempt(self, mass: Mass, issue: Issue) -> None:
        account = self.client.app_id
        async with self.store.transaction() as tx:
            await tx.masses.begin(account, mass)
        try:
            tag = await self.tags.tag()
            media_id = await self._draft(mass, issue)
            number = await self.client.mass_send(media_id, mass.key, tag=tag)
        except _LATER as failure:
            self._wait(failure)
            return
        except SendFailure as failure:
            await self._refused(mass, failure)
            return
        async with self.store.transaction() as tx:
            await tx.masses.submitted(account, mass.key, number)
        log.info("mass_submitted", key=mass.key)

    async def _draft(self, mass: Mass, issue: Issue) -> str:
        """The draft of an attempt, made once."""
        account = self.client.app_id
        async with self.store.reading() as tx:
            media_id = await tx.masses.draft_of(account, mass.key)
        if media_id:
            return media_id
        cover = await self.pictures.cover_of(self.cover, self.client)
        media_id = await self.client.add_draft([_article(self.article_of(issue), cover)])
        async with self.store.transaction() as tx:
            await tx.masses.set_draft(account, mass.key, media_id)
        return media_id

    async def _refused(self, mass: Mass, failure: SendFailure) -> None:
        if isinstance(failure, NotAllowed):
            self.standing.deny(Capability.MASS)
        async with self.store.transaction() as tx:
            words = failure.words or failure.reason
            await tx.masses.refused(self.client.app_id, mass.key, words, self.now())
            await tx.troubles.begin(Trouble(TroubleKind.MASS, mass.key, {"reason": words}), self.now())
        log.error("mass_refused", key=mass.key, reason=failure.reason)

    def _wait(self, failure: SendFailure) -> None:
        seconds = failure.seconds if isinstance(failure, Wait) else 60.0
        self._not_before = self.now() + dt.timedelta(seconds=seconds)
        log.warning("mass_put_off", why=type(failure).__name__, reason=failure.reason)


def _article(article: Article, cover: str) -> Json:
    return {
        "title": article.title,
        "digest": article.digest,
        "content": article.content,
        "thumb_media_id": cover,
        "need_open_comment": 0,
    }
