"""`digestbot explain`: the life of one delivery, for a person and as data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from bot.assembly import house_of, opened_store
from bot.operations import read_date
from bot.settings import Settings
from bot.terminal import Terminal
from digest.absence import Check
from digest.campaign import CampaignState, DeliveryState
from digest.errors import Invalid, OperatorError
from digest.lives import Life, Step, What, steps
from digest.ports import Phrases
from digest.subscriber import AddressState, Place, read_place
from handlers.explain import Explained, explain

_OPEN = frozenset({DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRY})


async def explain_delivery(
    address: str, date: str, settings: Settings, terminal: Terminal, *, json: bool
) -> int:
    """Tell what became of a reader's digest of a date ('' for today); 2 for a bad address or date."""
    place, on = _place(address), read_date(date) if date else None
    now, kept = dt.datetime.now(dt.UTC), dt.timedelta(days=settings.delivery.keep_days)
    async with opened_store(settings) as store:
        found = await explain(store, house_of(settings), place, on, now=now, kept=kept)
    if json:
        terminal.data(_data(found, terminal.phrases))
        return 0
    for line in _lines(found, terminal.phrases):
        terminal.say(line)
    return 0


def _place(address: str) -> Place:
    try:
        return read_place(address)
    except Invalid as caught:
        raise OperatorError(caught.code, exit_code=2, address=address) from caught


# For a person


def _lines(found: Explained, say: Phrases) -> Iterator[str]:
    yield _reader_line(found, say)
    yield _issue_line(found, say)
    if found.checks:
        yield "  ".join(_check_words(one, say) for one in found.checks)
    for life in found.lives:
        yield ""
        yield say(
            "explain.delivery", campaign=str(life.campaign_id), key=life.key, revision=str(life.revision)
        )
        for step in steps(life):
            yield f"  {_moment(step.at, found):<19}  {_step_words(step, found, say)}"
    yield ""
    yield _message(found, say)
    if found.next_due is not None and found.reader is not None and found.reader.subscription.active:
        yield say("explain.next", moment=_moment(found.next_due.at, found), zone=found.zone)


def _reader_line(found: Explained, say: Phrases) -> str:
    reader, schedule = found.reader, found.schedule
    if reader is None or schedule is None:
        return str(found.place)
    order = reader.subscription
    active = say("roster.active" if order.active else "roster.inactive")
    if reader.address.state is not AddressState.ACTIVE:
        active = say("roster.unreachable", reason=reader.address.reason or reader.address.state.value)
    when = f"{schedule.push_at:%H:%M} {schedule.zone} {schedule.weekdays}"
    until = say("explain.paused", day=order.paused_until.isoformat()) if order.paused_until else ""
    return "  ".join(part for part in (str(found.place), active, when, until) if part)


def _issue_line(found: Explained, say: Phrases) -> str:
    issue = found.issue
    if issue is None:
        return say("explain.no_issue", date=found.date.isoformat())
    return say(
        "explain.issue",
        date=issue.date.isoformat(),
        revision=str(issue.revision),
        state=say(f"explain.issue_{issue.state.value}"),
        moment=_moment(issue.available_at, found),
    )


def _check_words(check: Check, say: Phrases) -> str:
    return ("+ " if check.passed else "- ") + say(f"explain.check_{check.name}")


def _step_words(step: Step, found: Explained, say: Phrases) -> str:
    match step.what:
        case What.PLANNED:
            return say("explain.planned")
        case What.CLAIMED:
            return say("explain.claimed", owner=step.owner)
        case What.PART_BEGUN:
            return say("explain.part_begun", part=str((step.part or 0) + 1))
        case What.PART_SENT:
            return say("explain.part_sent", part=str((step.part or 0) + 1), ref=step.ref)
        case What.ENDED | What.SETBACK:
            state = say(f"explain.state_{step.state.value if step.state else ''}")
            often = (
                say.count("explain.times", step.times, last=_moment(step.last_at, found))
                if step.times > 1
                else ""
            )
            return "  ".join(part for part in (state, step.reason, _quoted(step.words), often) if part)


def _quoted(words: str) -> str:
    return f"“{words}”" if words else ""


def _message(found: Explained, say: Phrases) -> str:
    """The verdict in a sentence."""
    digest = found.digest
    if digest is None:
        reason = found.reader.address.reason if found.reader else ""
        return say(
            f"explain.why_{found.why.value if found.why else ''}", date=found.date.isoformat(), reason=reason
        )
    if digest.state in _OPEN and digest.campaign is not CampaignState.RUNNING:
        return say(f"explain.campaign_{digest.campaign.value}", campaign=str(digest.campaign_id))
    moment = _moment(digest.not_before or digest.settled_at or digest.planned_at, found)
    reason = digest.words or digest.reason
    return say(f"explain.now_{digest.state.value}", moment=moment, reason=reason)


def _moment(moment: dt.datetime | None, found: Explained) -> str:
    return f"{moment.astimezone(ZoneInfo(found.zone)):%Y-%m-%d %H:%M:%S}" if moment else ""


# As data


def _data(found: Explained, say: Phrases) -> dict[str, Any]:
    digest, issue = found.digest, found.issue
    verdict = digest.state.value if digest else found.why.value if found.why else ""
    return {
        "address": str(found.place),
        "date": found.date.isoformat(),
        "timezone": found.zone,
        "verdict": verdict,
        "message": _message(found, say),
        "reader": _reader_data(found),
        "issue": {
            "revision": issue.revision,
            "state": issue.state.value,
            "available_at": _iso(issue.available_at, found),
        }
        if issue
        else None,
        "checks": [{"name": one.name, "passed": one.passed} for one in found.checks],
        "deliveries": [_life_data(life, found) for life in found.lives],
        "next_at": _iso(found.next_due.at if found.next_due else None, found),
    }


def _reader_data(found: Explained) -> dict[str, Any] | None:
    reader, schedule = found.reader, found.schedule
    if reader is None or schedule is None:
        return None
    order = reader.subscription
    return {
        "active": order.active,
        "state": reader.address.state.value,
        "reason": reader.address.reason,
        "push_at": schedule.push_at.isoformat("minutes"),
        "weekdays": str(schedule.weekdays),
        "paused_until": order.paused_until.isoformat() if order.paused_until else "",
        "subscribed_at": _iso(order.subscribed_at, found),
    }


def _life_data(life: Life, found: Explained) -> dict[str, Any]:
    return {
        "campaign": life.campaign_id,
        "key": life.key,
        "kind": life.kind,
        "campaign_state": life.campaign.value,
        "revision": life.revision,
        "state": life.state.value,
        "reason": life.reason,
        "words": life.words,
        "attempts": life.attempts,
        "owner": life.owner,
        "not_before": _iso(life.not_before, found),
        "steps": [_step_data(step, found) for step in steps(life)],
    }


def _step_data(step: Step, found: Explained) -> dict[str, Any]:
    return {
        "what": step.what.value,
        "at": _iso(step.at, found),
        "state": step.state.value if step.state else "",
        "reason": step.reason,
        "words": step.words,
        "owner": step.owner,
        "part": step.part,
        "ref": step.ref,
        "times": step.times,
        "last_at": _iso(step.last_at, found),
    }


def _iso(moment: dt.datetime | None, found: Explained) -> str:
    return moment.astimezone(ZoneInfo(found.zone)).isoformat(timespec="seconds") if moment else ""
