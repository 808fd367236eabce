"""A stand-in for Telegram's Bot API on a real socket, for tests in process and for drills beside it.

``async with TelegramStandin(rate=30, strict=True) as server`` in a test, or
``python tests/standins/telegram.py --port 0 --strict --log FILE``, which prints one JSON line with its port
when ready. It imports nothing of the product.
"""

from __future__ import annotations

import asyncio
import functools
import json
import random
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from aiohttp import web

if not __package__:  # run as a script: this file must not shadow the library of its name
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.standins import telegram_control, telegram_files, telegram_methods, telegram_profile
from tests.standins.telegram_faults import Fault, Kind, Refusal, Target, refuse
from tests.standins.telegram_params import Params, read_params
from tests.standins.telegram_people import People
from tests.standins.telegram_truth import Truth
from tests.standins.telegram_world import Call, Chat, Method, Rules, World, me_as_json

TOKEN = "7000000001:AAStandInTokenStandInTokenStandInTok"
UPLOAD_BYTES = 50 * 1024 * 1024
POLL_SECONDS = 50
_METHODS: dict[str, Method] = {
    **telegram_methods.METHODS,
    **telegram_profile.METHODS,
    **telegram_files.METHODS,
}
_NAMES = {name.lower(): name for name in (*_METHODS, "getUpdates")}
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
# The server escapes everything outside ASCII, which orjson cannot.
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class TelegramStandin(People):
    """The server: ``base_url`` for the client, ``truth`` for the test, the acts of People for the other end.

    ``rate`` holds only when ``strict``; ``fast`` reads no text and keeps no messages; ``latency`` in ms is
    one number or the two ends of a range; ``clock`` and ``wall`` give monotonic and epoch seconds.
    """

    def __init__(
        self,
        *,
        rate: int = 30,
        strict: bool = False,
        fast: bool = False,
        count_edits: bool = False,
        privacy: bool = False,
        latency: tuple[float, float] | float = 0.0,
        seed: int = 0,
        log: Path | None = None,
        tokens: Iterable[str] = (TOKEN,),
        username: str = "digest_bot",
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.tokens, self.revoked = list(tokens), set[str]()
        self.truth = Truth(log, slim=fast)
        rules = Rules(rate=rate, strict=strict, fast=fast, count_edits=count_edits, privacy=privacy)
        me = me_as_json(int(self.tokens[0].partition(":")[0]), username)
        self.world = World(rules, self.truth, me, seed=seed, clock=clock, wall=wall)
        self.port = port
        self._latency = latency if isinstance(latency, tuple) else (latency, latency)
        self._chance = random.Random(seed)
        self._closing = asyncio.Event()

    @property
    def token(self) -> str:
        """The first token the server takes."""
        return self.tokens[0]

    @property
    def base_url(self) -> str:
        """``http://127.0.0.1:port``, without ``/bot``."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        make = functools.partial(web.BaseRequest, loop=loop, client_max_size=UPLOAD_BYTES)
        self._server = web.Server(self._serve, request_factory=make, access_log=None)
        self._socket = await loop.create_server(self._server, "127.0.0.1", self.port, backlog=1024)
        self.port = self._socket.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self.world.updates.close()
        self._socket.close()
        self._server.pre_shutdown()
        await self._server.shutdown(1.0)
        self.truth.close()

    def fault(self, kind: str, **options: int | float | list[str] | tuple[str, ...] | None) -> int:
        """Put a Fault in force, its fields by name; its number, for ``heal``."""
        if methods := options.get("methods"):
            options["methods"] = tuple(methods) if isinstance(methods, list | tuple) else ()
        return self.world.faults.add(Fault(Kind(kind), **options), self.world.clock())  # type: ignore[arg-type]

    def heal(self, *, number: int | None = None, chat: int | None = None, kind: str | None = None) -> int:
        """Take back the faults that fit all that is given, or all; how many there were."""
        return self.world.faults.heal(number=number, chat=chat, kind=Kind(kind) if kind else None)

    def push(self, update: dict[str, object]) -> None:
        """Queue an update exactly as given, however malformed."""
        self.world.updates.push_raw(update)

    def revoke(self, token: str) -> None:
        """Answer 401 to this token from now on."""
        self.revoked.add(token)

    def allow_token(self, token: str) -> None:
        """Take this token from now on."""
        self.revoked.discard(token)
        self.tokens.append(token)

    def reset(self) -> None:
        """Forget everything but the rules, the tokens and the log file."""
        self.world.reset()

    def report(self, *, chat_id: int | None = None, after: int = 0, whole: bool = False) -> dict[str, object]:
        """The sums of the truth, and its entries from number ``after`` on: a chat's, or all if ``whole``."""
        entries = [e for e in self.truth.accepted[after:] if chat_id in (None, e.chat_id)]
        listed = {"accepted_requests": entries, "refused_requests": self.truth.refused} if whole else {}
        listed |= {"accepted_requests": entries} if chat_id is not None else {}
        return {**self.truth.totals(), **listed}

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        if "%" in path:
            path = unquote(path)
        if path.startswith("/control/"):
            return await telegram_control.answer(self, path.removeprefix("/control/"), request)
        if path.startswith("/file/bot"):
            return self._hand_over(path.removeprefix("/file/bot"))
        token, _, name = path.removeprefix("/bot").partition("/")
        if not path.startswith("/bot") or token not in self.tokens:
            return _refused(Refusal(404, "Not Found"))
        if token in self.revoked:
            return _refused(Refusal(401, "Unauthorized"))
        if name.lower() not in _NAMES:
            return _refused(Refusal(404, "Not Found: method not found"))
        try:
            return await self._answer(_NAMES[name.lower()], await read_params(request), request)
        except Refusal as refusal:
            return _refused(refusal)

    def _hand_over(self, path: str) -> web.StreamResponse:
        token, _, name = path.partition("/")
        if token not in self.tokens or token in self.revoked:
            return _refused(Refusal(401, "Unauthorized"))
        return telegram_files.download(self.world, name)

    async def _answer(self, name: str, params: Params, request: web.BaseRequest) -> web.StreamResponse:
        chat, thread = self._chat(params), params.integer("message_thread_id")
        target = Target(name, chat.id if chat else None, thread, bool(params.text("parse_mode")))
        struck = self.world.faults.strike(target, self.world.clock())
        delay = self._delay(struck)
        await _travel(delay / 2)
        call = Call(name, params, chat, thread, self.world.clock(), struck)
        self.world.arrived(call)
        if any(fault.kind is Kind.CUT for fault in struck):
            return _cut(request)
        try:
            response = _accepted(await self._perform(call))
            response = await self._lose(struck, request) or response
        except Refusal as refusal:
            self.world.refused(call, refusal)
            response = _refused(refusal)
        await _travel(delay / 2)
        return response

    def _chat(self, params: Params) -> Chat | None:
        given = params.values.get("chat_id")
        if isinstance(given, int):
            return self.world.chat(given)
        if not given:
            return None
        chat = self.world.named(str(given))
        if chat is None:
            raise Refusal(400, "Bad Request: chat not found")
        return chat

    def _delay(self, struck: tuple[Fault, ...]) -> float:
        low, high = self._latency
        constant = (low + self._chance.random() * (high - low)) / 1000 if high else 0.0
        return constant + self.world.faults.delay(struck) if struck else constant

    async def _perform(self, call: Call) -> object:
        if call.method == "getUpdates":
            refuse(call.struck)
            return await self._get_updates(call)
        if call.method in telegram_profile.METHODS or call.method in telegram_files.METHODS:
            refuse(call.struck)
        return _METHODS[call.method](self.world, call)

    async def _get_updates(self, call: Call) -> object:
        if self.world.webhook:
            raise Refusal(409, _WEBHOOK_ACTIVE)
        if (kinds := call.params.list("allowed_updates")) is not None:
            self.world.updates.allow(str(kind) for kind in kinds)
        limit = call.params.integer("limit") or 100
        seconds = float(call.params.text("timeout") or 0)
        return await self.world.updates.poll(
            offset=call.params.integer("offset") or 0,
            limit=min(max(limit, 1), 100),
            seconds=min(seconds, POLL_SECONDS),
        )

    async def _lose(self, struck: tuple[Fault, ...], request: web.BaseRequest) -> web.Response | None:
        for fault in struck:
            if fault.kind is Kind.HANG:
                await self._closing.wait()
            if fault.kind in (Kind.DROP, Kind.HANG):
                return _cut(request)
            if fault.kind is Kind.LOST_502:
                return _refused(Refusal(502, "Bad Gateway"))
            if fault.kind is Kind.GARBLE:
                return web.Response(body=b'{"ok":true,"resu', content_type="application/json")
        return None


async def _travel(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)


def _cut(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _accepted(result: object) -> web.Response:
    body = _encode({"ok": True, "result": result}).encode("ascii")
    return web.Response(body=body, content_type="application/json")


def _refused(refusal: Refusal) -> web.Response:
    content: dict[str, object] = {"ok": False, "error_code": refusal.code, "description": refusal.args[0]}
    if refusal.parameters:
        content["parameters"] = dict(refusal.parameters)
    body = _encode(content).encode("ascii")
    return web.Response(status=refusal.code, body=body, content_type="application/json")


if __name__ == "__main__":
    from tests.standins.telegram_program import main

    main()
