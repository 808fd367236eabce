"""Notices that an answer makes for others: delivered on any channel, and what is said when they were not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from digest.errors import Invalid, NotSent, SendFailure
from digest.replies import Notice, Reply
from digest.subscriber import Place, read_place

log = structlog.get_logger()

# Says something at a place of any channel; a SendFailure when it could not be said.
Tell = Callable[[Place, Reply], Awaitable[None]]


async def deliver(notice: Notice, here: Place, tell: Tell | None) -> Reply | None:
    """Deliver a notice that was made here; what the one who speaks is to be told when that failed."""
    place = _whom(notice, here)
    try:
        if place is None or tell is None:
            raise NotSent("no_way")
        await tell(place, notice.reply)
    except SendFailure as failure:
        log.warning("notice_not_sent", reason=failure.reason or type(failure).__name__)
        return notice.failed
    return None


def _whom(notice: Notice, here: Place) -> Place | None:
    """A recipient of the same account, or a whole address."""
    if ":" not in notice.recipient:
        return Place(here.channel, notice.recipient, account=here.account)
    try:
        return read_place(notice.recipient)
    except Invalid:
        return None
