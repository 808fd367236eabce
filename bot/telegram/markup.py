"""Telegram's HTML: a closed set of tags, and its size as the platform counts it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape as escape_tags

_TAG = re.compile(r"</?[a-z][^<>]*>")
_OPENING = re.compile(r"<[a-z]")
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot);")
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_ALLOWED = re.compile(r"(?:https?://[^\s/?#]\S*|mailto:[^\s@]+@\S+|tg://\S+)", re.IGNORECASE)
_SIGNS = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"'}


@dataclass(frozen=True, slots=True)
class Size:
    """A text's size: UTF-16 units after parsing, entities, raw UTF-8 bytes."""

    units: int = 0
    entities: int = 0
    octets: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(self.units + other.units, self.entities + other.entities, self.octets + other.octets)

    def __sub__(self, other: Size) -> Size:
        return Size(self.units - other.units, self.entities - other.entities, self.octets - other.octets)

    def within(self, limit: Size) -> bool:
        """Whether it fits into the other in all three respects."""
        return self.units <= limit.units and self.entities <= limit.entities and self.octets <= limit.octets


# 4,096 units are allowed: the rest is left for part numbers and for what a client adds.
MESSAGE = Size(units=4000, entities=100, octets=32_768)
LONGEST = 4096


def utf16(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def sound(text: str) -> str:
    """The text with surrogate halves joined where they are a pair and U+FFFD where one stands alone."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def escape(text: str) -> str:
    """Text that HTML shows as it is."""
    # The platform drops carriage returns itself. Four searches take a tenth of what one `translate` does.
    return escape_tags(text, quote=False).replace("\r", "")


def bold(html: str) -> str:
    """The same in bold."""
    return f"<b>{html}</b>" if html.strip() else html


def italic(html: str) -> str:
    """The same in italics."""
    return f"<i>{html}</i>" if html.strip() else html


def link(text: str, url: str | None) -> str:
    """A link, or the words alone when the address is none that may be followed."""
    words = escape(text)
    if url is None or not words.strip() or not _ALLOWED.fullmatch(url):
        return words
    address = escape_tags(url, quote=False).replace('"', "&quot;")
    return f'<a href="{address}">{words}</a>'


def measure(html: str) -> Size:
    """The size of our own HTML as Telegram counts it."""
    shown = _REFERENCE.sub("&", _TAG.sub("", html))
    return Size(utf16(shown), len(_OPENING.findall(html)), len(html.encode("utf-8", "surrogatepass")))


def fits(html: str, limit: Size) -> bool:
    """Whether our own HTML keeps within a limit."""
    # What is far too long is not measured: an octet a character is the least there can be.
    return len(html) <= limit.octets and measure(html).within(limit)


def plain(html: str) -> str:
    """Our own HTML as plain text of at most 4,096 units: each address behind its words when there is room."""
    whole = _bare(_LINK.sub(lambda found: f"{found[2]} ({found[1]})", html))
    return whole if utf16(whole) <= LONGEST else _bare(html)


def _bare(html: str) -> str:
    return _REFERENCE.sub(lambda found: _SIGNS[found[0]], _TAG.sub("", html))


def prefix(text: str, units: int) -> str:
    """As much of the text as so many UTF-16 units hold, no sign cut in two."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore")


def clipped(text: str, units: int) -> str:
    """The text, or its beginning with an ellipsis when it is longer than so many UTF-16 units."""
    return text if utf16(text) <= units else prefix(text, units - 1).rstrip() + "…"
