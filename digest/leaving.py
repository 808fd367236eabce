"""Leaving, read strictly: only plain words act; what is near them asks, a question is answered."""

from __future__ import annotations

import re

from digest.intents import AskUnsubscribe, ExplainUnsubscribe, Intent, Known, Unsubscribe
from digest.naming import only, without_kind
from digest.wording import Words

CLEAR: dict[str, tuple[str, ...]] = {
    "zh": ("退订", "TD", "取消订阅", "别发了", "不要再发", "不想收了"),
    "en": ("unsubscribe", "stop", "cancel my subscription", "opt out"),
}
"""What is shown as the words for leaving."""

_ACTS = (
    r"退订|td|取消(?:一下|掉)?订阅|取消(?:日报|早报|简报|推送)的?订阅|(?:终止|停止|不再)订阅|"
    r"(?:不|不想)再?订阅?了|"
    r"(?:别|不要|不用|请勿|勿)再?(?:给我)?(?:发送?|推送?)(?:给我)?(?:消息)?了|(?:别|不要|不用|"
    r"请勿|勿)再(?:给我)?(?:发送?|推送?)(?:给我)?(?:消息)?|"
    r"不想再?(?:收|看)到?(?:日报|早报|推送|消息|你们?的消息)?了|不想再(?:收|看)到?(?:日报|"
    r"早报|推送|消息)|不收了"
)
_BEFORE = (
    r"(?:请你?们?|麻烦你?们?|帮忙|帮我|给我|我就?是?想要?|我就?要|我|想要?|就?要|你们|那就|那|"
    r"嗯|算了|好吧?|以后|直接|马上|立即|现在|还是|求求?你们?|拜托)"
)
_AFTER = r"(?:吧|啊|哦|哈|啦|谢谢你?|多谢|一下|掉|好了|算了|日报|早报|简报|推送|这个|全部|所有)"
_ACT = re.compile(rf"(?:{_BEFORE}[,、]?)*+(?:{_ACTS})(?:[,、]?{_AFTER})*+")
_ACT_ENGLISH = re.compile(
    r"(?:(?:please|pls|plz|ok|okay|just|i want to|i wanna|i'd like to|i would like to|kindly)[, ]+)*+"
    r"(?:unsubscribe|stop|stop ?all|opt[- ]?out|cancel(?: my| the)? subscription|"
    r"(?:stop|no more) (?:sending|messaging)(?: me)?(?: these| this| the| your| any| more)*"
    r"(?: messages?| digests?| e?mails?| news| stuff)?)"
    r"(?: me| now| from (?:this|the) (?:list|digest|bot)| immediately)*(?:[, ]+(?:please|pls|"
    r"plz|thanks|thank you))*"
)
_OF_SECTION = re.compile(r"(?:退订|取消订阅|不再订阅|unsubscribe (?:from )?)[ :,]*(?=\S)")

_LEAVE = r"(?:退订阅?|取消订阅|取消关注|取关|退定|推定|td)"
_ASKING = (
    r"怎么样?|怎样|如何|咋样?|能否|能不能|可不可以|是不是|有没有|为什么|为啥|什么|哪里|哪儿|"
    r"哪|多久|几时|何时|"
    r"失败|成功|不了|不掉|没有|没|未|已经?|不要|别|不想|不会|不|过|吗|么|呢|后|\?"
)
_FILLERS = (
    r"请问一?下?|请|麻烦|帮我|帮忙|给我|我们?|你们?|您|想要?|要|会|能|可以|该|应该|才能?|还|"
    r"又|再|是|在|把|给|从|这个|那个|它|"
    r"日报|早报|简报|公众号|机器人|推送|消息|服务|方法|方式|教程|步骤|流程|入口|按钮|链接|按|"
    r"点|的话?|之|以|生效|收到|收|发|弄|办|操作|做|到底|一下|好|行|了|"
    r"吧|啊|呀|哦|嘛|呗|怎|掉|谢谢|[,.。!、~:; ]"
)
_COVERED = re.compile(rf"(?:{_LEAVE}|{_ASKING}|{_FILLERS})++")
_HAS_LEAVE = re.compile(_LEAVE)
_HAS_QUESTION = re.compile(_ASKING)
_HOW_TO_CANCEL = re.compile(
    r"(?:我?想?要?)(?:怎么样?|如何|咋|怎样)(?:才?能)?(?:取消掉?|不再?收|不再?发|关掉|停掉|"
    r"停止推送|关闭推送)[啊呢呀?]*"
)
_REQUEST = re.compile("帮我|给我|帮忙")

