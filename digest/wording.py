"""Words as they were typed and as they are compared, place by place the same length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from digest.hans import simplify

SHORT = 60
"""Longer messages are no commands: they are looked up, or carry one behind a slash."""

_LONGEST = 4096
_LAYERS = 6
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_DRESS = re.compile(r"^[^\w/#+.@-]+|[^\w#+]+$")
_SENTENCE_ENDS = " !?。.,、;:~…"
_SUFFIX = re.compile(
    r"(?:看一[条栏]|一下|一份|看看|看一看|给我|(?:都?有)?(?:哪些|什么|啥|咩)(?:内容|新闻)?|是(?:什么|啥)|"
    r"(?:详细)?(?:说说|讲讲|说一下|讲一下)|谢谢你?|多谢|拜托了?|好吗|好不好|可以吗|行吗|好嘛|"
    r"[下吗嘛呢吧的得啊呀哦喔噢哈啦哟呗嗯额么]|(?<![a-z])(?:please|pls|plz|thanks|thank you|thx|for me|now|"
    r"a story|a section))$"
)
_PREFIX = re.compile(
    r"(?:请问|请|麻烦你?|劳驾|拜托|帮忙|帮我|帮|替我|给我|给|我就?想要?|我就?要|我|想要?|要|"
    r"能不能|可不可以|能否|可以|能|"
    r"来一?[份个期条点]|来|看一下|看一看|看看|看下|看|瞧瞧|查看|打开|显示|发一下|发个|发|把|"
    r"那么?|嗯|好的?|你好|您好|小助手|"
    r"一下|(?:都)?有(?:哪些|什么|啥)|讲讲|说说|讲一?下|说一?下|以后|用|(?:please|pls|plz|hi|"
    r"hey|hello|can you|could you|can i (?:see|get|have)|show me|show|give me|get me|"
    r"i want to|i want|i'd like to|i'd like|let me see|let me|view|see|open|the|to|me)(?![a-z]))"
)


_EXPLAINED = re.compile(r" (?:看一[条栏]|a story|a section)$")


def plain_words(shown: str) -> str:
    """What is to be typed of a hint that also says what it does: `29 看一条` is typed `29`."""
    return _EXPLAINED.sub("", shown)


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed (NFKC, single spaces) and the same folded: lower case, simplified characters."""

    said: str
    folded: str

    def __bool__(self) -> bool:
        return bool(self.said)

    @property
    def bare(self) -> str:
        """The folded words without spaces."""
        return self.folded.replace(" ", "")

    def cut(self, start: int, end: int | None = None) -> Words:
        """A part, without the punctuation of a sentence around it."""
        return Words(self.said[start:end], self.folded[start:end]).strip(" ,:。、;")

    def strip(self, characters: str = _SENTENCE_ENDS) -> Words:
        """Without these characters at both ends; what opens a word (`.net`) or asks (`/`) stays."""
        folded = self.folded.rstrip(characters)
        start = len(folded) - len(folded.lstrip(characters.replace(".", "")))
        return Words(self.said[start : len(folded)], folded[start:])


def heard(text: str) -> Words:
    """The words of a message of any length; only the first 4,096 characters count."""
    visible = _INVISIBLE.sub("", text[:_LONGEST])
    said = " ".join(unicodedata.normalize("NFKC", visible).split())[:_LONGEST]
    lowered = said.lower()
    if len(lowered) != len(said):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in said)
    return Words(said, simplify(lowered))


def peelings(words: Words) -> Iterator[Words]:
    """The words, then the same with less and less politeness around them; fewer than thirty."""
    seen = {words.folded}
    layer = [words]
    yield words
    for _ in range(_LAYERS):
        layer = [peeled for outer in layer for peeled in _peel(outer) if peeled.folded not in seen]
        fresh = {peeled.folded: peeled for peeled in layer}
        seen |= fresh.keys()
        layer = list(fresh.values())
        yield from layer


def _peel(words: Words) -> Iterator[Words]:
    folded = words.folded
    bare = _DRESS.sub("", folded)
    if bare != folded:
        start = folded.find(bare)
        yield from (words.cut(start, start + len(bare)),) if bare else ()
        return
    if (suffix := _SUFFIX.search(folded)) and suffix.start():
        yield words.cut(0, suffix.start())
    if (prefix := _PREFIX.match(folded)) and prefix.end() < len(folded):
        yield words.cut(prefix.end())
