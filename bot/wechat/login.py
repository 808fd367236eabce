"""Whether an account's login is good: asked at the start and from time to time, whatever is sent or not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from digest.errors import NotAllowed, SendFailure, Unauthorized

log = structlog.get_logger()

WELL_SECONDS = 1800.0
ILL_SECONDS = 60.0


@dataclass(slots=True)
class Login:
    """Asks a harmless question again and again. `failure`: the last answer, None when it was well."""

    channel: str
    ask: Callable[[], Awaitable[object]]
    failure: SendFailure | None = None
    asked: bool = False
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            await self.look()
            await self.sleep(WELL_SECONDS if self.failure is None else ILL_SECONDS)

    async def look(self) -> None:
        """Ask once."""
        before = self.failure
        try:
            await self.ask()
        except NotAllowed:
            self.failure = None
        except SendFailure as failure:
            self.failure = failure
        else:
            self.failure = None
        self.asked = True
        if type(self.failure) is not type(before):
            self._tell()

    def _tell(self) -> None:
        if self.failure is None:
            log.info("channel_login_well", channel=self.channel)
        else:
            why = type(self.failure).__name__
            log.error("channel_login_ill", channel=self.channel, why=why, reason=self.failure.reason)

    @property
    def state(self) -> str:
        """A word for /readyz: what is wrong keeps pushes back, never answers."""
        if isinstance(self.failure, Unauthorized):
            return "refused"
        return "ok" if self.failure is None else "unreachable"
