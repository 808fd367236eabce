"""The screens of campaigns: how far one is, how it ended, and the last ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from digest.broadcast import Broadcast, CorrectionSums
from digest.campaign import CampaignState, DeliveryState, Progress
from digest.durations import said_duration
from digest.editing import Act, Draft, Steer, Step
from digest.ports import Phrases
from digest.replies import Choice, Reply, Text
from digest.screens import step

BAR = 10
MOST_REASONS = 6

Reasons = Mapping[tuple[DeliveryState, str], int]


@dataclass(frozen=True, slots=True)
class Report:
    """A campaign with its sums, why what was not sent was not, and for a broadcast what it is."""

    progress: Progress
    reasons: Reasons = field(default_factory=dict)
    broadcast: Broadcast | None = None
    corrections: CorrectionSums = field(default_factory=CorrectionSums)

    @property
    def state(self) -> str:
        """The campaign's state as people know it: draft and scheduled are states of a broadcast."""
        if self.broadcast is not None and self.broadcast.draft:
            return "draft"
        if self.broadcast is not None and self.broadcast.scheduled:
            return "scheduled"
        return self.progress.state.value

    @property
    def over(self) -> bool:
        """Whether nothing more will be sent of it."""
        return self.progress.state in (CampaignState.DONE, CampaignState.CANCELLED)

    @property
    def states(self) -> dict[str, int]:
        """The deliveries by what became of them; they add up to the head count."""
        at = self.progress
        stopped = at.state is CampaignState.CANCELLED
        return {
            "waiting": 0 if stopped else at.waiting,
            "sent": at.sent,
            "failed": at.failed,
            "unknown": at.unknown,
            "skipped": at.skipped,
            "cancelled": at.waiting if stopped else 0,
        }


def progress_screen(say: Phrases, report: Report, *, rate: float, zone: dt.tzinfo, edits: bool) -> Reply:
    """How far a campaign is, with its buttons; its sums once it has ended. `rate`: messages a second."""
    if report.over:
        lines, rows = _ended(say, report, zone), _after(say, report)
    else:
        lines, rows = _under_way(say, report, rate), (_steering(say, report),)
    lines += _corrected(say, report)
    return Reply((Text("\n".join(lines)),), tuple(row for row in rows if row), edits=edits)


def campaigns_screen(say: Phrases, reports: tuple[Report, ...], zone: dt.tzinfo) -> Reply:
    """The last campaigns, a line each, with a button for each."""
    if not reports:
        return Reply((Text(say("sendings.none")),))
    lines = [_line(say, report, zone) for report in reports]
    row = tuple(step(str(one.progress.id), Steer(one.progress.id)) for one in reports)
    return Reply((Text("\n".join([say("broadcast.list"), *lines])),), (row[:5], row[5:]))


def _line(say: Phrases, report: Report, zone: dt.tzinfo) -> str:
    at, broadcast = report.progress, report.broadcast
    words = broadcast.content.text.strip().partition("\n")[0][:20] if broadcast else ""
    what = say.short_day(at.issue_date) if at.issue_date else words or say("sendings.broadcast")
    return say(
        "broadcast.list_line",
        campaign=str(at.id),
        day=say.short_day(at.created_at.astimezone(zone).date()),
        what=what,
        state=say(f"sendings.{report.state}"),
        sent=at.sent,
        total=at.total,
    )


