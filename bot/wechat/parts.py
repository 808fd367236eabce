"""Blocks as parts of a text, at each step of the ladder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from itertools import groupby
from typing import NamedTuple, assert_never

from bot.wechat.markup import clipped, escape, flat, link, octets
from bot.wechat.passages import passage
from digest.issue import Item
from digest.replies import STAR, Block, Headlines, Hit, Lead, Masthead, Passage, Stories, Story, Strong, Text
from digest.sentences import first_sentence
from digest.snippets import narrowed

ROOM = 1200
LONGEST_NAME = 120
LONGEST_PIECE = 900
MOST_LINKS = 5
BETWEEN_FACTS = " · "

_LINKS = re.compile(r"(<a href=.*?</a>)")
_TAGS = re.compile(r"<a href=[^>]*>|</a>")
_SENTENCE_ENDS = re.compile(r"(?<=[。！？；])|(?<=[.!?;] )")


class Step(IntEnum):
    """How much of a story is told: its summary, its first sentence, its link, or only number and title."""

    SUMMARY = 0
    SENTENCE = 1
    LINK = 2
    TITLE = 3


class Tell(NamedTuple):
    """How much is told of the leads of an issue, and of its other stories."""

    leads: Step
    others: Step


LADDER = tuple(Tell(step, step) for step in Step)
# Where most of an issue is headlines the leads keep their sentence for as long as there is room.
BRIEF = (
    Tell(Step.SENTENCE, Step.LINK),
    Tell(Step.SENTENCE, Step.TITLE),
    Tell(Step.LINK, Step.TITLE),
    Tell(Step.TITLE, Step.TITLE),
)


@dataclass(frozen=True, slots=True)
class Part:
    """What stays together: items under an opening, which is repeated where they are split.

    `numbers` are those of the stories, an item each; `name` is that of their section. `linked`: they can be
    opened from here. `tight`: no blank line follows.
    """

    items: tuple[str, ...]
    opening: str = ""
    joint: str = "\n"
    numbers: tuple[int, ...] = ()
    name: str = ""
    linked: bool = True
    tight: bool = False

    @property
    def text(self) -> str:
        """The part as text."""
        return self.opening + self.joint.join(self.items)

    def cut(self, first: int, last: int | None = None) -> Part:
        """Some of the items."""
        numbers = self.numbers[first:last]
        return Part(
            self.items[first:last], self.opening, self.joint, numbers, self.name, self.linked, self.tight
        )


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes one item may take, and whether links are cut to what they need."""

    octets: int = ROOM
    shorten: bool = True

    def link(self, words: str, url: str | None) -> str:
        """A link in this manner."""
        return link(words, url, shorten=self.shorten)

    def title(self, item: Item, mark: str, *, linked: bool) -> str:
        """A story's mark and title; a title that no message holds is clipped."""
        if linked and item.url:
            whole = mark + self.link(item.title, item.url)
            if octets(whole) <= self.octets:
                return whole
        return mark + flat(clipped(item.title, self.octets - octets(mark)))


def masthead(block: Masthead, page: str = "") -> str:
    """The first line; from the second page on it names the `page` instead of counting."""
    facts = [fact for fact in block.facts if fact]
    if page:
        facts = [*(facts[:-1] if block.section else ()), page]
    words = [flat(clipped(word, LONGEST_NAME)) for word in (block.title, *facts) if word]
    if not words:
        return ""
    if block.section:
        return f"【{words[0]}】{BETWEEN_FACTS.join(words[1:])}"
    return BETWEEN_FACTS.join(words).replace("） · ", "）· ")


def parts(blocks: Sequence[Block], tell: Tell, room: Room) -> tuple[Part, ...]:
    """Blocks without their masthead as parts; leads, or what a look-up found, are one part."""
    found: list[Part] = []
    for kind, group in groupby(blocks, type):
        if kind in (Lead, Hit):
            found.append(_run(tuple(group), tell, room))
        else:
            found += filter(None, (_part(block, tell, room) for block in group))
    return tuple(found)


def _run(blocks: tuple[Block, ...], tell: Tell, room: Room) -> Part:
    told = tuple(_fitting(partial(_told, block, room), tell.leads, room) for block in blocks)
    numbers = tuple(block.place if isinstance(block, Hit) else _number(block) for block in blocks)
    return Part(told, numbers=numbers, linked=tell.leads < Step.TITLE)


def _number(block: Block) -> int:
    return block.item.number if isinstance(block, Lead) else 0


