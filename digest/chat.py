"""Small talk: what is kindness, and no question."""

from __future__ import annotations

import re
from collections.abc import Mapping

from digest.intents import Greet, Intent, Pleasantry, SmallTalk
from digest.wording import Words

_THANKS = (
    "谢谢 谢谢你 谢谢您 谢谢啦 谢了 多谢 感谢 非常感谢 太感谢了 太感谢 十分感谢 好的 好 好滴 "
    "好哒 好嘞 收到 收到了 已收到 知道了 了解 明白 "
    "ok okay okk k 嗯 嗯嗯 嗯好 行 可以 不错 很好 真棒 太棒了 太好了 棒 赞 点赞 给力 牛 牛逼 "
    "厉害 辛苦了 辛苦啦 辛苦 哈哈 哈哈哈 呵呵 "
    "thanks thankyou thanku thx ty thankyousomuch thanksalot manythanks great nice cool good "
    "gotit awesome welldone perfect "
    "6 666 3q 3ks 挺好的 蛮好 写得好 写得真好 做得好 爱了 爱你 love"
)
_PRESENT = (
    "在吗 在么 在不在 在不 有人吗 有人么 有人在吗 你在吗 你是谁 你是什么 你叫什么 "
    "你叫什么名字 你是机器人吗 是机器人吗 机器人 你是人吗 在 "
    "hi在吗 你好在吗 areyouthere anyonethere anybodythere whoareyou whatareyou test 测试 喂 ping"
)
_BYE = (
    "再见 拜拜 拜 白白 88 886 晚安 回见 回头见 明天见 明早见 下次见 先这样 bye byebye "
    "goodbye goodnight seeyou seeya cya"
)
# The tap that keeps a channel's window open: it wants nothing but that.
_KEEP = "明早继续 继续送 明早继续送到 继续送到"
_GREETINGS = (
    "你好 您好 你好啊 你们好 大家好 哈喽 哈啰 嗨 嘿 hi hello hey hellothere hithere hiya "
    "早上好 上午好 下午好 晚上好 中午好 早安 午安 "
    "goodmorning goodafternoon goodevening morning 关注 已关注 关注了 start 开始 nihao"
)
_KIND_SIGNS = frozenset("👍👏🙏❤💗💕💖😊😀😁😄😃😂🤣🥰😍😘🌹🎉💪👌🤝✌🫡🫶🥳☺🙂😆💯🔥⭐🌟♥")
_WORD = re.compile(r"\w")


def _words(kind: str) -> frozenset[str]:
    return frozenset(kind.split())


_KINDS: Mapping[Pleasantry, frozenset[str]] = {
    Pleasantry.THANKS: _words(_THANKS),
    Pleasantry.PRESENT: _words(_PRESENT),
    Pleasantry.BYE: _words(_BYE),
    Pleasantry.KEEP: _words(_KEEP),
}
_GREETED = _words(_GREETINGS)


def read_chat(words: Words) -> Intent | None:
    """A greeting or small talk; signs and punctuation alone count, too."""
    if not _WORD.search(words.folded):
        kind = Pleasantry.THANKS if _KIND_SIGNS & set(words.folded) else Pleasantry.PRESENT
        return SmallTalk(kind)
    bare = "".join(character for character in words.folded if _WORD.match(character))
    if bare in _GREETED:
        return Greet()
    return next((SmallTalk(kind) for kind, said in _KINDS.items() if bare in said), None)