def _under_way(say: Phrases, report: Report, rate: float) -> list[str]:
    at = report.progress
    if report.state in ("draft", "scheduled"):
        return [say(f"broadcast.is_{report.state}")]
    share = at.settled * 100 // at.total if at.total else 100
    paused = at.state is CampaignState.PAUSED
    bar = "▓" * (share // BAR) + "░" * (BAR - share // BAR)
    lines = [say("broadcast.paused_bar" if paused else "broadcast.running_bar", bar=bar, percent=share)]
    if paused or rate <= 0:
        lines.append(say("broadcast.how_far", settled=at.settled, total=at.total))
    else:
        left = said_duration(dt.timedelta(seconds=at.waiting / rate), say)
        speed = f"{rate:.1f}"
        lines.append(say("broadcast.how_fast", settled=at.settled, total=at.total, rate=speed, left=left))
    sums = {"sent": at.sent, "blocked": at.skipped, "failed": at.failed, "unknown": at.unknown}
    return [*lines, say("broadcast.sums", **sums)]


def _ended(say: Phrases, report: Report, zone: dt.tzinfo) -> list[str]:
    at, begun = report.progress, report.broadcast.begun_at if report.broadcast else None
    stopped = at.state is CampaignState.CANCELLED
    if stopped or at.done_at is None:
        lines = [say("broadcast.stopped")]
    else:
        took = said_duration(at.done_at - (begun or at.created_at), say)
        ended = at.done_at.astimezone(zone)
        lines = [say("broadcast.done", clock=f"{ended.hour}:{ended:%M:%S}", took=took)]
    gone = _gone(report.reasons)
    sums = {
        "sent": at.sent,
        "blocked": at.skipped - sum(gone.values()),
        "failed": at.failed + sum(gone.values()),
        "unknown": at.unknown,
    }
    key = "broadcast.sums_stopped" if stopped and at.waiting else "broadcast.sums_total"
    lines.append(say(key, **sums, waiting=at.waiting, total=at.total))
    if why := _why(say, report.reasons):
        lines.append(say("broadcast.why_failed", reasons=why))
    return [*lines, *([say("broadcast.why_unknown")] if at.unknown else [])]


def _gone(reasons: Reasons) -> dict[str, int]:
    """Those whom the platform ruled out for another reason than that they blocked us."""
    return {
        reason: count
        for (state, reason), count in reasons.items()
        if state is DeliveryState.SKIPPED and reason != "blocked"
    }


def _why(say: Phrases, reasons: Reasons) -> str:
    failed = _gone(reasons)
    for (state, reason), count in reasons.items():
        if state is DeliveryState.DEAD:
            failed[reason] = failed.get(reason, 0) + count
    said = [f"{_named(say, reason)} {count:,}" for reason, count in failed.items()]
    return say("broadcast.comma").join(said[:MOST_REASONS])


def _named(say: Phrases, reason: str) -> str:
    return say(f"reason.{reason}") if reason in REASONS else reason


def _corrected(say: Phrases, report: Report) -> list[str]:
    at = report.corrections
    if report.broadcast is None or report.broadcast.revision == 1 or not (at.done or at.failed or at.left):
        return []
    if at.left:
        return [say("broadcast.correcting", done=at.done, total=at.done + at.failed + at.left)]
    lines = [say.count("broadcast.corrected", at.done)]
    return [*lines, say.count("broadcast.not_corrected", at.failed)] if at.failed else lines


def _steering(say: Phrases, report: Report) -> tuple[Choice, ...]:
    campaign = report.progress.id
    stop = step(say("choice.stop"), Steer(campaign, Act.STOP))
    match report.state:
        case "running":
            return (step(say("choice.pause"), Steer(campaign, Act.PAUSE)), stop)
        case "paused":
            return (step(say("choice.go_on"), Steer(campaign, Act.RESUME)), stop)
        case "scheduled":
            return (step(say("choice.begin_now"), Steer(campaign, Act.RESUME)), stop)
        case "draft":
            return (step(say("choice.go_on"), Draft(campaign, Step.READDRESS)), stop)
        case _:
            return (stop,)


def _after(say: Phrases, report: Report) -> tuple[tuple[Choice, ...], ...]:
    at = report.progress
    again: list[Choice] = []
    if at.state is CampaignState.DONE:
        if at.unknown:
            label = say.count("choice.retry_unknown", at.unknown)
            again.append(step(label, Steer(at.id, Act.RETRY, "unknown")))
        if at.failed:
            again.append(step(say.count("choice.retry_failed", at.failed), Steer(at.id, Act.RETRY, "failed")))
        if again:
            again.append(step(say("choice.leave"), Steer(at.id, Act.LEAVE)))
    below: list[Choice] = []
    if report.broadcast is not None and at.sent:
        below.append(step(say("choice.correct"), Steer(at.id, Act.CORRECT)))
    if at.failed or at.unknown or at.skipped:
        below.append(step(say("choice.names"), Steer(at.id, Act.NAMES)))
    return (tuple(again), tuple(below))


def names_screen(say: Phrases, lost: tuple[tuple[str, DeliveryState, str], ...]) -> Reply:
    """Whom it did not reach and why, as many as one message holds."""
    lines = [f"{address or say('broadcast.forgotten')}　{_named(say, reason)}" for address, _, reason in lost]
    return Reply((Text("\n".join([say("broadcast.names"), *lines])),))


REASONS = frozenset(
    {
        "blocked", "deactivated", "kicked", "not_member", "not_started", "no_rights", "not_found",
        "topic_closed", "topic_missing", "forbidden", "moved", "no_channel", "forgotten", "poison",
        "unknown", "timeout", "cannot_parse", "too_long", "refused", "bad_request", "retracted",
        "window", "mass", "no_push", "left", "refuses", "not_visible", "seen",
    }
)  # fmt: skip
