"""Words carried from one channel to another."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.courier import Courier
from bot.outlet import Lane
from bot.wechat.messages import WechatMessage, WechatText
from bot.wechat.render import render
from digest.errors import NotSent
from digest.replies import Notice, Reply, say
from digest.subscriber import Place

HERE = Place("telegram", "77", account="bot1")


@dataclass
class Account:
    """An outlet that keeps what it is given; it refuses where it is `shut`."""

    channel: str = "wechat"
    account: str = "wx1"
    bot_name: str = ""
    ready: bool = True
    shut: bool = False
    sent: list[tuple[Place, str, Lane]] = field(default_factory=list)

    def render(self, reply: Reply) -> tuple[WechatMessage, ...]:
        return render(reply)

    def plain(self, message: WechatMessage) -> WechatMessage:
        return message

    async def send(self, place: Place, message: WechatMessage, *, lane: Lane) -> str:
        if self.shut:
            raise NotSent("window")
        assert isinstance(message, WechatText)
        self.sent.append((place, message.text, lane))
        return ""


async def test_a_whole_address_is_reached_on_its_own_channel_as_an_answer() -> None:
    account = Account()
    courier = Courier(lambda: {"wechat": account})

    failed = await courier.carry(Notice("wechat:oReader", say("你好"), say("没发出去")), HERE)

    assert failed is None
    assert account.sent == [(Place("wechat", "oReader", account="wx1"), "你好", Lane.ANSWER)]


async def test_a_recipient_alone_is_one_of_the_same_account() -> None:
    account = Account(channel="telegram", account="bot1")

    await Courier(lambda: {"telegram": account}).carry(Notice("12", say("你好")), HERE)

    assert account.sent[0][0] == Place("telegram", "12", account="bot1")


async def test_what_could_not_be_delivered_is_told_to_the_one_who_speaks() -> None:
    account, notice = Account(shut=True), Notice("wechat:oReader", say("你好"), say("没发出去"))

    assert await Courier(lambda: {"wechat": account}).carry(notice, HERE) == say("没发出去")
    assert await Courier(dict).carry(notice, HERE) == say("没发出去")
    assert await Courier(dict).carry(Notice("nowhere:1", say("你好")), HERE) is None
