"""Mail: words to somebody on whatever channel the program speaks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest

from bot.outlet import Lane
from bot.pace import Pace, Rate
from bot.stations.mail import Mail
from bot.wechat.messages import WechatMessage, WechatText
from bot.wechat.render import render
from digest.errors import NotSent, WindowShut
from digest.replies import Reply, say
from digest.subscriber import Place

READER = Place("wechat", "oReader")


@dataclass
class Account:
    """An account that keeps what it is given, or whose window is shut."""

    channel: str = "wechat"
    account: str = "wx1"
    bot_name: str = "reader_bot"
    ready: bool = True
    shut: bool = False
    sent: list[tuple[Place, WechatMessage, Lane]] = field(default_factory=list)

    def render(self, reply: Reply) -> tuple[WechatMessage, ...]:
        return render(reply)

    def plain(self, message: WechatMessage) -> WechatMessage:
        return message

    async def send(self, place: Place, message: WechatMessage, *, lane: Lane) -> str:
        if self.shut:
            raise WindowShut("window")
        self.sent.append((place, message, lane))
        return ""


def mail_of(account: Account) -> Mail:
    """The mail of a program with this one account."""
    return Mail({account.channel: (account, Pace(Rate(30.0), clock=time.monotonic))})


async def test_words_go_out_as_an_answer_of_the_account() -> None:
    account = Account()

    await mail_of(account).reach(READER, say("你好"))

    assert account.sent == [(Place("wechat", "oReader", account="wx1"), WechatText("你好"), Lane.ANSWER)]


async def test_whom_the_platform_does_not_let_us_reach_is_not_reached() -> None:
    with pytest.raises(NotSent):
        await mail_of(Account(shut=True)).reach(READER, say("你好"))


async def test_a_channel_that_is_not_served_reaches_nobody() -> None:
    with pytest.raises(NotSent):
        await Mail().reach(READER, say("你好"))


def test_the_name_of_a_bot_is_that_of_its_channel() -> None:
    assert mail_of(Account(channel="telegram")).bot_name("telegram") == "reader_bot"
    assert Mail().bot_name("telegram") == ""
