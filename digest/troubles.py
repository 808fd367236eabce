"""Troubles: what goes wrong with the whole, told to the admins once and once when it is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Details = Mapping[str, str | int]


class TroubleKind(StrEnum):
    """What can go wrong."""

    STALLED = "stalled"
    BREAKER = "breaker"
    REFUSED = "refused"
    WEBHOOK = "webhook"
    TOKEN = "token"
    UNREACHABLE = "unreachable"
    CONFLICT = "conflict"
    LIMITED = "limited"
    DISK = "disk"
    DATABASE = "database"
    ACCOUNT = "account"
    ADDRESS = "address"
    MASS = "mass"
    ISSUE_LATE = "issue_late"


# Of these nobody can be told on the channel itself while they last.
MUTE = frozenset(
    {
        TroubleKind.TOKEN,
        TroubleKind.UNREACHABLE,
        TroubleKind.LIMITED,
        TroubleKind.ACCOUNT,
        TroubleKind.ADDRESS,
    }
)
# Of these not everybody may have been told while they lasted: their end is told to all.
CUTTING_OFF = MUTE | {TroubleKind.CONFLICT, TroubleKind.DISK, TroubleKind.DATABASE}
# While one of these lasts nothing can be sent: that nothing is sent is then no trouble of its own.
STOPPING = MUTE | {TroubleKind.DISK, TroubleKind.DATABASE}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong now. `subject` tells two of a kind apart (a campaign, a channel, a date).

    `since` is when it began, where that was before it was seen.
    """

    kind: TroubleKind
    subject: str = ""
    details: Details = field(default_factory=dict)
    since: dt.datetime | None = field(default=None, compare=False)

    @property
    def name(self) -> tuple[TroubleKind, str]:
        """What makes it the same trouble the next time that it is seen."""
        return self.kind, self.subject


@dataclass(frozen=True, slots=True)
class KnownTrouble:
    """A trouble as kept, with the admins (addresses) who were told of it and of its end.

    `id` is None for one that could not be kept yet. Moments are UTC.
    """

    id: int | None
    trouble: Trouble
    since: dt.datetime
    over_at: dt.datetime | None = None
    told: frozenset[str] = frozenset()
    told_over: frozenset[str] = frozenset()

    def owes(self, admin: str) -> bool:
        """Whether something of it is to be told to an admin now."""
        if self.over_at is None:
            mute = self.trouble.kind in MUTE and admin.startswith(f"{self.trouble.subject}:")
            return admin not in self.told and not mute
        known = admin in self.told or self.trouble.kind in CUTTING_OFF
        return known and admin not in self.told_over
