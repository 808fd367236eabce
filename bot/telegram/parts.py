"""Blocks as parts of a message, at each step of the ladder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import assert_never

from bot.telegram.formatted import formatted
from bot.telegram.markup import Size, bold, clipped, escape, fits, italic, link, prefix, utf16
from digest.issue import Item
from digest.replies import STAR, Block, Headlines, Hit, Lead, Masthead, Passage, Stories, Story, Strong, Text
from digest.sentences import first_sentence

FOLD_FROM = 4
MOST_SPANS = 20
FEWER_SPANS = 6
LONGEST_HEADING = 256
LONGEST_TITLE = 1000
LONGEST_HIT = 250
LONGEST_SOURCE = 60
LONGEST_LINE = 3000

_BLANK_LINES = re.compile(r"\n\s*\n")
_SENTENCE_ENDS = re.compile(r"(?<=[。！？；])|(?<=[.!?;] )")


class Step(IntEnum):
    """How much of a story is told: its summary, its first sentence, its link, or only number and title."""

    SUMMARY = 0
    SENTENCE = 1
    LINK = 2
    TITLE = 3


@dataclass(frozen=True, slots=True)
class Part:
    """What stays together: items between an opening and a closing, which are repeated where they are split.

    `joint` stands between two items. `tight` says after which part no blank line follows: '' none,
    'same' a part that is tight itself, 'any' every part.
    """

    items: tuple[str, ...]
    opening: str = ""
    closing: str = ""
    joint: str = "\n\n"
    tight: str = ""

    @property
    def html(self) -> str:
        """The part as HTML."""
        return f"{self.opening}{self.joint.join(self.items)}{self.closing}"


def between(before: Part, after: Part) -> str:
    """What stands between two parts: a blank line, or only a line's end."""
    return "\n" if before.tight == "any" or (before.tight and before.tight == after.tight) else "\n\n"


def masthead(block: Masthead, reading: str) -> str:
    """The first line, ending with `reading` where there is one."""
    words = [escape(clipped(word, LONGEST_HEADING)) for word in (block.title, *block.facts, reading) if word]
    return " · ".join((bold(words[0]), *words[1:])) if words else ""


def part(block: Block, step: Step, room: Size) -> Part | None:
    """A block as a part whose items each fit into `room`; None when it shows nothing."""
    match block:
        case Masthead():
            return _whole(masthead(block, block.reading))
        case Text(text=text):
            return _paragraph(text, min(LONGEST_LINE, room.units))
        case Strong(text=text):
            return _whole(bold(escape(clipped(text.strip(), LONGEST_LINE))), tight="any")
        case Headlines():
            return _headlines(block, step)
        case Stories():
            return _stories(block, step, room)
        case Lead() | Story() | Hit():
            return _whole(_fitting(partial(_told, block), step, room))
        case Passage(content=content):
            return _whole(formatted(content))
        case _:
            assert_never(block)


def _whole(html: str, *, tight: str = "") -> Part | None:
    return Part((html,), tight=tight) if html else None


def _told(block: Lead | Story | Hit, step: Step) -> str:
    match block:
        case Lead(item=item, sentence=sentence, starred=starred):
            below = sentence if step <= Step.SENTENCE else ""
            return _under(_title(item.number, item, step, starred=starred), escape(below))
        case Story():
            return _story(block, step)
        case Hit():
            return _hit(block, step)


def _fitting(tell: Callable[[Step], str], step: Step, room: Size) -> str:
    html = ""
    for lower in list(Step)[step:]:
        html = tell(lower)
        # Two units a character are the most there can be: most stories need no measuring.
        if 2 * len(html) <= room.units or fits(html, room):
            return html
    return html


def _title(number: int, item: Item, step: Step, *, starred: bool = False) -> str:
    star = STAR if starred else ""
    if step is Step.TITLE:
        return bold(f"{star}{number}、{escape(clipped(item.title, LONGEST_TITLE))}")
    return bold(f"{star}{number}、{link(item.title, item.url)}")


