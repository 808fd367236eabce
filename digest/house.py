"""The house: what the publisher and the operator settled for every reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from digest.intents import CustomWords
from digest.reach import Sender
from digest.subscriber import Place


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

    `rate`: messages that leave in a second; `channels`: those on which somebody can be written to;
    `expect_by`: the hour by which the day's issue should be there; `senders`: accounts of WeChat and WeCom;
    `short_links`: whether `base_url` serves short links.
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
    rate: float = 29.1
    channels: frozenset[str] = frozenset({"telegram"})
    replies: tuple[CustomReply, ...] = field(default=())
    expect_by: dt.time | None = None
    senders: tuple[Sender, ...] = ()
    short_links: bool = False

    def obeys(self, place: Place) -> bool:
        """Whether an admin speaks there. At the terminal it is whoever has the machine."""
        return place.channel == "console" or f"{place.channel}:{place.recipient}" in self.admins

    def page_of(self, date: dt.date) -> str:
        """The address of an issue's page; '' without a web site."""
        return f"{self.base_url.rstrip('/')}/{date.isoformat()}" if self.base_url else ""

    @property
    def custom_words(self) -> tuple[CustomWords, ...]:
        """The words of the publisher's replies, in their order."""
        return tuple(reply.words for reply in self.replies)
