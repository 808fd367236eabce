"""Time zones by the words people use: cities, countries, offsets, IANA names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

from digest.cities import City, cities
from digest.hans import simplify
from digest.numerals import LONGEST_ANSWER, number

_COMMON = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Etc/UTC",
)
# Who says an offset means a place: one that never moves its clocks answers, the others are offered too.
_STEADY = {
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    480: "Asia/Shanghai",
    525: "Australia/Eucla",
    540: "Asia/Tokyo",
    -570: "Pacific/Marquesas",
}
_MOVING = {
    -480: ("America/Los_Angeles",),
    -420: ("America/Denver", "America/Los_Angeles"),
    -360: ("America/Chicago", "America/Denver"),
    -300: ("America/New_York", "America/Chicago"),
    -240: ("America/New_York", "America/Halifax"),
    -210: ("America/St_Johns",),
    -150: ("America/St_Johns",),
    0: ("Europe/London",),
    60: ("Europe/Berlin", "Europe/London"),
    120: ("Europe/Athens", "Europe/Berlin"),
    180: ("Europe/Moscow", "Europe/Athens"),
    570: ("Australia/Darwin", "Australia/Adelaide"),
    600: ("Australia/Brisbane", "Australia/Sydney"),
    630: ("Australia/Adelaide", "Australia/Lord_Howe"),
    660: ("Australia/Sydney", "Australia/Lord_Howe"),
    720: ("Pacific/Auckland",),
    765: ("Pacific/Chatham",),
    780: ("Pacific/Auckland",),
    825: ("Pacific/Chatham",),
}
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?([0-5]\d))?|(?:utc|gmt)(\d{1,2})()()")
_HAN_OFFSET = re.compile(r"([东東西])([一二三四五六七八九十]{1,2}|\d{1,2})(?:时|時)?[区區]")
_SUFFIX = re.compile(r"(?:标准|標準)?(?:时间|時間|时区|時區|市|省)$|\b(?:standard )?time(?: ?zone)?$")
_FIXED = re.compile(r"Etc/GMT([+-]\d{1,2})")
_NOT_PLACES = frozenset({"localtime", "Factory", "posixrules"})
_NEAREST = 4
_SHORT = 3


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """A zone the words may mean: its IANA key, the name they matched, and whether they said exactly that."""

    key: str
    name: str
    exact: bool = True

    def label(self, language: str) -> str:
        """The zone in words, for a button."""
        return city_label(self.key, language)


def find_zone(text: str) -> tuple[ZoneChoice, ...]:
    """The zones that `text` names, likeliest first: one exact choice is an answer, all else is a question.

    When it names none, the cities in it or the nearest spellings, not exact; empty when nothing is near.
    """
    if len(text) > LONGEST_ANSWER:
        return ()
    for reading in (text.strip(), _SUFFIX.sub("", text.strip(), count=1).strip()):
        key = _fold(reading)
        choices = _named(key) or _offset(reading) or _iana(reading)
        if choices:
            return choices
    return _contained(text) or _nearest(text)


def common_zones() -> tuple[ZoneChoice, ...]:
    """A dozen zones for buttons."""
    return tuple(ZoneChoice(key, city_label(key, "en")) for key in _COMMON)


def city_label(zone_key: str, language: str) -> str:
    """`北京时间`, `北京時間` or `Beijing time` for an IANA key; `UTC+8` for a fixed offset."""
    if fixed := _FIXED.fullmatch(zone_key):
        return f"UTC{-int(fixed[1]):+d}"
    if zone_key in {"UTC", "Etc/UTC"}:
        return "UTC"
    city = _namesake(zone_key)
    code = language.casefold().replace("_", "-")
    if not code.startswith("zh"):
        return f"{city.english} time"
    hant = any(part in {"hant", "tw", "hk", "mo"} for part in code.split("-")[1:])
    return f"{city.hant}時間" if hant else f"{city.hans}时间"


def _named(key: str) -> tuple[ZoneChoice, ...]:
    return tuple(ZoneChoice(zone, name) for zone, name in _index().get(key, {}).items())


def _offset(text: str) -> tuple[ZoneChoice, ...]:
    minutes = _minutes(text)
    if minutes is None:
        return ()
    steady = _STEADY.get(minutes)
    fixed = steady or (None if minutes % 60 else f"Etc/GMT{-minutes // 60:+d}" if minutes else "Etc/UTC")
    keys = (*((fixed,) if fixed else ()), *_MOVING.get(minutes, ()))
    return tuple(ZoneChoice(key, text) for key in keys)


def _minutes(text: str) -> int | None:
    """The offset from UTC that `text` writes, in minutes east, inside what is in use."""
    folded = re.sub(r"[\s]", "", text).replace("\u2212", "-").casefold()
    minutes: int | None = None
    if plain := _OFFSET.fullmatch(folded):
        sign = -1 if plain[1] == "-" else 1
        minutes = sign * (int(plain[2] or plain[4]) * 60 + int(plain[3] or 0))
    elif han := _HAN_OFFSET.fullmatch(folded):
        minutes = (-60 if han[1] == "西" else 60) * (number(han[2]) or 0)
    return minutes if minutes is not None and -12 * 60 <= minutes <= 14 * 60 else None


def _iana(text: str) -> tuple[ZoneChoice, ...]:
    found = _keys().get(text.casefold().replace(" ", "_"))
    return (ZoneChoice(found, found),) if found else ()


@lru_cache(maxsize=1)
def _keys() -> dict[str, str]:
    """IANA keys in lower case, whole, and by their last part where no whole one is called so."""
    keys = sorted(key for key in available_timezones() if key not in _NOT_PLACES)
    whole = {key.casefold(): key for key in keys}
    return {key.rpartition("/")[2].casefold(): key for key in keys} | whole


def _contained(text: str) -> tuple[ZoneChoice, ...]:
    """The zones of the longest name that stands in the text, never exact."""
    words = re.findall(r"[a-z]+", _fold_accents(text).casefold())
    spoken = {"".join(words[first:last]) for last in range(len(words) + 1) for first in range(last)}
    han = _fold(text)
    latin = [name for name in _index() if len(name) > _SHORT and name in spoken]
    names = latin or [name for name in _index() if len(name) > 1 and not name.isascii() and name in han]
    return _guesses((max(names, key=len),)) if names else ()


def _nearest(text: str) -> tuple[ZoneChoice, ...]:
    key = _fold(text)
    if len(key) < _SHORT or any(character.isdigit() for character in key):
        return ()
    cutoff = 0.75 if key.isascii() else 0.6
    return _guesses(tuple(get_close_matches(key, _index(), n=_NEAREST, cutoff=cutoff)))


def _guesses(names: tuple[str, ...]) -> tuple[ZoneChoice, ...]:
    found = {choice.key: choice for name in reversed(names) for choice in reversed(_named(name))}
    return tuple(ZoneChoice(c.key, c.name, exact=False) for c in reversed(found.values()))


@lru_cache(maxsize=1)
def _index() -> dict[str, dict[str, str]]:
    """Folded name -> zone -> the name as written."""
    index: dict[str, dict[str, str]] = {}
    for city in cities():
        for name in city.names:
            index.setdefault(_fold(name), {}).setdefault(city.zone, name)
    return index


@lru_cache(maxsize=1)
def _namesakes() -> dict[str, City]:
    return {city.zone: city for city in reversed(cities())}


def _namesake(zone_key: str) -> City:
    name = zone_key.rpartition("/")[2].replace("_", " ")
    return _namesakes().get(zone_key) or City(zone_key, name, name, name, ())


def _fold(text: str) -> str:
    """What two spellings of a name have in common: simplified, without case, accents, blanks or points."""
    return re.sub(r"[\s_.,'\u2019·-]", "", simplify(_fold_accents(text))).casefold()


def _fold_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not "\u0300" <= c <= "\u036f")
