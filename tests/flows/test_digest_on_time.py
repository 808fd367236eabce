"""The digest: an issue drops into the folder, and arrives at the hour that each reader chose, once."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest

from tests.flows.reader import PATIENT, Reader
from tests.flows.running import House, Program, issue
from tests.standins.telegram import TelegramStandin

CITIES = {
    "伦敦": "Europe/London",
    "迪拜": "Asia/Dubai",
    "曼谷": "Asia/Bangkok",
    "东京": "Asia/Tokyo",
    "奥克兰": "Pacific/Auckland",
    "檀香山": "Pacific/Honolulu",
    "洛杉矶": "America/Los_Angeles",
    "纽约": "America/New_York",
    "圣保罗": "America/Sao_Paulo",
}
SHANGHAI = ZoneInfo("Asia/Shanghai")
TELEGRAM_CHANNEL = -1_001_000_000_009
PIECES = 6
TWO_LOOKS = 1.5  # the clock is asked twice a second
PAUSE = 0.7  # a file that grows more often than every two seconds is still being written


def city_at_noon(now: dt.datetime) -> str:
    """A city where the day is far from both its ends."""
    return min(CITIES, key=lambda city: abs(now.astimezone(ZoneInfo(CITIES[city])).hour - 12))


def soon(now: dt.datetime) -> str:
    """The hour of a house that will be open in time: this minute, or the next when it is almost over."""
    return f"{now.astimezone(SHANGHAI) + dt.timedelta(seconds=15):%H:%M}"


@dataclass(frozen=True, slots=True)
class Day:
    """A running bot with yesterday's issue, as seen from a city where it is noon."""

    house: House
    server: TelegramStandin
    program: Program
    city: str
    date: dt.date

    @property
    def now(self) -> dt.datetime:
        """The city's clock."""
        return dt.datetime.now(ZoneInfo(CITIES[self.city]))

    def of(self, date: dt.date, chat: int) -> list[str]:
        """The digests of an issue in a chat, by their first lines."""
        title = f"{date.month}月{date.day}日"
        return [m.text for m in self.server.messages(chat) if m.text.startswith(title) and "41条" in m.text]

    async def due_now(self, reader: Reader) -> None:
        """Move a reader's hour to the present minute of the city: it counts as due."""
        answer = ""
        while "今天" not in answer:  # the minute may be over before the words are heard
            answer = (await reader.says(f"改成{self.now:%H:%M}")).text


@pytest.fixture
async def day(house: House) -> AsyncIterator[Day]:
    """A bot that has published yesterday's issue."""
    now = dt.datetime.now(dt.UTC)
    city = city_at_noon(now)
    date = now.astimezone(ZoneInfo(CITIES[city])).date()
    async with TelegramStandin(strict=True) as server:
        house.configure(server)
        house.publish((date - dt.timedelta(1)).isoformat())
        async with house.running() as program:
            await program.event("issue_kept")
            yield Day(house, server, program, city, date)
        assert server.truth.too_many == 0


async def test_a_late_issue_arrives_once_soon_after_its_file_is_whole(day: Day) -> None:
    reader, later = Reader(day.server, 2001), Reader(day.server, 2002)
    for one in (reader, later):
        await one.says("订阅", answers=2)
        await one.says(f"时区 {day.city}")
    await day.due_now(reader)
    await later.says(f"改成{day.now + dt.timedelta(hours=2):%H:%M}")
    path = day.house.folder / "issues" / f"{day.date}.md"
    text = issue(day.date.isoformat()).encode()
    step = len(text) // PIECES + 1

    for start in range(0, len(text), step):
        with path.open("ab") as file:
            file.write(text[start : start + step])
        await asyncio.sleep(PAUSE)
    finished = asyncio.get_running_loop().time() - PAUSE
    await reader.sees(lambda _: bool(day.of(day.date, reader.chat)))
    [arrived] = [e.at for e in day.server.truth.sends(reader.chat)][-1:]
    await reader.says("状态")
    await asyncio.sleep(TWO_LOOKS)

    kept = [
        (e["revision"], e["items"]) for e in day.program.events("issue_kept") if e["date"] == f"{day.date}"
    ]
    assert kept == [(1, 41)]
    assert not day.program.events("issue_rejected")
    assert len(day.of(day.date, reader.chat)) == 1
    assert day.of(day.date, later.chat) == []
    assert 0 <= arrived - finished <= 10.0


async def test_a_telegram_channel_gets_one_post_at_the_hour_of_the_house(house: House) -> None:
    now = dt.datetime.now(dt.UTC)
    house.publish(f"{now.astimezone(SHANGHAI):%Y-%m-%d}")
    async with TelegramStandin(strict=True) as server:
        server.know(TELEGRAM_CHANNEL, type="channel", username="our_news", title="News")
        house.configure(server, telegram={"channels": ["@our_news"]}, schedule={"push_at": soon(now)})
        async with house.running():
            [post] = await server.wait_for(TELEGRAM_CHANNEL, 1, PATIENT)
            await house.shows("SELECT digest_on IS NOT NULL FROM subscriptions", [(1,)])
            await asyncio.sleep(TWO_LOOKS)

    assert len(server.messages(TELEGRAM_CHANNEL)) == 1
    assert "41条" in post.text
    assert not any(button.data for button in post.buttons)
