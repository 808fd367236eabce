"""Days in words: `昨天`, `三天前`, `上周五`, `yesterday`, `two weeks ago`, `last friday`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache

from digest.days import Day, Form, days_back, exact, months_back, which
from digest.english import COUNT, any_of, count, weekdays, whole_weekdays
from digest.intents import Known
from digest.numerals import NUMBER, number

_DAYS_AGO: Mapping[str, int] = {
    **dict.fromkeys(("大前天", "大前日"), 3),
    **dict.fromkeys(("前天", "前日", "前儿", "前儿个"), 2),
    **dict.fromkeys(("昨天", "昨日", "昨儿", "昨儿个", "昨晚", "昨早", "昨晨"), 1),
    "明天": -1,
    "明日": -1,
    "后天": -2,
    "大后天": -3,
    **dict.fromkeys(("day before yesterday", "the day before yesterday"), 2),
    "yesterday": 1,
    "last night": 1,
    "tomorrow": -1,
    "the day after tomorrow": -2,
}
_MOST_YEARS = 99
_WEEK_DAYS = "一二三四五六日天"
_UNITS: Mapping[str, str] = {
    **dict.fromkeys("天日d", "day"),
    **dict.fromkeys(("周", "星期", "礼拜", "w"), "week"),
    "月": "month",
    "年": "year",
}
UNIT = "天|日|周|星期|礼拜|月|年"
"""A Chinese unit of time, for use in patterns; `unit_of` reads it."""

WEEK = "(?:周|星期|礼拜)"
ENGLISH_UNIT = "day|week|month|year"
_WEEKS_BACK: Mapping[str, int] = {
    **dict.fromkeys(("本", "这", "这一", "这个", "当"), 0),
    **dict.fromkeys(("上", "上一", "上个", "上一个", "前一", "前一个"), 1),
    **dict.fromkeys(("上上", "上上个"), 2),
    **dict.fromkeys(("上上上", "上上上个"), 3),
    **dict.fromkeys(("下", "下一", "下个", "下一个"), -1),
    **dict.fromkeys(("下下", "下下个"), -2),
}
WEEKS_BACK = f"(?:{'|'.join(sorted(_WEEKS_BACK, key=len, reverse=True))})"
"""What stands before 周 to say which week; `weeks_back` reads it."""


def weeks_back(text: str) -> int:
    """How many weeks before this one `上`, `上上个` or `本` is."""
    return _WEEKS_BACK[text]


def weekday_of(text: str) -> int:
    """The weekday that `五`, `5`, `天` or `friday` names; Monday is 0."""
    if text in _WEEK_DAYS:
        return min(_WEEK_DAYS.index(text), 6)
    return int(text) - 1 if text.isdigit() else weekdays()[text]


def unit_of(text: str) -> str:
    """`day`, `week`, `month` or `year` for a unit in Chinese or English."""
    return _UNITS.get(text, text)


def back(day: dt.date, units: int, unit: str) -> dt.date | None:
    """The day so many units before; None outside the calendar, and for centuries: `2024年前` counts none."""
    match unit:
        case "day":
            return days_back(day, units)
        case "week":
            return days_back(day, 7 * units)
        case "month":
            return months_back(day, units)
        case _:
            return months_back(day, 12 * units) if units <= _MOST_YEARS else None


@lru_cache(maxsize=1)
def word_forms() -> tuple[Form, ...]:
    """The forms of days in words."""
    relative = "|".join(sorted(_DAYS_AGO, key=len, reverse=True))
    return (
        (re.compile(rf"({relative})(?![a-z])"), _near),
        (re.compile(r"去年的?今[天日]|(?:this day|today) last year(?![a-z])"), _year_ago),
        (re.compile(rf"(?P<back>{WEEKS_BACK}){WEEK}的?今[天日]"), _weeks_ago_today),
        (re.compile(r"上个?月的?今[天日]"), _month_ago_today),
        *_ago_forms(),
        *_weekday_forms(),
    )


def _ago_forms() -> tuple[Form, ...]:
    return (
        (
            re.compile(rf"(?P<n>{NUMBER}) ?个? ?(?P<unit>{UNIT}) ?(?:之|以)?前(?!期)"),
            _chinese_ago,
        ),
        (re.compile(r"半个?(?P<unit>月|年)(?:之|以)?前"), _half_ago),
        (
            re.compile(rf"(?P<n>{COUNT}) ?(?P<unit>{ENGLISH_UNIT})s? (?:ago|before|earlier|back)(?![a-z])"),
            _english_ago,
        ),
        (re.compile(r"(?P<n>\d{1,3}) ?(?P<unit>[dw]) ago(?![a-z])"), _english_ago),
    )


def _weekday_forms() -> tuple[Form, ...]:
    # 周一、三 and 周一到周五 are days of the week, not a day; 上周日报 is a week's.
    listed = r"(?! ?(?:[、,/和及与到至~\u2010-\u2015-]) ?[周星礼\d一二三四五六日天])"
    english_listed = r"(?! ?(?:[,/&~\u2010-\u2015-]|(?:to|through|thru|and|till|until) (?!now|today)))"
    day, name = r"的?(?P<day>[一二三四五六日天1-7])(?!报|\d)", rf"(?P<day>{any_of(weekdays())})"
    english_back = r"(?P<back>last|past|this past|this|next)"
    return (
        (re.compile(rf"(?P<back>{WEEKS_BACK}){WEEK}(?:的?{WEEK})?{day}"), _weekday_of_week),
        (re.compile(rf"{WEEK}{day}{listed}"), _weekday_alone),
        (re.compile(rf"(?:on )?{english_back} {name}(?![a-z])"), _english_weekday),
        (re.compile(rf"(?P<back>last|this|next) week(?:'s)? (?:on )?{name}(?![a-z])"), _day_of_week),
        (re.compile(rf"{name}(?:,? of)? (?P<back>last|this|next) week(?![a-z])"), _day_of_week),
        (
            re.compile(rf"(?:on )?(?P<day>{any_of(whole_weekdays())})(?![a-z]){english_listed}"),
            _weekday_alone,
        ),
    )


@lru_cache(maxsize=1)
def asked_weekdays() -> tuple[Form, ...]:
    """What is a weekday only where a day was asked for: `fri`, `sun`."""
    return ((re.compile(rf"(?P<day>{any_of(weekdays())})\.?(?![a-z])"), _weekday_alone),)


def _near(found: re.Match[str], known: Known) -> Day | None:
    return days_back(known.today, _DAYS_AGO[found[1]])


def _year_ago(found: re.Match[str], known: Known) -> Day:
    return exact(known.today.year - 1, known.today.month, known.today.day)


def _weeks_ago_today(found: re.Match[str], known: Known) -> Day | None:
    return back(known.today, weeks_back(found["back"]), "week")


def _month_ago_today(found: re.Match[str], known: Known) -> Day | None:
    return back(known.today, 1, "month")


def _chinese_ago(found: re.Match[str], known: Known) -> Day | None:
    units = number(found["n"])
    return None if units is None else back(known.today, units, unit_of(found["unit"]))


def _half_ago(found: re.Match[str], known: Known) -> Day | None:
    return back(known.today, 15, "day") if found["unit"] == "月" else back(known.today, 6, "month")


def _english_ago(found: re.Match[str], known: Known) -> Day | None:
    return back(known.today, count(found["n"]), unit_of(found["unit"]))


def _weekday_of_week(found: re.Match[str], known: Known) -> Day | None:
    return _in_week(known, weeks_back(found["back"]), weekday_of(found["day"]))


def _english_weekday(found: re.Match[str], known: Known) -> Day | None:
    weekday = weekday_of(found["day"])
    match found["back"]:
        case "this":
            return _in_week(known, 0, weekday)
        case "next":
            return _in_week(known, -1, weekday)
        case "last":
            return _last_weekday(weekday, known)
        case _:
            return _weekday_before(known.today, weekday)


def _day_of_week(found: re.Match[str], known: Known) -> Day | None:
    weeks = {"last": 1, "this": 0, "next": -1}[found["back"]]
    return _in_week(known, weeks, weekday_of(found["day"]))


def _weekday_alone(found: re.Match[str], known: Known) -> Day | None:
    return _latest_weekday(weekday_of(found["day"]), known)


def _in_week(known: Known, weeks: int, weekday: int) -> dt.date | None:
    return back(known.today, 7 * weeks + known.today.weekday() - weekday, "day")


def _weekday_before(today: dt.date, weekday: int) -> dt.date | None:
    """The last such day before today; None before the calendar begins."""
    return days_back(today, (today.weekday() - weekday - 1) % 7 + 1)


def _latest_weekday(weekday: int, known: Known) -> Day | None:
    """The last such day; said on that day itself it may be today or a week ago."""
    day = _weekday_before(known.today, weekday)
    if day is None or known.today.weekday() != weekday:
        return day
    return which(day, known.today)


def _last_weekday(weekday: int, known: Known) -> Day | None:
    """`last friday`: said on a Sunday, some mean two days ago and some the Friday of last week."""
    latest = _weekday_before(known.today, weekday)
    of_last_week = _in_week(known, 1, weekday)
    if latest is None or of_last_week is None:
        return latest
    return which(of_last_week, latest)
