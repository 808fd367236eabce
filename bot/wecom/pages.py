"""Parts of a text laid on pages that hold so many bytes: a break comes between parts as long as it can."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.wecom.markup import size


@dataclass(frozen=True, slots=True)
class Part:
    """What stays together where it can: lines under a heading, which is repeated where they are split."""

    lines: tuple[str, ...] = ()
    heading: str = ""

    @property
    def text(self) -> str:
        """The part as it is written."""
        return "\n".join((*((self.heading,) if self.heading else ()), *self.lines))


def lay(parts: Iterable[Part], room: int) -> tuple[str, ...]:
    """The pages of these parts, each of at most `room` bytes as long as every line is."""
    pages: list[list[str]] = [[]]
    for part in parts:
        text = part.text
        if _fits(pages[-1], text, room):
            pages[-1].append(text)
        elif size(text) <= room:
            pages.append([text])
        else:
            _pour(pages, part, room)
    return tuple("\n".join(page) for page in pages if page)


def _pour(pages: list[list[str]], part: Part, room: int) -> None:
    """Lay a part that no page holds: line after line, the heading first on every page."""
    heading = (part.heading,) if part.heading else ()
    fresh = True
    for line in part.lines:
        piece = "\n".join((*heading, line)) if fresh else line
        if not _fits(pages[-1], piece, room):
            pages.append([])
            piece = "\n".join((*heading, line))
        pages[-1].append(piece)
        fresh = False


def _fits(page: list[str], text: str, room: int) -> bool:
    return sum(size(one) + 1 for one in page) + size(text) <= room


def halves(text: str) -> tuple[str, str] | None:
    """A text cut in two between lines, near its middle and rather before a heading; None for one line.

    A quotation stays with the line before it.
    """
    lines = text.split("\n")
    cuts = [place for place in range(1, len(lines)) if not lines[place].startswith("> ")]
    if not cuts:
        return None
    whole, middle = size(text), 0
    sizes = [middle := middle + size(line) + 1 for line in lines]

    def distance(cut: int) -> float:
        off = abs(sizes[cut - 1] - whole / 2)
        return off - whole / 4 if lines[cut].startswith("**") else off

    best = min(cuts, key=distance)
    return "\n".join(lines[:best]), "\n".join(lines[best:])
