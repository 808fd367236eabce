"""What an admin reads of a trouble: what happened, what it means for readers, what to do."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from digest.house import House
from digest.ports import Phrases
from digest.replies import Reply, Text
from digest.troubles import KnownTrouble, TroubleKind


def alert(known: KnownTrouble, house: House, phrases: Phrases, *, now: dt.datetime) -> Reply:
    """The words on a trouble, or on its end when it has one."""
    details = {key: value for key, value in known.trouble.details.items() if key != "settled"}
    values: dict[str, str | int] = {
        **details,
        "subject": known.trouble.subject,
        "since": _clock(known.since, house, phrases, now),
        "until": _clock(known.over_at or now, house, phrases, now),
        "now": _clock(now, house, phrases, now),
        "hour": phrases.clock(house.push_at),
        "last": phrases.clock(house.late_until),
    }
    kind = known.trouble.kind
    if known.over_at is not None:
        return _said(phrases(f"alert.over_{kind.value}", **values))
    match kind:
        case TroubleKind.ISSUE_LATE:
            return _said(phrases.count("alert.issue_late", int(details.get("readers", 0)), **values))
        case TroubleKind.LIMITED:
            minutes = -(-int(details.get("seconds", 0)) // 60)
            return _said(phrases.count("alert.limited", minutes, **values))
        case TroubleKind.STALLED:
            return _said(phrases.count("alert.stalled", int(details.get("waiting", 0)), **values))
        case _:
            return _said(phrases(f"alert.{kind.value}", **values))


def _said(text: str) -> Reply:
    return Reply((Text(text),))


def _clock(moment: dt.datetime, house: House, phrases: Phrases, now: dt.datetime) -> str:
    """A moment on the house's clock, with its day when that is another one."""
    zone = ZoneInfo(house.zone)
    local = moment.astimezone(zone)
    clock = phrases.clock(local.time())
    return clock if local.date() == now.astimezone(zone).date() else f"{phrases.day(local.date())} {clock}"
