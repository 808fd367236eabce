"""What a broadcast says: words with their marks, and a picture."""

from __future__ import annotations

from dataclasses import dataclass

TEXT_UNITS = 4096
CAPTION_UNITS = 1024


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch of a text: its kind (bold, text_link …), start and length in UTF-16 units.

    `value` is what the kind asks for: an address, a language, the id of a user or of an emoji.
    """

    kind: str
    start: int
    length: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A text with its marks; `picture` is the channel's own name of an image, the text its caption."""

    text: str = ""
    spans: tuple[Span, ...] = ()
    picture: str = ""


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
