"""A push to many readers: their list, the command that opens it, and the ledger held against the server."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from tests.flows.running import House
from tests.standins.telegram import TelegramStandin

FIRST = 100_001
OWED = 300
DATE = "2025-12-22"
PENDING, SENDING, SENT = 0, 1, 2


async def owe(house: House, readers: int) -> None:
    """Load the sample, import so many readers of Telegram, and open its push; nothing is running yet."""
    house.publish(DATE)
    rows = "".join(f"telegram:{FIRST + number}\n" for number in range(readers))
    house.write("readers.csv", f"address\n{rows}")
    loaded = await asyncio.gather(
        house.command("ingest"), house.command("subscribers", "import", "readers.csv")
    )
    for done in (*loaded, await house.command("push", DATE)):
        assert (done.code, done.err) == (0, ""), done


def ledger(house: House, database: str = "digestbot.db") -> Counter[int]:
    """How many deliveries are in each state."""
    return Counter(dict(house.rows("SELECT status, count(*) FROM deliveries GROUP BY status", database)))


def chats(house: House, status: int, database: str = "digestbot.db") -> set[int]:
    """The chats whose delivery is in this state."""
    rows: list[tuple[Any, ...]] = house.rows(
        "SELECT a.recipient FROM deliveries d JOIN addresses a ON a.id = d.address_id"
        f" WHERE d.status = {status}",
        database,
    )
    return {int(recipient) for (recipient,) in rows}


def sends(server: TelegramStandin) -> Counter[int]:
    """How often each chat was sent something."""
    return server.truth.per_chat()
