"""A broadcast: one content that an editor sends to an audience, once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from digest.campaign import CampaignState
from digest.content import CAPTION_UNITS, TEXT_UNITS, Content, units
from digest.errors import Invalid

BROADCAST = "broadcast"
TYPED_ABOVE = 200


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A broadcast as kept: its newest content, its audience as written, and how far it has come.

    A draft is not confirmed; one that is begins at `starts_at`, or at once. `author` is the address that
    hears of its progress, in the message `told_ref`; `told` is what that message last said of its end.
    `head_count` is what the author was asked to confirm; `shown` the revision of which the author got a copy.
    """

    id: int
    key: str
    state: CampaignState
    revision: int
    content: Content
    audience: str
    author: str
    head_count: int
    shown: int
    starts_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    begun_at: dt.datetime | None
    told_ref: str
    told: str

    @property
    def draft(self) -> bool:
        """Whether nobody has confirmed it yet."""
        return self.confirmed_at is None and self.state is not CampaignState.CANCELLED

    @property
    def scheduled(self) -> bool:
        """Whether it waits for its hour."""
        waits = self.confirmed_at is not None and self.begun_at is None
        return waits and self.state is CampaignState.PAUSED


@dataclass(frozen=True, slots=True)
class CorrectionSums:
    """A correction of what was delivered: messages changed, messages that cannot be, messages still to do."""

    done: int = 0
    failed: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Copy:
    """A delivered message whose words were corrected since: where it is, and which revision it gets."""

    campaign_id: int
    subscriber_id: int
    channel: str
    account: str
    recipient: str
    thread: str
    reference: str
    revision: int


def needs_typing(head_count: int) -> bool:
    """Whether so many readers are confirmed by typing their number, not by a button."""
    return head_count > TYPED_ABOVE


def sendable(content: Content) -> Content:
    """The content itself; Invalid when it says nothing, or more than one message holds."""
    if not content.text.strip() and not content.picture:
        raise Invalid("broadcast.empty")
    most = CAPTION_UNITS if content.picture else TEXT_UNITS
    long = units(content.text)
    if long > most:
        code = "broadcast.long_caption" if content.picture else "broadcast.long_text"
        raise Invalid(code, length=long, most=most)
    return content
