"""Numbers that mean a story or a page: `29`, `第29条`, `29号新闻`, `2页`."""

from __future__ import annotations

import re

from digest.intents import Known
from digest.numerals import NUMBER, number
from digest.wording import Words

_STORY = re.compile(
    rf"(?:第 ?(?P<nth>{NUMBER}) ?(?:[条个篇则]|号|条?新闻|篇?文章)?|(?P<counted>{NUMBER}) ?(?:[条篇则]|"
    rf"[号条篇]新闻|号文章|[号篇]?文章)"
    r"|(?:#|no\.? ?|number |story |item )(?P<marked>\d{1,3})|(?P<bare>\d{1,4})[.、)]?)(?:新闻|"
    r"内容|的内容|原文|详情|摘要)?"
)
_PAGE = re.compile(rf"(?:第 ?)?(?P<page>{NUMBER}) ?页|page ?(?P<english>\d{{1,2}})|p(?P<short>\d{{1,2}})")
# 十一 is a holiday, too.
_NUMERAL = re.compile(
    r"(?!十一)(?P<numeral>[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])[、.]?"
)
_SURE = 99


def read_story(words: Words, known: Known) -> int | None:
    """The number of a story that the words are; None when they are no such number."""
    found = _STORY.fullmatch(words.folded)
    if found is None:
        return None
    value = number(found["nth"] or found["counted"] or found["marked"] or found["bare"])
    if value is None or value < 1:
        return None
    # A bare 360 or 1220 may be a name or a day, 88 is good-bye.
    goodbye = found["bare"] == "88" and known.stories < value
    return None if goodbye or (found["bare"] and value > max(_SURE, known.stories)) else value


def read_numeral(words: Words) -> int | None:
    """The number that a lone Chinese numeral is, below a hundred; None when it is none."""
    found = _NUMERAL.fullmatch(words.folded)
    return number(found["numeral"]) if found else None


def read_page(words: Words) -> int | None:
    """The number of a page that the words are; None when they are no such number."""
    found = _PAGE.fullmatch(words.folded)
    value = number(found["page"] or found["english"] or found["short"]) if found else None
    return value or None
