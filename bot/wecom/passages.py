"""What an editor wrote, with the marks that a group robot's Markdown has: bold words and links."""

from __future__ import annotations

from collections.abc import Iterator

from bot.wecom.markup import bold, harmless, link
from digest.content import Content, Span

_KINDS = frozenset({"bold", "text_link"})


def passage(content: Content) -> str:
    """The text of a content in Markdown, line by line as it was written."""
    octets = content.text.encode("utf-16-le", "surrogatepass")
    return "".join(_marked(text, span) for text, span in _pieces(octets, content.spans))


def _pieces(octets: bytes, spans: tuple[Span, ...]) -> Iterator[tuple[str, Span | None]]:
    """Stretches of the text with the mark that each has; of marks inside each other the outer one."""
    at = 0
    for span in sorted(spans, key=lambda one: (one.start, -one.length)):
        start, end = 2 * span.start, 2 * (span.start + span.length)
        if span.kind in _KINDS and at <= start < end <= len(octets):
            yield _text(octets[at:start]), None
            yield _text(octets[start:end]), span
            at = end
    yield _text(octets[at:]), None


def _text(octets: bytes) -> str:
    return octets.decode("utf-16-le", "replace")


def _marked(text: str, span: Span | None) -> str:
    return "\n".join(_line(line, span) for line in text.split("\n"))


def _line(line: str, span: Span | None) -> str:
    words = harmless(line)
    if span is None or not words.strip():
        return words
    return link(words, span.value) if span.kind == "text_link" else bold(words)
