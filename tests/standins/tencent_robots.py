"""A stand-in for the webhook of WeCom's group robots, on a real socket. It imports nothing of the product.

As observed: the answer is always HTTP 200 with an `errcode`; 20 messages a minute and robot, then 45009;
Markdown of at most 4,096 bytes, else 40058; a key that is not known is 93000, whose words hold an address.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

PER_MINUTE = 20
LONGEST = 4096
FAULTS = ("busy", "html", "bad_gateway", "stall", "reset", "reset_after", "not_found", "odd")


@dataclass(slots=True)
class Said:
    """A message that arrived in a group: the robot's key, the words, the moment."""

    key: str
    content: str
    at: float


@dataclass(slots=True)
class _Robot:
    times: deque[float] = field(default_factory=deque)
    faults: deque[str] = field(default_factory=deque)


class RobotsStandin:
    """The server: `said` is what arrived, `errors` counts the codes that were answered.

    `longest` in bytes may be set lower than the real limit. `stall_seconds` is how long a stalled call takes.
    """

    def __init__(
        self,
        keys: Iterable[str],
        *,
        longest: int = LONGEST,
        stall_seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.said: list[Said] = []
        self.errors: Counter[int] = Counter()
        self.calls = 0
        self.longest = longest
        self._robots = {key: _Robot() for key in keys}
        self._stall_seconds, self._clock = stall_seconds, clock
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.base_url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/cgi-bin/webhook/send", self._send)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def fails(self, key: str, *faults: str) -> None:
        """What goes wrong with the next calls of a robot, one each; '' for one that goes well."""
        assert set(faults) <= {"", *FAULTS}, faults
        self._robots[key].faults.extend(faults)

    def removed(self, key: str) -> None:
        """The robot is thrown out of its group."""
        del self._robots[key]

    def heard(self, key: str) -> list[str]:
        """What was said in the group of a robot."""
        return [said.content for said in self.said if said.key == key]

    async def _send(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        body = await request.read()
        key = request.query.get("key", "")
        robot = self._robots.get(key)
        if request.method != "POST" or robot is None:
            words = "invalid webhook url, hint: [1764240000123456789], from ip: 203.0.113.7"
            return self._answer(93000, words)
        fault = robot.faults.popleft() if robot.faults else ""
        if fault and fault != "reset_after":
            return await self._fail(fault, request)
        code, words = self._take(key, robot, body)
        if fault:
            _reset(request)
        return self._answer(code, words)

    def _take(self, key: str, robot: _Robot, body: bytes) -> tuple[int, str]:
        now = self._clock()
        while robot.times and now - robot.times[0] >= 60:
            robot.times.popleft()
        if len(robot.times) >= PER_MINUTE:
            return 45009, "api freq out of limit"
        content = _content(body)
        if content is None:
            return 40008, "invalid message type"
        if len(content.encode()) > self.longest:
            return 40058, f"markdown.content exceed max length {self.longest}. invalid Request Parameter"
        robot.times.append(now)
        self.said.append(Said(key, content, now))
        return 0, "ok"

    async def _fail(self, fault: str, request: web.Request) -> web.StreamResponse:
        match fault:
            case "busy":
                return self._answer(-1, "system error")
            case "html":
                return web.Response(text="<html>upgrading</html>", content_type="text/html")
            case "bad_gateway":
                return web.Response(status=502, text="<html>502</html>", content_type="text/html")
            case "not_found":
                return web.Response(status=404, text="<html>404</html>", content_type="text/html")
            case "odd":
                return self._answer(40096, "odd")
            case "stall":
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), self._stall_seconds)
                return web.Response(status=504)
            case _:
                _reset(request)
                return web.Response()

    def _answer(self, code: int, words: str) -> web.Response:
        self.errors[code] += 1
        answer: dict[str, Any] = {"errcode": code, "errmsg": words}
        return web.Response(text=json.dumps(answer), content_type="application/json")


def _content(body: bytes) -> str | None:
    """The words of a message in Markdown; None when it is none."""
    try:
        message = json.loads(body.decode("utf-8"))
    except ValueError:
        return None
    if not isinstance(message, dict) or message.get("msgtype") != "markdown":
        return None
    content = message.get("markdown", {}).get("content")
    return content if isinstance(content, str) and content else None


def _reset(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
