"""What the running program knows of its own troubles: the platform, the token, the disk."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.disk import Disk
from bot.disk_signs import DiskSigns
from bot.pace import Pace
from bot.telegram.channel import CHANNEL
from bot.telegram.polling import Health as PollHealth
from bot.telegram.polling import Polling
from bot.worker import Worker
from digest.errors import Unauthorized
from digest.troubles import Trouble, TroubleKind
from handlers.watch import Signs

# A poll that is held has come back by then, and was asked again.
POLL_KNOWS_SECONDS = 120.0
# A shorter wait is every day's business.
LIMIT_SECONDS = 30
_CHANNEL_KINDS = frozenset({TroubleKind.TOKEN, TroubleKind.UNREACHABLE, TroubleKind.CONFLICT})
_OF_THE_POLL = {
    PollHealth.UNAUTHORIZED: TroubleKind.TOKEN,
    PollHealth.UNREACHABLE: TroubleKind.UNREACHABLE,
    PollHealth.CONFLICT: TroubleKind.CONFLICT,
}


@dataclass(frozen=True, slots=True)
class OwnSigns:
    """Reads them off the parts; called, it gives them as they are now."""

    polling: Polling
    worker: Worker
    disk: Disk | None
    pace: Pace

    def __call__(self) -> Signs:
        """The troubles of this moment, and the kinds of which there are no others."""
        kind = self._channel()
        found = [] if kind is None else [Trouble(kind, CHANNEL)]
        # The last two are never this platform's.
        sure = {TroubleKind.DISK, TroubleKind.LIMITED, TroubleKind.ACCOUNT, TroubleKind.ADDRESS}
        seconds = math.ceil(self.pace.blocked)
        if seconds >= LIMIT_SECONDS:
            found.append(Trouble(TroubleKind.LIMITED, CHANNEL, {"seconds": seconds}))
        elif seconds:
            # It is not over before the last second.
            sure.remove(TroubleKind.LIMITED)
        if kind is not None or self.polling.health is PollHealth.WELL:
            sure |= _CHANNEL_KINDS
        full = DiskSigns(self.worker, self.disk).full()
        return Signs((*found, *([full] if full else [])), frozenset(sure))

    def _channel(self) -> TroubleKind | None:
        """What is wrong with the channel; what is sent may learn of it long before a held poll does."""
        health = self.worker.health(CHANNEL)
        fresh = health.shut_for < POLL_KNOWS_SECONDS
        if isinstance(health.cause, Unauthorized) and (fresh or self.polling.health is not PollHealth.WELL):
            return TroubleKind.TOKEN
        return _OF_THE_POLL.get(self.polling.health)
