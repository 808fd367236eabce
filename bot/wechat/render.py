"""A reply as WeChat messages: one text inside its budget of bytes, or a card."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.wechat.feet import foothold
from bot.wechat.markup import clipped, escape, octets
from bot.wechat.messages import WechatCard, WechatMessage, WechatText
from bot.wechat.pages import Page, Pages, joined
from bot.wechat.parts import BRIEF, LADDER, Room, Tell, parts
from digest.replies import Block, Card, Headlines, Masthead, Reply, Stories, Text

# 2,047 is the most that arrives; the rest is left for what a client adds.
BUDGET = 2000
# As WeCom's textcard has it.
TITLE_BYTES = 128
DESCRIPTION_BYTES = 512


class Cards(StrEnum):
    """Whether an issue is shown as a card, where a page of ours can be opened."""

    NONE = ""
    ARTICLE = "article"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Paper:
    """How an account's texts are: their bytes, whether steps can be tapped, links cut short, issues cards."""

    budget: int = BUDGET
    taps: bool = True
    shorten: bool = True
    cards: Cards = Cards.NONE


WECHAT = Paper()


def render(reply: Reply, paper: Paper = WECHAT) -> tuple[WechatMessage, ...]:
    """The page of a reply that is to be shown, as one message.

    A reply that nobody can turn to another page of (`words` is None) and what follows it: all of it, as
    several messages where one does not hold it. None when it says nothing.
    """
    card = _card(reply, paper)
    if card is not None:
        return (_article(card, silent=reply.silent),)
    if reply.words is None:
        following = (message for after in reply.after for message in render(after, paper))
        return (*(WechatText(text, reply.silent) for text in lay(reply, paper)), *following)
    texts = lay(reply, paper)
    if not texts:
        return ()
    return (WechatText(texts[min(reply.page, len(texts)) - 1], reply.silent),)


@dataclass(slots=True)
class Sheets:
    """The pages of one answer, laid once: counted for whoever keeps the place, then shown."""

    paper: Paper = WECHAT
    _reply: Reply | None = None
    _texts: tuple[str, ...] = ()

    def count(self, reply: Reply) -> int:
        """How many pages a reply has; 1 for a card."""
        if _card(replace(reply, page=1), self.paper) is not None:
            return 1
        self._reply, self._texts = reply, lay(reply, self.paper)
        return max(1, len(self._texts))

    def message(self, reply: Reply) -> WechatMessage | None:
        """The one message that shows the reply's page; None when it says nothing."""
        if reply is not self._reply:
            return next(iter(render(reply, self.paper)), None)
        page = min(reply.page, len(self._texts))
        return WechatText(self._texts[page - 1], reply.silent) if page else None


def count_pages(reply: Reply, paper: Paper = WECHAT) -> int:
    """How many pages a reply has; 1 for a card."""
    return Sheets(paper).count(reply)


def lay(reply: Reply, paper: Paper) -> tuple[str, ...]:
    """The texts of all pages. What follows at once is told with it where its first page has room for it."""
    texts = _lay(reply, paper)
    if not may_join(reply) or len(texts) != 1:
        return texts
    after = _lay(reply.after[0], paper)
    first = "\n\n".join((_words(reply), after[0])) if after else ""
    return (first, *after[1:]) if after and octets(first) <= paper.budget else texts


def may_join(reply: Reply) -> bool:
    """Whether what follows a reply can be told with it: an issue whose pages stay what they are."""
    blocks = reply.after[0].blocks if len(reply.after) == 1 and reply.words is not None else ()
    plain = len(blocks) > 1 and isinstance(blocks[0], Masthead) and not isinstance(blocks[1], Text)
    return plain and all(isinstance(block, Text) for block in reply.blocks)


def _words(reply: Reply) -> str:
    return "\n\n".join(escape(block.text) for block in reply.blocks if isinstance(block, Text))


def _card(reply: Reply, paper: Paper) -> Card | None:
    if reply.foot is None or reply.page > 1:
        return None
    match paper.cards:
        case Cards.ARTICLE:
            return reply.foot.article
        case Cards.NOTICE:
            return reply.foot.notice
        case Cards.NONE:
            return None


def _article(card: Card, *, silent: bool) -> WechatCard:
    title, lines = clipped(escape(card.title), TITLE_BYTES), escape(card.description).split("\n")
    while len(lines) > 1 and octets("\n".join(lines)) > DESCRIPTION_BYTES:
        # The counts of the last line are worth more than one more headline.
        del lines[max(0, len(lines) - 2)]
    description = clipped("\n".join(lines), DESCRIPTION_BYTES)
    return WechatCard(title, description, card.url, card.picture, card.button, silent)


def _lay(reply: Reply, paper: Paper) -> tuple[str, ...]:
    last = "\n".join(b.text for b in reply.blocks if isinstance(b, Text) and b.last)
    blocks = tuple(b for b in reply.blocks if not (isinstance(b, Text) and b.last))
    if not blocks:
        return ()
    before, head, blocks = _parted(blocks)
    hold = foothold(reply, last, _names(blocks), taps=paper.taps, shorten=paper.shorten)
    pages = Pages(head, hold, paper.budget, before)
    room, ladder = Room(shorten=paper.shorten), _ladder(blocks)
    for tell in ladder:
        page = Page(1, parts(blocks, tell, room))
        if pages.fits(page):
            return (pages.text(page),)
    return tuple(pages.text(page) for page in pages.lay(parts(blocks, _split_at(ladder), room)))


def _parted(blocks: tuple[Block, ...]) -> tuple[str, Masthead | None, tuple[Block, ...]]:
    """What stands before the masthead, the masthead, and the rest."""
    for place, block in enumerate(blocks):
        if isinstance(block, Masthead):
            return joined(parts(blocks[:place], LADDER[0], Room())), block, blocks[place + 1 :]
    return "", None, blocks


def _names(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    return tuple(block.title for block in blocks if isinstance(block, Headlines | Stories) and block.title)


def _ladder(blocks: tuple[Block, ...]) -> tuple[Tell, ...]:
    if any(isinstance(block, Stories) and block.title for block in blocks):
        # Whoever wants an issue in full gets it in full, on more pages.
        return LADDER[:1]
    headlines = [block for block in blocks if isinstance(block, Headlines)]
    if not headlines:
        return LADDER
    # Where no number leads to a story its link does.
    return BRIEF if all(block.numbered for block in headlines) else BRIEF[:1]


def _split_at(ladder: tuple[Tell, ...]) -> Tell:
    return BRIEF[1] if ladder is BRIEF else ladder[-1]
