"""Holidays by their names: a fixed day, or the days off that mainland China's calendar gives them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache

from digest.days import DAY, Day, Days, Form, exact, latest
from digest.english import any_of
from digest.intents import Known
from digest.workdays import days_off
from digest.written_days import YEAR, year_said

_FIXED: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("元旦", "元旦节"), (1, 1)),
    "情人节": (2, 14),
    **dict.fromkeys(("妇女节", "三八妇女节", "三八节", "女神节"), (3, 8)),
    "植树节": (3, 12),
    "愚人节": (4, 1),
    **dict.fromkeys(("劳动节", "五一", "五一节", "五一劳动节"), (5, 1)),
    **dict.fromkeys(("青年节", "五四", "五四青年节"), (5, 4)),
    **dict.fromkeys(("儿童节", "六一", "六一儿童节"), (6, 1)),
    **dict.fromkeys(("建党节", "七一建党节"), (7, 1)),
    **dict.fromkeys(("建军节", "八一建军节"), (8, 1)),
    "教师节": (9, 10),
    **dict.fromkeys(("国庆", "国庆节", "十一国庆节"), (10, 1)),
    **dict.fromkeys(("万圣夜", "万圣节前夜"), (10, 31)),
    "万圣节": (11, 1),
    "平安夜": (12, 24),
    **dict.fromkeys(("圣诞", "圣诞节"), (12, 25)),
    **dict.fromkeys(("跨年夜", "跨年"), (12, 31)),
}
_ENGLISH: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("new year's day", "new years day", "new year's"), (1, 1)),
    **dict.fromkeys(("valentine's day", "valentines day"), (2, 14)),
    **dict.fromkeys(("april fools' day", "april fools day", "april fool's day"), (4, 1)),
    "halloween": (10, 31),
    "christmas eve": (12, 24),
    **dict.fromkeys(("christmas", "christmas day", "xmas"), (12, 25)),
    **dict.fromkeys(("new year's eve", "new years eve"), (12, 31)),
}
# 十一 and the like are numbers too: a holiday only where a day is asked for, or with 假期 after it.
_NUMBERS: Mapping[str, tuple[int, int]] = {"三八": (3, 8), "七一": (7, 1), "八一": (8, 1), "十一": (10, 1)}
_DAYS: Mapping[str, tuple[int, int]] = {**_FIXED, **_ENGLISH, **_NUMBERS}
_OFF: Mapping[str, str] = {
    **dict.fromkeys(("春节", "过年", "农历新年"), "Spring Festival"),
    **dict.fromkeys(("清明", "清明节"), "Tomb-sweeping Day"),
    **dict.fromkeys(("端午", "端午节"), "Dragon Boat Festival"),
    **dict.fromkeys(("中秋", "中秋节"), "Mid-autumn Festival"),
    **dict.fromkeys(("chinese new year", "lunar new year", "spring festival"), "Spring Festival"),
}
_LONG: Mapping[str, str] = {
    **_OFF,
    **dict.fromkeys(("元旦", "元旦节"), "New Year's Day"),
    **dict.fromkeys(("五一", "劳动节", "五一节"), "Labour Day"),
    **dict.fromkeys(("国庆", "国庆节", "十一"), "National Day"),
}
_HOLIDAY = "(?:放假|假期?|长假|小长假|期间|黄金周|那几天|那些天)+"


@lru_cache(maxsize=1)
def holiday_forms() -> tuple[Form, ...]:
    """The holidays of one fixed day."""
    return (
        (re.compile(rf"(?:{YEAR})?(?P<holiday>{any_of(_FIXED)})(?:当天|那天)?(?!假|长假|小长假)"), _fixed),
        (re.compile(rf"(?P<holiday>{any_of(_ENGLISH)})(?: (?P<year>20\d\d))?(?![a-z])"), _fixed),
    )


@lru_cache(maxsize=1)
def asked_holidays() -> tuple[Form, ...]:
    """The holidays whose names are numbers."""
    return ((re.compile(rf"(?:{YEAR})?(?P<holiday>{any_of(_NUMBERS)})(?:当天|那天)?"), _fixed),)


@lru_cache(maxsize=1)
def holiday_spans() -> tuple[re.Pattern[str], ...]:
    """What names days off: `春节`, `国庆假期`; `read_days_off` reads what they match."""
    return (
        re.compile(rf"(?:{YEAR})?(?P<holiday>{any_of(_LONG)})(?:的?{_HOLIDAY})"),
        re.compile(rf"(?:{YEAR})?(?P<holiday>{any_of(_OFF)})(?: (?P<after>20\d\d))?(?![a-z])"),
    )


def read_days_off(found: re.Match[str], known: Known) -> Days | None:
    """The last such days off that have begun, or those of the year that was said; None when not published."""
    name = _LONG[found["holiday"]]
    year = int(found["after"]) if found.groupdict().get("after") else year_said(found, known)
    if year is not None:
        return days_off(name, year)
    this = days_off(name, known.today.year)
    if this is None:
        return None
    return this if this[0] - 7 * DAY <= known.today else days_off(name, known.today.year - 1)


def _fixed(found: re.Match[str], known: Known) -> Day | None:
    month, day = _DAYS[found["holiday"]]
    year = year_said(found, known)
    return latest(month, day, known) if year is None else _exact(year, month, day)


def _exact(year: int, month: int, day: int) -> dt.date | None:
    there = exact(year, month, day)
    return there if isinstance(there, dt.date) else None
