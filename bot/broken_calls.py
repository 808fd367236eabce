"""Calls over HTTP that broke off after they had left: what they are called."""

from __future__ import annotations

import aiohttp


def why_broken(caught: BaseException) -> str:
    """The reason, as a `MaybeSent` gives it; without the address, which may be a secret."""
    match caught:
        case TimeoutError():
            return "read_timeout"
        case aiohttp.ServerDisconnectedError():
            return "disconnected"
        case aiohttp.ClientPayloadError():
            return "broken_answer"
        case _:
            return "broken_connection"
