"""What an account of WeChat or WeCom knows of its own troubles: its login, its platform, its limits."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.disk import Disk
from bot.disk_signs import DiskSigns
from bot.pace import Pace
from bot.wechat.failures import address_in
from bot.wechat.login import Login
from bot.worker import Worker
from digest.errors import MaybeSent, NotSent, SendFailure, Unauthorized
from digest.troubles import Trouble, TroubleKind
from handlers.watch import Signs

# A shorter wait is every day's business.
LIMIT_SECONDS = 60
_KINDS = frozenset(
    {
        TroubleKind.ACCOUNT,
        TroubleKind.ADDRESS,
        TroubleKind.UNREACHABLE,
        TroubleKind.TOKEN,
        TroubleKind.CONFLICT,
    }
)


@dataclass(frozen=True, slots=True)
class AccountSigns:
    """Reads them off the parts; called, it gives them as they are now."""

    channel: str
    login: Login
    worker: Worker
    disk: Disk | None
    pace: Pace

    def __call__(self) -> Signs:
        """The troubles of this moment, and the kinds of which there are no others."""
        full = DiskSigns(self.worker, self.disk).full()
        own = self._own()
        found = [one for one in (own, self._limited(), full) if one is not None]
        sure = {TroubleKind.DISK} | (_KINDS if own is not None or self.login.asked else frozenset())
        if not 0 < self.pace.blocked < LIMIT_SECONDS:
            sure.add(TroubleKind.LIMITED)
        return Signs(tuple(found), frozenset(sure))

    def _own(self) -> Trouble | None:
        return trouble_of(self.channel, self.worker.health(self.channel).cause or self.login.failure)

    def _limited(self) -> Trouble | None:
        seconds = math.ceil(self.pace.blocked)
        if seconds < LIMIT_SECONDS:
            return None
        return Trouble(TroubleKind.LIMITED, self.channel, {"seconds": seconds})


def trouble_of(channel: str, failure: SendFailure | None) -> Trouble | None:
    """What a failure means for the whole account."""
    match failure:
        case Unauthorized(reason="ip_list"):
            return Trouble(TroubleKind.ADDRESS, channel, {"address": address_in(failure.words) or "?"})
        case Unauthorized(reason=reason):
            return Trouble(TroubleKind.ACCOUNT, channel, {"reason": reason})
        case NotSent() | MaybeSent():
            return Trouble(TroubleKind.UNREACHABLE, channel)
        case _:
            return None
