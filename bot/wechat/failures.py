"""What Tencent's error codes mean for whoever sends: a table, for official accounts and for WeCom."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from digest.errors import Gone, MaybeSent, NotAllowed, Refused, SendFailure, Unauthorized, Wait, WindowShut

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
MINUTE = 60.0
# An IPv4 or IPv6 address as the platform quotes it.
_ADDRESS = re.compile(r"(?<![\w.:])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.])")


class Act(StrEnum):
    """What is to be done about a code."""

    BUSY = "busy"
    TOKEN = "token"
    STOP = "stop"
    GONE = "gone"
    SHUT = "shut"
    NOT_ALLOWED = "not_allowed"
    WAIT = "wait"
    TOMORROW = "tomorrow"
    REFUSED = "refused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code: what to do, why in a word of ours, and how long to wait where that is said."""

    act: Act
    reason: str = ""
    seconds: float = MINUTE


COMMON: Mapping[int, Meaning] = {
    -1: Meaning(Act.BUSY, "busy"),
    40001: Meaning(Act.TOKEN, "token_refused"),
    40014: Meaning(Act.TOKEN, "token_refused"),
    42001: Meaning(Act.TOKEN, "token_refused"),
    40013: Meaning(Act.STOP, "bad_app_id"),
    40125: Meaning(Act.STOP, "bad_secret"),
    41004: Meaning(Act.STOP, "bad_secret"),
    40002: Meaning(Act.REFUSED, "bad_grant"),
    44002: Meaning(Act.REFUSED, "empty"),
    44004: Meaning(Act.REFUSED, "empty"),
    47001: Meaning(Act.REFUSED, "bad_json"),
    45002: Meaning(Act.REFUSED, "too_long"),
    45008: Meaning(Act.REFUSED, "too_many_articles"),
    45009: Meaning(Act.TOMORROW, "quota"),
    45011: Meaning(Act.WAIT, "minute_quota"),
    48002: Meaning(Act.GONE, "refuses"),
    48004: Meaning(Act.STOP, "api_banned"),
    50002: Meaning(Act.STOP, "restricted"),
}
OFFICIAL: Mapping[int, Meaning] = {
    **COMMON,
    40164: Meaning(Act.STOP, "ip_list"),
    40003: Meaning(Act.GONE, "not_found"),
    40007: Meaning(Act.REFUSED, "bad_media"),
    43004: Meaning(Act.GONE, "left"),
    50005: Meaning(Act.GONE, "left"),
    43019: Meaning(Act.GONE, "blocked"),
    43101: Meaning(Act.NOT_ALLOWED, "credit_used"),
    40037: Meaning(Act.NOT_ALLOWED, "bad_template"),
    47003: Meaning(Act.REFUSED, "bad_field"),
    45015: Meaning(Act.SHUT, "window"),
    45047: Meaning(Act.SHUT, "window"),
    45028: Meaning(Act.TOMORROW, "mass_quota"),
    45064: Meaning(Act.REFUSED, "bad_button"),
    45065: Meaning(Act.DONE, "sent_before"),
    45066: Meaning(Act.WAIT, "too_fast"),
    45067: Meaning(Act.REFUSED, "bad_client_id"),
    48001: Meaning(Act.NOT_ALLOWED, "not_authorised"),
    48003: Meaning(Act.NOT_ALLOWED, "mass_agreement"),
    48006: Meaning(Act.REFUSED, "clear_quota"),
    40200: Meaning(Act.NOT_ALLOWED, "account_type"),
}
WECOM: Mapping[int, Meaning] = {
    **COMMON,
    40003: Meaning(Act.GONE, "not_found"),
    40056: Meaning(Act.STOP, "bad_agent"),
    40058: Meaning(Act.REFUSED, "too_long"),
    45033: Meaning(Act.WAIT, "concurrency", seconds=1.0),
    48002: Meaning(Act.NOT_ALLOWED, "not_authorised"),
    60011: Meaning(Act.NOT_ALLOWED, "not_authorised"),
    60020: Meaning(Act.STOP, "ip_list"),
    60111: Meaning(Act.GONE, "not_found"),
    81013: Meaning(Act.GONE, "not_visible"),
    93000: Meaning(Act.STOP, "bad_key"),
    301002: Meaning(Act.STOP, "bad_agent"),
}
# Of these codes a new token is the cure.
STALE_TOKEN = frozenset(code for code, meaning in COMMON.items() if meaning.act is Act.TOKEN)
# What a secret must not be asked for again: the token's own end point refuses it.
_AT_THE_TOKEN = {code: Meaning(Act.STOP, "bad_secret") for code in (40001, 40014)}
OFFICIAL_TOKEN: Mapping[int, Meaning] = {**OFFICIAL, **_AT_THE_TOKEN}
WECOM_TOKEN: Mapping[int, Meaning] = {**WECOM, **_AT_THE_TOKEN}


_BUILT: Mapping[Act, Callable[[Meaning], SendFailure]] = {
    Act.BUSY: lambda meaning: MaybeSent(meaning.reason),
    Act.TOKEN: lambda meaning: Unauthorized(meaning.reason),
    Act.STOP: lambda meaning: Unauthorized(meaning.reason),
    Act.GONE: lambda meaning: Gone(meaning.reason),
    Act.SHUT: lambda meaning: WindowShut(meaning.reason),
    Act.NOT_ALLOWED: lambda meaning: NotAllowed(meaning.reason),
    Act.WAIT: lambda meaning: Wait(meaning.seconds, whole=True),
    Act.REFUSED: lambda meaning: Refused(meaning.reason),
}


def failure_of(
    code: int, words: str, meanings: Mapping[int, Meaning], *, now: dt.datetime
) -> SendFailure | None:
    """A refusal in our words and with the platform's own; None where the code says that all is done."""
    meaning = meanings.get(code, Meaning(Act.REFUSED, f"code_{code}"))
    if meaning.act is Act.DONE:
        return None
    if meaning.act is Act.TOMORROW:
        return Wait(until_tomorrow(now), whole=True).saying(words)
    return _BUILT[meaning.act](meaning).saying(words)


def copy_of(failure: SendFailure) -> SendFailure:
    """The same failure for somebody else: two must not raise one and the same exception."""
    match failure:
        case Wait(seconds=seconds, whole=whole):
            other: SendFailure = Wait(seconds, whole=whole)
        case Refused(reason=reason, markup=markup):
            other = Refused(reason, markup=markup)
        case _:
            other = type(failure)(failure.reason)
    return other.saying(failure.words)


def until_tomorrow(now: dt.datetime) -> float:
    """Seconds until the platform's next day begins, at midnight in Shanghai."""
    local = now.astimezone(SHANGHAI)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    return (midnight - local).total_seconds()


def address_in(words: str) -> str:
    """Our own address, where the platform quotes it in a refusal (40164, 60020); '' where it does not."""
    found = _ADDRESS.search(words)
    return found.group(1) if found else ""
