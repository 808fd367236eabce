"""An admin who sends issues by chat, for the tests of the publisher's morning."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from digest.house import House
from digest.incoming import Document
from digest.intents import Incoming
from digest.issue import Edition
from tests.handlers.conftest import SAMPLE, Talk

TUESDAY = dt.date(2025, 12, 23)
AT_HALF_PAST_SEVEN = dt.datetime(2025, 12, 22, 23, 30, tzinfo=dt.UTC)  # Tuesday, in Shanghai
HOUSE = House(name="AI日报", admins=frozenset({"telegram:77"}))
TUESDAYS = SAMPLE.replace("2025-12-22", "2025-12-23").replace("搬进旧船厂", "搬出旧船厂")
BROKEN = (
    "---\ndate: 2025-12-23\ntitle: AI日报\n---\n\n# 12月23日\n\n## 开源动态\n\n[>阅读原文](https://a.cn/1)\n"
)


def editor(talk: Talk) -> Talk:
    """The same chat, of an admin, on Tuesday at half past seven in the morning."""
    return replace(talk, house=HOUSE, now=AT_HALF_PAST_SEVEN)


async def send_file(talk: Talk, text: str, name: str = "2025-12-23.md") -> str:
    """What is answered to a file."""
    document = Document(name, len(text), "file", text.encode())
    return talk.drawn(await talk.hear(Incoming(sender="77", language=talk.language, document=document)))


async def kept(talk: Talk, date: dt.date = TUESDAY) -> Edition | None:
    """The issue of a date as kept, whether or not readers can see it."""
    async with talk.store.reading() as tx:
        return await tx.issues.at(date, now=talk.now, everything=True)


async def seen(talk: Talk, date: dt.date = TUESDAY, *, later: float = 0) -> bool:
    """Whether readers can see the issue of a date, so many minutes from now."""
    async with talk.store.reading() as tx:
        return await tx.issues.at(date, now=talk.now + dt.timedelta(minutes=later)) is not None
