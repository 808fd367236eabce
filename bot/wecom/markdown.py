"""A reply as a group robot's messages: Markdown of at most 4,000 bytes each, split between sections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.wecom.markup import BUDGET, bold, clipped, grey, link, quoted, safe, size
from bot.wecom.pages import Part, lay
from bot.wecom.passages import passage
from digest.content import Content
from digest.issue import Item
from digest.links import short_link
from digest.replies import (
    STAR,
    Block,
    Choice,
    Headlines,
    Hit,
    Lead,
    Masthead,
    Passage,
    Reply,
    Stories,
    Story,
    Strong,
    Text,
)

WIDEST_NUMBER = "99/99"
LONGEST_TITLE = 600
LONGEST_LINE = 1800
LONGEST_HEADING = 200
BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class RobotMessage:
    """One message of a group robot. A robot has no silent messages: `silent` is kept for who asks."""

    markdown: str
    silent: bool = False


def render(reply: Reply, *, shorten: bool = True, budget: int = BUDGET) -> tuple[RobotMessage, ...]:
    """The messages of a reply and of what follows it; none when it says nothing.

    `shorten` writes links to WeChat's articles with the four parameters that they need.
    """
    texts = _texts(reply, _Writer(shorten=shorten), budget)
    following = (one for after in reply.after for one in render(after, shorten=shorten, budget=budget))
    return (*(RobotMessage(text, silent=reply.silent) for text in texts), *following)


def _texts(reply: Reply, writer: _Writer, budget: int) -> Iterator[str]:
    blocks = reply.blocks
    head = blocks[0] if blocks and isinstance(blocks[0], Masthead) else None
    parts = [part for part in map(writer.part, blocks[1:] if head else blocks) if part.lines]
    ways = _ways(reply.choices)
    whole = "\n".join((*([_masthead(head)] if head else []), *(part.text for part in (*parts, ways)))).strip()
    if size(whole) <= budget:
        yield from (whole,) if whole else ()
        return
    room = budget - (size(_masthead(head, WIDEST_NUMBER)) + 1 if head else 0)
    pages = lay((*parts, *((ways,) if ways.lines else ())), room)
    for place, page in enumerate(pages, 1):
        yield "\n".join((_masthead(head, f"{place}/{len(pages)}"), page)) if head else page


def _masthead(block: Masthead, part: str = "") -> str:
    facts = BETWEEN.join(safe(word) for word in (*block.facts, part or block.reading) if word)
    title = bold(clipped(safe(block.title), LONGEST_HEADING))
    return f"{title} {grey(facts)}" if facts else title


def _ways(rows: tuple[tuple[Choice, ...], ...]) -> Part:
    """The next steps that are addresses: a robot hears nothing of what is typed."""
    found = (link(safe(choice.label), choice.url) for row in rows for choice in row if choice.url)
    return Part(tuple(found))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Blocks as parts of a message."""

    shorten: bool

    def part(self, block: Block) -> Part:
        match block:
            case Lead() | Headlines() | Stories() | Story() | Hit():
                return self._stories(block)
            case Masthead():
                return Part((_masthead(block),))
            case Text(text=text):
                return Part(tuple(_paragraph(text)))
            case Strong(text=text):
                return Part((bold(clipped(safe(text), LONGEST_LINE)),))
            case Passage(content=content):
                return Part(tuple(_passage(content)))
            case _:
                assert_never(block)

    def _stories(self, block: Lead | Headlines | Stories | Story | Hit) -> Part:
        match block:
            case Lead(item=item, sentence=sentence, starred=starred):
                return Part((self._told(item, _mark(item.number, starred), sentence),))
            case Headlines(title=title, items=items, starred=starred, numbered=numbered):
                headlines = (self._headline(one, one.number in starred, numbered) for one in items)
                return Part(tuple(headlines), _heading(title))
            case Stories(title=title, items=items, starred=starred):
                told = (self._told(i, _mark(i.number, i.number in starred), i.summary) for i in items)
                return Part(tuple(told), _heading(title))
            case Story(label=label, item=item):
                return Part((safe(label), bold(self._titled(item)), *_paragraph(item.summary)))
            case Hit(place=place, item=item, snippet=snippet, source=source):
                hit = self._told(item, f"{place}、", snippet)
                return Part((f"{hit}\n{grey(clipped(safe(source), LONGEST_HEADING))}",))
            case _:
                assert_never(block)

    def _told(self, item: Item, mark: str, words: str) -> str:
        line = mark + self._titled(item)
        below = clipped(safe(words), LONGEST_LINE)
        return f"{line}\n{quoted(below)}" if below else line

    def _headline(self, item: Item, starred: bool, numbered: bool) -> str:
        plain = STAR + " " if starred else "· "
        return (_mark(item.number, starred) if numbered else plain) + self._titled(item)

    def _titled(self, item: Item) -> str:
        """A story's title with its link, without when both are too long to stand beside a summary."""
        words = clipped(safe(item.title), LONGEST_TITLE)
        url = short_link(item.url) if item.url and self.shorten else item.url
        linked = link(words, url)
        return linked if size(linked) <= LONGEST_LINE else words


def _mark(number: int, starred: bool) -> str:
    return f"{STAR if starred else ''}{number}、"


def _heading(title: str) -> str:
    return bold(clipped(safe(title), LONGEST_HEADING))


def _paragraph(text: str) -> Iterator[str]:
    """The lines of a text, a long one in pieces."""
    for line in text.splitlines():
        if words := safe(line):
            yield from _short(words)


def _short(line: str) -> Iterator[str]:
    while size(line) > LONGEST_LINE:
        piece = line.encode("utf-8", "replace")[:LONGEST_LINE].decode("utf-8", "ignore")
        yield piece
        line = line[len(piece) :]
    yield line


def _passage(content: Content) -> Iterator[str]:
    """A broadcast's lines; one that is too long for a message loses its marks, which a cut would break."""
    for plain, marked in zip(content.text.split("\n"), passage(content).split("\n"), strict=True):
        yield from (marked,) if size(marked) <= LONGEST_LINE else _short(safe(plain))
