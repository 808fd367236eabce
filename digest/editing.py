"""What editors ask for, as values of the closed list of intents: broadcasts drafted, campaigns steered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ComposeBroadcast:
    """A new broadcast: what shall it say?"""


@dataclass(frozen=True, slots=True)
class TakeBroadcast:
    """The message itself is what a broadcast says: of this campaign, or of a new one (0)."""

    campaign: int = 0


class Step(StrEnum):
    """What is done with a draft."""

    AUDIENCE = "a"
    READDRESS = "r"
    REWRITE = "t"
    WHEN = "w"
    SCHEDULE = "s"
    CONFIRM = "y"
    DROP = "x"


@dataclass(frozen=True, slots=True)
class Draft:
    """A step of a draft on its way: `value` is the audience, the hour or the number that was typed."""

    campaign: int = 0
    stage: Step = Step.READDRESS
    value: str = ""


class Act(StrEnum):
    """What is done with a campaign."""

    SHOW = "v"
    PAUSE = "p"
    RESUME = "r"
    STOP = "k"
    RETRY = "b"
    LEAVE = "l"
    CORRECT = "c"
    NAMES = "n"


@dataclass(frozen=True, slots=True)
class Steer:
    """A campaign steered; `value` tells which deliveries to send again (failed, unknown)."""

    campaign: int = 0
    act: Act = Act.SHOW
    value: str = ""


@dataclass(frozen=True, slots=True)
class ShowCampaigns:
    """What was sent lately, and how far it is."""


Editing = ComposeBroadcast | TakeBroadcast | Draft | Steer | ShowCampaigns
