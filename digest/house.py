"""The house: what the publisher and the operator settled for every reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from digest.intents import CustomWords


@dataclass(frozen=True, slots=True)
class CustomReply:
    """One of the publisher's own replies: words, and what they are answered with."""

    words: CustomWords
    text: str = ""
    image: str = ""
    hand_over: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """The defaults and names that hold until a reader chooses otherwise.

    `rate` is messages a second; `expect_by` is the hour by which the day's issue should be there.
    """

    name: str = ""
    locale: str = "zh-Hans"
    zone: str = "Asia/Shanghai"
    push_at: dt.time = dt.time(8)
    weekdays: str = "mon-sun"
    late_until: dt.time = dt.time(20)
    catch_up: dt.timedelta = dt.timedelta(hours=12)
    footer_line: str = ""
    base_url: str = ""
    admins: frozenset[str] = frozenset()
    replies: tuple[CustomReply, ...] = field(default=())
    rate: float = 30.0
    expect_by: dt.time | None = None

    @property
    def custom_words(self) -> tuple[CustomWords, ...]:
        """The words of the publisher's replies, in their order."""
        return tuple(reply.words for reply in self.replies)
