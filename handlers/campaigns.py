"""Campaigns watched and steered in chat: how far, pause, resume, stop, retry, correct."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never
from zoneinfo import ZoneInfo

from digest.broadcast_screens import content_asked
from digest.campaign_screens import Report, campaigns_screen, names_screen, progress_screen
from digest.editing import Act, ShowCampaigns, Steer
from digest.errors import UserError
from digest.replies import Reply
from handlers import steering
from handlers.allowing import let_send, let_watch
from handlers.context import Context
from storage.store import Transaction

LISTED = 10
NAMED = 60


async def show_campaigns(intent: ShowCampaigns, context: Context) -> Reply:
    """The last campaigns, a line each."""
    async with context.store.reading() as tx:
        await let_watch(context, tx)
        reports = await steering.listed(tx, LISTED)
    return campaigns_screen(context.phrases, reports, ZoneInfo(context.zone))


async def steer(intent: Steer, context: Context) -> Reply:
    """One act on a campaign; the answer is how far it is."""
    async with context.store.reading() as tx:
        await (let_watch if intent.act in (Act.SHOW, Act.NAMES) else let_send)(context, tx)
        report = await steering.report(tx, intent.campaign)
    match intent.act:
        case Act.SHOW:
            return _shown(report, context, edits=False)
        case Act.LEAVE:
            shown = _shown(report, context, edits=True)
            return replace(shown, choices=shown.choices[-1:])
        case Act.NAMES:
            return await _named(intent.campaign, context)
        case Act.CORRECT:
            return _correcting(report, context)
        case Act.PAUSE | Act.RESUME | Act.STOP | Act.RETRY:
            return await _steered(intent, context)
        case _:
            assert_never(intent.act)


async def _steered(intent: Steer, context: Context) -> Reply:
    async with context.store.transaction() as tx:
        await _do(intent, context, tx)
        report = await steering.report(tx, intent.campaign)
    return _shown(report, context, edits=True)


async def _do(intent: Steer, context: Context, tx: Transaction) -> None:
    match intent.act:
        case Act.PAUSE:
            await steering.pause(tx, intent.campaign, context.now)
        case Act.RESUME:
            await steering.resume(tx, intent.campaign, context.house, context.now)
        case Act.STOP:
            await steering.cancel(tx, intent.campaign, context.now)
        case _:
            await steering.retry(tx, intent.campaign, intent.value, context.now)


async def _named(campaign: int, context: Context) -> Reply:
    async with context.store.reading() as tx:
        lost = await tx.corrections.lost(campaign, NAMED)
    return names_screen(context.phrases, lost)


def _correcting(report: Report, context: Context) -> Reply:
    """Ask for the words that shall stand in the place of those sent."""
    if report.broadcast is None:
        raise UserError("broadcast.no_broadcast")
    return content_asked(context.phrases, report.broadcast.id, "broadcast.ask_correction")


def _shown(report: Report, context: Context, *, edits: bool) -> Reply:
    return progress_screen(
        context.phrases, report, rate=0, zone=ZoneInfo(context.zone), edits=edits and context.tapped
    )
