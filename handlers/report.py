"""How a morning went: one report to every admin, whose sums add up; the unknown are sent again by a tap."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from digest.campaign import DeliveryState, Share, Tally
from digest.editorial import Resend, ShowReport
from digest.errors import UserError
from digest.house import House
from digest.intents import Awaits, Cancel
from digest.ports import Languages, Phrases
from digest.replies import Choice, Reply, Text
from digest.screens import step
from digest.subscriber import Kind, Place, read_place
from digest.taps import remember
from handlers.context import Context
from handlers.proofs import only_admins
from storage.store import Store

AFTER = dt.timedelta(minutes=15)
OPEN = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRY)
REASONS = (
    "blocked",
    "deactivated",
    "kicked",
    "left",
    "no_channel",
    "no_rights",
    "not_found",
    "retracted",
    "forgotten",
)


@dataclass(frozen=True, slots=True)
class Report:
    """What an admin is to be told of a campaign."""

    campaign_id: int
    place: Place
    reply: Reply


async def morning_reports(
    store: Store, house: House, languages: Languages, *, now: dt.datetime, channel: str
) -> tuple[Report, ...]:
    """What a channel's admins were not told: fifteen minutes after the hour, or after a later opening."""
    zone = ZoneInfo(house.zone)
    there = now.astimezone(zone)
    hour = dt.datetime.combine(there.date(), house.push_at, zone)
    if there < hour + AFTER:
        return ()
    midnight = dt.datetime.combine(there.date(), dt.time(), zone)
    found: list[Report] = []
    async with store.reading() as tx:
        for campaign_id, date in await tx.reports.digests(since=midnight, until=now - AFTER):
            waiting = _admins(house, channel) - await tx.reports.told(campaign_id)
            if not waiting or date < there.date() - dt.timedelta(days=1):
                continue
            tally = await tx.reports.tally(campaign_id)
            if tally is None or not tally.shares:
                continue
            for admin in sorted(waiting):
                place = read_place(admin)
                reader = await tx.subscribers.at(place)
                phrases = languages.speak(reader.locale if reader else "")
                found.append(Report(campaign_id, place, _reply(tally, phrases, there)))
    return tuple(found)


def _admins(house: House, channel: str) -> frozenset[str]:
    return frozenset(admin for admin in house.admins if admin.startswith(f"{channel}:"))


async def show_report(intent: ShowReport, context: Context) -> Reply:
    """How a campaign went so far, or one side of it."""
    only_admins(context)
    async with context.store.reading() as tx:
        campaign_id = intent.campaign or await tx.reports.newest()
        tally = await tx.reports.tally(campaign_id) if campaign_id else None
    if tally is None:
        raise UserError("report.nothing")
    there = context.now.astimezone(ZoneInfo(context.house.zone))
    match intent.page:
        case "unknown":
            return _unknown(tally, context)
        case "failed":
            return _failed(tally, context)
        case _:
            return _reply(tally, context.phrases, there)


async def resend(intent: Resend, context: Context) -> Reply:
    """Send again what may not have arrived, and nothing else."""
    only_admins(context)
    async with context.store.transaction() as tx:
        tally = await tx.reports.tally(intent.campaign)
        if tally is None:
            raise UserError("report.nothing")
        count = await tx.campaigns.retry(intent.campaign, (DeliveryState.UNKNOWN,), now=context.now)
    if not count:
        return Reply((Text(context.phrases("report.none_unknown")),), edits=True)
    see = step(context.phrases("choice.report"), ShowReport(intent.campaign), context.phrases("says.report"))
    return Reply((Text(context.phrases.count("report.resending", count)),), ((see,),), edits=True)


def _reply(tally: Tally, say: Phrases, there: dt.datetime) -> Reply:
    head = say("report.head", day=say.short_day(tally.issue_date), clock=say.clock(there.time()))
    lines = [head, *_lines(tally, say), *_last(tally, say, there)]
    rows = _choices(tally, say)
    return Reply((Text("\n".join(lines)),), rows, typed=tuple(choice.says for row in rows for choice in row))


def _lines(tally: Tally, say: Phrases) -> list[str]:
    groups: dict[tuple[str, Kind | None], list[Share]] = {}
    for share in sorted(tally.shares, key=_place):
        groups.setdefault((share.channel, share.kind), []).append(share)
    return [_line(channel, kind, shares, say) for (channel, kind), shares in groups.items()]


