"""What is received, and what is known of the one who sent it and of the talk so far."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from digest.content import Span


@dataclass(frozen=True, slots=True)
class Document:
    """A file that came with a message: its name, its size in bytes, the platform's name for it.

    `content` is None until it was fetched; `code` says why it could not be.
    """

    name: str
    size: int = 0
    file: str = ""
    content: bytes | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A received message, channel-neutral: what was typed or tapped, where, by whom.

    `spans` mark the text; it is the caption of `picture` (the channel's name of an image) where there is one.
    `private` is a conversation with one person; in a group `addressed` says that the bot was named or
    answered. `tap` is a button's data; `language` the sender's, as a BCP 47 tag where the channel knows it.
    """

    text: str = ""
    tap: str = ""
    private: bool = True
    addressed: bool = True
    sender: str = ""
    language: str = ""
    code: str = ""
    spans: tuple[Span, ...] = ()
    picture: str = ""
    document: Document | None = None


class Awaits(StrEnum):
    """What an open dialogue waits for."""

    NOTHING = ""
    HOUR = "hour"
    ZONE = "zone"
    PAUSE = "pause"
    CONTENT = "content"
    AUDIENCE = "audience"
    COUNT = "count"
    START = "start"
    ISSUE = "issue"
    CORRECTION = "correction"
    CONFIRMATION = "confirmation"


# An editor's questions: whoever does not know them yet reads that nothing is asked.
EDITORS = frozenset(
    {
        Awaits.CONTENT,
        Awaits.AUDIENCE,
        Awaits.COUNT,
        Awaits.START,
        Awaits.ISSUE,
        Awaits.CORRECTION,
        Awaits.CONFIRMATION,
    }
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a place remembers of the talk: the open dialogue, and the list last shown (for ten minutes).

    `screen` is the intent on the screen, as `digest.taps.remember` writes it: paging and long button words
    lean on it. `page` is the page of it that was shown, where one message did not hold it; else 0.
    """

    awaits: Awaits = Awaits.NOTHING
    asked_at: dt.datetime | None = None
    list_date: dt.date | None = None
    list_at: dt.datetime | None = None
    screen: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class SectionName:
    """A section that can be named: its stable key and its title in the newest issue that has it."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class CustomWords:
    """The words of one of the publisher's replies; `contains` when they may stand inside a sentence."""

    words: tuple[str, ...]
    contains: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the grammar may lean on.

    The reader's now and today, the sections, the publisher's words, the talk so far, the bot's own names in
    this channel, the days that have an issue; `stories` is how many the list last shown (or the newest issue)
    holds, 0 when that is not known; `language` is the one the reader is spoken to in (BCP 47). `admin`: one
    who may publish.
    """

    now: dt.datetime
    today: dt.date
    sections: tuple[SectionName, ...] = ()
    custom: tuple[CustomWords, ...] = ()
    conversation: Conversation = Conversation()
    bot_names: tuple[str, ...] = ()
    private: bool = True
    addressed: bool = True
    archive_dates: frozenset[dt.date] = frozenset()
    stories: int = 0
    language: str = ""
    admin: bool = False
