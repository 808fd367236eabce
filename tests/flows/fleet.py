"""Several programs of one house on one PostgreSQL: its ledger, as the server itself tells it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.flows.pushes import owe
from tests.flows.running import House
from tests.postgres import PostgresServer
from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_process import RemoteStandin


@dataclass(frozen=True, slots=True)
class Fleet:
    """A house whose database is on a PostgreSQL server."""

    house: House
    postgres: PostgresServer
    database: str

    def configure(
        self,
        server: TelegramStandin | RemoteStandin,
        *,
        rate: int,
        concurrency: int = 32,
        on_unknown: str = "resend",
    ) -> None:
        """Write config.toml for programs that talk to this stand-in, at this rate."""
        telegram = {"token": server.token, "api_base_url": server.base_url}
        self.house.configure(
            database={"url": self.postgres.url(self.database)},
            telegram={**telegram, "messages_per_second": rate, "paid_broadcast": rate > 30},
            delivery={"concurrency": concurrency, "on_unknown": on_unknown},
        )

    async def owe(self, readers: int) -> None:
        """Load the sample, import so many readers, open the push; nothing is running yet."""
        await owe(self.house, readers)

    def query(self, sql: str) -> list[list[str]]:
        """What the server says: rows of texts."""
        return [line.split("|") for line in self.postgres.run(sql, self.database).splitlines()]

    def ledger(self) -> Counter[int]:
        """How many deliveries are in each state."""
        rows = self.query("SELECT status, count(*) FROM deliveries GROUP BY status")
        return Counter({int(status): int(count) for status, count in rows})

    def chats(self, status: int) -> set[int]:
        """The chats whose delivery is in this state."""
        rows = self.query(
            "SELECT a.recipient FROM deliveries d JOIN addresses a ON a.id = d.address_id"
            f" WHERE d.status = {status}"
        )
        return {int(recipient) for (recipient,) in rows}

    async def until(self, done: Callable[[], bool], seconds: float) -> float:
        """Wait until it is so; how many seconds that took."""
        began = time.monotonic()
        async with asyncio.timeout(seconds):
            while not await asyncio.to_thread(done):  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0.2)
        return time.monotonic() - began
