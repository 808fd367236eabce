"""The clock's look around: what is wrong now, as far as the store and the running program can tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from digest.campaign import CampaignState, Progress
from digest.house import House
from digest.robots import CHANNEL as ROBOTS
from digest.schedule import first_instant
from digest.subscriber import AddressState, Place
from digest.troubles import STOPPING, Details, KnownTrouble, Trouble, TroubleKind
from digest.weekdays import Weekdays
from storage.store import Transaction

STALLED = dt.timedelta(minutes=2)
# So long a trouble has to last before anybody is told: a poll that fails once is none.
GRACE = {TroubleKind.UNREACHABLE: dt.timedelta(minutes=1)}
_SEEN_HERE = frozenset(
    {
        TroubleKind.STALLED,
        TroubleKind.BREAKER,
        TroubleKind.REFUSED,
        TroubleKind.WEBHOOK,
        TroubleKind.ISSUE_LATE,
    }
)

Name = tuple[TroubleKind, str]


@dataclass(frozen=True, slots=True)
class Signs:
    """What the running program knows of itself: its troubles, and the kinds of which it is sure."""

    troubles: tuple[Trouble, ...] = ()
    sure: frozenset[TroubleKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """What is wrong, by name; the kinds whose others are over; and what ends without a word."""

    wrong: dict[Name, Trouble] = field(default_factory=dict)
    sure: frozenset[TroubleKind] = frozenset()
    expired: frozenset[Name] = frozenset()


@dataclass(slots=True)
class Watch:
    """Looks at the ledger again and again: a campaign that does not move is only seen by looking twice.

    `channels` are the Telegram channels of the configuration, `robots` its group robots.
    """

    house: House
    channels: tuple[str, ...] = ()
    patience: dt.timedelta = STALLED
    robots: tuple[str, ...] = ()
    _marks: dict[int, tuple[int, dt.datetime]] = field(default_factory=dict)
    _seen: dict[Name, dt.datetime] = field(default_factory=dict)

    async def look(
        self, tx: Transaction, known: Iterable[KnownTrouble], signs: Signs, now: dt.datetime
    ) -> Seen:
        """What is wrong at this moment."""
        lasting = {one.trouble.name: one.trouble for one in known if one.over_at is None}
        late, expired = await self._late_issue(tx, lasting, now)
        campaigns = await tx.campaigns.unfinished()
        found = [
            *self._lasting(signs, lasting, now),
            *await self._stalled(tx, campaigns, lasting, signs, now),
            *_still_paused(campaigns, lasting),
            *await self._refused(tx),
            *late,
        ]
        return Seen({one.name: one for one in found}, signs.sure | _SEEN_HERE, expired)

    def _lasting(self, signs: Signs, lasting: dict[Name, Trouble], now: dt.datetime) -> list[Trouble]:
        """The program's own troubles, those aside that may pass by themselves."""
        self._seen = {one.name: self._seen.get(one.name, now) for one in signs.troubles}
        return [
            replace(one, since=self._seen[one.name])
            for one in signs.troubles
            if one.name in lasting or now - self._seen[one.name] >= GRACE.get(one.kind, dt.timedelta())
        ]

    async def _stalled(
        self,
        tx: Transaction,
        campaigns: tuple[Progress, ...],
        lasting: dict[Name, Trouble],
        signs: Signs,
        now: dt.datetime,
    ) -> list[Trouble]:
        """Campaigns that run and owe, and of which nothing was settled for as long as we are patient."""
        running = [one for one in campaigns if one.state is CampaignState.RUNNING and one.waiting > 0]
        self._marks = {one.id: self._mark(one, now) for one in running}
        stopped = any(one.kind in STOPPING for one in signs.troubles)
        found = []
        for one in running:
            settled, since = self._marks[one.id]
            before = lasting.get((TroubleKind.STALLED, str(one.id)))
            if before is not None and before.details.get("settled") == settled:
                found.append(before)
            elif not stopped and now - since >= self.patience:
                parked = await tx.campaigns.parked(one.id, now)
                if parked < one.waiting:
                    found.append(replace(_stall(one, settled), since=since))
        return found

    def _mark(self, progress: Progress, now: dt.datetime) -> tuple[int, dt.datetime]:
        settled = progress.total - progress.waiting
        before = self._marks.get(progress.id)
        return before if before is not None and before[0] == settled else (settled, now)

    async def _refused(self, tx: Transaction) -> list[Trouble]:
        """The configured Telegram channels and group robots that do not let us write."""
        written = [(TroubleKind.REFUSED, Place("telegram", name)) for name in self.channels]
        written += [(TroubleKind.WEBHOOK, Place(ROBOTS, name)) for name in self.robots]
        found = []
        for kind, place in written:
            reader = await tx.subscribers.at(place)
            if reader is not None and reader.address.state is not AddressState.ACTIVE:
                details = {"name": place.recipient, "reason": reader.address.reason}
                found.append(Trouble(kind, place.recipient, details))
        return found

    async def _late_issue(
        self, tx: Transaction, lasting: dict[Name, Trouble], now: dt.datetime
    ) -> tuple[list[Trouble], frozenset[Name]]:
        """Today's issue when it should be there and is not; and yesterday's, which nobody waits for."""
        local = now.astimezone(ZoneInfo(self.house.zone))
        today = local.date()
        name = (TroubleKind.ISSUE_LATE, today.isoformat())
        expired = frozenset(one for one in lasting if one[0] is name[0] and one != name)
        expected = self.house.expect_by is not None and local.time() >= self.house.expect_by
        if not expected or not Weekdays.parse(self.house.weekdays).holds(today).holds:
            return [], expired
        midnight = first_instant(today, dt.time(), self.house.zone)
        if await tx.troubles.issue_is_in(today, midnight):
            return [], expired
        if name in lasting:
            return [lasting[name]], expired
        readers = await tx.troubles.waiting(today)
        return [Trouble(*name, {"readers": readers})], expired


def _stall(progress: Progress, settled: int) -> Trouble:
    details: Details = {
        "key": progress.key,
        "settled": settled,
        "sent": progress.sent,
        "waiting": progress.waiting,
    }
    return Trouble(TroubleKind.STALLED, str(progress.id), details)


def _still_paused(campaigns: tuple[Progress, ...], lasting: dict[Name, Trouble]) -> list[Trouble]:
    """The campaigns that the breaker has paused and nobody has let go on."""
    paused = {str(one.id) for one in campaigns if one.state is CampaignState.PAUSED}
    return [
        one for (kind, _), one in lasting.items() if kind is TroubleKind.BREAKER and one.subject in paused
    ]
