"""The world behind an official account: followers, their windows, what reached them, and what is left."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.standins.tencent_faults import Refusal
from tests.standins.tencent_profiles import Profile

HOURS_48 = 48 * 3600
MINUTE = 60
MASS_A_MONTH = 4
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
# What a reader did, the messages it allows, and for how long.
ALLOWANCES = {
    "message": (5, HOURS_48),
    "click": (3, MINUTE),
    "subscribe": (3, MINUTE),
    "scan": (3, MINUTE),
}


@dataclass(slots=True)
class Allowance:
    """What may still be sent after one act of a reader."""

    left: int
    until: float


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that a follower has; `way`: custom, mass, template, once, subscribe, preview."""

    openid: str
    way: str
    kind: str
    text: str
    at: float
    body: dict[str, object]


@dataclass(slots=True)
class Follower:
    """One person as the platform knows them."""

    openid: str
    following: bool = True
    blacklisted: bool = False
    refuses: bool = False
    allowances: dict[str, Allowance] = field(default_factory=dict)
    credits: Counter[str] = field(default_factory=Counter)
    tags: set[int] = field(default_factory=set)
    masses: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Mass:
    """One mass message: who is to have it, and what became of it ('' while it is looked at)."""

    number: int
    key: str
    media_id: str
    openids: tuple[str, ...]
    at: float
    status: str = ""


class World:
    """Everything that one account's server knows. `clock` gives epoch seconds."""

    def __init__(self, profile: Profile, clock: Callable[[], float]) -> None:
        self.profile, self.clock = profile, clock
        self.followers: dict[str, Follower] = {}
        self.sent: list[Sent] = []
        self.masses: dict[int, Mass] = {}
        self.drafts: dict[str, list[dict[str, object]]] = {}
        self.media: dict[str, tuple[str, bytes]] = {}
        self.tags: dict[int, str] = {}
        self.menu: dict[str, object] | None = None
        self.templates: dict[str, dict[str, str]] = {}
        self.client_ids: dict[str, float] = {}
        self.calls: Counter[str] = Counter()
        self.codes: Counter[int] = Counter()
        self._used: Counter[tuple[str, str]] = Counter()
        self._number = 1000

    @property
    def today(self) -> str:
        """The platform's day, which begins at midnight in Shanghai."""
        return self._local().date().isoformat()

    @property
    def month(self) -> str:
        """The platform's calendar month."""
        return self.today[:7]

    def number(self) -> int:
        """A new number for a message or a tag."""
        self._number += 1
        return self._number

    def follow(self, *openids: str) -> None:
        """These people follow the account."""
        for openid in openids:
            self.follower_or_new(openid).following = True

    def follower_or_new(self, openid: str) -> Follower:
        """The person with this openid, made on first use."""
        if openid not in self.followers:
            self.followers[openid] = Follower(openid)
        return self.followers[openid]

    def heard(self, openid: str, what: str) -> None:
        """A reader did something: message, click, subscribe, scan, unsubscribe (the callbacks tell it)."""
        follower = self.follower_or_new(openid)
        if what == "unsubscribe":
            follower.following = False
            follower.allowances.clear()
            return
        if what == "subscribe":
            follower.following = True
        if what in ALLOWANCES:
            left, seconds = ALLOWANCES[what]
            follower.allowances[what] = Allowance(left, self.clock() + seconds)

    def reachable(self, openid: str) -> Follower:
        """The follower that may be written to; Refusal with the reason when not."""
        follower = self.followers.get(openid)
        if follower is None:
            raise Refusal(40003, "invalid openid")
        if not follower.following:
            raise Refusal(43004, "require subscribe")
        if follower.blacklisted:
            raise Refusal(43019, "require remove blacklist")
        if follower.refuses:
            raise Refusal(48002, "api forbidden for user refuse")
        return follower

    def use_window(self, follower: Follower) -> None:
        """Count one message against the reader's windows; Refusal when none is open, or all are used up."""
        now = self.clock()
        opened = [one for one in follower.allowances.values() if one.until > now]
        if not opened:
            raise Refusal(45015, "response out of time limit or subscription is canceled")
        if max(one.left for one in opened) <= 0:
            raise Refusal(45047, "out of response count limit")
        # They refresh and do not add up: what is sent counts against each of them.
        for one in opened:
            one.left = max(0, one.left - 1)

    def use_quota(self, path: str) -> None:
        """Count a call against the day's limit; Refusal when it is used up."""
        self.calls[path] += 1
        key = (path, self.today)
        self._used[key] += 1
        if self._used[key] > self.profile.daily.get(path, 1_000_000_000):
            raise Refusal(45009, "reach max api daily quota limit")

    def deliver(self, openid: str, way: str, body: dict[str, object]) -> None:
        """A message reaches a follower."""
        kind = str(body.get("msgtype", way))
        content = body.get(kind)
        text = str(content.get("content", "")) if isinstance(content, dict) else ""
        self.sent.append(Sent(openid, way, kind, text, self.clock(), body))

    def received(self, openid: str) -> tuple[Sent, ...]:
        """What a follower was sent, in order."""
        return tuple(one for one in self.sent if one.openid == openid)

    def mass_for(self, number: int) -> Mass:
        """A mass message by its number; LookupError."""
        return self.masses[number]

    def may_mass(self, openids: tuple[str, ...]) -> tuple[str, ...]:
        """Who of these a mass message reaches now; Refusal when the quota is used up."""
        live = [one for one in self.masses.values() if not one.status.startswith("err")]
        if self.profile.mass == "day":
            if any(self._local(one.at).date().isoformat() == self.today for one in live):
                raise Refusal(45028, "has no masssend quota")
            return openids
        free = tuple(one for one in openids if self.followers[one].masses[self.month] < MASS_A_MONTH)
        if not free:
            raise Refusal(45028, "has no masssend quota")
        return free

    def add_mass(self, key: str, media_id: str, openids: tuple[str, ...]) -> Mass:
        """A mass message is taken; it is looked at before it arrives."""
        mass = Mass(self.number(), key, media_id, openids, self.clock())
        self.masses[mass.number] = mass
        for openid in openids:
            self.followers[openid].masses[self.month] += 1
        return mass

    def finish_mass(self, number: int, status: str = "send success") -> dict[str, str]:
        """The platform is done with a mass message; the fields of its MASSSENDJOBFINISH event.

        A status of `err(10001)` and the like is a refusal: nobody has it, and it does not count.
        """
        mass = self.masses[number]
        mass.status = status
        well = status == "send success"
        for openid in mass.openids:
            if well:
                self.deliver(openid, "mass", {"msgtype": "mpnews", "media_id": mass.media_id})
            else:
                self.followers[openid].masses[self.month] -= 1
        if well:
            self.drafts.pop(mass.media_id, None)
        total = len(mass.openids)
        return {
            "Event": "MASSSENDJOBFINISH",
            "MsgID": str(number),
            "Status": status,
            "TotalCount": str(total),
            "FilterCount": str(total if well else 0),
            "SentCount": str(total if well else 0),
            "ErrorCount": "0" if well else str(total),
        }

    def _local(self, at: float | None = None) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.clock() if at is None else at, SHANGHAI)
