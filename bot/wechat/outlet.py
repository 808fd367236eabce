"""An official account as the worker sees it: it writes where and as often as a window allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from bot.outlet import Lane
from bot.wechat.client import WechatClient
from bot.wechat.inbound import CHANNEL
from bot.wechat.letters import customer_message, with_line, without_links
from bot.wechat.messages import WechatMessage
from bot.wechat.standing import Standing
from digest.accounts import Capability
from digest.errors import NotAllowed, NotSent, Unauthorized, Wait, WindowShut
from digest.reach import MassState, Way, way_of
from digest.replies import Reply
from digest.subscriber import Place
from storage.store import Store
from storage.windows import MASS, SHUT

Render = Callable[[Reply], tuple[WechatMessage, ...]]


@dataclass(frozen=True, slots=True)
class ByMass:
    """A digest that the day's mass send carries, not a message of its own."""

    issue_date: dt.date
    silent: bool = False


Letter = WechatMessage | ByMass
# Of these it is certain that nothing has left: what was counted is given back.
_NOTHING_LEFT = (NotSent, Wait, Unauthorized, NotAllowed)
# So long ago a mass send of the same issue may have begun.
RECENT = dt.timedelta(days=3)


@dataclass(slots=True)
class WechatOutlet:
    """The sending side of one official account (a `bot.outlet.Outlet`).

    `client` is None for an account without a secret: it answers and sends nothing. `keeper` is the line under
    the last message that a window allows: a link whose tap opens it again.
    """

    client: WechatClient | None
    app_id: str
    standing: Standing
    store: Store
    render_reply: Render
    now: Callable[[], dt.datetime]
    keeper: str = ""
    bot_name: str = ""
    ready: bool = True

    @property
    def channel(self) -> str:
        """The channel's name."""
        return CHANNEL

    @property
    def account(self) -> str:
        """The account's id at Tencent's."""
        return self.app_id

    def render(self, reply: Reply) -> tuple[Letter, ...]:
        """The reply as messages; an issue goes by the mass send where the account has one."""
        if reply.lists is not None and way_of(self.standing.account) is Way.MASS:
            return (ByMass(reply.lists),)
        return self.render_reply(reply)

    def plain(self, message: Letter) -> Letter:
        """The same words without links."""
        return message if isinstance(message, ByMass) else without_links(message)

    async def send(self, place: Place, message: Letter, *, lane: Lane) -> str:
        """Send a customer message; '' for its reference, which the platform does not name.

        WindowShut when the reader has to write first: nothing is asked of the platform then.
        """
        if isinstance(message, ByMass):
            return await self._carried(message.issue_date)
        client = self._client()
        left = await self._taken(place)
        if left == 0 and lane is Lane.BULK:
            message = with_line(message, self.keeper)
        try:
            await client.send(place.recipient, customer_message(message))
        except WindowShut:
            await self._shut(place)
            raise
        except _NOTHING_LEFT as failure:
            if failure.reason == "not_authorised":
                self.standing.deny(Capability.CUSTOM)
            await self._give_back(place)
            raise
        return ""

    def _client(self) -> WechatClient:
        if self.client is None or not self.standing.may(Capability.CUSTOM):
            raise NotAllowed("no_push")
        return self.client

    async def _carried(self, issue_date: dt.date) -> str:
        """The mass send that carried this issue; WindowShut while none has arrived."""
        async with self.store.reading() as tx:
            masses = await tx.masses.since(self.app_id, self.now() - RECENT)
        for mass in masses:
            if mass.state is MassState.SENT and mass.issue_date == issue_date:
                return f"mass:{mass.message_id}"
        raise WindowShut(MASS)

    async def _taken(self, place: Place) -> int:
        # Most windows are shut at any time: a look costs no turn among those who write.
        async with self.store.reading() as tx:
            window = await tx.windows.at(place)
        if window.left(self.now()) == 0:
            raise WindowShut(SHUT)
        async with self.store.transaction() as tx:
            left = await tx.windows.take(place, self.now())
        if left is None:
            raise WindowShut(SHUT)
        return left

    async def _give_back(self, place: Place) -> None:
        async with self.store.transaction() as tx:
            await tx.windows.give_back(place, self.standing.account, self.now())

    async def _shut(self, place: Place) -> None:
        async with self.store.transaction() as tx:
            await tx.windows.shut(place)
