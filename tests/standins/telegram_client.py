"""A client with nothing in it and a clock moved by hand, for the tests of the stand-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from tests.standins.telegram import TOKEN, TelegramStandin


@dataclass
class Clock:
    """A clock moved by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Bot:
    """A bot's bare HTTP: one method with its parameters as JSON; the status and the answer."""

    def __init__(self, session: aiohttp.ClientSession, server: TelegramStandin) -> None:
        self.session, self.server = session, server

    async def __call__(self, method: str, *, token: str = TOKEN, **params: object) -> tuple[int, Any]:
        url = f"{self.server.base_url}/bot{token}/{method}"
        async with self.session.post(url, json=params) as response:
            return response.status, orjson.loads(await response.read())

    async def says(self, method: str, **params: Any) -> str:
        """The description of the error it is answered with, "" for success."""
        _, content = await self(method, **params)
        return str(content.get("description", ""))
