"""What can go wrong, in our own words. A reader sees the message with the id `code`, filled with `values`."""

from __future__ import annotations

import datetime as dt
from typing import Self

from digest.replies import Choice

LONGEST_WORDS = 300


class DigestbotError(Exception):
    """The root of every error of ours."""


class UserError(DigestbotError):
    """A request that cannot be fulfilled; the message `code` tells the reader what to do."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
        self.ways: tuple[Choice, ...] = ()

    def leading_to(self, ways: tuple[Choice, ...]) -> Self:
        """The same error with ways out of it, for the reader to choose from."""
        self.ways = ways
        return self


class NothingPublished(UserError):
    """There is no issue yet."""

    def __init__(self) -> None:
        super().__init__("empty.nothing_published")


class OperatorError(DigestbotError):
    """What the person at the command line has to mend; `exit_code` is 1, 2 or 75."""

    def __init__(self, code: str, *, exit_code: int, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.exit_code = exit_code
        self.values = values


class StoreUnavailable(DigestbotError):
    """The database did not take part: locked too long, unreachable or full. Nothing was changed."""


class DiskFull(StoreUnavailable):
    """The database could not grow."""


class SendFailure(DigestbotError):
    """A message that a channel did not deliver. The subclasses say what is known of it.

    `words` are the platform's own, for the ledger alone: they may quote the message, so no log has them.
    """

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.words = ""

    def saying(self, words: str) -> Self:
        """The same failure with the platform's own words, in one line and not endless."""
        self.words = " ".join(words.split())[:LONGEST_WORDS]
        return self


class NotSent(SendFailure):
    """The request never reached the platform."""


class MaybeSent(SendFailure):
    """The request may have been carried out: nobody answered, or the answer was broken."""


class Gone(SendFailure):
    """The recipient cannot be reached any more (`reason`: blocked, deactivated, kicked, no_rights…)."""


class Moved(SendFailure):
    """The recipient has another name now."""

    def __init__(self, recipient: str) -> None:
        super().__init__("moved")
        self.recipient = recipient


class Wait(SendFailure):
    """The platform asks to wait `seconds`; nothing was sent. `whole` when it concerns the whole account."""

    def __init__(self, seconds: float, *, whole: bool) -> None:
        super().__init__("wait")
        self.seconds = seconds
        self.whole = whole


class Refused(SendFailure):
    """The platform refuses this message as it is: our fault. `markup` when plain text may pass."""

    def __init__(self, reason: str, *, markup: bool = False) -> None:
        super().__init__(reason)
        self.markup = markup


class WindowShut(SendFailure):
    """The channel lets us write to this reader again only after they have written to us; nothing was sent."""


class NotAllowed(SendFailure):
    """The account may not do this at all, or not towards this reader; nothing was sent, and no try helps."""


class TooLarge(SendFailure):
    """A file has more bytes than are wanted."""


class Unauthorized(SendFailure):
    """The platform does not know our credentials: the channel pauses."""


class Conflict(SendFailure):
    """Another program uses the same account."""


class Invalid(DigestbotError):
    """A value that is no valid one; `code` names the message."""

    def __init__(self, code: str, **values: str | int | dt.date) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
