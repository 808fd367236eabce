"""What can be asked, as values: the closed list that the grammar makes and the handlers fulfil."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from digest.editing import Editing
from digest.editorial import Publishing
from digest.incoming import Awaits, Conversation, CustomWords, Incoming, Known, SectionName
from digest.pairing import Pairing
from digest.replies import Form
from digest.wishes import AskSetting, Follow, Set, Setting, ShowFollows, ShowSettings, Unfollow

__all__ = [
    "AskSetting",
    "AskUnsubscribe",
    "Awaits",
    "BadDate",
    "Cancel",
    "CatchUp",
    "Conversation",
    "Custom",
    "CustomWords",
    "ExplainUnsubscribe",
    "Follow",
    "Greet",
    "Incoming",
    "Intent",
    "Known",
    "LookUp",
    "Pause",
    "Pleasantry",
    "Resume",
    "SectionName",
    "Set",
    "Setting",
    "Share",
    "ShowArchive",
    "ShowFollows",
    "ShowHelp",
    "ShowIssue",
    "ShowRange",
    "ShowSection",
    "ShowSections",
    "ShowSettings",
    "ShowStatus",
    "ShowStory",
    "ShowToday",
    "Silence",
    "SmallTalk",
    "Subscribe",
    "Turn",
    "Unfollow",
    "Unreadable",
    "Unsubscribe",
]


@dataclass(frozen=True, slots=True)
class Greet:
    """Start: the welcome, with one tap to subscribe; `payload` is what a link carried."""

    payload: str = ""


@dataclass(frozen=True, slots=True)
class ShowToday:
    """The newest issue; `form` and `page` where a button asked for them."""

    form: Form | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class ShowIssue:
    """The issue of a day (`date`), or the neighbour of the one on the screen (`step` -1 or 1).

    `whole` shows all of it to one who wants nothing but the stories with followed words, too.
    """

    date: dt.date | None = None
    step: int = 0
    form: Form | None = None
    whole: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class ShowSection:
    """One section, by any part of its name, of the newest issue or of a day."""

    name: str
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ShowSections:
    """The list of sections."""

    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ShowStory:
    """One story by its number, of the list last shown or of a day."""

    number: int
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ShowArchive:
    """The calendar of the days that have an issue: a month (`2025-12`), a year (`2025`), or the newest."""

    month: str = ""


@dataclass(frozen=True, slots=True)
class ShowRange:
    """The issues of some days, both included, or one section (a key) of each.

    `label` is how the reader called the days, where that tells more than the days themselves.
    """

    first: dt.date
    last: dt.date
    section: str = ""
    label: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class BadDate:
    """A date that cannot be: `code` names the message, with its values."""

    code: str
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """The next (1) or previous (-1) page of what is on the screen."""

    step: int


@dataclass(frozen=True, slots=True)
class LookUp:
    """Stories that hold the words; `guessed` when the reader did not ask for a look-up in so many words.

    `since` and `section` (a key) narrow it where a button did. As a screen, page 0 says that nothing of it
    has been listed yet.
    """

    words: str
    page: int = 1
    guessed: bool = False
    since: dt.date | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """The top stories of what the reader has missed, day by day."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """A standing order, as a whole or for one section, at an hour where one was said."""

    section: str = ""
    push_at: dt.time | None = None


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The end of the standing order, or of one section of it."""

    section: str = ""


@dataclass(frozen=True, slots=True)
class AskUnsubscribe:
    """Something near a wish to leave: a question, never an act."""


@dataclass(frozen=True, slots=True)
class ExplainUnsubscribe:
    """A question about leaving: how it is done, or whether it was."""


@dataclass(frozen=True, slots=True)
class Pause:
    """No digests until a day; None asks how long."""

    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Digests again, as they were; on other days where `weekdays` names some."""

    weekdays: str = ""


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """Why did I (not) get today's digest, and when comes the next."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """What can be said."""


class Pleasantry(StrEnum):
    """Small talk."""

    THANKS = "thanks"
    PRESENT = "present"
    BYE = "bye"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A kind word that wants a kind word."""

    kind: Pleasantry


@dataclass(frozen=True, slots=True)
class Custom:
    """One of the publisher's own replies, by its place in the configuration."""

    index: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """The end of an open dialogue; with none open, a question."""


@dataclass(frozen=True, slots=True)
class Share:
    """How to hand the bot to a friend."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is asked: in a group, words that are not for the bot; an empty message."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No text (picture, voice, sticker), or a button whose meaning is gone; `code` the message."""

    code: str


Intent = (
    Greet
    | ShowToday
    | ShowIssue
    | ShowSection
    | ShowSections
    | ShowStory
    | ShowArchive
    | ShowRange
    | BadDate
    | Turn
    | LookUp
    | Follow
    | Unfollow
    | ShowFollows
    | CatchUp
    | Subscribe
    | Unsubscribe
    | AskUnsubscribe
    | ExplainUnsubscribe
    | Pause
    | Resume
    | ShowSettings
    | Set
    | AskSetting
    | ShowStatus
    | ShowHelp
    | SmallTalk
    | Custom
    | Cancel
    | Share
    | Silence
    | Unreadable
    | Editing
    | Publishing
    | Pairing
)
