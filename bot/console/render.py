"""A reply as lines of a terminal, 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import PurePath
from typing import assert_never

from bot.console.wrap import columns, wrap
from digest.issue import Item
from digest.plaintext import tidy
from digest.ports import Phrases
from digest.replies import (
    STAR,
    Block,
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

WIDTH = 80
INDENT = 5
MARGIN = 1
GAP = " " * 6
SHORTEST_RULE = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what stands before, the words, their address, and the manner (`title`, `head`, `dim`, '').

    `goes_on` where it is not the first line of its words; `marked` are words in it to be told from the rest.
    """

    text: str = ""
    before: str = ""
    url: str = ""
    manner: str = ""
    goes_on: bool = False
    marked: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The line as plain characters."""
        return self.before + self.text


@dataclass(frozen=True, slots=True)
class ConsoleMessage:
    """What a terminal shows for one reply."""

    lines: tuple[Line, ...]
    silent: bool = False

    @property
    def text(self) -> str:
        """The drawing, without addresses."""
        return "\n".join(line.whole for line in self.lines)

    @property
    def piped(self) -> str:
        """The drawing for a pipe: each address on a line of its own under its title."""
        following = (*self.lines[1:], Line())
        return "\n".join(
            row for line, after in zip(self.lines, following, strict=False) for row in _piped(line, after)
        )


def _piped(line: Line, after: Line) -> Iterator[str]:
    """A line, and where its title ends the address."""
    yield line.whole
    if line.url and not (after.url == line.url and after.goes_on):
        yield " " * INDENT + line.url


def render(reply: Reply, phrases: Phrases) -> tuple[ConsoleMessage, ...]:
    """The reply and what follows it, a message each; nothing for a reply without words."""
    drawn = tuple(_draw(reply, phrases)) if reply.blocks else ()
    pictured = (*_picture(reply.picture), *drawn)
    first = (ConsoleMessage(pictured, reply.silent),) if pictured else ()
    return (*first, *(message for after in reply.after for message in render(after, phrases)))


def _picture(path: str) -> tuple[Line, ...]:
    return tuple(_words(f"〔{PurePath(path).name}〕", "dim")) if path else ()


def _draw(reply: Reply, phrases: Phrases) -> Iterator[Line]:
    drawn = False
    for block in reply.blocks:
        lines = list(_block(block))
        if drawn and lines:
            yield Line()
        yield from lines
        drawn = True
    if any(isinstance(block, Masthead) for block in reply.blocks):
        yield from _footer(reply.typed, phrases)
    elif reply.typed:
        yield Line()
        yield from _hints(reply.typed, "› ")


def _block(block: Block) -> Iterator[Line]:
    match block:
        case Masthead():
            return _masthead(block)
        case Text() | Strong() | Passage():
            return _plain(block)
        case Lead(item=item, sentence=sentence, starred=starred):
            return chain(_titled(item, _mark(item, starred=starred)), _indented(sentence))
        case Headlines():
            return _headlines(block)
        case Stories():
            return _stories(block)
        case Story(label=label, item=item):
            return _story(label, item)
        case Hit():
            return _hit(block)
        case _:
            assert_never(block)


def _plain(block: Text | Strong | Passage) -> Iterator[Line]:
    match block:
        case Passage(content=content):
            return chain(_words("▣", "dim") if content.picture else (), _words(content.text, ""))
        case _:
            return _words(block.text, "head" if isinstance(block, Strong) else "")


def _words(text: str, manner: str) -> Iterator[Line]:
    return (Line(row, manner=manner) for row in wrap(text, WIDTH - MARGIN))


def _hit(hit: Hit) -> Iterator[Line]:
    marked = tuple(sorted({hit.snippet[start:end] for start, end in hit.spans}))
    yield from _titled(hit.item, str(hit.place))
    yield from (replace(line, marked=marked) for line in _indented(hit.snippet))
    yield from _indented(hit.source, "dim")


def _headed(title: str) -> Iterator[Line]:
    return (Line(row, before=" ", manner="head") for row in wrap(title, WIDTH - 2 * MARGIN))


def _masthead(block: Masthead) -> Iterator[Line]:
    facts = " · ".join(part for part in (*block.facts, block.reading) if part)
    whole = (block.title, facts) if block.section else (block.name, " · ".join((block.title, facts)))
    left, right = map(tidy, whole)
    room = WIDTH - columns(left) - columns(right) - 2
    if room < SHORTEST_RULE:
        return chain(_words(left, "head"), _words(right, "head"))
    return iter([Line(f"{left} {'─' * room} {right}", manner="head")])


def _mark(item: Item, *, starred: bool, numbered: bool = True) -> str:
    star = STAR if starred else ""
    return f"{star}{item.number}" if numbered else star or "·"


def _titled(item: Item, mark: str) -> Iterator[Line]:
    first = f"{mark:>{INDENT - 2}}  "
    for place, row in enumerate(wrap(item.title, WIDTH - max(INDENT, columns(first)) - MARGIN)):
        before = " " * INDENT if place else first
        yield Line(row, before, item.url or "", "title", goes_on=place > 0)


def _indented(text: str, manner: str = "") -> Iterator[Line]:
    if text:
        rows = wrap(text, WIDTH - INDENT - MARGIN)
        yield from (Line(row, before=" " * INDENT, manner=manner) for row in rows)


def _headlines(block: Headlines) -> Iterator[Line]:
    yield from _headed(block.title)
    for item in block.items:
        starred = item.number in block.starred
        yield from _titled(item, _mark(item, starred=starred, numbered=block.numbered))


def _stories(block: Stories) -> Iterator[Line]:
    if block.title:
        yield from _headed(f"【{block.title}】")
        yield Line()
    for place, item in enumerate(block.items):
        if place:
            yield Line()
        yield from _titled(item, _mark(item, starred=item.number in block.starred))
        yield from _indented(item.summary)


def _story(label: str, item: Item) -> Iterator[Line]:
    yield from _words(label, "dim")
    yield Line()
    for place, row in enumerate(wrap(item.title, WIDTH - MARGIN)):
        yield Line(row, url=item.url or "", manner="title", goes_on=place > 0)
    if item.summary:
        yield Line()
        yield from (Line(row) for row in wrap(item.summary, WIDTH - MARGIN))


def _footer(typed: tuple[str, ...], phrases: Phrases) -> Iterator[Line]:
    yield Line()
    yield Line("─" * WIDTH, manner="dim")
    *rows, last = _hints(typed, " ")
    yield from rows
    ending = f"{last.whole}{GAP}{phrases('typed.quit')}"
    if columns(ending) <= WIDTH:
        yield Line(ending, manner="dim")
    else:
        yield last
        yield Line(phrases("typed.quit"), before=" ", manner="dim")


def _hints(typed: tuple[str, ...], before: str) -> Iterator[Line]:
    rows: list[str] = []
    for words in typed:
        longer = f"{rows[-1]} · {words}" if rows else words
        if rows and columns(before + longer) > WIDTH:
            rows.append(words)
        else:
            rows[-1:] = [longer]
    lines = (line for row in rows or [""] for line in wrap(row, WIDTH - columns(before)))
    yield from (Line(line, before=before, manner="dim") for line in lines)
