"""Alerts: an admin is told of a trouble once, and once when it is over, also across a restart.

That somebody is about to be told is written down before it is said: who is killed in between tells nobody
twice. Nothing waits for an alert; an admin who cannot be reached is tried again, or left out for good.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from bot.outlet import Lane, Outlet
from bot.pace import Pace
from digest.errors import Conflict, Invalid, NotSent, SendFailure, StoreUnavailable, Unauthorized, Wait
from digest.house import House
from digest.ports import Languages, Phrases
from digest.replies import Reply
from digest.subscriber import Place, read_place
from digest.troubles import KnownTrouble, Trouble, TroubleKind
from handlers.alert import alert
from handlers.watch import Name, Seen, Signs, Watch
from storage.store import Store

log = structlog.get_logger()

LOOK_SECONDS = 2.0
SEND_SECONDS = 30.0
AGAIN = dt.timedelta(seconds=30)
# A database that is away for a moment is nobody's trouble.
AWAY = dt.timedelta(seconds=5)
RECENT = dt.timedelta(days=1)

Outlets = Mapping[str, tuple[Outlet, Pace]]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written down: begun, begun and over meanwhile, over (of these `quiet` without a word)."""

    begun: tuple[KnownTrouble, ...] = ()
    passed: tuple[KnownTrouble, ...] = ()
    over: tuple[KnownTrouble, ...] = ()
    quiet: frozenset[Name] = frozenset()


@dataclass(slots=True)
class Alerts:
    """Looks, keeps what is wrong, and tells the admins of the house; `run` does it until cancelled."""

    store: Store
    house: House
    languages: Languages
    outlets: Outlets
    watch: Watch
    signs: Callable[[], Signs]
    now: Callable[[], dt.datetime]
    _away_since: dt.datetime | None = None
    _unkept: dict[Name, KnownTrouble] = field(default_factory=dict)
    _not_before: dict[str, dt.datetime] = field(default_factory=dict)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Look once: keep what has changed, and tell what has not been told."""
        now, signs = self.now(), self.signs()
        try:
            async with self.store.reading() as tx:
                known = await tx.troubles.known(now - RECENT)
                seen = await self.watch.look(tx, known, signs, now)
        except StoreUnavailable:
            # Nothing can be kept or looked up meanwhile: it is told when the database is back.
            self._away_since = self._away_since or now
            return
        known = await self._kept(known, seen, now)
        for one in (*known, *self._unkept.values()):
            for admin in sorted(self.house.admins):
                if one.owes(admin) and self._not_before.get(admin, now) <= now:
                    await self._tell(one, admin, now)

    async def _kept(
        self, known: tuple[KnownTrouble, ...], seen: Seen, now: dt.datetime
    ) -> tuple[KnownTrouble, ...]:
        """What is known once the changes are written down; what cannot be is kept in mind."""
        change = self._change(known, seen, now)
        if change == Change(quiet=seen.expired):
            self._away_since = None
            return known
        try:
            known = await self._write(change, now)
        except StoreUnavailable as caught:
            log.warning("trouble_not_kept", reason=type(caught).__name__)
            for one in change.begun:
                self._unkept.setdefault(one.trouble.name, one)
            return known
        for one in (*change.begun, *change.passed):
            log.error("trouble_begun", kind=one.trouble.kind.value, subject=one.trouble.subject)
        for one in (*change.over, *change.passed):
            log.info("trouble_over", kind=one.trouble.kind.value, subject=one.trouble.subject)
        self._away_since, self._unkept = None, {}
        return known

    def _change(self, known: tuple[KnownTrouble, ...], seen: Seen, now: dt.datetime) -> Change:
        lasting = {one.trouble.name: one for one in known if one.over_at is None}
        begun = [
            self._unkept.get(name) or KnownTrouble(None, trouble, trouble.since or now)
            for name, trouble in seen.wrong.items()
            if name not in lasting
        ]
        passed = [one for name, one in self._unkept.items() if name not in seen.wrong]
        if self._away_since is not None and now - self._away_since >= AWAY:
            passed.append(KnownTrouble(None, Trouble(TroubleKind.DATABASE), self._away_since))
        over = [one for name, one in lasting.items() if name not in seen.wrong and name[0] in seen.sure]
        return Change(tuple(begun), tuple(passed), tuple(over), seen.expired)

    async def _write(self, change: Change, now: dt.datetime) -> tuple[KnownTrouble, ...]:
        async with self.store.transaction(urgent=True) as tx:
            for one in change.begun:
                await tx.troubles.begin(one.trouble, one.since, told=one.told)
            for one in change.passed:
                await tx.troubles.begin(one.trouble, one.since, told=one.told, over_at=now)
            for one in change.over:
                quiet = one.trouble.name in change.quiet
                await tx.troubles.end(one.id or 0, now, told=self.house.admins if quiet else frozenset())
            return await tx.troubles.known(now - RECENT)

    async def _tell(self, known: KnownTrouble, admin: str, now: dt.datetime) -> None:
        try:
            if known.id is None:
                await self._tell_unkept(known, admin, now)
            else:
                await self._tell_kept(known, known.id, admin, now)
        except StoreUnavailable:
            log.warning("admin_not_told", kind=known.trouble.kind.value, reason=StoreUnavailable.__name__)

    async def _tell_kept(self, known: KnownTrouble, number: int, admin: str, now: dt.datetime) -> None:
        over = known.over_at is not None
        reply = alert(known, self.house, await self._phrases(admin), now=now)
        async with self.store.transaction(urgent=True) as tx:
            ours = await tx.troubles.mark(number, admin, over=over)
        if ours and not await self._settled(admin, reply, now):
            async with self.store.transaction(urgent=True) as tx:
                await tx.troubles.unmark(number, admin, over=over)

    async def _tell_unkept(self, known: KnownTrouble, admin: str, now: dt.datetime) -> None:
        reply = alert(known, self.house, await self._phrases(admin), now=now)
        name = known.trouble.name
        if await self._settled(admin, reply, now):
            told = self._unkept.get(name, known).told | {admin}
            self._unkept[name] = replace(known, told=told)

    async def _phrases(self, admin: str) -> Phrases:
        """The admin's language, as far as they have one with us."""
        try:
            place = read_place(admin)
        except Invalid:
            return self.languages.speak(self.house.locale)
        async with self.store.reading() as tx:
            reader = await tx.subscribers.at(place)
        return self.languages.speak(reader.locale if reader else "", self.house.locale)

    async def _settled(self, admin: str, reply: Reply, now: dt.datetime) -> bool:
        """Send; whether that is the end of it: told, perhaps told, or never to be told there."""
        try:
            await self._send(read_place(admin), reply)
        except (NotSent, Wait, Unauthorized, Conflict):
            self._not_before[admin] = now + AGAIN
            return False
        except (SendFailure, Invalid, KeyError, TimeoutError) as failure:
            log.warning("admin_not_told", reason=type(failure).__name__)
        return True

    async def _send(self, place: Place, reply: Reply) -> None:
        outlet, pace = self.outlets[place.channel]
        there = replace(place, account=outlet.account)
        for message in outlet.render(reply):
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await pace.answer(there)
            except TimeoutError as caught:
                raise NotSent("busy") from caught
            async with asyncio.timeout(SEND_SECONDS):
                await outlet.send(there, message, lane=Lane.ANSWER)
