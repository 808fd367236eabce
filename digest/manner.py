"""What an answer must know of the channel it goes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from digest.accounts import Reach
from digest.replies import Reply


@dataclass(frozen=True, slots=True)
class Manner:
    """A channel's manner.

    `pages`: how many messages a reply takes where an answer is one message and no more, None where it may be
    several. `transfers`: people can take over the talk there. `elsewhere` is the name of a Telegram bot that
    can be subscribed to instead, '' without one.
    """

    reach: Reach = Reach.ALWAYS
    pages: Callable[[Reply], int] | None = None
    transfers: bool = False
    elsewhere: str = ""


PLAIN = Manner()
