"""Whether an account's platform can be reached: while not, it is only probed."""

from __future__ import annotations

import structlog

from bot.pace import Clock
from digest.errors import Conflict, MaybeSent, NotSent, SendFailure, Unauthorized

log = structlog.get_logger()

NOT_SENT_IN_A_ROW = 3
MAYBE_SENT_IN_A_ROW = 10
PROBE_SECONDS = 1.0
# A probe that may have been carried out costs a reader's attempt: they become rare.
RAREST_SECONDS = 30.0


class Health:
    """Counts calls that did not reach the platform; when there are many in a row the account is shut.

    `cause` is the failure that keeps it shut.
    """

    def __init__(self, channel: str, *, clock: Clock) -> None:
        self._channel, self._clock = channel, clock
        self._not_sent = self._doubtful = 0
        self._pause = 0.0
        self._probe_at = 0.0
        self.cause: SendFailure | None = None
        self._shut_at = 0.0

    @property
    def shut(self) -> bool:
        """Whether only probes may leave, one at a time."""
        return self._pause > 0

    @property
    def wait(self) -> float:
        """Seconds until the next probe may leave; 0 when it may now, or when nothing is shut."""
        return max(0.0, self._probe_at - self._clock()) if self.shut else 0.0

    @property
    def shut_for(self) -> float:
        """Seconds since it was shut; 0 when nothing is."""
        return self._clock() - self._shut_at if self.shut else 0.0

    def probing(self) -> None:
        """A probe leaves."""
        self._probe_at = self._clock() + self._pause

    def passed(self) -> None:
        """The platform has answered, whatever it said."""
        if self.shut:
            log.info("channel_reached", channel=self._channel)
        self._not_sent = self._doubtful = 0
        self._pause = 0.0
        self.cause = None

    def failed(self, failure: SendFailure) -> None:
        """A call has failed: a refusal of the message is an answer, too."""
        match failure:
            case Unauthorized() | Conflict():
                self._shut(RAREST_SECONDS, failure)
            case NotSent():
                self._not_sent += 1
                if self._not_sent >= NOT_SENT_IN_A_ROW:
                    self._shut(PROBE_SECONDS, failure)
            case MaybeSent():
                self._doubtful += 1
                if self._doubtful >= MAYBE_SENT_IN_A_ROW:
                    self._shut(min(max(PROBE_SECONDS, 2 * self._pause), RAREST_SECONDS), failure)
            case _:
                self.passed()

    def _shut(self, pause: float, failure: SendFailure) -> None:
        if not self.shut:
            self._shut_at = self._clock()
            why = type(failure).__name__
            log.error("channel_unreachable", channel=self._channel, why=why, reason=failure.reason)
        self._pause = pause
        self.cause = failure
        self._probe_at = self._clock() + pause
