"""A company's app as the worker sees it: it writes to each member, at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.outlet import Lane
from bot.wechat.letters import app_message, without_links
from bot.wechat.messages import WechatMessage
from bot.wecom.client import WecomClient
from digest.errors import Gone, MaybeSent, NotSent
from digest.replies import Reply
from digest.subscriber import Place

CHANNEL = "wecom"
Render = Callable[[Reply], tuple[WechatMessage, ...]]


@dataclass(slots=True)
class WecomOutlet:
    """The sending side of one app (a `bot.outlet.Outlet`)."""

    client: WecomClient
    render_reply: Render
    bot_name: str = ""
    ready: bool = True

    @property
    def channel(self) -> str:
        """The channel's name."""
        return CHANNEL

    @property
    def account(self) -> str:
        """The company and its app, `corp:agent`."""
        return self.client.account

    def render(self, reply: Reply) -> tuple[WechatMessage, ...]:
        """The reply as messages."""
        return self.render_reply(reply)

    def plain(self, message: WechatMessage) -> WechatMessage:
        """The same words without links."""
        return without_links(message)

    async def send(self, place: Place, message: WechatMessage, *, lane: Lane) -> str:
        """Send a message to one member; the platform's name of it. Gone where the app is hidden from them."""
        try:
            arrived = await self.client.send((place.recipient,), app_message(message))
        except MaybeSent as caught:
            doubt = caught.reason
        else:
            if place.recipient in arrived.strangers:
                raise Gone("not_visible")
            return arrived.message_id
        # The platform drops the same message for four hours: to send it again does no harm.
        raise NotSent(doubt)