_LEAVE_ENGLISH = re.compile(
    r"unsubscri\w*|opt(?:ing|ed)?[- ]?out|cancel\w*(?: my| the)? subscription|\bstop\b"
)
_ASKING_ENGLISH = re.compile(
    r"how|can|could|where|why|what|did|do|does|am|is|was|have|not|don't|dont|never|when|failed"
)
_PLAIN_WORDS = (
    "how to do does did i can could we you me the a an from this bot list digest is it am "
    "have has been where why what "
    "happens if when not don't dont never please pls want wants my subscription cancel "
    "cancelled canceled stop already "
    "just was get be still really successfully correctly button link failed didn't for of and yet now"
)
_PLAIN_ENGLISH = frozenset(_PLAIN_WORDS.split())

_NEAR = re.compile(
    r"[退推腿褪蜕颓][订定钉丁叮盯锭顶鼎]|退|t|退订阅|退阅|退订了|我退订了?|"
    r"取[消销](?:[订定钉顶丁][阅约月越悦]?|[阅约月越悦])了?|取关|取消关注|"
    r"(?:停止|取消|关闭|关掉)(?:推送|发送|接收)|停发|(?:不|不想|不再)看了|不想看到?你了?|"
    r"不需要了|别烦我了?|别打扰我?了?|别再?骚扰我?了?|"
    r"拉黑|屏蔽|注销|退出|我?要?退出|退群|tui ?ding?|tuidingg?|qxdy|qu ?xiao ?ding ?yue|退ding|tui订|退d|"
    r"remove me|leave me alone|leave|quit sending|stop it|no more|go away"
)
_TARGET = "unsubscribe"
_SLIPS = 2
_LONGEST = 80


def read_leaving(words: Words, known: Known) -> Intent | None:
    """Unsubscribe for a clear wish, AskUnsubscribe near one, ExplainUnsubscribe for a question; else None."""
    if len(words.folded) > _LONGEST:
        return None
    text = words.strip(" !。.,、~…").folded
    bare = text.replace(" ", "")
    if _ACT.fullmatch(bare) or _ACT_ENGLISH.fullmatch(text):
        return Unsubscribe()
    return _asked(text) or _of_section(words, known) or _near(words)


def leave(words: Words, known: Known) -> Intent:
    """What the command for leaving means with these words after it."""
    if not words:
        return Unsubscribe()
    section = _section(words, known)
    if section:
        return Unsubscribe(section)
    return (
        ExplainUnsubscribe()
        if "?" in words.folded or _HAS_QUESTION.search(words.folded)
        else AskUnsubscribe()
    )


def _asked(text: str) -> Intent | None:
    bare = text.replace(" ", "")
    if _HOW_TO_CANCEL.fullmatch(bare):
        return ExplainUnsubscribe()
    if _COVERED.fullmatch(bare) and _HAS_LEAVE.search(bare):
        if _HAS_QUESTION.search(_HAS_LEAVE.sub(" ", bare)) and not _REQUEST.search(bare):
            return ExplainUnsubscribe()
        return AskUnsubscribe()
    return _asked_in_english(text)


def _asked_in_english(text: str) -> Intent | None:
    if not _LEAVE_ENGLISH.search(text):
        return None
    others = re.findall(r"[^\s?!.,]+", _LEAVE_ENGLISH.sub(" ", text))
    if not set(others) <= _PLAIN_ENGLISH:
        return None
    asks = "?" in text or any(_ASKING_ENGLISH.fullmatch(word) for word in others)
    return ExplainUnsubscribe() if asks else AskUnsubscribe()


def _of_section(words: Words, known: Known) -> Intent | None:
    found = _OF_SECTION.match(words.folded)
    if found is None:
        return None
    section = _section(words.cut(found.end()), known)
    if section:
        return Unsubscribe(section)
    parted = found[0].endswith((" ", ":", ",")) and not found[0].isascii()
    return AskUnsubscribe() if parted else None


def _section(words: Words, known: Known) -> str:
    named = words.strip(" !。.,、~")
    section = only(named, known.sections) or only(without_kind(named), known.sections)
    return section.key if section else ""


def _near(words: Words) -> Intent | None:
    text = words.strip().folded
    if _NEAR.fullmatch(text.replace(" ", "")) or _NEAR.fullmatch(text):
        return AskUnsubscribe()
    others = {word for word in text.split() if not _resembles(word)} if text.isascii() else {text}
    near = others < set(text.split()) and others <= _PLAIN_ENGLISH
    return AskUnsubscribe() if near else None


def _resembles(word: str) -> bool:
    return abs(len(word) - len(_TARGET)) <= _SLIPS and word[:1] in "ui" and _distance(word, _TARGET) <= _SLIPS


def _distance(left: str, right: str) -> int:
    """How many letters are added, lost or changed between two words."""
    row = list(range(len(right) + 1))
    for place, letter in enumerate(left, 1):
        above, row = row, [place]
        for column, other in enumerate(right, 1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (letter != other)))
    return row[-1]
