"""A reply as Telegram messages: HTML and the buttons under it, inside the platform's limits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.telegram.formatted import formatted
from bot.telegram.markup import MESSAGE, Size, fits, measure, plain, sound
from bot.telegram.pages import Pages, joined
from bot.telegram.parts import Part, Step, masthead, part
from digest.replies import Block, Choice, Masthead, Passage, Reply, Stories

DATA_LIMIT = 64
SAYS = "s:"
# As wide as a part number ever gets.
WIDEST_NUMBER = "99/99"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its words, and the data that a tap sends or the address that it opens."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class TelegramMessage:
    """One message; `edits` says that it takes the place of the one whose button was tapped.

    With a `picture` (Telegram's name of a file) the words are its caption.
    """

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    edits: bool = False
    picture: str = ""

    @property
    def plain(self) -> str:
        """The same words without markup, for when the markup is refused; at most 4,096 units."""
        return plain(self.html)


def render(reply: Reply, *, limit: Size = MESSAGE) -> tuple[TelegramMessage, ...]:
    """The messages of a reply and of what follows it; none when it says nothing."""
    texts, picture = _texts(reply.blocks, limit), ""
    if len(reply.blocks) == 1 and isinstance(reply.blocks[0], Passage):
        # It was one message when it was written, and is never split.
        content = reply.blocks[0].content
        texts, picture = (formatted(content),), content.picture
    messages = [
        TelegramMessage(
            text, silent=reply.silent or place > 0, edits=reply.edits and place == 0, picture=picture
        )
        for place, text in enumerate(texts)
    ]
    if messages:
        messages[-1] = replace(messages[-1], buttons=buttons(reply.choices))
    following = (message for after in reply.after for message in render(after, limit=limit))
    return (*messages, *following)


def _texts(blocks: tuple[Block, ...], limit: Size) -> tuple[str, ...]:
    # A full issue never steps down: it is split between its sections instead.
    full = any(isinstance(block, Stories) and block.title for block in blocks)
    parts: tuple[Part, ...] = ()
    for step in Step:
        parts = _parts(blocks, step, limit)
        whole = sound(joined(parts))
        if fits(whole, limit):
            return (whole,) if whole.strip() else ()
        if full:
            break
    return _split(blocks, parts, limit)


def _parts(blocks: tuple[Block, ...], step: Step, limit: Size) -> tuple[Part, ...]:
    room = limit - _overhead(blocks)
    found = (part(block, step, room) for block in blocks)
    return tuple(one for one in found if one is not None)


def _overhead(blocks: tuple[Block, ...]) -> Size:
    head = (
        measure(masthead(blocks[0], WIDEST_NUMBER)) if blocks and isinstance(blocks[0], Masthead) else Size()
    )
    headings = (measure(block.title) for block in blocks if isinstance(block, Stories))
    longest = max((size.units for size in headings), default=0)
    # Three more bytes a unit, two brackets and three line ends.
    return head + Size(longest + 10, 1, 3 * longest + 40)


def _split(blocks: tuple[Block, ...], parts: tuple[Part, ...], limit: Size) -> tuple[str, ...]:
    first = blocks[0]
    if not isinstance(first, Masthead) or not masthead(first, ""):
        return tuple(sound(joined(page)) for page in Pages(None, limit).lay(parts))
    pages = Pages(Part((masthead(first, WIDEST_NUMBER),)), limit).lay(parts[1:])
    numbered = (Part((masthead(first, f"{place}/{len(pages)}"),)) for place in range(1, len(pages) + 1))
    return tuple(sound(joined((head, *page))) for head, page in zip(numbered, pages, strict=True))


def buttons(choices: tuple[tuple[Choice, ...], ...]) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons; a choice whose words are too long for a button is left out."""
    rows = (tuple(filter(None, map(_button, row))) for row in choices)
    return tuple(row for row in rows if row)


def _button(choice: Choice) -> Button | None:
    label = sound(choice.label).strip()
    if not label:
        return None
    if choice.url:
        return Button(label, url=choice.url)
    data = choice.tap or (SAYS + choice.says if choice.says else "")
    fits = len(data.encode("utf-8", "replace")) <= DATA_LIMIT
    assert fits or not choice.tap, "button data is at most 64 bytes"
    return Button(label, data=data) if data and fits else None
