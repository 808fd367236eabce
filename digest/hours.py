"""The hour of a digest as people say it; the days and the pauses stand beside it.

Texts come NFKC-normalised and stripped, without the words around them (改成, set it to).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import Enum

from digest.faults import Fault
from digest.hans import simplify
from digest.numerals import LONGEST_ANSWER, NUMBER, number
from digest.pauses import read_days
from digest.weekday_words import read_weekdays

__all__ = ["Ambiguous", "Hour", "read_days", "read_hour", "read_weekdays"]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """An hour that was said and may be any of these."""

    options: tuple[time, ...]


Hour = time | Ambiguous | Fault


class _Part(Enum):
    """A part of the day: the hours that people mean with it."""

    DAWN = (*range(9),)
    MORNING = (*range(13),)
    AM = (*range(12),)
    NOON = (*range(10, 15),)
    AFTERNOON = (*range(12, 24),)
    EVENING = (*range(17, 24), *range(4))
    NIGHT = (*range(18, 24), *range(7))


@dataclass(frozen=True, slots=True)
class _Said:
    """What was heard; `spoken` hours may be counted to twelve, `before` are the minutes to go (差一刻)."""

    hour: int
    minute: int = 0
    part: _Part | None = None
    spoken: bool = False
    before: int = 0


_NAMED = {
    "中午": time(12),
    "正午": time(12),
    "noon": time(12),
    "midday": time(12),
    "午夜": time(0),
    "半夜": time(0),
    "midnight": time(0),
}
_PARTS = {
    "凌晨": _Part.DAWN,
    **dict.fromkeys(
        ("大清早", "清早", "清晨", "早上", "早晨", "早间", "一早", "今早", "上午", "早"), _Part.MORNING
    ),
    **dict.fromkeys(("中午", "正午", "午间"), _Part.NOON),
    **dict.fromkeys(("下午", "午后"), _Part.AFTERNOON),
    **dict.fromkeys(("晚上", "晚间", "夜晚", "傍晚", "今晚", "晚"), _Part.EVENING),
    **dict.fromkeys(("深夜", "半夜", "午夜", "夜里", "夜间"), _Part.NIGHT),
}
_ENGLISH_PARTS = {
    "am": _Part.AM,
    "pm": _Part.AFTERNOON,
    "in the morning": _Part.MORNING,
    "in the afternoon": _Part.AFTERNOON,
    "in the evening": _Part.EVENING,
    "at night": _Part.NIGHT,
}
_QUARTERS = {"一": 15, "1": 15, "三": 45, "3": 45}
_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

_PART = f"(?P<part>{'|'.join(_PARTS)})"
_HOUR = f"(?P<hour>{NUMBER})"
_CLOCK = re.compile(rf"{_PART}?(?P<hour>\d{{1,2}})[:;](?P<minute>\d{{2}})(?::\d{{2}})?")
_SPOKEN = re.compile(
    rf"{_PART}?{_HOUR}[点时](?:(?P<half>半)|[整正钟]|(?P<quarters>[一1三3])刻钟?|过?(?P<minute>{NUMBER})分?)?"
)
_TO_GO = re.compile(rf"{_PART}?差(?:(?P<quarter>一刻)钟?|(?P<minute>{NUMBER})分钟?)到?{_HOUR}[点时]钟?")
_BRIEF = re.compile(rf"{_PART}(?:(?P<hour>\d{{1,2}}?)(?P<minute>\d{{2}})?|(?P<numeral>{NUMBER}))")
_BARE = re.compile(rf"(?P<hour>\d{{1,2}}?)(?:\.?(?P<minute>\d{{2}}))?|(?P<numeral>{NUMBER})")
_ENGLISH = re.compile(
    rf"(?P<at>at )?(?:(?P<relation>half|(?:a )?quarter) (?P<way>past|to) )?"
    rf"(?P<hour>\d{{1,2}}|{'|'.join(_WORDS)})(?:[:;.](?P<minute>\d{{2}}))?"
    rf"(?P<clock> ?o'?clock)?(?: ?(?P<part>{'|'.join(_ENGLISH_PARTS)}))?"
)
# 早一点 and 晚一点 ask for another hour, not for one o'clock.
_COMPARED = re.compile("[早晚]?一点")
_AROUND = re.compile(r"^(?:每[天日]|every ?day |daily )(?:at )?|左右$")


def read_hour(text: str, *, asked: bool = False) -> Hour | None:
    """The hour that `text` says, Ambiguous when it may be two, a Fault when it cannot be; None without one.

    Bare digits (`8`, `730`, `7.30`) are an hour only when one was `asked` for.
    """
    if len(text) > LONGEST_ANSWER:
        return None
    words = _AROUND.sub("", " ".join(simplify(text).casefold().replace("：", ":").split()))
    packed = words.replace(" ", "").replace("淩", "凌")
    if words in _NAMED:
        return _NAMED[words]
    if _COMPARED.fullmatch(packed):
        return None
    said = _han(packed) or _english(words) or (_bare(packed) if asked else None)
    return None if said is None else _settle(said, text)


def _han(text: str) -> _Said | None:
    if clock := _CLOCK.fullmatch(text):
        return _Said(int(clock["hour"]), int(clock["minute"]), _part(clock))
    if spoken := _SPOKEN.fullmatch(text):
        return _counted(spoken["hour"], _minute(spoken), _part(spoken))
    if to_go := _TO_GO.fullmatch(text):
        before = 15 if to_go["quarter"] else number(to_go["minute"])
        return _counted(to_go["hour"], 0, _part(to_go), before)
    if brief := _BRIEF.fullmatch(text):
        return _counted(brief["hour"] or brief["numeral"], int(brief["minute"] or 0), _part(brief))
    return None


def _counted(hour: str, minute: int | None, part: _Part | None, before: int | None = 0) -> _Said | None:
    value = number(hour)
    if value is None or minute is None or before is None:
        return None
    return _Said(value, minute, part, spoken=part is None, before=before)


def _part(found: re.Match[str]) -> _Part | None:
    return _PARTS.get(found["part"] or "")


def _minute(found: re.Match[str]) -> int | None:
    if found["quarters"]:
        return _QUARTERS[found["quarters"]]
    return 30 if found["half"] else number(found["minute"] or "0")


def _english(text: str) -> _Said | None:
    found = _ENGLISH.fullmatch(text.replace("a.m.", "am").replace("p.m.", "pm"))
    if found is None or not any(found[mark] for mark in ("at", "relation", "clock", "part")):
        return None
    hour = _WORDS.index(found["hour"]) if found["hour"] in _WORDS else int(found["hour"])
    minute, before = int(found["minute"] or 0), 0
    if found["relation"]:
        away = 30 if found["relation"] == "half" else 15
        minute, before = (away, 0) if found["way"] == "past" else (0, away)
    part = _ENGLISH_PARTS.get(found["part"] or "")
    return _Said(hour, minute, part, spoken=part is None and not found["minute"], before=before)


def _bare(text: str) -> _Said | None:
    found = _BARE.fullmatch(text)
    if found is None:
        return None
    return _counted(found["hour"] or found["numeral"], int(found["minute"] or 0), None)


def _settle(said: _Said, text: str) -> Hour:
    """The hour on a clock of 24 that fits the part of the day."""
    if said.hour > 24 or (said.hour == 24 and said.minute):
        return Fault("hour.no_such_hour", (("hour", said.hour),))
    minute = max(said.minute, said.before)
    if minute > 59:
        return Fault("hour.no_such_minute", (("minute", minute),))
    fitting = _fitting(said)
    if not fitting:
        return Fault("hour.contradiction", (("text", text),))
    times = tuple(_time(hour, said) for hour in fitting)
    return times[0] if len(times) == 1 else Ambiguous(times)


def _fitting(said: _Said) -> tuple[int, ...]:
    """The hours that may be meant: both, where nobody says whether three is at night."""
    hour = said.hour % 24
    readings = (hour, (hour + 12) % 24) if said.hour <= 12 else (hour,)
    if said.part is not None:
        return tuple(reading for reading in readings if reading in said.part.value)[:1]
    return readings if said.spoken and 1 <= hour <= 5 else (hour,)


def _time(hour: int, said: _Said) -> time:
    minutes = (hour * 60 + said.minute - said.before) % (24 * 60)
    return time(minutes // 60, minutes % 60)
