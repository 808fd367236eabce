"""What WeChat and WeCom report, as values: messages, follows, taps of the menu, ends of mass sends.

`key` names what is reported, however often Tencent reports it: the MsgId of a message; of an event, which has
none, its sender, moment, kind and key.
"""

from __future__ import annotations

from dataclasses import dataclass

from digest.subscriber import Place

CHANNEL = "wechat"


@dataclass(frozen=True, slots=True)
class Said:
    """A text, typed or tapped in a message."""

    place: Place
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Clicked:
    """A button of the account's menu."""

    place: Place
    event_key: str
    key: str


@dataclass(frozen=True, slots=True)
class Followed:
    """Somebody follows the account; `scene` is what the code they scanned carried, or ''."""

    place: Place
    scene: str
    key: str


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """Somebody has left; nothing can be answered."""

    place: Place
    key: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A follower scanned a code with a scene."""

    place: Place
    scene: str
    key: str


@dataclass(frozen=True, slots=True)
class SentNothingReadable:
    """A message without a text; `what` is picture, voice, video, document, location, link or other."""

    place: Place
    what: str
    key: str


@dataclass(frozen=True, slots=True)
class MenuViewed:
    """A button of the menu that opens a page, and the page."""

    place: Place
    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of one template: `status` is accept, reject, success, or a word of failure."""

    template: str
    status: str


@dataclass(frozen=True, slots=True)
class SubscriptionAnswered:
    """A notice was allowed, refused or sent; `what` is popup, change or sent."""

    place: Place
    what: str
    notices: tuple[Notice, ...]
    key: str


@dataclass(frozen=True, slots=True)
class MassFinished:
    """A mass send has ended; `status` as the platform writes it (`send success`, `err(10001)`)."""

    account: str
    message_id: str
    status: str
    total: int
    filtered: int
    sent: int
    errors: int
    key: str


@dataclass(frozen=True, slots=True)
class Other:
    """Whatever else is reported; nothing is answered. `what` is the platform's name of it."""

    place: Place
    what: str
    key: str


Received = (
    Said
    | Clicked
    | Followed
    | Unfollowed
    | Scanned
    | SentNothingReadable
    | MenuViewed
    | SubscriptionAnswered
    | MassFinished
    | Other
)
