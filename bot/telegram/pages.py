"""Parts on as few messages as hold them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.telegram.markup import MESSAGE, Size, fits, measure
from bot.telegram.parts import Part, between


def joined(parts: Sequence[Part]) -> str:
    """Parts as one text."""
    html = ""
    for place, part in enumerate(parts):
        html += (between(parts[place - 1], part) if place else "") + part.html
    return html


@dataclass(slots=True)
class Pages:
    """Fills one message after the other: parts whole where they fit, else split between their items.

    `head` is the part every message begins with, None for none.
    """

    head: Part | None
    limit: Size = MESSAGE

    def lay(self, parts: Sequence[Part]) -> tuple[tuple[Part, ...], ...]:
        """The parts of each message, without the head; an item alone on its message may exceed the limit."""
        left, pages, page = deque(parts), [], self._blank()
        while left:
            part = left.popleft()
            if self._fits(page, part):
                page.append(part)
            elif len(page) > len(self._blank()) and self._fits(self._blank(), part):
                pages.append(page)
                page = [*self._blank(), part]
            else:
                taken = self._prefix(page, part)
                page += [replace(part, items=part.items[:taken])] if taken else []
                pages.append(page)
                page = self._blank()
                left.extendleft([replace(part, items=part.items[taken:])] if taken < len(part.items) else [])
        pages.append(page)
        blank = len(self._blank())
        return tuple(tuple(page[blank:]) for page in pages if len(page) > blank)

    def _blank(self) -> list[Part]:
        return [self.head] if self.head is not None else []

    def _fits(self, page: list[Part], part: Part) -> bool:
        # A joint is a unit at least: so many items need not be joined to be known as too many.
        return len(part.items) <= self.limit.units and fits(joined([*page, part]), self.limit)

    def _prefix(self, page: list[Part], part: Part) -> int:
        """How many items of the part the page still takes; one at least when it is blank."""
        size = measure(joined([*page, replace(part, items=("",))]))
        for taken, item in enumerate(part.items):
            size += measure((part.joint if taken else "") + item)
            if not size.within(self.limit):
                return max(taken, 1 if len(page) == len(self._blank()) else 0)
        return len(part.items)
