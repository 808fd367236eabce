"""A reply: blocks, then choices. No markup; each channel renders it in its own way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from digest.content import Content
from digest.issue import Item


@dataclass(frozen=True, slots=True)
class Masthead:
    """The first line of an issue or section: the bold words, then facts, then the reading time.

    `section` tells a section's masthead (WeChat writes it in brackets); a split message puts its part number
    in the place of `reading`. `name` is the publication's, for channels whose chat does not carry it.
    """

    title: str
    facts: tuple[str, ...] = ()
    reading: str = ""
    section: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of plain words; may hold line breaks.

    The publisher's `last` line is the last one of every part of a message that has to be split. `brief` is
    the same with less in it, for channels that count every byte.
    """

    text: str
    last: bool = False
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Strong:
    """A line of emphasised words."""

    text: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A leading story with its first sentence; `starred` marks one that matches a followed word."""

    item: Item
    sentence: str
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Headlines:
    """A section folded to its headlines; `starred` are the numbers of those with a followed word.

    Where they are of several days they are not `numbered`: a number names a story of one issue.
    """

    title: str
    items: tuple[Item, ...]
    starred: frozenset[int] = frozenset()
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Stories:
    """Stories with their summaries, under `title` where there are several groups ('' for none).

    `starred` are the numbers of those with a followed word.
    """

    title: str
    items: tuple[Item, ...]
    starred: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Story:
    """One story whole: `label` says number, section and day; `read` is the words of its link."""

    label: str
    item: Item
    read: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One look-up result: its place in the list, the story, a snippet with its spans, where it stood.

    `brief` says where it stood as shortly as can be, for channels that count every byte.
    """

    place: int
    item: Item
    snippet: str
    spans: tuple[tuple[int, int], ...]
    source: str
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """What an editor wrote, as it is; alone in a reply it is one message, with its picture if it has one."""

    content: Content


Block = Masthead | Text | Strong | Lead | Headlines | Stories | Story | Hit | Passage


@dataclass(frozen=True, slots=True)
class Choice:
    """A next step: `label` to read and `says` (what a reader would type), `tap` (button data) or `url`.

    A channel with buttons uses `tap` (or `says` when there is no `tap`), one without shows `says`.
    """

    label: str
    says: str = ""
    tap: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A reply as one card that opens a page of ours; `button` is the word on it where there is one."""

    title: str
    description: str
    url: str
    picture: str = ""
    button: str = ""


@dataclass(frozen=True, slots=True)
class PageWords:
    """What stands round a page of a reply, in the reader's language, on channels without buttons.

    `page` names the page (`{page}`); `linked` and `titled` say what a story's `{number}` is good for, where
    its link is shown and where it is not. `named` is the way on with what comes (`{names}`, `{count}`);
    without `before` and `after` there is no turning.
    `typed` asks to type `{words}`, each of them `quoted` (`{word}`), where words cannot be tapped.
    """

    page: str
    before: Choice | None
    after: Choice | None
    named: str
    linked: str
    titled: str
    typed: str
    quoted: str


@dataclass(frozen=True, slots=True)
class Foot:
    """What a reply ends with on channels without buttons, where that is not its choices.

    `steps` are rows of links; `under` is a line right below them, `after` a paragraph of its own. `web` is
    the page of ours with more. `article` and `notice` are the reply as a card: for WeChat, for WeCom.
    """

    steps: tuple[tuple[Choice, ...], ...] = ()
    under: str = ""
    after: str = ""
    web: Choice | None = None
    article: Card | None = None
    notice: Card | None = None


# Before a story with a word that the reader follows.
STAR = "★"


class Form(StrEnum):
    """How much of an issue a digest shows."""

    BRIEF = "brief"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said: blocks, rows of choices, and for channels without buttons the words to try.

    `picture` is the path of an image that goes before the words; `notices` go to others than the reader.
    `edits` asks a channel that can to change the message whose button was tapped instead of sending another.
    `silent` sends without a sound. `toast` is the short notice shown at a tapped button. `after` follows as
    messages of its own. A reply without blocks says nothing.

    For the talk to go on: `lists` is the day of the issue whose story numbers it shows, `asks` what it waits
    for (`digest.intents.Awaits`), `screen` the intent that its buttons lean on where it is not the one that
    was asked (`digest.taps.remember`).

    Where one message holds little, `page` of it is shown; `words` stand round a page, None where there is no
    turning to another. `foot` is its end there. `hand_over`: people go on with the talk.
    """

    blocks: tuple[Block, ...] = ()
    choices: tuple[tuple[Choice, ...], ...] = ()
    typed: tuple[str, ...] = ()
    edits: bool = False
    silent: bool = False
    toast: str = ""
    after: tuple[Reply, ...] = ()
    picture: str = ""
    notices: tuple[Notice, ...] = ()
    lists: dt.date | None = None
    asks: str = ""
    screen: str = ""
    page: int = 1
    words: PageWords | None = None
    foot: Foot | None = None
    hand_over: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A word to somebody else, such as the editors: a recipient of the same channel, or a whole address."""

    recipient: str
    reply: Reply


def say(text: str, *rows: tuple[Choice, ...], edits: bool = False, typed: tuple[str, ...] = ()) -> Reply:
    """A reply of one paragraph with rows of choices."""
    return Reply(blocks=(Text(text),), choices=rows, edits=edits, typed=typed)


SILENCE = Reply()