def _place(share: Share) -> tuple[str, int, int]:
    """Where a share stands in the report: people first, what arrived first, what is still to come last."""
    kinds = (Kind.PERSON, Kind.CHANNEL, Kind.GROUP, None)
    states = (DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.DEAD, DeliveryState.UNKNOWN)
    late = states.index(share.state) if share.state in states else len(states)
    return share.channel or "~", kinds.index(share.kind), late


def _line(channel: str, kind: Kind | None, shares: list[Share], say: Phrases) -> str:
    total = sum(share.count for share in shares)
    parts = say("report.comma").join(_parts(shares, say))
    name = kind.value if channel and kind is not None else "gone"
    named = say(f"channel.{channel}") if channel else ""
    return say.count(f"report.line_{name}", total, channel=named, parts=parts)


def _parts(shares: list[Share], say: Phrases) -> list[str]:
    """What adds up to the whole: sent, each reason why not, nobody knows, still waiting."""
    counted: Counter[str] = Counter()
    for share in shares:
        counted[_part(share, say)] += share.count
    return [say("report.part", what=what, count=count) for what, count in counted.items()]


def _part(share: Share, say: Phrases) -> str:
    match share.state:
        case DeliveryState.SENT:
            return say("report.sent")
        case DeliveryState.UNKNOWN:
            return say("report.unknown")
        case DeliveryState.SKIPPED | DeliveryState.DEAD:
            return _reason(share.reason, say)
        case _:
            return say("report.waiting")


def _reason(reason: str, say: Phrases) -> str:
    return say(f"report.reason_{reason}") if reason in REASONS else say("report.reason_other", reason=reason)


def _last(tally: Tally, say: Phrases, there: dt.datetime) -> list[str]:
    if tally.last_at is None:
        return []
    clock = f"{tally.last_at.astimezone(there.tzinfo):%H:%M:%S}".removeprefix("0")
    # A message for which one request left cannot have come twice.
    once = say.count("report.retried", tally.retried) if tally.retried else say("report.once")
    return [say("report.last", clock=clock, once=once)]


def _choices(tally: Tally, say: Phrases) -> tuple[tuple[Choice, ...], ...]:
    row = []
    unknown = tally.count(DeliveryState.UNKNOWN)
    if unknown:
        asks = ShowReport(tally.campaign_id, "unknown")
        says = f"{say('says.report')} {say('report.unknown')}"
        row.append(step(say.count("choice.unknown", unknown), asks, says))
    if tally.count(DeliveryState.SKIPPED, DeliveryState.DEAD):
        says = f"{say('says.report')} {say('says.reasons')}"
        row.append(step(say("choice.reasons"), ShowReport(tally.campaign_id, "failed"), says))
    if tally.count(*OPEN):
        row.append(step(say("choice.report"), ShowReport(tally.campaign_id), say("says.report")))
    return (tuple(row),) if row else ()


def _unknown(tally: Tally, context: Context) -> Reply:
    say, count = context.phrases, tally.count(DeliveryState.UNKNOWN)
    if not count:
        return Reply((Text(say("report.none_unknown")),))
    asked = Resend(tally.campaign_id)
    again = step(say.count("choice.resend", count), asked, say("says.confirm"))
    row = (again, step(say("choice.no_resend"), Cancel(), say("says.cancel")))
    return Reply(
        (Text(say.count("report.about_unknown", count)),),
        (row,),
        typed=tuple(choice.says for choice in row),
        asks=Awaits.CONFIRMATION.value,
        screen=remember(asked),
    )


def _failed(tally: Tally, context: Context) -> Reply:
    say = context.phrases
    counted: Counter[str] = Counter()
    for share in tally.shares:
        if share.state in (DeliveryState.SKIPPED, DeliveryState.DEAD):
            counted[_reason(share.reason, say)] += share.count
    if not counted:
        return Reply((Text(say("report.none_failed")),))
    lines = [say("report.part", what=what, count=count) for what, count in counted.most_common()]
    total = sum(counted.values())
    return Reply((Text("\n".join((say.count("report.failed", total), *lines))),))
