"""A callback on a real socket, with a real database behind it and answers that are written down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from bot.webserver import serve
from bot.wechat.callback import Callback
from bot.wechat.envelope import Envelope
from bot.wechat.gate import Gate
from bot.wechat.inbound import CHANNEL, Received, Said
from bot.wechat.messages import WechatMessage, WechatText
from bot.wechat.reception import Reception, reception_of
from bot.wechat.reports import understand
from bot.wecom.callback import AppReports
from storage.store import Store
from tests.standins.tencent_callback import Profile
from tests.standins.tencent_driver import Driver
from web.health import make_site

OPENID = "oXYZabcdefghijklmnopqrstuvwx"
HOST = "127.0.0.1"


async def _well() -> dict[str, str]:
    return {}


async def echo(received: Received) -> WechatMessage | None:
    """Say again what was said."""
    return WechatText(f"你说：{received.text}") if isinstance(received, Said) else None


@dataclass(slots=True)
class Clerk:
    """Answers, and keeps what was asked: every entry is one effect."""

    answer: Callable[[Received], Awaitable[WechatMessage | None]] = echo
    effects: list[Received] = field(default_factory=list)

    async def __call__(self, received: Received) -> WechatMessage | None:
        """The answer."""
        self.effects.append(received)
        return await self.answer(received)


@dataclass(slots=True)
class Office:
    """One account's callback, called by a driver."""

    driver: Driver
    clerk: Clerk
    reception: Reception
    late: list[WechatMessage]


@dataclass(frozen=True, slots=True)
class Rules:
    """What differs from test to test."""

    knows_key: bool = True
    shared: bool = False
    patience: float = 3.5
    clock: Callable[[], float] = time.time


@asynccontextmanager
async def office(
    store: Store,
    profile: Profile,
    clerk: Clerk,
    rules: Rules = Rules(),
) -> AsyncIterator[Office]:
    """The callback of an account, served until the end."""
    late: list[WechatMessage] = []

    async def send_late(_place: object, message: WechatMessage) -> None:
        late.append(message)

    channel = "wecom" if profile.wecom else CHANNEL
    account = f"{profile.owner}:{profile.agent}" if profile.wecom else profile.owner
    reception = reception_of(
        clerk, store, channel=channel, account=account, shared=rules.shared, late=send_late
    )
    envelope = Envelope(profile.aes_key, profile.owner) if rules.knows_key else None
    gate = Gate(profile.token, envelope, clock=rules.clock, always_sealed=profile.wecom)
    app_reports = AppReports(profile.owner, profile.agent)
    understood = app_reports if profile.wecom else lambda report: understand(report, CHANNEL, account)
    callback = Callback(channel, gate, understood, reception, rules.clock, rules.patience)
    async with served(callback) as url, aiohttp.ClientSession() as session:
        yield Office(Driver(url, profile, session, clock=rules.clock), clerk, reception, late)
        await reception.finished()


@asynccontextmanager
async def served(callback: Callback) -> AsyncIterator[str]:
    """The callback's address."""
    bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    site = make_site(_well, [callback.route("/callback")])
    serving = asyncio.create_task(
        serve(site, HOST, 0, failed=bound.set_exception, bound=bound.set_result), name="site"
    )
    try:
        yield f"http://{HOST}:{await bound}/callback"
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
