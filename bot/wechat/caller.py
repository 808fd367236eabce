"""Calls with an access token, made in threads of their own: official accounts and WeCom share it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import structlog

from bot.wechat.failures import STALE_TOKEN, Meaning, failure_of
from bot.wechat.library import Code, Files, Json, Library, Outcome, Wire
from bot.wechat.tokens import Token, Tokens
from digest.errors import MaybeSent, NotSent, SendFailure

log = structlog.get_logger()

THREADS = 8
BUSY = -1
# Waits before a call that nobody minds twice is made again.
BACKOFF = (1.0, 2.0, 4.0)
TOKEN_SECONDS = 7200.0


@dataclass(frozen=True, slots=True)
class Request:
    """One call without its token; `again`: making it twice is the same as making it once."""

    path: str
    body: Json | None = None
    params: Mapping[str, str] | None = None
    files: Files | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one of the two APIs differs: how a token is asked for, and what the codes mean."""

    ask_token: Callable[[Library, bool], Outcome]
    meanings: Mapping[int, Meaning]
    token_meanings: Mapping[int, Meaning]


@dataclass(frozen=True, slots=True)
class Around:
    """Time and chance, for tests to set."""

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    backoff: tuple[float, ...] = BACKOFF


class Caller:
    """One account's API. Raises SendFailures only, and none of them knows a secret."""

    def __init__(
        self, wire: Wire, dialect: Dialect, *, parallel: int = THREADS, around: Around | None = None
    ) -> None:
        self._around = around or Around()
        self._patience, self._dialect = wire.patience, dialect
        self._library = Library(wire, connections=THREADS)
        self._tokens = Tokens(self._fetch, clock=self._around.clock)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="wechat")
        self._seats = asyncio.Semaphore(parallel)

    async def close(self) -> None:
        """Let go of the threads and connections; what is under way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._library.close()

    async def call(self, request: Request) -> Json:
        """The answer; {} where the platform says that it was done before. Raises a SendFailure."""
        found = await self._once(request)
        for pause in self._around.backoff if request.again else ():
            if not (isinstance(found, Code) and found.code == BUSY):
                break
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))
            found = await self._once(request)
        return self._settled(found, request.path)

    def _settled(self, found: Outcome, path: str) -> Json:
        if isinstance(found, Code):
            log.info("wechat_refused", path=path, code=found.code)
            meant = self._meant(found, self._dialect.meanings)
            if meant is None:
                return {}
            raise meant
        if isinstance(found, SendFailure):
            raise found
        return found

    def _meant(self, code: Code, meanings: Mapping[int, Meaning]) -> SendFailure | None:
        return failure_of(code.code, code.words, meanings, now=self._around.now())

    async def _once(self, request: Request) -> Outcome:
        """The outcome, in a thread. One that takes too long goes on there: what it does is not known."""
        try:
            async with asyncio.timeout(self._patience.turn):
                await self._seats.acquire()
        except TimeoutError:
            return NotSent("busy")
        try:
            future = self._threads.submit(self._with_token, request)
        except RuntimeError:
            self._seats.release()
            return NotSent("closed")
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: self._seat_free(loop))
        return await self._patiently(future)

    def _seat_free(self, loop: asyncio.AbstractEventLoop) -> None:
        # At the very end the loop is gone, and nobody waits for a seat.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self._seats.release)

    async def _patiently(self, future: Future[Outcome]) -> Outcome:
        try:
            async with asyncio.timeout(self._patience.whole):
                return await asyncio.shield(asyncio.wrap_future(future))
        except TimeoutError:
            return MaybeSent("timeout")

    def _with_token(self, request: Request) -> Outcome:
        """In a thread: the call, and once more where the token was refused."""
        token = self._tokens.get()
        if isinstance(token, SendFailure):
            return token
        found = self._made(request, token)
        if not (isinstance(found, Code) and found.code in STALE_TOKEN):
            return found
        fresh = self._tokens.get(stale=token)
        if isinstance(fresh, SendFailure):
            return fresh
        return self._made(request, fresh)

    def _made(self, request: Request, token: str) -> Outcome:
        params = {"access_token": token, **(request.params or {})}
        return self._library.call(request.path, params, request.body, request.files)

    def _fetch(self, force: bool) -> Token | SendFailure:
        found = self._dialect.ask_token(self._library, force)
        if isinstance(found, Code):
            meant = self._meant(found, self._dialect.token_meanings)
            return NotSent("token") if meant is None else _not_sent(meant)
        if isinstance(found, SendFailure):
            return _not_sent(found)
        token = found.get("access_token")
        if not isinstance(token, str) or not token:
            return NotSent("no_token")
        seconds = found.get("expires_in")
        return Token(token, float(seconds) if isinstance(seconds, int | float) else TOKEN_SECONDS)


def _not_sent(failure: SendFailure) -> SendFailure:
    """Whatever became of the question for a token, the message itself has not left."""
    return NotSent(failure.reason).saying(failure.words) if isinstance(failure, MaybeSent) else failure