def _part(block: Block, tell: Tell, room: Room) -> Part | None:
    match block:
        case Masthead() | Lead() | Hit():
            return None
        case Text(text=text, brief=brief):
            return _paragraph(escape((brief or text).strip()))
        case Strong(text=text):
            words = escape(text.strip())
            return Part((words,), tight=True) if words else None
        case Headlines():
            return _headlines(block, tell.others, room)
        case Stories():
            return _stories(block, tell.others, room)
        case Story():
            return _story(block, room)
        case Passage(content=content):
            return _paragraph(passage(content, room.link))
        case _:
            assert_never(block)


def _fitting(told: Callable[[Step], str], step: Step, room: Room) -> str:
    text = ""
    for lower in list(Step)[step:]:
        text = told(lower)
        if octets(text) <= room.octets:
            return text
    return text


def _told(block: Block, room: Room, step: Step) -> str:
    match block:
        case Lead(item=item, sentence=sentence, starred=starred):
            below = sentence if step <= Step.SENTENCE else ""
            return _under(room.title(item, _mark(item, starred), linked=step < Step.TITLE), escape(below))
        case Hit(place=place, item=item):
            title = room.title(item, f"{place}、", linked=step < Step.TITLE)
            return _under(title, _where(block, step))
        case _:
            return ""


def _where(hit: Hit, step: Step) -> str:
    source = escape(clipped(hit.brief or hit.source, LONGEST_NAME))
    snippet = escape(narrowed(hit.snippet, hit.spans)) if step <= Step.SENTENCE else ""
    return "｜".join(filter(None, (source, snippet)))


def _mark(item: Item, starred: bool) -> str:
    return f"{STAR if starred else ''}{item.number}、"


def _under(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _summary(item: Item, step: Step) -> str:
    text = {Step.SUMMARY: item.summary, Step.SENTENCE: first_sentence(item.summary)}.get(step, "")
    return escape(text.strip())


def _heading(title: str) -> str:
    return f"【{flat(clipped(title, LONGEST_NAME))}】\n" if title else ""


def _stories(block: Stories, step: Step, room: Room) -> Part | None:
    def told(item: Item, lower: Step) -> str:
        title = room.title(item, _mark(item, item.number in block.starred), linked=lower < Step.TITLE)
        return _under(title, _summary(item, lower))

    items = tuple(_fitting(partial(told, item), step, room) for item in block.items)
    numbers = tuple(item.number for item in block.items)
    heading = _heading(block.title)
    return Part(items, heading, "\n", numbers, block.title, step < Step.TITLE) if items else None


def _headlines(block: Headlines, step: Step, room: Room) -> Part | None:
    def mark(item: Item) -> str:
        starred = item.number in block.starred
        return _mark(item, starred) if block.numbered else f"{STAR if starred else '·'} "

    items = tuple(room.title(item, mark(item), linked=step < Step.TITLE) for item in block.items)
    numbers = tuple(item.number for item in block.items) if block.numbered else ()
    heading = _heading(block.title)
    return Part(items, heading, "\n", numbers, block.title, step < Step.TITLE) if items else None


def _story(block: Story, room: Room) -> Part:
    item = block.item
    links = [(block.read, item.url), *((one.text, one.url) for one in item.links if one.url != item.url)]
    shown = [room.link(words, url) for words, url in links[:MOST_LINKS] if url]
    items = (
        flat(clipped(block.label, 2 * LONGEST_NAME)),
        flat(clipped(item.title, LONGEST_PIECE)),
        *pieces(escape(item.summary.strip())),
        "\n".join(line for line in shown if octets(line) <= room.octets // 2),
    )
    return Part(tuple(filter(None, items)), joint="\n\n")


def _paragraph(text: str) -> Part | None:
    lines = tuple(piece for line in text.split("\n") for piece in pieces(line))
    return Part(lines) if any(lines) else None


def pieces(line: str) -> tuple[str, ...]:
    """A line that is too long for a message, cut at a sentence's end, and where there is none, anywhere."""
    return tuple(_pieces(line)) if octets(line) > LONGEST_PIECE else (line,)


def _pieces(line: str) -> Iterator[str]:
    taken = ""
    for sentence in _short_enough(_atoms(line)):
        if taken and octets(taken) + octets(sentence) > LONGEST_PIECE:
            yield taken.rstrip()
            taken = ""
        taken += sentence
    yield taken.rstrip()


def _atoms(line: str) -> Iterator[str]:
    """The sentences and links of a line; of a link that no message holds only its words."""
    for place, text in enumerate(_LINKS.split(line)):
        if place % 2 == 0:
            yield from _SENTENCE_ENDS.split(text)
        else:
            yield text if octets(text) <= LONGEST_PIECE else _TAGS.sub("", text)


def _short_enough(sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        rest = sentence
        while octets(rest) > LONGEST_PIECE:
            head = clipped(rest, LONGEST_PIECE).removesuffix("…") or rest[:1]
            yield head
            rest = rest[len(head) :]
        yield rest
