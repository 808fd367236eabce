"""The sound of the characters of section names, for readers who type without an input method."""

from __future__ import annotations

from functools import lru_cache

_SOUNDS = (
    "an安案 bang榜 bao报宝 ben本 bian编 bing并 bo博 cai财彩 ce测策 chan产铲 chang场 che车 cheng程成城 "
    "ci词 da大达答 dao导道 di地 dian电点典 dong动东 du读度 fa法发 fang访 gong工公 gou购 gu股故 guan观关 "
    "guo国 hang行航 hao号好 he合 hua话画华 hui会汇 huo活火 ji技机集计基济极际 jia架家 jian荐简健见 "
    "jiao教交 jie界接解 jing经精竞 jiu究 ju据剧具 jun军 kai开 kan看刊 ke科课客可 kong空 kuai快 kuang框 "
    "lan栏览 li例历 lie列 lun论 luo络 men门 mo模 mu目 nao脑 nei内 neng能 pian片篇 piao票 pin品频聘 "
    "ping评平 qi器汽企 qu区趣 quan全圈 re热 ren人任 ri日 rong融 shang商上 she社设 shen深 sheng生声省 "
    "shi视时事市世实 shu数书术 su速 suan算 suo所 tai态太台 tan谈探 tao讨 ti体题 tiao条 tou头投 tu图 "
    "tui推 wai外 wang网 wei微 wen文闻问 wu物务 xi戏习析息系 xian线先 xiang项想 xin新心信芯 xing型行星性 "
    "xue学雪 xun讯 yan研 yao要 ye业 yi艺医译一议 yin音 ying应影营 yong用 you游友 yu育语娱 "
    "yuan源元原院园 yue乐阅 zha扎 zhang章 zhao招 zhi智知值制 zhou周 zhuan专 zi资自 zong综总 zui最 "
)


@lru_cache(maxsize=1)
def _sounds() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in _SOUNDS.split():
        letters = "".join(c for c in entry if c.isascii())
        for character in entry[len(letters) :]:
            found.setdefault(character, letters)
    return found


def spell(text: str) -> tuple[str, ...]:
    """The syllables of simplified characters; empty when one of them is not known here."""
    sounds = _sounds()
    syllables = tuple(sounds.get(character, "") for character in text)
    return syllables if all(syllables) else ()


def sounds_like(typed: str, title: str) -> bool:
    """Whether lower-case letters are the sound of a title, of a run of its characters, or its initials."""
    return typed in _runs(title)


@lru_cache(maxsize=4096)
def _runs(title: str) -> frozenset[str]:
    syllables = spell(title)
    size = len(syllables)
    runs = {"".join(syllables[a:b]) for a in range(size) for b in range(a + 2, size + 1)}
    initials = "".join(syllable[0] for syllable in syllables)
    return frozenset(runs | ({initials} if size > 2 else set()))
