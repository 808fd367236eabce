"""Words to look out for, in a sentence: `关注世界模型`, `盯着 具身智能`, `取关 RAG`, `follow agents`."""

from __future__ import annotations

import re

from digest.intents import AskUnsubscribe, Follow, Greet, Intent, Known, ShowFollows, Unfollow
from digest.numerals import NUMBER, number
from digest.wording import Words

_BEFORE = (
    r"(?:(?:请|麻烦你?|帮忙|帮我|替我|给我|我?就?想要?|我?要|以后|开始|一直|也|再|多|持续|继续|重点|特别|"
    r"please|can you|could you|i want to|i'd like to) ?)*+"
)
_GAP = r"(?:一下)?(?P<gap>[ :,+]*)(?=\S)"
_FOLLOW = re.compile(
    rf"{_BEFORE}(?:(?:添加|增加|新增|加|加上|加个|设置|设)?(?:关注词|关键词|关键字)|关注|盯着|盯住|盯紧|紧盯){_GAP}"
)
# These open other sentences as well, and are heard only with a gap behind them.
_FOLLOW_PARTED = re.compile(
    rf"{_BEFORE}(?:跟踪|追踪|留意|提醒|记下|记住|盯|follow|track|watch(?: out)? for|look out for|"
    r"keep an eye on|(?:alert|notify) me (?:about|of|on|for|when there(?:'s| is)(?: news (?:on|about))?))"
    r"(?P<gap>[ :,+]+)(?=\S)"
)
_TELL = re.compile(
    r"(?:以后|今后|如果|要是|一旦|哪天)?(?:再)?有了?(?:关于|有关|讲)?(?P<word>.+?)"
    r"(?:的?(?:新闻|消息|文章|内容|报道|资讯|动态))?(?:的时候|的话|时|了|出来)?[, ]*(?:就|请|都|要|记得)*"
    r"(?:(?:告诉|提醒|通知|叫|喊)(?:我|一下我)(?:一声|一下)?|标出来)"
)
_UNFOLLOW = re.compile(
    rf"{_BEFORE}我?(?:取消关注词?|取关|(?:不再|不要再?|不用再?|别再?|不想再?|停止|不)(?:关注|盯着?|跟踪|追踪|留意)|"
    r"(?:删除|删掉|删|去掉|移除|取消|减去)(?:关注词|关键词|关键字|关注的词)|unfollow|untrack|"
    rf"(?:stop|no longer|don't) (?:following|follow|tracking|track|watching for)(?![a-z])){_GAP}"
)
_UNFOLLOW_AFTER = re.compile(
    r"把(?P<put>.+?)(?:取关|取消关注|从关注[词里的]*(?:删|去|移)[掉除])(?:掉|了|吧)*|"
    r"(?P<word>.+?) ?(?:不再关注|(?:不|不用|不要|不想|别)再?关注了|(?:取关|取消关注)吧)[了吧]*"
)
_ALL = re.compile(
    r"(?:清空|清除|取关|取消|删除|删掉)(?:所有|全部)?的?(?:关注词?|关键词)?(?:所有|全部)?|(?:所有|全部)(?:的?关注词?)?(?:都)?"
    r"(?:取关|取消关注)"
)
_EVERY = re.compile(r"所有|全部|清空|清除|all|everything")
# Words of their own, and the account itself.
_NAMES = re.compile(
    r"关注(?:度|点|者|量|流|圈|焦点|热点榜|数)|关键[词字](?:提取|优化|广告|排名|搜索|匹配|检索|识别|抽取|分析|密度|"
    r"工具|生成|回复|过滤|屏蔽|云|库|表|排序)|follow(?:[- ]?up|er|ing)|track record"
)
_ACCOUNT = re.compile(
    r"(?:这个|你们?的?|我们?的?|咱们的?|本)?(?:公众号|订阅号|服务号|账号|机器人|频道)?(?:了|一下|过)?|你们?|我们?|us|you"
)
_ASKING = re.compile(r"(?:[吗么呢?]|了没有?|没有)$|^(?:了|过)(?:什么|哪|多少|几)|^(?:哪|什么|谁|多少)")
# What follows 关注 where that asks for the list; 哪吒 and 什么值得买 are words to follow.
_ASKS_WHICH = re.compile(
    r"(?:了|过|着)?(?:哪(?:[些个几家种]|$)|多少|几[个条]|谁(?:[的啊呀]|$)|"
    r"(?:什么|啥)(?:词|关键词|东西|内容|话题|人|公司|$))"
)
# What there may be that is no word to look out for: 有事叫我, 有更新提醒我.
_NO_WORD = re.compile(
    r"(?:没有|什么|啥|哪(?![吒咤])).*|(?:急|大|要紧|重要的?)?事情?|时|时间|时候|空|空闲|人|问题|需要|"
    r"(?:更新|新|好|最新|重要|重大)?[的一]{0,2}[期条]?(?:日报|早报|消息|新闻|内容|文章|动态|东西|更新|进展)?"
)
_NTH = re.compile(rf"(?:第 ?(?P<nth>{NUMBER}) ?[个条项]?|(?P<bare>\d{{1,2}})[个号.]?)(?:关注|关键)?词?")
_AFTER = re.compile(
    r"(?:(?:的|相关的?|有关的?)(?:新闻|消息|文章|内容|报道|资讯|动态|进展|话题)?|这?个?(?:词|关键词|话题)|"
    r"(?<![贴酒网水书球])吧|[啊呀哦啦哈]|谢谢你?|多谢|[ ,](?:please|pls|thanks|thank you))$"
)
_LAST = re.compile(r"(?:了|吧|掉|的?关注| (?:any ?more|any longer))$")
_QUOTES = ("「」", "『』", "“”", "《》", "【】", "‘’", "''")


