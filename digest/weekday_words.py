"""The days of the week as people say them."""

from __future__ import annotations

import re

from digest.hans import simplify
from digest.numerals import LONGEST_ANSWER
from digest.weekdays import Weekdays, days_between

_WEEK = frozenset(range(7))
_SPELLINGS = {
    "workdays": "工作日 上班日 法定工作日 workdays workday workingdays businessdays",
    "mon-sun": "每天 每日 天天 全周 一周七天 everyday eachday daily alldays allweek alldaysoftheweek",
    "mon-fri": "weekdays weekday everyweekday",
}
_CANONICAL = {
    spelling: canonical for canonical, spellings in _SPELLINGS.items() for spelling in spellings.split()
}
_DAYS = (
    "一 1 monday mon",
    "二 2 tuesday tues tue",
    "三 3 wednesday wed",
    "四 4 thursday thurs thur thu",
    "五 5 friday fri",
    "六 6 saturday sat",
    "日 天 7 sunday sun",
)
_NAMES = {name: str(day) for day, names in enumerate(_DAYS) for name in names.split()}
_ENGLISH_NAMES = "|".join(name for name in _NAMES if name.isascii() and name.isalpha())
_TOKEN = re.compile(
    rf"(?P<weekend>周末|双休日|weekends?)|(?P<mark>周|星期|礼拜)|(?P<name>{_ENGLISH_NAMES})s?|(?P<han>[一二三四五六日天1-7])"
    r"|(?P<range>到|至|~|-|–|—|to|through|thru)|(?P<and>,|，|、|和|及|与|跟|&|/|\+|and)"
)
_SPAN = re.compile(r"(\d)(?:-(\d))?")
_ONLY = re.compile(r"^(?:就?只要|只在|只想要|只|仅|就要|每逢|逢|每个?|改成|only|just|every|on)+")
_ENDING = re.compile(r"(?:一期|才?发送?|推送|才?收|的|就行|就好|only)+$")
_WITHOUT = (
    re.compile(r"(?P<days>.+?)都?(?:不要|别再?发|不发|不用发?|不收|不推送?|别推送?|不看|休息|除外|off)了?"),
    re.compile(
        r"(?:每天|everyday)?(?:除了?|不要|别在|跳过|去掉|except|noton|no|skip|without|but)(?P<days>.+?)(?:[以之]?外)?(?:都要|都发)?"
    ),
)


def read_weekdays(text: str, *, asked: bool = False) -> Weekdays | None:
    """The days that `text` says, or None. One bare day (`周五`) is a date unless days were `asked` for."""
    if len(text) > LONGEST_ANSWER:
        return None
    packed = "".join(simplify(text).casefold().split())
    for without in _WITHOUT:
        if (found := without.fullmatch(packed)) and (spared := _days(found["days"], asked=True)):
            rest = _WEEK - spared.days
            return Weekdays(rest) if rest else None
    return _days(packed, asked=asked)


def _days(packed: str, *, asked: bool) -> Weekdays | None:
    bare = _ENDING.sub("", _ONLY.sub("", packed, count=1), count=1)
    canonical = _CANONICAL.get(packed) or _CANONICAL.get(bare)
    if canonical:
        return Weekdays.parse(canonical)
    days = _listed(bare)
    plural = bare.isascii() and bare.endswith("s")
    if not days or (len(days) == 1 and bare == packed and not (asked or plural)):
        return None
    return Weekdays(days)


def _listed(text: str) -> frozenset[int]:
    """The days of a list such as `周一、三到五` or `mon, wed-fri`; none when it is no list of days."""
    tokens = list(_TOKEN.finditer(text))
    if (
        "".join(token[0] for token in tokens) != text
        or not tokens
        or tokens[0].lastgroup in {"han", "and", "range"}
    ):
        return frozenset()
    spans = "".join(_spell(token) for token in tokens)
    if not re.fullmatch(r"(?:\d(?:-\d)?,?)+", spans):
        return frozenset()
    return frozenset(
        day for first, last in _SPAN.findall(spans) for day in days_between(int(first), int(last or first))
    )


def _spell(token: re.Match[str]) -> str:
    match token.lastgroup:
        case "weekend":
            return "56"
        case "mark":
            return ""
        case "range":
            return "-"
        case "and":
            return ","
        case _:
            return _NAMES[token["name"] or token["han"]]
