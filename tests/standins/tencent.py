"""A stand-in for Tencent's servers on a real socket: the API of one official account and of one WeCom app.

``async with TencentStandin("service") as server``; ``server.world`` is what the test looks at and acts on.
It imports nothing of the product, and no library that speaks to WeChat.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import orjson
from aiohttp import web

from tests.standins import tencent_content, tencent_messages
from tests.standins.tencent_call import Call, Json, Method
from tests.standins.tencent_faults import LOSING, Fault, Faults, Kind, Refusal
from tests.standins.tencent_profiles import PROFILES
from tests.standins.tencent_tokens import Tokens
from tests.standins.tencent_wecom import Company
from tests.standins.tencent_world import World

APP_ID, APP_SECRET = "wx0123456789abcdef", "5ecret0f0fficialAcc0unt000000001"
CORP_ID, CORP_SECRET, AGENT_ID = "ww0123456789abcdef", "5ecret0fTheC0mpanysApp0000000000000000001", 1000002
ADDRESS = "203.0.113.7"
UPLOAD_BYTES = 10 * 1024 * 1024
_METHODS: dict[str, Method] = {**tencent_messages.METHODS, **tencent_content.METHODS}
_APP_ONLY = frozenset({"gettoken", "message/send", "agent/get"})
_HTML = "<html><body>系统繁忙</body></html>"


class Clock:
    """Epoch seconds that only move when told to."""

    def __init__(self, now: float = 1_795_740_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += seconds


class TencentStandin:
    """The server. ``latency`` in seconds is spent in each call; ``clock`` gives epoch seconds.

    ``allowed`` False answers 40164 and 60020: this address is on no list.
    """

    def __init__(
        self, profile: str = "service", *, clock: Callable[[], float] = time.time, latency: float = 0.0
    ) -> None:
        self.clock, self.latency = clock, latency
        self.profile = PROFILES[profile]
        self.world = World(self.profile, clock)
        self.tokens = Tokens(clock)
        self.company = Company(CORP_ID, CORP_SECRET, AGENT_ID, clock)
        self.faults = Faults()
        self.allowed = True
        self.switched_off: set[str] = set()
        self.paths: list[str] = []
        self.port = 0
        self._closing = asyncio.Event()

    @property
    def base_url(self) -> str:
        """``http://127.0.0.1:port``, without ``/cgi-bin``."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        make = functools.partial(web.BaseRequest, loop=loop, client_max_size=UPLOAD_BYTES)
        self._server = web.Server(self._serve, request_factory=make, access_log=None)
        self._socket = await loop.create_server(self._server, "127.0.0.1", 0, backlog=256)
        self.port = self._socket.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._socket.close()
        self._server.pre_shutdown()
        await self._server.shutdown(1.0)

    def fault(self, kind: str, path: str = "", **options: int | float | str) -> None:
        """Put a fault in force (`tencent_faults.Fault`, its fields by name)."""
        self.faults.add(Fault(Kind(kind), path, **options))  # type: ignore[arg-type]

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if not request.path.startswith("/cgi-bin/"):
            return web.Response(status=404)
        path = request.path.removeprefix("/cgi-bin/")
        self.paths.append(path)
        call = await _read(request, path)
        ours = path in _APP_ONLY or request.query.get("access_token", "") in self.company.tokens.known
        fault = self.faults.strike(path)
        if fault is not None and fault.kind not in LOSING:
            refused = self._struck(fault, request)
            if refused is not None:
                return refused
        answer = await self._answer(call, company=ours)
        if fault is not None and fault.kind in LOSING:
            return await self._lose(fault, request, answer)
        return answer

    async def _answer(self, call: Call, *, company: bool) -> web.Response:
        if company:
            self.company.in_flight += 1
            self.company.most_in_flight = max(self.company.most_in_flight, self.company.in_flight)
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            return _as_json(self._company(call) if company else self._account(call))
        except Refusal as refusal:
            self.world.codes[refusal.code] += 1
            return _as_json({"errcode": refusal.code, "errmsg": f"{refusal.words} {_rid(call)}"})
        finally:
            if company:
                self.company.in_flight -= 1

    def _company(self, call: Call) -> Json:
        """What the app's API answers."""
        if not self.allowed and call.path != "gettoken":
            raise Refusal(60020, f"not allow to access from your ip, hint: [1], from ip: {ADDRESS}")
        return self.company.answer(call)

    def _account(self, call: Call) -> Json:
        """What the official account's API answers."""
        if call.path in ("token", "stable_token"):
            return self._token(call)
        self.tokens.check(call.query.get("access_token"))
        if not self.allowed:
            raise Refusal(40164, f"invalid ip {ADDRESS} ipv6 ::ffff:{ADDRESS}, not in whitelist")
        if call.path not in _METHODS:
            raise Refusal(40066, "invalid url")
        if call.path not in self.profile.calls or call.path in self.switched_off:
            raise Refusal(48001, "api unauthorized")
        self.world.use_quota(call.path)
        return _METHODS[call.path](self.world, call)

    def _token(self, call: Call) -> Json:
        given: Json = dict(call.query) if call.path == "token" else call.json()
        if given.get("grant_type") != "client_credential":
            raise Refusal(40002, "invalid grant_type")
        if given.get("appid") != APP_ID:
            raise Refusal(40013, "invalid appid")
        if given.get("secret") != APP_SECRET:
            raise Refusal(40125, "invalid appsecret")
        if not self.allowed:
            raise Refusal(40164, f"invalid ip {ADDRESS} ipv6 ::ffff:{ADDRESS}, not in whitelist")
        if call.path == "token":
            self.world.use_quota("token")
            return self.tokens.old_way()
        return self.tokens.stable(force=given.get("force_refresh") is True)

    def _struck(self, fault: Fault, request: web.BaseRequest) -> web.Response | None:
        match fault.kind:
            case Kind.CODE:
                return _as_json({"errcode": fault.code, "errmsg": fault.words})
            case Kind.HTML:
                return web.Response(text=_HTML, content_type="text/html")
            case Kind.BAD_GATEWAY:
                return web.Response(status=502, text=_HTML, content_type="text/html")
            case Kind.CUT:
                return _cut(request)
            case _:
                self.tokens.revoke()
                self.company.tokens.revoke()
                return None

    async def _lose(self, fault: Fault, request: web.BaseRequest, answer: web.Response) -> web.Response:
        if fault.kind is Kind.STALL:
            try:
                async with asyncio.timeout(fault.seconds):
                    await self._closing.wait()
            except TimeoutError:
                return answer
        if fault.kind is Kind.LOST_HTML:
            return web.Response(text=_HTML, content_type="text/html")
        if fault.kind is Kind.LOST_502:
            return web.Response(status=502, text=_HTML, content_type="text/html")
        return _cut(request)


async def _read(request: web.BaseRequest, path: str) -> Call:
    if request.content_type != "multipart/form-data":
        return Call(path, request.query, await request.read())
    form = await request.post()
    files = {
        name: (one.filename, one.file.read()) for name, one in form.items() if isinstance(one, web.FileField)
    }
    return Call(path, request.query, b"", files)


def _rid(call: Call) -> str:
    number = hashlib.sha256(call.raw + call.path.encode()).hexdigest()
    return f"rid: {number[:8]}-{number[8:16]}-{number[16:24]}"


def _cut(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _as_json(content: Json) -> web.Response:
    # The real one does not always say that this is JSON.
    return web.Response(body=orjson.dumps(content), content_type="text/plain")
