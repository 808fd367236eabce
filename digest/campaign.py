"""Campaigns and deliveries: one content to an audience, once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from digest.schedule import Due
from digest.subscriber import Subscriber, SubscriberId


class CampaignState(StrEnum):
    """Whether a campaign's deliveries go out."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


class DeliveryState(StrEnum):
    """The life of one delivery."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class DueGroup:
    """Subscribers whose due, schedule and newest shown issue are the same, and how many they are."""

    due: Due
    push_at: str
    zone: str
    weekdays: str
    shown: dt.date | None
    count: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Active subscriptions of one schedule, pause and due, and how many: a change of the house moves them."""

    push_at: str
    zone: str
    weekdays: str
    digest_on: dt.date | None
    paused_until: dt.date | None
    due: Due | None
    count: int


class OnUnknown(StrEnum):
    """What becomes of a delivery that may have been sent when the program died."""

    RESEND = "resend"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Owed:
    """A claimed delivery with all that sending it needs; `next_part` is its first unsent message (from 0).

    Only a digest has an `issue_date`.
    """

    campaign_id: int
    chunk: int
    kind: str
    issue_date: dt.date | None
    revision: int
    subscriber: Subscriber
    attempts: int
    next_part: int
    planned_at: dt.datetime

    @property
    def digest_of(self) -> dt.date:
        """The date of the issue that a digest carries; LookupError for what is no digest."""
        if self.issue_date is None:
            raise LookupError(f"campaign {self.campaign_id} is no digest")
        return self.issue_date


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended. `counted` is False when it does not count as an attempt.

    Sent: `part` is the last message's number (from 0), `ref` the platform's name for it. Retry: `not_before`.
    `words` are the platform's own where it refused.
    """

    subscriber_id: SubscriberId
    state: DeliveryState
    reason: str = ""
    not_before: dt.datetime | None = None
    counted: bool = True
    part: int = 0
    ref: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as its reader may ask about it."""

    campaign_id: int
    issue_date: dt.date
    revision: int
    state: DeliveryState
    reason: str
    attempts: int
    planned_at: dt.datetime
    not_before: dt.datetime | None
    settled_at: dt.datetime | None
    campaign: CampaignState = CampaignState.RUNNING


@dataclass(frozen=True, slots=True)
class Progress:
    """A campaign and the sums of its deliveries; `waiting` are those without an outcome."""

    id: int
    key: str
    kind: str
    issue_date: dt.date | None
    state: CampaignState
    total: int
    sent: int
    failed: int
    unknown: int
    skipped: int
    waiting: int
    created_at: dt.datetime
    done_at: dt.datetime | None

    @property
    def settled(self) -> int:
        """How many deliveries have an outcome."""
        return self.total - self.waiting
