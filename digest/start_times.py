"""When a broadcast shall begin, as people write it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from digest.errors import Invalid
from digest.hours import Ambiguous, read_hour

_DAYS = {
    **dict.fromkeys(("今天", "今日", "today"), 0),
    **dict.fromkeys(("明天", "明日", "tomorrow"), 1),
    **dict.fromkeys(("后天",), 2),
}
_DAY = re.compile(rf"(?P<word>{'|'.join(_DAYS)})\s*(?:at )?")
_SOON = re.compile(r"(?:in )?(?P<n>[0-9]{1,4}) ?(?P<unit>分钟|小时|minutes?|min|hours?|h)(?:后|之后|以后)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}.*")
_FURTHEST = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _Local:
    now: dt.datetime

    def at(self, days: int, time: dt.time) -> dt.datetime:
        """A time of the day so many days from now, on the same clock."""
        date = self.now.date() + dt.timedelta(days=days)
        return dt.datetime.combine(date, time, self.now.tzinfo)


def read_start(written: str, now: dt.datetime) -> dt.datetime:
    """The moment meant, in UTC: `10:30` (the next one), `明天 9点`, `10分钟后`, `2025-12-23 10:00`, ISO 8601.

    `now` is on the writer's clock. Invalid('broadcast.bad_time'), or ('broadcast.past') when it is over.
    """
    text = unicodedata.normalize("NFKC", written).strip().casefold()
    moment = _soon(text, now) or _iso(text, now) or _hour(text, _Local(now))
    if moment is None:
        raise Invalid("broadcast.bad_time", time=written)
    if not now < moment < now + _FURTHEST:
        raise Invalid("broadcast.past" if moment <= now else "broadcast.bad_time", time=written)
    return moment.astimezone(dt.UTC)


def _soon(text: str, now: dt.datetime) -> dt.datetime | None:
    found = _SOON.fullmatch(text)
    if found is None:
        return None
    minutes = int(found["n"]) * (1 if found["unit"].startswith(("分", "m")) else 60)
    return now + dt.timedelta(minutes=minutes)


def _iso(text: str, now: dt.datetime) -> dt.datetime | None:
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = dt.datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def _hour(text: str, local: _Local) -> dt.datetime | None:
    named = _DAY.match(text)
    hour = read_hour(text[named.end() :] if named else text, asked=True)
    if isinstance(hour, Ambiguous):
        hour = hour.options[0]
    if not isinstance(hour, dt.time):
        return None
    if named:
        return local.at(_DAYS[named["word"]], hour)
    today = local.at(0, hour)
    return today if today > local.now else local.at(1, hour)
