"""What reading an issue file depends on: the dialect and the publisher's zone."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from digest.dialect import Dialect
from digest.issue import Issue, Parsed
from digest.parsing import parse


@dataclass(frozen=True, slots=True)
class Rules:
    """How issue files are read: the dialect and the publisher's zone."""

    dialect: Dialect
    zone: str

    @property
    def fingerprint(self) -> str:
        """Changes when the same bytes may be read in another way."""
        return hashlib.sha256(f"{self.dialect!r} {self.zone}".encode()).hexdigest()[:16]

    def hash_of(self, source: bytes) -> str:
        """What tells a text from another, and one that is read in another way."""
        return hashlib.sha256(self.fingerprint.encode() + source).hexdigest()

    def read(self, source: bytes, *, file_name: str, now: dt.datetime) -> Parsed:
        """The issues in a file, or every reason why there are none."""
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        return parse(source, file_name=file_name, dialect=self.dialect, zone=zone, today=today)


def available_at(issue: Issue, zone: str) -> dt.datetime:
    """From when readers may see an issue (UTC): the beginning of its day, or the embargo's end."""
    midnight = dt.datetime.combine(issue.date, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    return max(midnight, issue.publish_at or midnight)
