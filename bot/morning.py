"""The publisher's morning in the running program: reports that are told once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from digest.errors import StoreUnavailable
from digest.house import House
from digest.ports import Languages
from digest.replies import Reply
from digest.subscriber import Place
from handlers.report import Report, morning_reports
from storage.store import Store

log = structlog.get_logger()


class Telling(Protocol):
    """The way to one channel's admins."""

    @property
    def name(self) -> str:
        """The channel's name."""
        ...

    async def tell(self, place: Place, reply: Reply) -> bool:
        """Send a reply; False when it surely was not, and may be tried again."""
        ...


@dataclass(frozen=True, slots=True)
class Morning:
    """Tells every admin of a channel how the morning went."""

    store: Store
    house: House
    languages: Languages
    notices: Telling
    now: Callable[[], dt.datetime]

    async def tick(self) -> None:
        """Tell what is due and was not told; what could not be told is for the next time."""
        try:
            due = await morning_reports(
                self.store, self.house, self.languages, now=self.now(), channel=self.notices.name
            )
            for report in due:
                await self._tell(report)
        except StoreUnavailable:
            log.warning("reports_put_off")

    async def _tell(self, report: Report) -> None:
        recipient = str(report.place)
        # Noted before it leaves: whoever missed one can ask for it, whoever gets two learns to ignore them.
        async with self.store.transaction() as tx:
            if not await tx.reports.tell(report.campaign_id, recipient, self.now()):
                return
        if not await self.notices.tell(report.place, report.reply):
            async with self.store.transaction() as tx:
                await tx.reports.untell(report.campaign_id, recipient)
            return
        log.info("report_told", campaign=report.campaign_id)
