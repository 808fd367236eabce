"""How long a pause lasts, as people say it: a length, a day of the week, a date."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from digest.faults import Fault
from digest.hans import simplify
from digest.numerals import LONGEST_ANSWER, NUMBER, number

LONGEST = 365

_RECENT = timedelta(days=31)
_DAY = timedelta(days=1)
_FAR = 10 * LONGEST
_UNITS = {
    "天": 1,
    "日": 1,
    "day": 1,
    "周": 7,
    "星期": 7,
    "礼拜": 7,
    "week": 7,
    "年": LONGEST,
    "year": LONGEST,
}
_SET_LENGTHS = {"半个月": 15, "半月": 15, "半年": 182, "halfayear": 182, "fortnight": 14, "afortnight": 14}
_COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NEAR = {"今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "后天": 2, "thedayaftertomorrow": 2, "大后天": 3}
_WEEK = ("一1", "二2", "三3", "四4", "五5", "六6", "日天7")
_ENGLISH_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEAR = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_BEFORE = re.compile(
    r"^(?:先|请)?(?:暂停|停发|停)?(?P<until>一直到|直到|到|至|until|till|til|to)?(?:for(?!tnight))?"
)
_AFTER = re.compile(r"(?:(?:以|之)?后?(?:再发|再说|再恢复|恢复|再来)|(?:以|之)?后|为止|吧|了)$")
_NUMERAL = rf"\d+|{NUMBER}"
_COUNT = rf"(?P<count>{_NUMERAL}|{'|'.join(_COUNTS[1:])}|an?)"
_LENGTH = re.compile(rf"{_COUNT}个?(?P<unit>{'|'.join(_UNITS)}|月|month)s?|(?P<bare>{_NUMERAL})")
_WEEKDAY = re.compile(
    r"(?P<next>下下个?|下个?|next|这个?|本|this)?"
    rf"(?:(?:周|星期|礼拜)(?P<han>[{''.join(_WEEK)}])|(?P<english>{'|'.join(_ENGLISH_WEEK)})[a-z]{{0,6}})"
)
_MONTH_END = {"月底", "下月", "下个月", "nextmonth", "theendofthemonth", "endofmonth", "月末"}
_YEAR_END = {"年底", "明年", "元旦", "nextyear", "theendoftheyear", "endofyear"}
_NEXT_WEEK = {"下周", "下个星期", "下星期", "下个礼拜", "下礼拜", "nextweek"}
_DATE = re.compile(rf"(?:(?P<year>\d{{4}})[年/.-])?(?P<month>{NUMBER})[月/.-](?P<day>{NUMBER})[日号]?")
_NAMED_MONTH = "(?P<name>{})[a-z]{{0,6}}".format("|".join(_YEAR))
_ENGLISH_DATE = re.compile(rf"{_NAMED_MONTH}\.?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,(?P<year>\d{{4}}))?")
_DATE_ENGLISH = re.compile(
    rf"(?:the)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:of)?{_NAMED_MONTH}\.?,?(?P<year>\d{{4}})?"
)
_MONTH_DAY = re.compile(
    rf"(?P<next>下个?月)?(?P<han>{NUMBER})[日号]|(?:the)?(?P<english>\d{{1,2}})(?:st|nd|rd|th)"
)


def read_days(text: str, *, today: date) -> date | Fault | None:
    """The local date on which digests come again, a Fault when it cannot be that one, None when none is said.

    A pause is 1 to 365 days long; `7`, `7天` and `停到周一` are read alike.
    """
    if len(text) > LONGEST_ANSWER:
        return None
    packed = "".join(simplify(text).casefold().split())
    opening = _BEFORE.match(packed)
    rest = _AFTER.sub("", packed[opening.end() if opening else 0 :])
    until = bool(opening and opening["until"])
    day = next((found for read in _readings(until) if (found := read(rest, today)) is not None), None)
    return _checked(day, today) if isinstance(day, date) else day


def _readings(until: bool) -> tuple[Callable[[str, date], date | Fault | None], ...]:
    # 停7日 lasts seven days, 停到7日 ends on the seventh.
    days = (_near, _weekday, _date, _month_day)
    return (*days, _length) if until else (_length, *days)


def _checked(day: date, today: date) -> date | Fault:
    if day < today:
        return Fault("pause.past", (("date", day.isoformat()),))
    if day == today:
        return Fault("pause.too_short")
    return Fault("pause.too_long", (("days", LONGEST),)) if (day - today).days > LONGEST else day


def _length(text: str, today: date) -> date | Fault | None:
    if text in _SET_LENGTHS:
        return today + _SET_LENGTHS[text] * _DAY
    found = _LENGTH.fullmatch(text)
    if found is None:
        return None
    said = found["count"] or found["bare"]
    count = _COUNTS.index(said) if said in _COUNTS else 1 if said in {"a", "an"} else number(said)
    if count is None:
        return None
    if found["unit"] in {"月", "month"}:
        return _months_later(today, min(count, _FAR // 30))
    return today + min(count * _UNITS.get(found["unit"], 1), _FAR) * _DAY


def _months_later(today: date, months: int) -> date:
    years, month = divmod(today.month - 1 + months, 12)
    first = date(today.year + years, month + 1, 1)
    return first.replace(day=min(today.day, monthrange(first.year, first.month)[1]))


def _near(text: str, today: date) -> date | None:
    if text in _NEAR:
        return today + _NEAR[text] * _DAY
    if text in _NEXT_WEEK:
        return _monday(today) + 7 * _DAY
    if text in _MONTH_END:
        return _months_later(today.replace(day=1), 1)
    return date(today.year + 1, 1, 1) if text in _YEAR_END else None


def _weekday(text: str, today: date) -> date | None:
    found = _WEEKDAY.fullmatch(text)
    if found is None:
        return None
    han = next((day for day, names in enumerate(_WEEK) if (found["han"] or "?") in names), None)
    day = han if han is not None else _ENGLISH_WEEK.index(found["english"])
    following = found["next"] or ""
    if following.startswith(("下", "next")):
        return _monday(today) + (7 * (2 if following.startswith("下下") else 1) + day) * _DAY
    return today + ((day - today.weekday() - 1) % 7 + 1) * _DAY


def _monday(today: date) -> date:
    return today - today.weekday() * _DAY


def _date(text: str, today: date) -> date | Fault | None:
    if found := _DATE.fullmatch(text):
        month = number(found["month"])
    elif found := _ENGLISH_DATE.fullmatch(text) or _DATE_ENGLISH.fullmatch(text):
        month = _YEAR.index(found["name"]) + 1
    else:
        return None
    day = number(found["day"])
    if month is None or day is None:
        return None
    years = (int(found["year"]),) if found["year"] else (today.year, today.year + 1)
    dates = [real for year in years for real in _real(year, month, day)]
    if not dates:
        return Fault("date.impossible", (("month", month), ("day", day)))
    just_past = [real for real in dates if today - _RECENT <= real < today]
    # 11月1日 said late in November is a slip, not a pause of a year.
    return just_past[0] if just_past else next((real for real in dates if real > today), dates[-1])


def _month_day(text: str, today: date) -> date | Fault | None:
    found = _MONTH_DAY.fullmatch(text)
    day = number(found["han"] or found["english"]) if found else None
    if found is None or day is None:
        return None
    first = today.replace(day=1)
    months = [_months_later(first, step) for step in range(1 if found["next"] else 0, 3)]
    dates = [real for month in months for real in _real(month.year, month.month, day)]
    coming = next((real for real in dates if real > today), None)
    return coming or Fault("date.impossible", (("month", first.month), ("day", day)))


def _real(year: int, month: int, day: int) -> Iterator[date]:
    """The date, when there is such a one."""
    if 1 <= year <= 9000 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        yield date(year, month, day)
