"""What the tests of the Telegram stand-in start with."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_client import Bot, Clock

LIMIT = aiohttp.ClientTimeout(total=10)


@pytest.fixture
def clock() -> Clock:
    """The clock the stand-ins go by."""
    return Clock()


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[TelegramStandin]:
    """A stand-in without limits."""
    async with TelegramStandin(clock=clock) as standin:
        yield standin


@pytest.fixture
async def strict(clock: Clock) -> AsyncIterator[TelegramStandin]:
    """A stand-in that lets five sends through in a second."""
    async with TelegramStandin(rate=5, strict=True, clock=clock) as standin:
        yield standin


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A client session that gives up after ten seconds."""
    async with aiohttp.ClientSession(timeout=LIMIT) as client:
        yield client


@pytest.fixture
def bot(session: aiohttp.ClientSession, server: TelegramStandin) -> Bot:
    """A bot at the stand-in without limits."""
    return Bot(session, server)


@pytest.fixture
def limited(session: aiohttp.ClientSession, strict: TelegramStandin) -> Bot:
    """A bot at the strict stand-in."""
    return Bot(session, strict)
