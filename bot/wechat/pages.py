"""A reply on as few pages as hold it: split between parts, and inside one only between its items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.wechat.feet import Foothold, foot_text
from bot.wechat.markup import octets
from bot.wechat.parts import Part, masthead
from digest.replies import Masthead

# Of a part that fills a page of its own so many items are begun on the page before.
FEWEST_BEGUN = 3


def joined(parts: Sequence[Part]) -> str:
    """Parts as one text, a blank line between them."""
    text = ""
    for place, part in enumerate(parts):
        before = parts[place - 1] if place else None
        text += ("" if before is None else "\n" if before.tight else "\n\n") + part.text
    return text


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its parts, and those that follow on later pages."""

    number: int
    parts: tuple[Part, ...]
    rest: tuple[Part, ...] = ()


@dataclass(slots=True)
class Pages:
    """Lays parts on pages of `budget` bytes, each with its head and its foot; `before` opens the first."""

    head: Masthead | None
    hold: Foothold
    budget: int
    before: str = ""

    def text(self, page: Page, *, steps: int | None = None) -> str:
        """A page as text, with so many of the steps that may be left out; None: as many as fit."""
        body = self._body(page)
        if steps is not None:
            return _with(body, foot_text(self.hold, page.number, page.parts, page.rest, steps))
        most = self.hold.droppable
        while most and octets(self.text(page, steps=most)) > self.budget:
            most -= 1
        return self.text(page, steps=most)

    def fits(self, page: Page) -> bool:
        """Whether the page holds all that it must."""
        return octets(self.text(page, steps=0)) <= self.budget

    def lay(self, parts: Sequence[Part]) -> tuple[Page, ...]:
        """The pages; only an item that no page holds may make one too large."""
        pages: list[Page] = []
        left = tuple(parts)
        while left or not pages:
            page = self._fill(len(pages) + 1, left)
            pages.append(page)
            left = page.rest
        return tuple(pages)

    def _body(self, page: Page) -> str:
        name = self.hold.page_name(page.number)
        first = masthead(self.head, name) if self.head is not None else name
        before = self.before if page.number == 1 else ""
        return "\n\n".join(filter(None, (before, first, joined(page.parts))))

    def _fill(self, number: int, left: tuple[Part, ...]) -> Page:
        whole = 0
        for count in range(len(left), 0, -1):
            if self.fits(Page(number, left[:count], left[count:])):
                whole = count
                break
        if whole == len(left):
            return Page(number, left)
        # A section goes on on the next page rather than being split, unless no page holds it.
        split = whole == 0 or not self.fits(Page(number + 1, left[whole : whole + 1], left[whole + 1 :]))
        begun = self._begun(number, left, whole) if split else 0
        if begun >= (FEWEST_BEGUN if whole else 1) or whole == 0:
            return self._cut(number, left, whole, max(begun, 1))
        return Page(number, left[:whole], left[whole:])

    def _begun(self, number: int, left: tuple[Part, ...], whole: int) -> int:
        """How many items of the part after the whole ones the page still takes."""
        count = len(left[whole].items)
        low, high = 0, count
        while low < high:
            middle = (low + high + 1) // 2
            if self.fits(self._cut(number, left, whole, middle)):
                low = middle
            else:
                high = middle - 1
        return low

    def _cut(self, number: int, left: tuple[Part, ...], whole: int, items: int) -> Page:
        part = left[whole]
        rest = (part.cut(items), *left[whole + 1 :]) if items < len(part.items) else left[whole + 1 :]
        return Page(number, (*left[:whole], part.cut(0, items)), rest)


def _with(body: str, foot: str) -> str:
    return "\n\n".join(filter(None, (body, foot)))
