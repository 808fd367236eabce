"""A message's text as it was written: what the client made of Markdown links is undone."""

from __future__ import annotations

from collections.abc import Iterable

from digest.content import Span


def with_links(text: str, spans: Iterable[Span]) -> str:
    """The text with `[words](address)` where the client made links of it."""
    links = sorted((span.start, span.length, span.value) for span in spans if _is_link(span))
    units = text.encode("utf-16-le", "surrogatepass")
    for offset, length, url in reversed(links):
        start, end = 2 * offset, 2 * (offset + length)
        if end <= len(units):
            address = f"]({url})".encode("utf-16-le", "surrogatepass")
            units = units[:start] + "[".encode("utf-16-le") + units[start:end] + address + units[end:]
    return units.decode("utf-16-le", "replace")


def _is_link(span: Span) -> bool:
    return span.kind == "text_link" and span.start >= 0 and span.length > 0 and bool(span.value)
