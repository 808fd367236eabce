"""From settings to the sending side of a WeCom app."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.chats import ChatRates
from bot.pace import Pace, Rate
from bot.settings import WecomSettings
from bot.wechat.library import Wire
from bot.wechat.messages import WechatMessage
from bot.wecom.client import Login, WecomClient
from bot.wecom.outlet import WecomOutlet
from digest.replies import Reply

# Five calls travel at once; a faster push would only wait for them.
MESSAGES_PER_SECOND = 20.0
# A member who is sent more than thirty a minute does not get the rest, and nobody is told.
MEMBER = ChatRates(gap=2.3, burst=3)


@dataclass(frozen=True, slots=True)
class WecomSending:
    """One app: its client, outlet and pace."""

    client: WecomClient
    outlet: WecomOutlet
    pace: Pace

    async def close(self) -> None:
        """Let go of threads and connections."""
        await self.client.close()


def wecom_sending(
    settings: WecomSettings, render: Callable[[Reply], tuple[WechatMessage, ...]]
) -> WecomSending:
    """The app of the settings; nothing is asked of Tencent before the first call."""
    client = client_of(settings)
    pace = Pace(Rate(MESSAGES_PER_SECOND), clock=time.monotonic, chats=MEMBER)
    return WecomSending(client, WecomOutlet(client, render), pace)


def client_of(settings: WecomSettings) -> WecomClient:
    """The app's API."""
    login = Login(settings.corp_id, settings.secret.get_secret_value(), int(settings.agent_id))
    return WecomClient(login, Wire(settings.api_base_url, settings.proxy.get_secret_value()))
