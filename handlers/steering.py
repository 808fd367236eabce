"""Campaigns under way: how far they are, and pause, resume, stop, retry."""

from __future__ import annotations

import datetime as dt

import structlog

from digest.broadcast import CorrectionSums
from digest.campaign import CampaignState, DeliveryState
from digest.campaign_screens import Report
from digest.errors import Invalid
from digest.house import House
from handlers.outgoing import begin
from storage.store import Transaction

log = structlog.get_logger()

RETRIED = {
    "": (DeliveryState.DEAD, DeliveryState.UNKNOWN),
    "failed": (DeliveryState.DEAD,),
    "unknown": (DeliveryState.UNKNOWN,),
}
_RUNNING, _PAUSED = CampaignState.RUNNING, CampaignState.PAUSED


async def listed(tx: Transaction, limit: int = 20) -> tuple[Report, ...]:
    """The newest campaigns, newest first, without the reasons."""
    return tuple(
        [
            Report(progress, {}, await tx.broadcasts.get(progress.id))
            for progress in await tx.campaigns.list(limit)
        ]
    )


async def report(tx: Transaction, campaign_id: int, *, whole: bool = True) -> Report:
    """All that is known of one campaign; Invalid('campaign.unknown') when there is none.

    Unless `whole`, only what costs little while it runs: the reasons are counted once it has ended.
    """
    progress = await tx.campaigns.show(campaign_id)
    if progress is None:
        raise Invalid("campaign.unknown", campaign=str(campaign_id))
    broadcast = await tx.broadcasts.get(campaign_id)
    corrected = broadcast is not None and broadcast.revision > 1
    corrections = await tx.corrections.sums(campaign_id) if corrected else CorrectionSums()
    counted = whole or Report(progress).over
    reasons = await tx.campaigns.reasons(campaign_id) if counted else {}
    return Report(progress, reasons, broadcast, corrections)


async def pause(tx: Transaction, campaign_id: int, now: dt.datetime) -> Report:
    """Send nothing more for now; Invalid when it does not run. One that is paused stays so."""
    before = await report(tx, campaign_id)
    if before.state != _PAUSED:
        await _set(tx, before, CampaignState.PAUSED, (_RUNNING,), now)
    return await report(tx, campaign_id)


async def resume(tx: Transaction, campaign_id: int, house: House, now: dt.datetime) -> Report:
    """Send on; a scheduled broadcast begins at once. Invalid for a draft, and for what has ended."""
    before = await report(tx, campaign_id)
    if before.broadcast is not None and before.state == "scheduled":
        await begin(tx, house, before.broadcast, now)
    elif before.state == "draft":
        raise Invalid("campaign.draft", campaign=str(campaign_id))
    elif before.state != _RUNNING:
        await _set(tx, before, CampaignState.RUNNING, (_PAUSED,), now)
    return await report(tx, campaign_id)


async def cancel(tx: Transaction, campaign_id: int, now: dt.datetime) -> Report:
    """Send nothing of it any more, for ever; Invalid when it is done. One that is cancelled stays so."""
    before = await report(tx, campaign_id)
    if before.state != CampaignState.CANCELLED:
        await _set(tx, before, CampaignState.CANCELLED, (_RUNNING, _PAUSED), now)
    return await report(tx, campaign_id)


async def retry(tx: Transaction, campaign_id: int, which: str, now: dt.datetime) -> int:
    """Send what failed or is unknown once more (`which` '' both); how many. Invalid for what is cancelled."""
    before = await report(tx, campaign_id)
    if before.state == CampaignState.CANCELLED:
        raise Invalid("campaign.over", campaign=str(campaign_id))
    again = await tx.campaigns.retry(campaign_id, RETRIED[which], now=now)
    if again:
        if before.broadcast is not None:
            await tx.broadcasts.change(campaign_id, told="")
        log.info("campaign_retried", campaign=campaign_id, deliveries=again)
    return again


async def _set(
    tx: Transaction, before: Report, to: CampaignState, allowed: tuple[CampaignState, ...], now: dt.datetime
) -> None:
    campaign_id = before.progress.id
    # A broadcast that has not begun is stopped or left alone: there is nothing to pause.
    waits = before.state in ("draft", "scheduled") and to is not CampaignState.CANCELLED
    if waits or not await tx.campaigns.set_state(campaign_id, to, allowed, now=now):
        raise Invalid(f"campaign.not_{to.value}", campaign=str(campaign_id), state=before.state)
    log.info("campaign_set", campaign=campaign_id, state=to.value)
