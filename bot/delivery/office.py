"""An office that one of several programs holds: it does what must not be done twice at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from bot.services import Service
from digest.errors import StoreUnavailable
from storage.seats import Seat

log = structlog.get_logger()

TRY_SECONDS = 4.0
SIT_SECONDS = 3.0
ANSWER_SECONDS = 5.0

# Whose office a service of the running program belongs to; every program runs the others.
POLLER, FOLDER = "telegram", "folder"
OFFICE_OF = {
    **dict.fromkeys(("polling", "answers", "menu", "alerts"), POLLER),
    **dict.fromkeys(("schedule", "progress", "corrections", "story_corrections"), POLLER),
    # What a program that died has left in the middle is nobody's but one's, too.
    **dict.fromkeys(("folder", "index", "wechat_left", "wecom_left"), FOLDER),
}


class Office:
    """Tries to get its seat for as long as `run` runs, and shows that it is there while it has it."""

    def __init__(self, seat: Seat, name: str) -> None:
        self._seat, self._name = seat, name
        self._has, self._lost = asyncio.Event(), asyncio.Event()

    @property
    def held(self) -> bool:
        """Whether this program holds the office."""
        return self._has.is_set()

    async def run(self) -> None:
        """Stand for the office, and hold it while that lasts; until cancelled, which gives it up."""
        try:
            while True:
                if await self._taken():
                    await self._hold()
                await asyncio.sleep(TRY_SECONDS)
        finally:
            await self._leave()

    def during(self, service: Service) -> Service:
        """The service, which runs while this program holds the office and waits while it does not."""

        async def run() -> None:
            while True:
                await self._has.wait()
                await self._until_lost(service)

        return run

    async def _taken(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._seat.take()
        except (StoreUnavailable, TimeoutError):
            await self._leave()
            return False

    async def _hold(self) -> None:
        log.info("office_taken", office=self._name)
        self._lost.clear()
        self._has.set()
        try:
            while True:
                await asyncio.sleep(SIT_SECONDS)
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._seat.sit()
        except (StoreUnavailable, TimeoutError):
            log.warning("office_lost", office=self._name)
        finally:
            self._has.clear()
            self._lost.set()
            await self._leave()

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._seat.leave()
        except (StoreUnavailable, TimeoutError):
            log.debug("office_not_left", office=self._name)

    async def _until_lost(self, service: Service) -> None:
        work, lost = asyncio.ensure_future(service()), asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait((work, lost), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            for task in (work, lost):
                task.cancel()
            await asyncio.gather(work, lost, return_exceptions=True)


def elected(services: Mapping[str, Service], offices: Mapping[str, Office]) -> dict[str, Service]:
    """The services: those of an office run while it is held. Without offices all of them run."""
    gated = {
        name: offices[OFFICE_OF[name]].during(run) if OFFICE_OF.get(name) in offices else run
        for name, run in services.items()
    }
    return gated | {f"office-{name}": office.run for name, office in offices.items()}


def stands_by(offices: Mapping[str, Office], name: str) -> bool:
    """Whether another program is the one that has, or will have, this office."""
    return name in offices and not offices[name].held