def _under(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _summary(item: Item, step: Step) -> str:
    text = {Step.SUMMARY: item.summary, Step.SENTENCE: first_sentence(item.summary)}.get(step, "")
    return escape(text.strip())


def _stories(block: Stories, step: Step, room: Size) -> Part | None:
    heading = bold(escape(f"【{clipped(block.title, LONGEST_HEADING)}】")) + "\n\n" if block.title else ""
    told = tuple(
        _fitting(partial(_section_story, item, item.number in block.starred), step, room)
        for item in block.items
    )
    return Part(told, opening=heading) if told else None


def _section_story(item: Item, starred: bool, step: Step) -> str:
    return _under(_title(item.number, item, step, starred=starred), _summary(item, step))


def _headlines(block: Headlines, step: Step) -> Part | None:
    fold = " expandable" if len(block.items) >= FOLD_FROM else ""
    heading = _under(bold(escape(clipped(block.title, LONGEST_HEADING))), f"<blockquote{fold}>")
    lines = tuple(_headline(item, _mark(item, block), step) for item in block.items)
    return Part(lines, opening=heading, closing="</blockquote>", joint="\n", tight="same") if lines else None


def _mark(item: Item, block: Headlines) -> str:
    star = STAR if item.number in block.starred else ""
    return f"{star}{item.number}、" if block.numbered else f"{star or '·'} "


def _headline(item: Item, mark: str, step: Step) -> str:
    if step is Step.TITLE or utf16(item.title) > LONGEST_TITLE:
        return mark + escape(clipped(item.title, LONGEST_TITLE))
    return mark + link(item.title, item.url)


def _story(block: Story, step: Step) -> str:
    item = block.item
    title = clipped(item.title, LONGEST_TITLE) if step is Step.TITLE else item.title
    links = [(block.read, item.url)] if item.url else []
    if step is Step.SUMMARY:
        links += [(one.text, one.url) for one in item.links if one.url != item.url]
    shown = _under(*(link(words, url) for words, url in links)) if step < Step.TITLE else ""
    pieces = (escape(block.label), bold(escape(title)), _summary(item, step), shown)
    return "\n\n".join(piece for piece in pieces if piece)


def _hit(block: Hit, step: Step) -> str:
    # A page of results is one message: rather than being split it tells less, and less of long titles.
    if step is Step.TITLE:
        title = bold(escape(f"{block.place}、{clipped(block.item.title, LONGEST_HIT)}"))
        return _under(title, italic(escape(clipped(block.source, LONGEST_SOURCE))))
    most = MOST_SPANS if step is Step.SUMMARY else FEWER_SPANS
    snippet = _marked(block.snippet, block.spans[:most]) if step <= Step.SENTENCE else ""
    return _under(_title(block.place, block.item, step), snippet, italic(escape(block.source)))


def _marked(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    marked, at = "", 0
    for start, end in sorted(spans):
        if at <= start < end <= len(text):
            marked += escape(text[at:start]) + bold(escape(text[start:end]))
            at = end
    return marked + escape(text[at:])


def _paragraph(text: str, longest: int) -> Part | None:
    text = text.strip()
    if utf16(text) <= longest:
        return _whole(escape(text))
    lines = _BLANK_LINES.sub("\n\n", text).split("\n")
    pieces = (piece for line in lines for piece in _pieces(line, longest))
    return Part(tuple(map(escape, pieces)), joint="\n")


def _pieces(line: str, longest: int) -> Iterator[str]:
    # A line that is too long for a message is cut at a sentence's end, and where there is none, anywhere.
    taken = ""
    for sentence in _SENTENCE_ENDS.split(line) if utf16(line) > longest else [line]:
        if taken and utf16(taken) + utf16(sentence) > longest:
            yield taken.rstrip()
            taken = ""
        taken += sentence
        while utf16(taken) > longest:
            head = prefix(taken, longest)
            yield head
            taken = taken[len(head) :]
    yield taken.rstrip()
