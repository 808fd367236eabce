"""What an admin reads of a trouble: what happened, what it means for readers, what to do."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from digest.house import House
from digest.ports import Phrases
from digest.replies import Reply, Text
from digest.troubles import KnownTrouble, TroubleKind

# The channels whose troubles have words of their own.
TENCENT = frozenset({"wechat", "wecom"})
WHY = frozenset(
    {
        "bad_secret", "bad_app_id", "bad_agent", "token_refused", "api_banned", "restricted",
        "err_10001", "err_20001", "err_20002", "err_20004", "err_20006", "err_20008", "err_20013",
        "err_21000", "err_22000",
    }
)  # fmt: skip


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
    if known.trouble.subject in TENCENT:
        return _said(_of_tencent(known, phrases, values))
    if known.over_at is not None:
        return _said(phrases(f"alert.over_{kind.value}", **values))
    match kind:
        case TroubleKind.ISSUE_LATE:
            return _said(phrases.count("alert.issue_late", int(details.get("readers", 0)), **values))
        case TroubleKind.LIMITED:
            minutes = -(-int(details.get("seconds", 0)) // 60)
            return _said(phrases.count("alert.limited", minutes, **values))
        case TroubleKind.MASS:
            values["why"] = _why(str(details.get("reason", "")), phrases)
            return _said(phrases.count("alert.mass", int(details.get("readers", 0)), **values))
        case TroubleKind.STALLED:
            return _said(phrases.count("alert.stalled", int(details.get("waiting", 0)), **values))
        case _:
            return _said(phrases(f"alert.{kind.value}", **values))


def _of_tencent(known: KnownTrouble, phrases: Phrases, values: dict[str, str | int]) -> str:
    """What WeChat or WeCom as a whole has against us."""
    kind, channel = known.trouble.kind, known.trouble.subject
    values["channel"] = phrases(f"channel.{channel}")
    if known.over_at is not None:
        return phrases("alert.over_tencent", **values)
    match kind:
        case TroubleKind.LIMITED:
            minutes = -(-int(known.trouble.details.get("seconds", 0)) // 60)
            return phrases.count("alert.tencent_limited", minutes, **values)
        case TroubleKind.ADDRESS:
            return phrases(f"alert.{channel}_address", **values)
        case TroubleKind.ACCOUNT:
            values["why"] = _why(str(known.trouble.details.get("reason", "")), phrases)
            return phrases("alert.tencent_account", **values)
        case _:
            return phrases("alert.tencent_unreachable", **values)


def _why(reason: str, phrases: Phrases) -> str:
    """A reason of the platform's, in words where we have some."""
    plain = "".join(char if char.isalnum() else "_" for char in reason.lower()).strip("_")
    return phrases(f"tencent.{plain}") if plain in WHY else reason


def _said(text: str) -> Reply:
    return Reply((Text(text),))


def _clock(moment: dt.datetime, house: House, phrases: Phrases, now: dt.datetime) -> str:
    """A moment on the house's clock, with its day when that is another one."""
    zone = ZoneInfo(house.zone)
    local = moment.astimezone(zone)
    clock = phrases.clock(local.time())
    return clock if local.date() == now.astimezone(zone).date() else f"{phrases.day(local.date())} {clock}"
