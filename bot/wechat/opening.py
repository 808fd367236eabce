"""What a report means for a reader's window, and for what waits for it: in the same transaction."""

from __future__ import annotations

import datetime as dt

from bot.wechat.inbound import (
    Clicked,
    Followed,
    MassFinished,
    Received,
    Said,
    Scanned,
    SentNothingReadable,
    Unfollowed,
)
from digest.accounts import Account
from digest.reach import well_sent
from digest.troubles import Details, Trouble, TroubleKind
from digest.windows import Act
from storage.store import Transaction

_ACTS: dict[type, Act] = {
    Said: Act.SAID,
    SentNothingReadable: Act.SAID,
    Clicked: Act.TAPPED,
    Followed: Act.TAPPED,
    Scanned: Act.TAPPED,
    Unfollowed: Act.LEFT,
}


async def note(tx: Transaction, received: Received, account: Account, now: dt.datetime) -> None:
    """Keep what a report allows or ends. Before the answer; the reader must be kept by then."""
    if isinstance(received, MassFinished):
        await _finish(tx, received, now)
        return
    act = _ACTS.get(type(received))
    if act is not None and account.window:
        await tx.windows.note(received.place, act, account, now)


async def hand_over(
    tx: Transaction, received: Received, now: dt.datetime, *, showed: dt.date | None = None
) -> int:
    """Let go what waited for this reader to write, after the answer; how many digests and notices.

    `showed` is the issue that the answer has shown (`Reply.lists`): it is not sent once more.
    """
    if isinstance(received, MassFinished) or _ACTS.get(type(received)) is not Act.SAID:
        return 0
    reader = await tx.subscribers.at(received.place)
    return 0 if reader is None else await tx.windows.hand_over(reader.id, now, showed=showed)


async def _finish(tx: Transaction, finished: MassFinished, now: dt.datetime) -> None:
    well = well_sent(finished.status)
    counts = (finished.total, finished.sent, finished.errors)
    mass = await tx.masses.finish(
        finished.account, finished.message_id, well=well, words=finished.status, counts=counts, now=now
    )
    if mass is None:
        return
    if well:
        await tx.windows.mass_arrived(mass.issue_date, now)
        await end_mass_troubles(tx, now)
        return
    details: Details = {"reason": finished.status, "readers": finished.total}
    await tx.troubles.begin(Trouble(TroubleKind.MASS, mass.key, details), now)


async def end_mass_troubles(tx: Transaction, now: dt.datetime) -> None:
    """A mass send has arrived: whatever was wrong with those before is over."""
    for known in await tx.troubles.known(now):
        if known.trouble.kind is TroubleKind.MASS and known.over_at is None and known.id is not None:
            await tx.troubles.end(known.id, now)
