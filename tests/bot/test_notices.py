"""Notices for others than the one who speaks, on the same channel and on another."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.notices import deliver
from digest.errors import NotSent
from digest.replies import Notice, Reply, say
from digest.subscriber import Place

HERE = Place("telegram", "77", account="bot1")
HELLO, FAILED = say("你好"), say("没发出去")


@dataclass
class Post:
    """Keeps what it is given, or refuses it."""

    shut: bool = False
    sent: list[tuple[Place, Reply]] = field(default_factory=list)

    async def tell(self, place: Place, reply: Reply) -> None:
        if self.shut:
            raise NotSent("window")
        self.sent.append((place, reply))


async def test_a_whole_address_is_one_of_its_own_channel() -> None:
    post = Post()

    assert await deliver(Notice("wechat:oReader", HELLO, FAILED), HERE, post.tell) is None
    assert post.sent == [(Place("wechat", "oReader"), HELLO)]


async def test_a_recipient_alone_is_one_of_the_same_account() -> None:
    post = Post()

    await deliver(Notice("12", HELLO), HERE, post.tell)

    assert post.sent == [(Place("telegram", "12", account="bot1"), HELLO)]


async def test_what_could_not_be_delivered_is_told_to_the_one_who_speaks() -> None:
    notice = Notice("wechat:oReader", HELLO, FAILED)

    assert await deliver(notice, HERE, Post(shut=True).tell) == FAILED
    assert await deliver(notice, HERE, None) == FAILED
    assert await deliver(Notice("nowhere:1", HELLO, FAILED), HERE, Post().tell) == FAILED
