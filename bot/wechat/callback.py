"""The address that Tencent calls: greeted with GET, written to with POST. Nothing of a request is logged."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.wechat.gate import Gate, Query
from bot.wechat.inbound import Received
from bot.wechat.messages import WechatMessage
from bot.wechat.reception import SUCCESS, Reception
from bot.wechat.rejected import MALFORMED, TOO_LARGE, Rejected
from bot.wechat.reports import sender_of
from bot.wechat.xml import Report, passive

log = structlog.get_logger()

LONGEST_BODY = 64 * 1024
# Tencent hangs up after five seconds.
ANSWER_SECONDS = 3.5
READ_SECONDS = 2.0
NOSNIFF = {"X-Content-Type-Options": "nosniff"}

# In the place of a message's key: what was signed for a greeting brings no message.
GREETING = "greeting"

Understand = Callable[[Report], Received]


@dataclass(frozen=True, slots=True)
class Callback:
    """The callback of one account; `patience` is how many seconds an answer may take."""

    channel: str
    gate: Gate
    understand: Understand
    reception: Reception
    clock: Callable[[], float]
    patience: float = ANSWER_SECONDS

    def route(self, path: str) -> Route:
        """The callback as a route of a web application."""
        return Route(path, self._called, methods=["GET", "POST"], name=self.channel)

    async def _called(self, request: Request) -> Response:
        began = asyncio.get_running_loop().time()
        try:
            if request.method != "POST":
                return Response(self._greeted(request), media_type="text/plain", headers=NOSNIFF)
            body = await _body(request)
            answer = await self._answered(Query.of(request.query_params), body, began)
        except Rejected as rejected:
            self._tell(rejected)
            return Response(status_code=rejected.status)
        except Exception as caught:
            # Its words may quote what came.
            log.error("callback_broken", channel=self.channel, kind=type(caught).__name__)
            return Response(status_code=MALFORMED)
        kind = "text/plain" if answer == SUCCESS else "text/xml"
        return Response(answer, media_type=kind, headers=NOSNIFF)

    def _greeted(self, request: Request) -> str:
        greeting = self.gate.greeted(Query.of(request.query_params))
        self.reception.admit(greeting.signature, GREETING)
        return greeting.echo

    async def _answered(self, query: Query, body: bytes, began: float) -> bytes:
        letter = self.gate.opened(query, body)
        sender, received = sender_of(letter.report), self.understand(letter.report)

        def write(message: WechatMessage) -> bytes:
            at = int(self.clock())
            document = passive(message, reader=sender.reader, account=sender.original, at=at)
            return self.gate.answered(document, letter, secrets.token_hex(8))

        left = began + self.patience - asyncio.get_running_loop().time()
        return await self.reception.receive(received, letter.signature, write, left)

    def _tell(self, rejected: Rejected) -> None:
        if rejected.why == "json":
            wanted = "choose XML as the data format of the callback in the account's console"
            log.warning("callback_json", channel=self.channel, wanted=wanted)
        else:
            log.warning("callback_rejected", channel=self.channel, status=rejected.status, why=rejected.why)


async def _body(request: Request) -> bytes:
    """The body, given up as soon as it is too large or too slow."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced[:12]) > LONGEST_BODY:
        raise Rejected(TOO_LARGE, "body_large")
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > LONGEST_BODY:
                    raise Rejected(TOO_LARGE, "body_large")
    except (TimeoutError, ClientDisconnect):
        raise Rejected(MALFORMED, "body_broken") from None
    return bytes(body)
