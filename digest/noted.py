"""A text in Markdown as what a broadcast says: words with marks."""

from __future__ import annotations

from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from digest.content import Content, Span, units

_MARKS = {"strong_open": "bold", "em_open": "italic", "s_open": "strikethrough", "heading_open": "bold"}
_BREAKS = ("softbreak", "hardbreak")


def read_noted(text: str) -> Content:
    """The words of a Markdown text with their marks: bold, italic, links, code, quotations, lists."""
    writing = _Writing()
    for block in MarkdownIt("commonmark").enable("strikethrough").parse(text):
        for token in block.children or [] if block.type == "inline" else [block]:
            writing.write(token)
    return Content(writing.text, tuple(sorted(writing.spans, key=lambda span: (span.start, -span.length))))


@dataclass(slots=True)
class _Writing:
    """The text so far; `gap` stands before what comes next, and is lost when nothing does."""

    text: str = ""
    gap: str = ""
    spans: list[Span] = field(default_factory=list)
    open: list[tuple[str, int, str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def write(self, token: Token) -> None:
        """Take one token up."""
        match token.type:
            case "fence" | "code_block":
                self._marked("pre", token.content.rstrip("\n"), token.info.split(" ")[0])
                self._part("\n\n")
            case "code_inline":
                self._marked("code", token.content)
            case "paragraph_close":
                self._part("\n" if token.hidden else "\n\n")
            case "list_item_open":
                self._item()
            case "bullet_list_open" | "ordered_list_open":
                self.numbers.append(int(token.type == "ordered_list_open"))
            case "bullet_list_close" | "ordered_list_close":
                self.numbers.pop()
                self._part("\n" if self.numbers else "\n\n")
            case _:
                self._rest(token)

    def _rest(self, token: Token) -> None:
        if token.type == "link_open":
            self._begin("text_link", str(token.attrs.get("href", "")))
        elif token.type == "blockquote_open":
            self._begin("blockquote")
        elif token.type in _MARKS:
            self._begin(_MARKS[token.type])
        elif token.type in ("heading_close", "blockquote_close"):
            self._end()
            self._part("\n\n")
        elif token.nesting == -1 and token.type != "list_item_close":
            self._end()
        elif token.type in _BREAKS or token.content:
            self._add(token.content or "\n")

    def _add(self, text: str) -> None:
        self.text, self.gap = self.text + self.gap + text, ""

    def _part(self, gap: str) -> None:
        self.gap = max(self.gap, gap, key=len) if self.text else ""

    def _item(self) -> None:
        number = self.numbers[-1]
        self._part("\n")
        self._add(f"{number}. " if number else "• ")
        self.numbers[-1] += bool(number)

    def _begin(self, kind: str, value: str = "") -> None:
        self._add("")
        self.open.append((kind, units(self.text), value))

    def _end(self) -> None:
        kind, start, value = self.open.pop()
        length = units(self.text) - start
        if length:
            self.spans.append(Span(kind, start, length, value))

    def _marked(self, kind: str, text: str, value: str = "") -> None:
        self._begin(kind, value)
        self._add(text)
        self._end()
