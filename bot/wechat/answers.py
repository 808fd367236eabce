"""What is answered on WeChat: what was said becomes a reply, and the reply plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.throttle import Throttle, Verdict
from bot.wechat.inbound import Clicked, Received, Said
from bot.wechat.messages import WechatMessage, WechatText
from digest.intents import Incoming
from digest.replies import Block, Headlines, Hit, Lead, Masthead, Passage, Reply, Stories, Story, Strong, Text
from handlers.router import Router

BUDGET = 2000
LANGUAGE = "zh-Hans"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one account."""

    router: Router
    throttle: Throttle
    now: Callable[[], dt.datetime]

    async def __call__(self, received: Received) -> WechatMessage | None:
        """The passive reply; None for what is not answered."""
        match received:
            case Said(place=place, text=text) | Clicked(place=place, event_key=text):
                verdict = self.throttle.judge(str(place))
            case _:
                return None
        if verdict is Verdict.IGNORE:
            return None
        if verdict is Verdict.TELL:
            return WechatText(self.router.languages.speak(LANGUAGE)("error.too_fast"))
        incoming = Incoming(text, sender=place.recipient, language=LANGUAGE)
        words = "\n\n".join(
            filter(None, map(_words, _blocks(await self.router.answer(incoming, place, now=self.now()))))
        )
        return WechatText(words.encode()[:BUDGET].decode(errors="ignore")) if words else None


def _blocks(reply: Reply) -> Iterator[Block]:
    yield from reply.blocks
    for more in reply.after:
        yield from _blocks(more)


def _words(block: Block) -> str:
    match block:
        case Text(text=text) | Strong(text=text):
            return text
        case Masthead(title=title, facts=facts):
            return " · ".join((title, *facts))
        case Headlines(title=title, items=items) | Stories(title=title, items=items):
            return "\n".join(filter(None, (title, *(item.title for item in items))))
        case Lead(item=item) | Story(item=item) | Hit(item=item):
            return item.title
        case Passage(content=content):
            return content.text
