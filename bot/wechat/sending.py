"""From settings to the sending side of an official account."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.chats import ChatRates
from bot.pace import Pace, Rate
from bot.settings import WechatSettings
from bot.wechat.client import Login, WechatClient
from bot.wechat.library import Wire
from bot.wechat.media import Pictures
from bot.wechat.messages import WechatMessage
from bot.wechat.outlet import WechatOutlet
from bot.wechat.standing import Standing
from bot.worker import utc_now
from digest.accounts import AccountKind
from digest.replies import Reply
from storage.store import Store

# Tencent names no rate; half a million a day are allowed, and eight calls travel at once.
MESSAGES_PER_SECOND = 25.0


@dataclass(frozen=True, slots=True)
class WechatSending:
    """One official account: its client (None without a secret), what it may do, its outlet and pace."""

    client: WechatClient | None
    standing: Standing
    outlet: WechatOutlet
    pace: Pace
    pictures: Pictures

    async def close(self) -> None:
        """Let go of threads and connections."""
        if self.client is not None:
            await self.client.close()


def wechat_sending(
    settings: WechatSettings,
    store: Store,
    render: Callable[[Reply], tuple[WechatMessage, ...]],
    *,
    keeper: str = "",
) -> WechatSending:
    """The account of the settings; nothing is asked of Tencent before the first call."""
    standing = Standing(AccountKind(settings.account))
    client = client_of(settings)
    outlet = WechatOutlet(client, settings.app_id, standing, store, render, utc_now, keeper=keeper)
    pace = Pace(Rate(MESSAGES_PER_SECOND), clock=time.monotonic, chats=ChatRates(gap=0.2))
    return WechatSending(client, standing, outlet, pace, Pictures(settings.app_id, store, utc_now))


def client_of(settings: WechatSettings) -> WechatClient | None:
    """The account's API; None without a secret."""
    secret = settings.app_secret.get_secret_value()
    if not secret:
        return None
    wire = Wire(settings.api_base_url, settings.proxy.get_secret_value())
    return WechatClient(Login(settings.app_id, secret), wire)
