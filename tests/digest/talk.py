"""What the tests of understanding share: a day, five sections, an archive, intents in one line."""

from __future__ import annotations

import dataclasses
import datetime as dt

from digest.intents import Conversation, CustomWords, Incoming, Intent, Known, SectionName

TODAY = dt.date(2025, 12, 23)
NOW = dt.datetime(2025, 12, 23, 4, tzinfo=dt.UTC)
NEWEST = dt.date(2025, 12, 22)
SECTIONS = tuple(
    SectionName(name, name) for name in ("新闻资讯", "产品应用", "推荐文章", "开源动态", "算法论文")
)
REPLIES = (
    CustomWords(("进群", "加群")),
    CustomWords(("人工", "投稿", "合作"), contains=True),
    CustomWords(("资料",)),
)


def archive() -> frozenset[dt.date]:
    """The days of the month before the newest issue, without Sundays, and one of the year before."""
    days = (NEWEST - dt.timedelta(days=back) for back in range(30))
    return frozenset(day for day in days if day.weekday() != 6) | {dt.date(2024, 12, 23)}


def known(conversation: Conversation | None = None, **changes: object) -> Known:
    """What the grammar leans on in these tests, with changes."""
    plain = Known(
        now=NOW,
        today=TODAY,
        sections=SECTIONS,
        custom=REPLIES,
        conversation=conversation or Conversation(),
        bot_names=("digest_bot", "AI日报"),
        archive_dates=archive(),
        stories=41,
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def typed(text: str) -> Incoming:
    """A message in a private chat."""
    return Incoming(text=text)


def describe(intent: Intent) -> str:
    """An intent in one line, defaults left out: `ShowSection(name=开源动态, date=2025-12-22)`."""
    told = [
        f"{field.name}={_value(getattr(intent, field.name))}"
        for field in dataclasses.fields(intent)
        if getattr(intent, field.name) != field.default
    ]
    return type(intent).__name__ + (f"({', '.join(told)})" if told else "")


def _value(value: object) -> str:
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return f"({' '.join(f'{name}={part}' for name, part in value)})"
    return str(value)
