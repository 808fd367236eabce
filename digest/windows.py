"""Windows: how long, and how often, a channel lets us write to a reader who has written to us."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from digest.accounts import Account

# Our clock is not the platform's, and a message travels: near its end a window counts as shut.
MARGIN = dt.timedelta(seconds=60)
SHORT_MARGIN = dt.timedelta(seconds=5)


class Act(StrEnum):
    """What a reader did."""

    SAID = "said"
    TAPPED = "tapped"  # the menu, a follow, a scan
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many messages until a moment."""

    left: int
    until: dt.datetime

    def at(self, now: dt.datetime) -> int:
        """How many are left at a moment."""
        return self.left if now < self.until else 0


@dataclass(frozen=True, slots=True)
class Window:
    """What a reader's last message allows, and what their last tap does. They refresh and never add up."""

    said: Allowance | None = None
    tapped: Allowance | None = None

    def left(self, now: dt.datetime) -> int:
        """How many messages we may send now."""
        return max((one.at(now) for one in (self.said, self.tapped) if one is not None), default=0)

    def after(self, act: Act, account: Account, now: dt.datetime) -> Window:
        """The window once a reader has done something."""
        match act:
            case Act.SAID:
                until = now + account.window - MARGIN
                return replace(self, said=Allowance(account.window_messages, until))
            case Act.TAPPED:
                until = now + account.click_window - SHORT_MARGIN
                return replace(self, tapped=Allowance(account.click_messages, until))
            case Act.LEFT:
                return Window()

    def used(self, now: dt.datetime) -> Window:
        """The window once a message was sent: it counts against whatever is open."""
        return Window(_used(self.said, now), _used(self.tapped, now))

    def given_back(self, now: dt.datetime, account: Account) -> Window:
        """The window when a message that was counted has not left after all."""
        said, tapped = account.window_messages, account.click_messages
        return Window(_back(self.said, said, now), _back(self.tapped, tapped, now))

    @property
    def shut(self) -> Window:
        """The window when the platform says that nothing is left."""
        return Window(_empty(self.said), _empty(self.tapped))


def _used(one: Allowance | None, now: dt.datetime) -> Allowance | None:
    return None if one is None else replace(one, left=max(0, one.at(now) - 1))


def _back(one: Allowance | None, most: int, now: dt.datetime) -> Allowance | None:
    return None if one is None else replace(one, left=min(most, one.left + 1) if now < one.until else 0)


def _empty(one: Allowance | None) -> Allowance | None:
    return None if one is None else replace(one, left=0)
