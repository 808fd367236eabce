"""The life of one delivery: what was written of it, told in the order in which it happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from digest.campaign import CampaignState, DeliveryState


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a delivery (from 0): whether it was sent, when, and the platform's name for it."""

    number: int
    state: DeliveryState
    ref: str
    sent_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Setback:
    """What a delivery met with, how often; `words` are the platform's own the last time."""

    state: DeliveryState
    reason: str
    words: str
    owner: str
    times: int
    first_at: dt.datetime
    last_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that the ledger holds of one delivery. `owner` is the worker that claimed it last."""

    campaign_id: int
    key: str
    kind: str
    campaign: CampaignState
    issue_date: dt.date | None
    revision: int
    state: DeliveryState
    reason: str
    attempts: int
    owner: str
    planned_at: dt.datetime
    claimed_at: dt.datetime | None
    not_before: dt.datetime | None
    settled_at: dt.datetime | None
    parts: tuple[Part, ...] = ()
    setbacks: tuple[Setback, ...] = ()

    @property
    def words(self) -> str:
        """The platform's own words on how it stands."""
        return next((one.words for one in self.setbacks if (one.state, one.reason) == self._now), "")

    @property
    def _now(self) -> tuple[DeliveryState, str]:
        return self.state, self.reason


class What(StrEnum):
    """The kinds of steps."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SETBACK = "setback"
    PART_BEGUN = "part_begun"
    PART_SENT = "part_sent"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened; `at` is None where only the order is known. What does not apply is empty."""

    what: What
    at: dt.datetime | None
    state: DeliveryState | None = None
    reason: str = ""
    words: str = ""
    owner: str = ""
    part: int | None = None
    ref: str = ""
    times: int = 1
    last_at: dt.datetime | None = None


def steps(life: Life) -> tuple[Step, ...]:
    """The life in order."""
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    return tuple(sorted(_steps(life), key=lambda step: (step.at or latest, tuple(What).index(step.what))))


def _steps(life: Life) -> Iterator[Step]:
    yield Step(What.PLANNED, life.planned_at)
    if life.claimed_at is not None:
        yield Step(What.CLAIMED, life.claimed_at, owner=life.owner)
    for one in life.setbacks:
        if life.settled_at is None or (one.state, one.reason) != (life.state, life.reason):
            yield Step(
                What.SETBACK,
                one.first_at,
                state=one.state,
                reason=one.reason,
                words=one.words,
                owner=one.owner,
                times=one.times,
                last_at=one.last_at,
            )
    for part in life.parts:
        sent = part.state is DeliveryState.SENT
        what = What.PART_SENT if sent else What.PART_BEGUN
        yield Step(what, part.sent_at if sent else life.claimed_at, part=part.number, ref=part.ref)
    if life.settled_at is not None:
        yield Step(What.ENDED, life.settled_at, state=life.state, reason=life.reason, words=life.words)
