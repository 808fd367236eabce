"""A message's text as it was written: what the client made of Markdown links is undone."""

from __future__ import annotations

from collections.abc import Iterable


def with_links(text: str, marks: Iterable[object]) -> str:
    """The text with `[words](address)` where the client made links of it; offsets are UTF-16 units."""
    links = sorted(found for mark in marks if (found := _link(mark)) is not None)
    units = text.encode("utf-16-le", "surrogatepass")
    for offset, length, url in reversed(links):
        start, end = 2 * offset, 2 * (offset + length)
        if end <= len(units):
            address = f"]({url})".encode("utf-16-le", "surrogatepass")
            units = units[:start] + "[".encode("utf-16-le") + units[start:end] + address + units[end:]
    return units.decode("utf-16-le", "replace")


def _link(mark: object) -> tuple[int, int, str] | None:
    if not isinstance(mark, dict) or mark.get("type") != "text_link":
        return None
    offset, length, url = mark.get("offset"), mark.get("length"), mark.get("url")
    if type(offset) is not int or type(length) is not int or not isinstance(url, str):
        return None
    return (offset, length, url) if offset >= 0 and length > 0 else None
