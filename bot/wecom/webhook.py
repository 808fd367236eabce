"""The webhook of WeCom's group robots: one message a call. The key is in the address, and never shown."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
import orjson
from yarl import URL

from bot.broken_calls import why_broken
from bot.connecting import FAULTS, connector, http_proxy
from digest.errors import Gone, MaybeSent, NotSent, Refused, SendFailure, TooLarge, Wait

USER_AGENT = "digestbot"
MINUTE = 60.0
BAD_WEBHOOK = "bad_webhook"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each stage of a call may take, in seconds."""

    connect: float = 10.0
    read: float = 15.0
    whole: float = 30.0


class Webhook:
    """Calls `/cgi-bin/webhook/send` of one server, straight or through a proxy."""

    def __init__(self, api_base_url: str, proxy: str = "", *, patience: Patience | None = None) -> None:
        self._base = api_base_url.rstrip("/")
        self._proxy = proxy
        self._patience = patience or Patience()
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the session; nothing is connected yet."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=connector(self._proxy),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": USER_AGENT},
            )

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def send(self, key: str, markdown: str) -> None:
        """Have a robot say a text in Markdown.

        Raises Gone('bad_webhook'), TooLarge, Wait, NotSent, MaybeSent or Refused.
        """
        body = orjson.dumps({"msgtype": "markdown", "markdown": {"content": markdown}})
        try:
            failure = _judged(*await self._post(key, body))
        except (NotSent, MaybeSent) as caught:
            # A copy: the one that was raised may lead back to errors that show the address.
            failure = type(caught)(caught.reason)
        if failure is not None:
            raise failure

    async def _post(self, key: str, body: bytes) -> tuple[int, bytes]:
        try:
            return await self._exchange(key, body)
        except FAULTS as caught:
            raise MaybeSent(why_broken(caught)) from None

    async def _exchange(self, key: str, body: bytes) -> tuple[int, bytes]:
        if self._session is None or self._session.closed:
            raise NotSent("closed")
        patience = self._patience
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=patience.connect, sock_read=patience.read)
        async with (
            asyncio.timeout(max(patience.whole, patience.read)),
            self._session.post(
                URL(f"{self._base}/cgi-bin/webhook/send").with_query(key=key),
                data=body,
                headers={"Content-Type": "application/json"},
                proxy=http_proxy(self._proxy),
                timeout=timeout,
                allow_redirects=False,
            ) as response,
        ):
            return response.status, await response.read()


def _judged(status: int, payload: bytes) -> SendFailure | None:
    """What an answer says of the message: None that it was taken."""
    answer = _answer(payload)
    if answer is None:
        # A page of a proxy or a firewall below 500 never let the call through.
        blocked = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        return NotSent(f"http_{status}") if blocked else MaybeSent("broken_answer")
    match int(answer["errcode"]):
        case 0:
            return None
        case -1:
            return NotSent("busy")
        case 93000:
            # Its words hold our address.
            return Gone(BAD_WEBHOOK)
        case 40058 | 45002:
            return TooLarge("too_long")
        case 45009 | 45011:
            return Wait(MINUTE, whole=False)
        case code:
            return Refused(f"errcode_{code}")


def _answer(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = orjson.loads(payload)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and isinstance(answer.get("errcode"), int) else None
