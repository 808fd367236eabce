"""Telegram's HTTP on aiohttp: what failed before a request was written is told from what failed after."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import aiohttp
import orjson
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.broken_calls import why_broken
from bot.connecting import FAULTS, connector, http_proxy
from bot.telegram.batch import split_updates
from digest.errors import MaybeSent, NotSent, SendFailure

USER_AGENT = "digestbot"
CANNOT_ENCODE = "text cannot be encoded"
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the Bot API is: `base` is `scheme://host[:port]`, `proxy` http://…, socks5://… or ''."""

    base: str
    token: str = field(repr=False)
    proxy: str = field(default="", repr=False)

    def url(self, method: str) -> URL:
        """The address of a method; it holds the token and is never shown."""
        return URL(f"{self.base.rstrip('/')}/bot{self.token}/{method.lstrip('/')}", encoded=True)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each stage of a request may take, in seconds; `whole` begins when a slot is free."""

    slot: float = 10.0
    connect: float = 10.0
    read: float = 20.0
    whole: float = 90.0


class JsonRequest(BaseRequest):
    """python-telegram-bot's request on aiohttp: JSON bodies, a pool of `slots`, no address in errors.

    An error that is not Telegram's own answer has NotSent or MaybeSent as its `__cause__`.
    """

    __slots__ = ("_endpoint", "_patience", "_session", "_slots", "_timeouts", "_urls")

    def __init__(self, endpoint: Endpoint, *, slots: int, patience: Patience | None = None) -> None:
        # The library warns of its change from numbers to durations, unless told that both are understood.
        os.environ.setdefault("PTB_TIMEDELTA", "1")
        self._endpoint = endpoint
        self._patience = patience or Patience()
        self._slots = asyncio.Semaphore(slots)
        self._urls: dict[str, URL] = {}
        self._timeouts = aiohttp.ClientTimeout(
            total=None, sock_connect=self._patience.connect, sock_read=self._patience.read
        )
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds without a byte after which an answer counts as lost."""
        return self._patience.read

    async def initialize(self) -> None:
        """Open the session; nothing is connected yet."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=connector(self._endpoint.proxy),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def do_request(  # noqa: PLR0917
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and body of Telegram's answer; `url` is no more than the method's name."""
        body = _body(request_data)
        read = float(read_timeout) if isinstance(read_timeout, int | float) else self._patience.read
        try:
            answer = await self._in_turn(method, url, body, read)
            failure = unanswered(*answer)
        except (NotSent, MaybeSent) as caught:
            # A copy: the one that was raised may lead back to errors that show the address.
            answer, failure = (0, b""), type(caught)(caught.reason)
        if failure is not None:
            raise NetworkError(failure.reason) from failure
        return answer

    async def post_json(self, method: str, body: bytes) -> tuple[int, bytes]:
        """The status and body of Telegram's answer to a method's JSON; NotSent, MaybeSent."""
        try:
            return await self._in_turn("POST", method, body, self._patience.read)
        except (NotSent, MaybeSent) as caught:
            # A copy, as above.
            failure = type(caught)(caught.reason)
        raise failure

    async def _in_turn(
        self, method: str, name: str, body: bytes | aiohttp.FormData | None, read: float
    ) -> tuple[int, bytes]:
        await self._take_slot()
        try:
            return await self._exchange(method, name, body, read)
        except FAULTS as caught:
            raise MaybeSent(why_broken(caught)) from None
        finally:
            self._slots.release()

    async def _take_slot(self) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(self._patience.slot):
                await self._slots.acquire()
        except TimeoutError:
            raise NotSent("slot") from None

    async def _exchange(
        self, method: str, name: str, body: bytes | aiohttp.FormData | None, read: float
    ) -> tuple[int, bytes]:
        if self._session is None or self._session.closed:
            raise NotSent("closed")
        # The end of all patience guards against an answer that trickles: by then the request is long written.
        async with (
            asyncio.timeout(max(self._patience.whole, 2 * read)),
            self._session.request(
                method,
                self._url(name),
                data=body,
                headers=_JSON if isinstance(body, bytes) else None,
                proxy=http_proxy(self._endpoint.proxy),
                timeout=self._timeout(read),
                allow_redirects=False,
            ) as response,
        ):
            return response.status, await response.read()

    def _url(self, name: str) -> URL:
        """The address of a method, read once."""
        return self._urls.get(name) or self._urls.setdefault(name, self._endpoint.url(name))

    def _timeout(self, read: float) -> aiohttp.ClientTimeout:
        if read == self._timeouts.sock_read:
            return self._timeouts
        return aiohttp.ClientTimeout(total=None, sock_connect=self._patience.connect, sock_read=read)

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]
        """The answer as a mapping that has a `result` or a `description`; TelegramError when not."""
        answer = answer_of(payload)
        if answer is None or ("result" if answer.get("ok") is True else "description") not in answer:
            raise TelegramError("broken answer") from MaybeSent("broken_answer")
        return answer


def _body(request_data: RequestData | None) -> bytes | aiohttp.FormData | None:
    if request_data is None:
        return None
    if request_data.contains_files:
        return _form(request_data)
    try:
        return orjson.dumps(request_data.parameters)
    except TypeError:
        raise BadRequest(CANNOT_ENCODE) from None


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


def answer_of(payload: bytes) -> dict[str, Any] | None:
    """An answer as a mapping, None when it is none."""
    try:
        answer = orjson.loads(payload)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def unanswered(status: int, payload: bytes) -> SendFailure | None:
    """What is known when the answer is not Telegram's own word on this request."""
    if status == HTTPStatus.OK:
        return None
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return NotSent("http_503")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return MaybeSent(f"http_{status}")
    answer = answer_of(payload)
    if answer is None or "description" not in answer:
        # A page of a proxy or a firewall: a 403 of theirs says nothing about the recipient.
        return NotSent(f"http_{status}")
    if status == HTTPStatus.TOO_MANY_REQUESTS and not (answer.get("parameters") or {}).get("retry_after"):
        raise RetryAfter(1)
    return None


class UpdatesRequest(JsonRequest):
    """The same for getUpdates: every update as its id and its own bytes, however odd it is inside."""

    __slots__ = ()

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]
        """The answer as a mapping; the result of getUpdates is a tuple of (update id, bytes)."""
        updates = split_updates(payload)
        if updates is None:
            return super().parse_json_payload(payload)
        return {"ok": True, "result": updates}
