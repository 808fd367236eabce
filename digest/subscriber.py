"""Subscribers, their addresses and their standing orders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from digest.errors import Invalid
from digest.replies import Form

SubscriberId = NewType("SubscriberId", int)
AddressId = NewType("AddressId", int)


class Kind(StrEnum):
    """What a subscriber is."""

    PERSON = "person"
    GROUP = "group"
    CHANNEL = "channel"


CHANNELS = ("console", "telegram", "wechat", "wecom", "wecom-robot")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: channel, account, recipient and topic. Written `telegram:-100123/7`."""

    channel: str
    recipient: str
    thread: str = ""
    account: str = ""

    def __str__(self) -> str:
        return f"{self.channel}:{self.recipient}" + (f"/{self.thread}" if self.thread else "")


def read_place(written: str, *, account: str = "") -> Place:
    """The place that `written` names; Invalid('address.malformed') when it is none."""
    channel, colon, rest = written.strip().partition(":")
    recipient, _, thread = rest.partition("/")
    known = channel in CHANNELS and colon and recipient and not any(c.isspace() for c in rest)
    numeric = channel != "telegram" or recipient.lstrip("-").isdigit() or recipient.startswith("@")
    if not known or not numeric:
        raise Invalid("address.malformed", address=written)
    return Place(channel, recipient, thread, account)


class AddressState(StrEnum):
    """Whether an address can be written to."""

    ACTIVE = "active"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Address:
    """An address as kept, with the reason when it is inactive (blocked, deactivated, not_found …).

    `seen_at` is when its reader was last heard of, to the hour.
    """

    id: AddressId
    subscriber_id: SubscriberId
    place: Place
    state: AddressState = AddressState.ACTIVE
    reason: str = ""
    seen_at: dt.datetime | None = field(default=None, compare=False)


class Selection(StrEnum):
    """How a reader's choice of sections is meant, so that a new section has a defined fate."""

    ALL = "all"
    ONLY = "only"
    EXCEPT = "except"


@dataclass(frozen=True, slots=True)
class Sections:
    """A reader's choice of sections, by their keys."""

    mode: Selection = Selection.ALL
    keys: frozenset[str] = frozenset()

    def holds(self, key: str) -> bool:
        """Whether stories of this section are wanted."""
        if self.mode is Selection.ALL:
            return True
        return (key in self.keys) == (self.mode is Selection.ONLY)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A standing order. `push_at`, `zone`, `weekdays` and `locale` of '' or None mean the house's default.

    `digest_on`: local date of the last digest planned; `shown`: date of the newest issue sent or shown whole;
    `paused_until`: the first local date on which digests come again. `only_followed`: nothing but the
    stories with followed words; `followed_at`: since when these words are what they are, None without any.
    """

    active: bool = False
    push_at: dt.time | None = None
    weekdays: str = ""
    sections: Sections = field(default_factory=Sections)
    form: Form = Form.BRIEF
    silent: bool = False
    paused_until: dt.date | None = None
    subscribed_at: dt.datetime | None = None
    digest_on: dt.date | None = None
    shown: dt.date | None = None
    digests: int = 0
    only_followed: bool = False
    followed_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A reader, group or Telegram channel with one set of preferences and the address that spoke."""

    id: SubscriberId
    kind: Kind
    address: Address
    locale: str = ""
    zone: str = ""
    subscription: Subscription = field(default_factory=Subscription)