def read_follow(words: Words, known: Known) -> Intent | None:
    """What is said about words to look out for; None when that is nothing. A question changes nothing."""
    text = words.strip(" !。.,、;~…")
    if _NAMES.match(text.folded) or _ASKING.search(text.folded):
        return None
    return _dropped(text, known) or _wanted(text)


def follow(words: Words, known: Known) -> Intent:
    """What the command for following means with these words after it."""
    word = named_word(words)
    return Follow(word) if word else ShowFollows()


def unfollow(words: Words, known: Known) -> Intent:
    """What the command for not following any more means with these words after it."""
    if _EVERY.fullmatch(words.bare):
        return ShowFollows()
    word = _ordinal(words) or named_word(words)
    return Unfollow(word) if word else ShowFollows()


def named_word(words: Words) -> str:
    """The word as typed, without quotation marks and politeness around it."""
    said = words
    while (tail := _AFTER.search(said.folded)) and tail.start():
        said = said.cut(0, tail.start())
    word = said.said
    inside = word[1:-1].strip() if len(word) > 2 and word[0] + word[-1] in _QUOTES else ""
    return inside or word


def _dropped(text: Words, known: Known) -> Intent | None:
    if _ALL.fullmatch(text.bare) and _EVERY.search(text.bare):
        return ShowFollows()
    opening = _UNFOLLOW.match(text.folded)
    if opening:
        rest = _without_end(text.cut(opening.end()))
        return unfollow(rest, known) if rest and not _ACCOUNT.fullmatch(rest.bare) else AskUnsubscribe()
    after = _UNFOLLOW_AFTER.fullmatch(text.folded)
    name = "put" if after and after["put"] else "word"
    return Unfollow(named_word(text.cut(after.start(name), after.end(name)))) if after else None


def _wanted(text: Words) -> Intent | None:
    opening = _FOLLOW.match(text.folded) or _FOLLOW_PARTED.match(text.folded)
    if opening:
        rest = text.cut(opening.end())
        if _ACCOUNT.fullmatch(rest.bare):
            return Greet()
        return ShowFollows() if _ASKS_WHICH.match(rest.bare) else Follow(named_word(rest))
    told = _TELL.fullmatch(text.folded)
    word = text.cut(told.start("word"), told.end("word")) if told else None
    return Follow(named_word(word)) if word and not _NO_WORD.fullmatch(word.bare) else None


def _without_end(words: Words) -> Words:
    while (tail := _LAST.search(words.folded)) is not None:
        words = words.cut(0, tail.start())
    return words


def _ordinal(words: Words) -> str:
    found = _NTH.fullmatch(words.folded)
    value = number(found["nth"] or found["bare"]) if found else None
    return str(value) if value else ""
