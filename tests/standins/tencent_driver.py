"""The calling side of Tencent's servers: it brings messages to an account's address, and judges the answers.

Each attempt has five seconds, then the connection is closed and the same message comes again with another
nonce, three times at most; also while an earlier attempt is still waited for. It imports no product.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import aiohttp

from tests.standins.tencent_callback import Call, Fields, Profile, greeting, posting
from tests.standins.tencent_reply import Reply, ReplyFault, read_reply

ATTEMPTS = 3
ATTEMPT_SECONDS = 5.0
GREETING_SECONDS = 1.0


class Verdict(StrEnum):
    """What a reader sees: nothing, nothing, a reply, or 该公众号暂时无法提供服务."""

    EMPTY = "empty"
    SUCCESS = "success"
    REPLY = "reply"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call was answered with; status 0 when nothing came in time."""

    status: int
    body: bytes
    seconds: float
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message with its attempts, and what its reader sees; `fault` says what is wrong with a reply."""

    calls: tuple[Call, ...]
    answers: tuple[Answer, ...]
    verdict: Verdict
    reply: Reply | None = None
    fault: str = ""


def _nobody(openid: str, what: str) -> None:
    """There is no world that would hear of it."""


@dataclass(slots=True)
class Driver:
    """Calls one address for one account; the world hears of what its followers do."""

    url: str
    profile: Profile
    session: aiohttp.ClientSession
    heard: Callable[[str, str], None] = _nobody
    clock: Callable[[], float] = time.time
    chance: random.Random = field(default_factory=lambda: random.Random(5))
    attempt_seconds: float = ATTEMPT_SECONDS
    _number: int = 24_000_000_000_000_000

    def text(self, openid: str, content: str) -> dict[str, object]:
        """A follower writes something."""
        return self.message(openid, "text", Content=content)

    def message(self, openid: str, kind: str, **fields: object) -> dict[str, object]:
        """A follower sends something."""
        self._number += self.chance.randrange(1, 1000)
        return {**self._head(openid, kind), **fields, "MsgId": self._number, **self._agent()}

    def event(self, openid: str, event: str, **fields: object) -> dict[str, object]:
        """A follower does something."""
        return {**self._head(openid, "event"), "Event": event, **fields, **self._agent()}

    def _head(self, openid: str, kind: str) -> dict[str, object]:
        profile = self.profile
        to = profile.owner if profile.wecom else profile.original
        return {
            "ToUserName": to,
            "FromUserName": openid,
            "CreateTime": int(self.clock()),
            "MsgType": kind,
        }

    def _agent(self) -> dict[str, object]:
        return {"AgentID": self.profile.agent} if self.profile.wecom else {}

    def call(self, fields: Fields, *, late: float = 0.0) -> Call:
        """A call that brings these fields, with a nonce of its own, so many seconds old."""
        at = int(self.clock() - late)
        return posting(self.profile, fields, at=at, nonce=str(self.chance.randrange(10**8, 10**9)))

    async def verify(self, echo: str = "5838479218127813673") -> bool:
        """Whether the address proves to be the account's."""
        call = greeting(self.profile, echo, at=int(self.clock()), nonce=str(self.chance.randrange(10**9)))
        answer = await self.get(call)
        seconds = GREETING_SECONDS if self.profile.wecom else ATTEMPT_SECONDS
        return answer.status == 200 and answer.body == echo.encode() and answer.seconds <= seconds

    async def get(self, call: Call) -> Answer:
        """One GET, whatever comes of it."""
        return await self._ask("GET", call)

    async def post(self, call: Call) -> Answer:
        """One POST, whatever comes of it."""
        return await self._ask("POST", call)

    async def deliver(self, fields: Fields) -> Delivery:
        """Bring a message or an event, again while the answer is not acceptable, three times at most."""
        self._tell(fields)
        calls: list[Call] = []
        answers: list[Answer] = []
        while len(calls) < ATTEMPTS:
            calls.append(self.call(fields))
            answers.append(await self.post(calls[-1]))
            judged = self._judged(calls, answers, fields)
            if judged.verdict is not Verdict.UNAVAILABLE:
                return judged
        return self._judged(calls, answers, fields)

    async def deliver_overlapping(self, fields: Fields, gap: float = 0.05) -> tuple[Delivery, ...]:
        """Bring it three times, each while the one before is still waited for."""
        self._tell(fields)
        calls = [self.call(fields) for _ in range(ATTEMPTS)]

        async def late(number: int, call: Call) -> Answer:
            await asyncio.sleep(number * gap)
            return await self.post(call)

        answers = await asyncio.gather(*(late(number, call) for number, call in enumerate(calls)))
        return tuple(
            self._judged([call], [answer], fields) for call, answer in zip(calls, answers, strict=True)
        )

    def _tell(self, fields: Fields) -> None:
        event = str(fields.get("Event", "")).lower()
        what = event if fields["MsgType"] == "event" else "message"
        self.heard(str(fields["FromUserName"]), what)

    def _judged(self, calls: list[Call], answers: list[Answer], fields: Fields) -> Delivery:
        verdict, reply, fault = self._verdict(answers[-1], fields)
        return Delivery(tuple(calls), tuple(answers), verdict, reply, fault)

    def _verdict(self, answer: Answer, fields: Fields) -> tuple[Verdict, Reply | None, str]:
        if answer.status != 200:
            return Verdict.UNAVAILABLE, None, f"status {answer.status}"
        if answer.body in (b"", b"success"):
            return (Verdict.SUCCESS if answer.body else Verdict.EMPTY), None, ""
        try:
            reply = read_reply(answer.body, self.profile, fields)
        except ReplyFault as fault:
            return Verdict.UNAVAILABLE, None, str(fault)
        return Verdict.REPLY, reply, ""

    async def _ask(self, method: str, call: Call) -> Answer:
        began = time.monotonic()
        headers = {"Content-Type": call.content_type, "User-Agent": "Mozilla/4.0", "Connection": "close"}
        limit = aiohttp.ClientTimeout(total=self.attempt_seconds)
        asked = self.session.request(
            method, self.url, params=dict(call.query), data=call.body or None, headers=headers, timeout=limit
        )
        try:
            async with asked as response:
                body = await response.read()
                return Answer(response.status, body, time.monotonic() - began, dict(response.headers))
        except (TimeoutError, aiohttp.ClientError):
            return Answer(0, b"", time.monotonic() - began)
