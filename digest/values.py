"""The words for what can be set, and for the pages where it is set."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from digest.intents import Setting

_VALUES: tuple[tuple[Setting, str, str], ...] = (
    (Setting.FORM, "brief", "简要|简短|简短版|简洁|简洁版|精简|精简版|短一点|只看标题|只要标题|brief|short"),
    (Setting.FORM, "full", "完整|完整版|详细|详细版|全文版|长一点|带摘要|full|long|detailed"),
    (Setting.SILENT, "on", "静音|静音发|静音推送|免打扰|别响|不要响|不要声音|silent|mute|quiet"),
    (Setting.SILENT, "off", "有声|有声音|要声音|响铃|取消静音|关闭静音|解除静音|unmute|sound on|loud"),
    (
        Setting.FOLLOWED,
        "only",
        (
            "只看关注的|只要关注的|只看关注词|只要关注词|只发关注的|只看我关注的|只要我关注的|只看关注|只要关注|"
            "只发关注词|仅看关注的|only followed|only what i follow|only my words|followed only|"
            "only followed words"
        ),
    ),
    (
        Setting.FOLLOWED,
        "all",
        (
            "不只看关注的|不只要关注的|也看别的|别的也要|其他的也要|其余的也要|取消只看关注的|取消只要关注的|"
            "整期都要|恢复整期|not only followed|everything else too|all stories"
        ),
    ),
    (Setting.LANGUAGE, "en", "english|英文|英语|in english|说英文"),
    (Setting.LANGUAGE, "zh-Hans", "中文|简体|简体中文|说中文|chinese|simplified chinese|普通话"),
    (Setting.LANGUAGE, "zh-Hant", "繁体|繁体中文|正体|正体中文|traditional chinese"),
    (Setting.LANGUAGE, "ja", "日本语|日语|日文|japanese"),
    (
        Setting.SECTION,
        "*",
        "全都要|全部都要|所有栏目|全部栏目|所有栏目都要|全部栏目都要|都要|还是全都要|all sections",
    ),
)
_PAGES: Mapping[str, str] = {
    "hour": "改时间|换时间|换个时间|时间|推送时间|几点发|改推送时间|修改时间|调时间|hour|change time",
    "zone": "时区|改时区|换时区|timezone|time zone|zone|change timezone",
    "days": "改日子|哪几天发|星期|days|每周几发",
    "sections": "选栏目|改栏目|换栏目|我的栏目|栏目设置|choose sections|my sections",
    "language": "语言|换语言|改语言|切换语言|language|change language",
    "form": "版式|详略|换版式|长短|form",
}


def value_of(bare: str) -> tuple[Setting, str] | None:
    """The setting and canonical value that folded words without spaces are; None when they are none."""
    return _values().get(bare)


def page_of(bare: str) -> str:
    """The page of the settings that the words (folded, without spaces) name, '' for none."""
    return bare if bare in _PAGES else _pages().get(bare, "")


@lru_cache(maxsize=1)
def _values() -> dict[str, tuple[Setting, str]]:
    return {word: (setting, value) for setting, value, words in _VALUES for word in _each(words)}


@lru_cache(maxsize=1)
def _pages() -> dict[str, str]:
    return {word: page for page, words in _PAGES.items() for word in _each(words)}


def _each(words: str) -> list[str]:
    return words.replace(" ", "").split("|")
