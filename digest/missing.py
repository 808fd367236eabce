"""`今天的日报怎么还没发`: asking after a digest that has not come."""

from __future__ import annotations

import re

from digest.intents import Intent, Known, ShowStatus
from digest.wording import Words

_WHEN = r"(?:今[天日早]|昨[天日]|这[两几]天|最近|到现在|都?\d{1,2}点了?)"
_WHAT = r"(?:日报|早报|简报|推送|消息|新闻|那期)"
_WHY = r"(?:怎么|为什么|为啥|咋|怎)"
_NOT = r"(?:还|都|就|一直|也)?(?:没有|没|不|未)(?:再)?"
_COME = r"(?:收到|发给我|推送|发送|发|出来|出|来|更新|送到|到|有|看到)"
_MISSING = re.compile(
    rf"(?:请问)?(?P<noun>(?:我的?|{_WHEN}的?|{_WHAT}|的)*+)呢?[,?! ]?(?P<why>{_WHY})?(?:我|"
    rf"{_WHEN}的?|{_WHAT})?{_NOT}"
    rf"(?P<come>{_COME})(?:(?:我|{_WHEN}|的|{_WHAT})*+)[了吗呢啊呀么?!]*"
)
_SKIPPED = re.compile(r"今[天日](?:日报)?(?:停刊|停更|休刊|不发|放假|休息)了?[吗么?]+")
_ENGLISH = re.compile(
    r"(?:why )?(?:i )?(?:have(?:n't| not)|did(?:n't| not)|never) (?:i )?(?:yet )?(?:get|got|"
    r"receiv\w+)(?: (?:it|any\w*|my|the|today's|a|digest|issue|message|news|today|yet))*[?!.]*"
)


def read_missing(words: Words, known: Known) -> Intent | None:
    """The question why there is no digest; None when that is not asked."""
    if _ENGLISH.fullmatch(words.folded):
        return ShowStatus()
    found = _MISSING.fullmatch(words.bare)
    if _SKIPPED.fullmatch(words.bare):
        return ShowStatus()
    sure = found and (
        found["why"] or found["come"] in ("收到", "发给我") or (found["noun"] and found["come"] != "有")
    )
    return ShowStatus() if sure else None
