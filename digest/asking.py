"""Look-ups asked for in so many words: `搜 世界模型`, `有没有讲RAG的`, `search agents`."""

from __future__ import annotations

import re

from digest.filters import read_filters
from digest.intents import Intent, Known, LookUp
from digest.query import STOP_CHARACTERS
from digest.wording import Words

_BEFORE = (
    r"(?:(?:请问|请|麻烦你?|帮忙|帮我|我想要?|我要|能不能|可以|能|给我|please|can you|could you|"
    r"help me) ?){0,4}"
)
_COMMON = "".join(sorted(STOP_CHARACTERS - frozenset("吗呢吧啊")))
_LONG_LEAD = re.compile(
    _BEFORE
    + (
        r"(?:搜索一下|搜一下|搜下|搜一搜|搜搜|搜寻|搜索|查一下|查下|查一查|查查|查询|查找|检索|"
        r"找一下|找下|找一找|找找|关键词|关键字)(?:关于)?[ :,]*(?=\S)"
    )
)
_SHORT_LEAD = re.compile(_BEFORE + r"(?P<verb>[搜查找])(?P<gap>[ :,]*)(?P<about>关于 ?)?(?=\S)")
_LONE = re.compile(
    rf"(?:搜索?|查找?|找|search|find|/search|/find|/s)[ :,]+(?P<words>[{_COMMON}](?: [{_COMMON}])*)"
)
_ENGLISH = re.compile(
    r"(?:(?:please|can you|could you) )*(?:search(?: for)?|find|look ?up|look for|"
    r"any(?:thing)? (?:news )?(?:on|about)|news about|what about)[ :]+(?=\S)"
)
_ANY = re.compile(
    r"(?:请问|最近|今天|这几天|你们?|这里|里面|还)*+(?:有没有|有无|是不是有|是否有|有)(?:什么|哪些|"
    r"一些)?(?:关于|有关|讲|说|提到|涉及|介绍|跟|和)?(?P<words>.+?)"
    r"(?P<kind>相关的?|有关的?|的)?(?P<noun>新闻|消息|文章|内容|报道|资讯|动态|论文|项目)?[吗么呢没?]*"
)
_NEWS_OF = re.compile(
    r"(?P<words>.{2,}?)(?:最近|近来|近期|这几天|这周|这两天)?(?:都|又)?(?:有没有|有(?:什么|啥|哪些)?)"
    r"(?:新的?)?(?:新闻|消息|动态|进展|报道|资讯|动作|大事)[吗么呢没]?"
)
_WANTED = re.compile(
    r"(?:我?想要?|我要|帮我|给我|请)(?:看看?|看一?下|了解一?下?|知道|找)(?:关于|"
    r"有关)?(?P<words>.+?)(?:的(?:新闻|消息|文章|内容|报道|资讯)?)?"
)
_ABOUT = re.compile(r"(?:关于|有关)(?P<words>.+?)的?(?:新闻|消息|文章|内容|报道|资讯)?")
_KIND_ASKED = re.compile(r"(?:最近|近期|这几天)? ?的(?:相关)?(?:新闻|消息|文章|内容|报道|资讯)$")
_OF = re.compile(rf"{_KIND_ASKED.pattern}|的$")
_WHETHER = ("有没有", "有无", "是不是有", "是否有")
# Words that begin with a verb of looking and are names of their own.
_NAMES = re.compile(
    r"搜[狗狐救查身]|查[理重尔获处封杀收票分看]|找[钢平茬死]|搜索(?:引擎|推荐|广告|算法|增强|"
    r"团队|业务|功能)|检索增强|关键词(?:优化|提取)|find ?my"
)


def read_lone(words: Words) -> LookUp | None:
    """The look-up of a single common character, which is no politeness here: `搜 的`."""
    found = _LONE.fullmatch(words.folded)
    return LookUp(words.cut(found.start("words")).said) if found else None


def read_search(words: Words) -> LookUp | None:
    """The look-up that was asked for; None when it was not."""
    if _NAMES.match(words.folded):
        return None
    for lead in (_LONG_LEAD, _ENGLISH):
        found = lead.match(words.folded)
        if found:
            about = found[0].rstrip(" :,").endswith("关于")
            return LookUp(_query(words.cut(found.end()), about=about).said)
    return _short(words)


def read_question(words: Words) -> LookUp | None:
    """The look-up in a question (`有没有讲RAG的`) or a wish (`想看RAG的新闻`); None when there is none."""
    if len(words.folded) > 40:
        return None
    found = _ANY.fullmatch(words.folded)
    if found and not (found["kind"] or found["noun"] or words.folded.startswith(_WHETHER)):
        found = None
    for pattern in (_NEWS_OF, _ABOUT, _WANTED):
        found = found or pattern.fullmatch(words.folded)
    if found is None:
        return None
    asked = words.cut(found.start("words"), found.end("words"))
    return LookUp(asked.said) if asked else None


def search(words: Words, known: Known) -> Intent:
    """What the command for looking up means with these words after it."""
    return read_filters(words, known) or LookUp(words.said)


def keyword(words: Words) -> LookUp:
    """The look-up of words that mean nothing else."""
    return LookUp((words.strip() or words).said, guessed=True)


def _short(words: Words) -> LookUp | None:
    found = _SHORT_LEAD.match(words.folded)
    if found is None:
        return None
    rest = words.cut(found.end())
    return (
        LookUp(_query(rest, about=bool(found["about"])).said)
        if found["gap"] or len(rest.folded) > 1
        else None
    )


def _query(words: Words, *, about: bool = False) -> Words:
    # Quotation marks and a leading minus belong to the query; a question mark, a full stop and what kind of
    # text is wanted (`openai 的新闻`) do not.
    asked = words.strip(" !?。,;:~") or words
    kind = (_OF if about else _KIND_ASKED).search(asked.folded)
    return asked.cut(0, kind.start()) if kind and kind.start() else asked
