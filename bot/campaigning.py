"""`digestbot campaigns`: what was opened, and how it is steered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from bot.assembly import house_of, opened_store
from bot.settings import Settings
from bot.terminal import Terminal
from digest.campaign_screens import Report
from digest.errors import Invalid, OperatorError
from handlers import steering


@contextmanager
def in_our_words(exit_code: int = 2) -> Iterator[None]:
    """Tell an operator what is invalid in a sentence, under this exit code."""
    try:
        yield
    except Invalid as caught:
        values = {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in caught.values.items()
        }
        raise OperatorError(caught.code, exit_code=exit_code, **values) from caught


async def list_campaigns(settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """The newest twenty campaigns, a line each."""
    async with opened_store(settings) as store, store.reading() as tx:
        reports = await steering.listed(tx)
    if json:
        terminal.data({"campaigns": [_data(report, settings) for report in reports]})
        return 0
    for report in reports:
        terminal.say(_line(report, terminal))
    if not reports:
        terminal.say(terminal.phrases("sendings.none"))
    return 0


async def show_campaign(campaign: int, settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """One campaign with its sums, which add up to the head count, and why what was not sent was not."""
    async with opened_store(settings) as store:
        with in_our_words():
            async with store.reading() as tx:
                report = await steering.report(tx, campaign)
    _show(report, settings, terminal, json=json)
    return 0


async def steer_campaign(
    act: str, campaign: int, settings: Settings, terminal: Terminal, *, json: bool
) -> int:
    """Pause, resume or cancel a campaign; exit code 1 when its state does not allow it."""
    now = dt.datetime.now(dt.UTC)
    async with opened_store(settings) as store:
        with in_our_words():
            async with store.reading() as tx:
                await steering.report(tx, campaign)
        with in_our_words(1):
            async with store.transaction() as tx:
                match act:
                    case "pause":
                        report = await steering.pause(tx, campaign, now)
                    case "resume":
                        report = await steering.resume(tx, campaign, house_of(settings), now)
                    case _:
                        report = await steering.cancel(tx, campaign, now)
    _show(report, settings, terminal, json=json)
    return 0


async def retry_campaign(
    campaign: int, only: str, settings: Settings, terminal: Terminal, *, json: bool
) -> int:
    """Let what failed, or is unknown, be sent once more; nothing else is."""
    if only not in steering.RETRIED:
        raise OperatorError("sendings.bad_only", exit_code=2, only=only)
    now = dt.datetime.now(dt.UTC)
    async with opened_store(settings) as store:
        with in_our_words():
            async with store.reading() as tx:
                await steering.report(tx, campaign)
        with in_our_words(1):
            async with store.transaction() as tx:
                again = await steering.retry(tx, campaign, only, now)
                report = await steering.report(tx, campaign)
    if json:
        terminal.data({"campaign": campaign, "retried": again, "state": report.state})
        return 0
    say = terminal.phrases
    told = say.count("sendings.retried", again, campaign=str(campaign)) if again else ""
    terminal.say(told or say("sendings.none_retried", campaign=str(campaign)))
    return 0


def _show(report: Report, settings: Settings, terminal: Terminal, *, json: bool) -> None:
    if json:
        terminal.data({**_data(report, settings), "reasons": _reasons(report)})
        return
    say = terminal.phrases
    terminal.say(_line(report, terminal))
    terminal.say("  " + say("sendings.states", **report.states, total=report.progress.total))
    for one in _reasons(report):
        terminal.say("  " + say("sendings.reason", **one))
    if report.broadcast is not None:
        audience = report.broadcast.audience or say("broadcast.everybody")
        terminal.say("  " + say("sendings.audience", audience=audience))
    if report.state == "scheduled" and report.broadcast is not None and report.broadcast.starts_at:
        at = report.broadcast.starts_at.astimezone(ZoneInfo(settings.bot.timezone))
        terminal.say("  " + say("sendings.starts", at=f"{at:%Y-%m-%d %H:%M}"))
    if report.broadcast is not None and report.broadcast.revision > 1:
        sums = report.corrections
        terminal.say("  " + say("sendings.corrections", done=sums.done, failed=sums.failed, left=sums.left))


def _line(report: Report, terminal: Terminal) -> str:
    at, say = report.progress, terminal.phrases
    what = at.issue_date.isoformat() if at.issue_date else say("sendings.broadcast")
    state = say(f"sendings.{report.state}")
    return say(
        "sendings.line",
        campaign=str(at.id),
        what=what,
        state=state,
        settled=at.settled,
        total=at.total,
    )


def _reasons(report: Report) -> list[dict[str, Any]]:
    return [
        {"state": state.value, "reason": reason, "count": count}
        for (state, reason), count in report.reasons.items()
    ]


def _data(report: Report, settings: Settings) -> dict[str, Any]:
    at, broadcast = report.progress, report.broadcast
    zone = ZoneInfo(settings.bot.timezone)

    def moment(when: dt.datetime | None) -> str | None:
        return when.astimezone(zone).isoformat(timespec="seconds") if when else None

    return {
        "campaign": at.id,
        "key": at.key,
        "kind": at.kind,
        "state": report.state,
        "issue": at.issue_date.isoformat() if at.issue_date else None,
        "audience": broadcast.audience if broadcast else None,
        "head_count": at.total,
        "states": report.states,
        "created_at": moment(at.created_at),
        "starts_at": moment(broadcast.starts_at if broadcast else None),
        "done_at": moment(at.done_at),
    }
