"""An issue's Markdown as a flat row of blocks, each with its line: headings, paragraphs, list entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from markdown_it.token import Token

from digest import hypertext
from digest.issue import Problem
from digest.links import bare_links
from digest.markdown import read_tokens
from digest.plaintext import tidy
from digest.problems import error


class Kind(StrEnum):
    """What a block is. ENTRY only says that a list entry begins; its text follows."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ENTRY = "entry"
    CODE = "code"
    HTML = "html"
    RULE = "rule"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, maybe bold, maybe a link to `address` (as typed, unchecked)."""

    text: str
    bold: bool = False
    address: str | None = None


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its line in the file (from 1), a heading's level, its lines (a row's cells), its pictures;
    whether it stands in a quote or a list entry, or heads a table."""

    kind: Kind
    line: int
    level: int = 0
    lines: tuple[Line, ...] = ()
    pictures: tuple[str, ...] = ()
    quoted: bool = False
    nested: bool = False
    head: bool = False


def text_of(line: Line) -> str:
    """A line's words."""
    return tidy("".join(span.text for span in line))


def words_of(block: Block) -> str:
    """A block's words on one line."""
    return tidy(" ".join(text_of(line) for line in block.lines))


def read_blocks(text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The blocks of a text, and an error for a code fence that never ends."""
    tokens = read_tokens(text)
    lines = text.split("\n")
    problems = tuple(
        error(token.map[0] + 1, "open_fence")
        for token in tokens
        if token.type == "fence" and token.map and _is_open(token, lines)
    )
    return tuple(_Reading(tokens).blocks()), problems


def _is_open(fence: Token, lines: list[str]) -> bool:
    first, end = fence.map or (0, 0)
    if any(line.strip() for line in lines[end:]):
        return False
    last = lines[end - 1].strip(" \t>")
    return end - 1 == first or not (last.startswith(fence.markup) and not last.strip(fence.markup[0]))


class _Reading:
    """A walk over the tokens: where it is (quotes, lists, table head) decides what a token means."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._quotes = 0
        self._lists = 0
        self._line = 1
        self._level = 0
        self._head = False
        self._cells: list[Line] | None = None

    def blocks(self) -> Iterator[Block]:
        for token in self._tokens:
            if token.map:
                self._line = token.map[0] + 1
            self._place(token)
            yield from self._block(token)

    def _place(self, token: Token) -> None:
        match token.type:
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case "bullet_list_open" | "bullet_list_close" | "ordered_list_open" | "ordered_list_close":
                self._lists += token.nesting
            case "heading_open":
                self._level = 0 if self._lists else int(token.tag[1:])
            case "heading_close":
                self._level = 0
            case "thead_open" | "thead_close":
                self._head = token.nesting > 0
            case "tr_open":
                self._cells = []

    def _block(self, token: Token) -> Iterator[Block]:
        match token.type:
            case "inline":
                yield from self._inline(token)
            case "list_item_open" if self._lists == 1 and not self._quotes:
                yield self._make(Kind.ENTRY)
            case "fence":
                texts = (tidy(line) for line in token.content.split("\n"))
                yield self._make(Kind.CODE, lines=tuple((Span(text),) for text in texts if text))
            case "html_block":
                yield self._html(token.content)
            case "hr":
                yield self._make(Kind.RULE)
            case "tr_close":
                yield self._make(Kind.ROW, lines=tuple(self._cells or ()), head=self._head)
                self._cells = None

    def _inline(self, token: Token) -> Iterator[Block]:
        lines, pictures = _Spans().read(token.children or [])
        if self._cells is not None:
            self._cells.append(tuple(span for line in lines for span in line))
        elif self._level:
            whole = tuple(span for line in lines for span in line)
            yield self._make(Kind.HEADING, lines=(whole,), level=self._level)
        else:
            yield self._make(Kind.PARAGRAPH, lines=lines, pictures=pictures)

    def _html(self, raw: str) -> Block:
        lines = tuple(tuple(Span(text, address=to) for text, to in line) for line in hypertext.pieces(raw))
        return self._make(Kind.HTML, lines=lines, pictures=hypertext.pictures(raw))

    def _make(
        self,
        kind: Kind,
        *,
        lines: tuple[Line, ...] = (),
        level: int = 0,
        pictures: tuple[str, ...] = (),
        head: bool = False,
    ) -> Block:
        quoted, nested = self._quotes > 0, self._lists > 0
        return Block(kind, self._line, level, lines, pictures, quoted=quoted, nested=nested, head=head)


class _Spans:
    """A walk over the tokens of one paragraph."""

    def __init__(self) -> None:
        self._lines: list[list[Span]] = [[]]
        self._pictures: list[str] = []
        self._bold = 0
        self._silent = ""
        self._link: list[Span] | None = None
        self._address: str | None = None

    def read(self, tokens: list[Token]) -> tuple[tuple[Line, ...], tuple[str, ...]]:
        for token in tokens:
            self._take(token)
        lines = (tuple(line) for line in self._lines)
        return tuple(line for line in lines if any(span.text.strip() for span in line)), tuple(self._pictures)

    def _take(self, token: Token) -> None:
        match token.type:
            case "text" | "code_inline" | "text_special":
                self._text(token.content)
            case "softbreak" | "hardbreak":
                self._break()
            case "strong_open" | "strong_close":
                self._bold += token.nesting
            case "link_open":
                self._link, self._address = [], str(token.attrs.get("href", ""))
            case "link_close":
                self._close_link()
            case "image":
                self._image(token.content, str(token.attrs.get("src", "")))
            case "html_inline":
                self._tag(token.content)

    def _text(self, text: str) -> None:
        if self._silent:
            return
        # An asterisk pair that closed nothing is a slip of the pen, not a text.
        text = text.replace("**", "")
        if self._link is not None:
            self._link.append(Span(text, bool(self._bold)))
            return
        end = 0
        for start, stop in bare_links(text) if "://" in text else ():
            self._add(Span(text[end:start], bool(self._bold)))
            self._add(Span(text[start:stop], bool(self._bold), text[start:stop]))
            end = stop
        self._add(Span(text[end:], bool(self._bold)))

    def _add(self, span: Span) -> None:
        if span.text:
            self._lines[-1].append(span)

    def _image(self, words: str, address: str) -> None:
        if words.startswith(">"):
            # `真快![>阅读原文](…)`: an exclamation mark before a link, not a picture.
            self._add(Span("!"))
            self._add(Span(words, address=address))
        else:
            self._pictures.append(address)

    def _break(self) -> None:
        if self._link is not None:
            self._link.append(Span(" "))
        else:
            self._lines.append([])

    def _close_link(self) -> None:
        parts, address = self._link or [], self._address
        self._link = self._address = None
        words = [part for part in parts if part.text.strip()]
        if words:
            text = "".join(part.text for part in parts)
            self._add(Span(text, bool(self._bold) or all(part.bold for part in words), address))

    def _tag(self, tag: str) -> None:
        name = hypertext.tag_name(tag)
        if self._silent:
            self._silent = "" if name == f"/{self._silent}" else self._silent
        elif hypertext.is_silent(name):
            self._silent = "" if tag.endswith("/>") else name
        elif name == "img":
            self._pictures.append(hypertext.attribute(tag, "src") or "")
        elif hypertext.is_break(name):
            self._break()
