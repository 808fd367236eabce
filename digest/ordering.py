"""A standing order in a sentence: `订阅 开源`, `每天7点半发我`, `subscribe at 7:30`."""

from __future__ import annotations

import datetime as dt
import re

from digest.hours import read_hour
from digest.intents import Intent, Known, Subscribe
from digest.naming import only, without_kind
from digest.preferences import ask_hour
from digest.wording import Words

_LEAD = re.compile(r"(?:订阅|定阅|订约|订月|预订|subscribe(?: to| at)?)(?P<gap>[ :,]*)(?=\S)")
_FILLER = re.compile(
    r"(?:一下|每[天日]的?|的|你们?|这个|日报|早报|简报|推送|更新|消息|栏目|全部|所有|the|"
    r"daily|digest|news|every ?day|at|please|吧|了)++"
)
_DAILY = re.compile(
    r"(?:(?:我要|我想|请|麻烦)?(?:每[天日]|天天|每(?=早))[, ]*)(?P<when>.{0,12}?)(?:准时|定时|"
    r"都)?[, ]*(?:给我)?(?:发送?|推送?|送|来)"
    r"(?:给)?(?:我|一份|一期|一条|日报|早报|简报|新闻|一下|吧|过来)*"
)
_HOUR_SENT = re.compile(
    r"(?P<when>.{2,12}?)(?:准时|定时)?(?:给我|发我|发给我|推给我|叫我)(?:发|推送?|一份|日报|早报|吧)*"
)
_ENGLISH = re.compile(
    r"(?:please )?(?:send|push)(?: me)?(?: the| a| it)?(?: news| digest| issue)?(?: every ?day|"
    r" daily| each day| every morning)"
    r"(?: at)?(?P<when>.{0,12})"
)


def read_order(words: Words, known: Known) -> Intent | None:
    """The standing order in the words; None when there is none."""
    lead = _LEAD.match(words.folded)
    if lead:
        return _ordered(words.cut(lead.end()), known, parted=bool(lead["gap"]))
    for pattern in (_DAILY, _ENGLISH, _HOUR_SENT):
        sent = pattern.fullmatch(words.folded)
        if sent is None:
            continue
        when = words.cut(sent.start("when"), sent.end("when"))
        if not when and pattern is not _HOUR_SENT:
            return Subscribe()
        order = _timed(when, "")
        if order:
            return order
    return None


def order(words: Words, known: Known) -> Intent:
    """What the command for subscribing means with these words after it."""
    return _ordered(words, known, parted=True) or Subscribe() if words else Subscribe()


def _ordered(words: Words, known: Known, *, parted: bool) -> Intent | None:
    if _FILLER.fullmatch(words.bare):
        return Subscribe()
    section = only(words, known.sections) or only(without_kind(words), known.sections)
    if section:
        return Subscribe(section.key)
    hour = _timed(words, "")
    if hour:
        return hour
    first, _, rest = words.folded.partition(" ")
    if rest:
        section = only(words.cut(0, len(first)), known.sections)
        both = _timed(words.cut(len(first)), section.key) if section else None
        if both:
            return both
    # The answer to an unknown section says which there are; 订阅制 is a word like any other.
    return Subscribe(words.said) if parted else None


def _timed(words: Words, section: str) -> Intent | None:
    hour = read_hour(words.folded)
    if isinstance(hour, dt.time):
        return Subscribe(section, hour)
    return ask_hour(words, asked=False) if hour else None
