"""Whom a broadcast is for: `channel:telegram lang:zh-Hans section:开源动态 active:30d admin`."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from digest.errors import Invalid
from digest.incoming import SectionName
from digest.languages import NAMES
from digest.naming import fitting
from digest.subscriber import CHANNELS, Kind
from digest.wording import heard

_TERM = re.compile(r'(?:(?P<key>[^\s:"]+):)?(?P<value>"[^"]*"|[^\s"]+)')
_SPAN = re.compile(r"(?P<n>[0-9]{1,4})(?P<unit>d|天|日|days?|w|周|weeks?)?")
_WEEKS = ("w", "周", "week", "weeks")
_KEYS = {
    **dict.fromkeys(("channel", "渠道", "频道"), "channel"),
    **dict.fromkeys(("lang", "language", "语言"), "lang"),
    **dict.fromkeys(("section", "栏目", "版块", "板块"), "section"),
    **dict.fromkeys(("active", "活跃"), "active"),
}
_WORDS = {
    **dict.fromkeys(("admin", "admins", "管理员"), "admin"),
    **dict.fromkeys(("private", "私聊"), "private"),
    **dict.fromkeys(("group", "groups", "群"), "group"),
    **dict.fromkeys(("all", "所有人", "全部"), "all"),
}
_LONGEST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Audience:
    """The readers for whom all of this holds; of a wish that is empty nothing is asked.

    `sections` are keys of sections that a reader gets; `active_days`: seen in so many days; `kinds`: persons,
    or groups and Telegram channels; `admins`: those who may broadcast.
    """

    channel: str = ""
    language: str = ""
    sections: tuple[str, ...] = ()
    active_days: int = 0
    kinds: tuple[Kind, ...] = ()
    admins: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a broadcast reaches: head counts by channel and kind, and those left out, by reason."""

    heads: Mapping[tuple[str, Kind], int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The head count."""
        return sum(self.heads.values())

    @property
    def by_channel(self) -> dict[str, int]:
        """The head count of each channel."""
        counts: dict[str, int] = {}
        for (channel, _), count in self.heads.items():
            counts[channel] = counts.get(channel, 0) + count
        return dict(sorted(counts.items()))

    def duration(self, rate: float) -> dt.timedelta:
        """How long it takes at so many messages a second."""
        return dt.timedelta(seconds=self.total / rate)


def read_audience(written: str, sections: tuple[SectionName, ...]) -> Audience:
    """The audience of an expression, its terms combined with AND; '' is everybody.

    Invalid, with the term in it, when one cannot be understood.
    """
    audience = Audience()
    rest = unicodedata.normalize("NFKC", written).strip()
    while rest:
        found = _TERM.match(rest)
        if found is None:
            raise Invalid("audience.unknown_term", term=rest)
        audience = _with(audience, found, sections)
        rest = rest[found.end() :].lstrip()
    return audience


def _with(audience: Audience, found: re.Match[str], sections: tuple[SectionName, ...]) -> Audience:
    term, value = found[0], found["value"].strip('"')
    if found["key"] is None:
        return _with_word(audience, term, value)
    key = _KEYS.get(found["key"].lower())
    if key is None or not value:
        raise Invalid("audience.unknown_term", term=term)
    if key == "section":
        return replace(audience, sections=(*audience.sections, _section(value, sections)))
    if getattr(audience, _FIELDS[key]):
        raise Invalid("audience.twice", term=term)
    return replace(audience, **{_FIELDS[key]: _READERS[key](value)})  # type: ignore[arg-type]  # by its reader


def _with_word(audience: Audience, term: str, value: str) -> Audience:
    match _WORDS.get(value.lower()):
        case "admin":
            return replace(audience, admins=True)
        case "private" if not audience.kinds:
            return replace(audience, kinds=(Kind.PERSON,))
        case "group" if not audience.kinds:
            return replace(audience, kinds=(Kind.GROUP, Kind.CHANNEL))
        case "all":
            return audience
        case None:
            raise Invalid("audience.unknown_term", term=term)
        case _:
            raise Invalid("audience.twice", term=term)


def _section(value: str, sections: tuple[SectionName, ...]) -> str:
    found = fitting(heard(value), sections)
    if len(found) == 1:
        return found[0].key
    near = "、".join(section.title for section in found or sections)
    if not near:
        raise Invalid("audience.no_sections", term=value)
    raise Invalid("audience.unclear_section" if found else "audience.unknown_section", term=value, known=near)


def _channel(value: str) -> str:
    if value.lower() not in CHANNELS:
        raise Invalid("audience.unknown_channel", term=value, known=", ".join(CHANNELS))
    return value.lower()


def _language(value: str) -> str:
    folded = value.replace("_", "-").casefold()
    exact = {tag.casefold(): tag for tag in NAMES} | {"zh": "zh-Hans", "zh-cn": "zh-Hans", "中文": "zh-Hans"}
    if folded not in exact:
        raise Invalid("audience.unknown_language", term=value, known=", ".join(NAMES))
    return exact[folded]


def _days(value: str) -> int:
    found = _SPAN.fullmatch(value.lower())
    days = int(found["n"]) * (7 if found["unit"] in _WEEKS else 1) if found else 0
    if not 0 < days <= _LONGEST_DAYS:
        raise Invalid("audience.bad_span", term=value)
    return days


_FIELDS = {"channel": "channel", "lang": "language", "active": "active_days"}
_READERS: Mapping[str, Callable[[str], object]] = {"channel": _channel, "lang": _language, "active": _days}
