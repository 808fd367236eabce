"""Tells the author of a broadcast how far it is: one message, changed every few seconds until all is said."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.pace import Clock
from digest.broadcast import Broadcast
from digest.campaign_screens import Report, progress_screen
from digest.errors import Gone, Invalid, SendFailure, StoreUnavailable
from digest.house import House
from digest.ports import Languages
from digest.replies import Reply
from digest.subscriber import Place, read_place
from handlers import steering
from storage.store import Store

log = structlog.get_logger()

LOOK_SECONDS = 1.0
EDIT_SECONDS = 3.0
SAMPLES = 6


class Desk(Protocol):
    """Where an author sits: a message there is put, and changed."""

    async def put(self, place: Place, reply: Reply, reference: str) -> str:
        """Change the message `reference` where that can be done, else send another; its reference."""
        ...


@dataclass(slots=True)
class _Told:
    """What was last said of one broadcast, and how far it was at the last moments."""

    reply: Reply = field(default_factory=Reply)
    at: float = float("-inf")
    samples: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    def rate(self) -> float:
        """Deliveries settled in a second, of late."""
        if len(self.samples) < 2:
            return 0.0
        (begun, before), (now, after) = self.samples[0], self.samples[-1]
        return (after - before) / (now - begun) if now > begun else 0.0


@dataclass(slots=True)
class Announcer:
    """Looks every second at the broadcasts whose author waits; several programs at once only say it twice."""

    store: Store
    house: House
    languages: Languages
    desk: Desk
    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _told: dict[int, _Told] = field(default_factory=dict)

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            try:
                await self.look()
            except StoreUnavailable:
                log.debug("broadcasts_not_read")
            await self.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Tell every author whose broadcast has moved on since the last word of it."""
        async with self.store.reading() as tx:
            waiting = await tx.broadcasts.to_tell()
        for gone in self._told.keys() - {one.id for one in waiting}:
            del self._told[gone]
        for broadcast in waiting:
            told = self._told.setdefault(broadcast.id, _Told())
            if self.clock() - told.at >= EDIT_SECONDS:
                told.at = self.clock()
                await self._tell(broadcast, told)

    async def _tell(self, broadcast: Broadcast, told: _Told) -> None:
        async with self.store.reading() as tx:
            report = await steering.report(tx, broadcast.id, whole=False)
        told.samples.append((self.clock(), report.progress.settled))
        ended = report.over and report.corrections.left == 0
        try:
            await self._say(broadcast, report, told)
        except Gone as gone:
            # Whoever cannot be reached is told nothing more of it.
            log.info("author_not_reached", campaign=broadcast.id, reason=gone.reason)
            ended = True
        except SendFailure as failure:
            log.info("progress_not_told", campaign=broadcast.id, reason=type(failure).__name__)
            return
        if ended:
            await self._keep(broadcast, told=report.state)

    async def _say(self, broadcast: Broadcast, report: Report, told: _Told) -> None:
        place = _place(broadcast.author)
        if place is None:
            raise Gone("no_channel")
        reply = await self._reply(report, place, told.rate())
        if reply != told.reply:
            reference = await self.desk.put(place, reply, broadcast.told_ref)
            told.reply = reply
            await self._keep(broadcast, told_ref=reference)

    async def _reply(self, report: Report, place: Place, rate: float) -> Reply:
        async with self.store.reading() as tx:
            author = await tx.subscribers.at(place)
        say = self.languages.speak(author.locale if author else "")
        zone: dt.tzinfo = ZoneInfo((author.zone if author else "") or self.house.zone)
        return progress_screen(say, report, rate=rate, zone=zone, edits=True)

    async def _keep(self, broadcast: Broadcast, **columns: str) -> None:
        async with self.store.transaction() as tx:
            await tx.broadcasts.change(broadcast.id, **columns)


def _place(address: str) -> Place | None:
    try:
        return read_place(address)
    except Invalid:
        return None
