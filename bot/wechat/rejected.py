"""The one way in which a callback is turned away: without a word of why to whoever sent it."""

from __future__ import annotations

FORBIDDEN = 403
MALFORMED = 400
TOO_LARGE = 413


class Rejected(Exception):
    """A callback that is not let in: its HTTP status, and for our log alone why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
