"""The client of a WeCom app, against a stand-in of Tencent's servers on a real socket."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator

import pytest

from bot.outlet import Lane
from bot.wechat.messages import WechatCard, WechatText
from bot.wecom.client import WecomClient
from bot.wecom.outlet import WecomOutlet
from digest.errors import Gone, NotSent, SendFailure, Unauthorized
from digest.subscriber import Place
from tests.bot.wechat.tencent_parts import text, wecom_client
from tests.standins.tencent import ADDRESS, CORP_SECRET, Clock, TencentStandin


@pytest.fixture
async def server() -> AsyncIterator[TencentStandin]:
    """A company of two."""
    async with TencentStandin(clock=Clock()) as standin:
        standin.company.members |= {"lisi", "zhangsan"}
        yield standin


@pytest.fixture
async def client(server: TencentStandin) -> AsyncIterator[WecomClient]:
    """Its app."""
    app = wecom_client(server)
    yield app
    await app.close()


def outlet(client: WecomClient) -> WecomOutlet:
    """The app as the worker sees it."""
    return WecomOutlet(client, lambda _: ())


async def test_a_message_arrives_at_those_it_is_for_and_strangers_are_named(
    server: TencentStandin, client: WecomClient
) -> None:
    arrived = await client.send(("lisi", "nobody", "zhangsan"), text("早"))

    assert arrived.strangers == ("nobody",)
    assert [one.userid for one in server.company.received] == ["lisi", "zhangsan"]


async def test_everybody_is_reached_by_one_message(server: TencentStandin, client: WecomClient) -> None:
    await client.send(("@all",), text("早"))

    assert len(server.company.received) == 2
    assert server.paths.count("message/send") == 1


async def test_whoever_cannot_see_the_app_is_gone(client: WecomClient) -> None:
    with pytest.raises(Gone) as caught:
        await client.send(("nobody",), text())

    assert caught.value.reason == "not_visible"


async def test_fifty_at_once_fetch_one_token_and_never_more_than_five_travel() -> None:
    async with TencentStandin(clock=Clock(), latency=0.02) as server:
        server.company.members |= {f"m{number}" for number in range(50)}
        app = wecom_client(server)
        await asyncio.gather(*(app.send((f"m{number}",), text()) for number in range(50)))
        await app.close()

    assert server.company.tokens.fetched == 1
    assert server.company.most_in_flight <= 5
    assert len(server.company.received) == 50


@pytest.mark.parametrize("fault", ["reset", "stall", "lost_502", "lost_html"])
async def test_a_message_in_doubt_is_sent_again_and_arrives_once(
    server: TencentStandin, client: WecomClient, fault: str
) -> None:
    server.fault(fault, "message/send")
    place, message = Place("wecom", "lisi", account=client.account), WechatText("早")
    with pytest.raises(NotSent):
        await outlet(client).send(place, message, lane=Lane.BULK)

    await outlet(client).send(place, message, lane=Lane.BULK)

    assert [one.text for one in server.company.of("lisi")] == ["早"]


async def test_a_card_is_a_card_with_a_button(server: TencentStandin, client: WecomClient) -> None:
    card = WechatCard("12月22日", "1、世界模型", "https://example.org/", button="看全部")

    await outlet(client).send(Place("wecom", "lisi"), card, lane=Lane.ANSWER)

    (received,) = server.company.of("lisi")
    assert received.body["textcard"] == {
        "title": "12月22日",
        "description": "1、世界模型",
        "url": "https://example.org/",
        "btntxt": "看全部",
    }


async def test_an_address_on_no_list_stops_the_app_and_is_named(
    server: TencentStandin, client: WecomClient
) -> None:
    server.allowed = False

    with pytest.raises(Unauthorized) as caught:
        await client.send(("lisi",), text())

    assert caught.value.reason == "ip_list"
    assert ADDRESS in caught.value.words


async def test_a_wrong_secret_stops_the_app(server: TencentStandin) -> None:
    app = wecom_client(server, secret="an0ther0ne")
    with pytest.raises(Unauthorized) as caught:
        await app.send(("lisi",), text())
    await app.close()

    assert caught.value.reason == "bad_secret"


@pytest.mark.parametrize("path", ["gettoken", "message/send"])
@pytest.mark.parametrize("fault", ["html", "bad_gateway", "stall", "reset", "code"])
async def test_no_failure_tells_a_secret(
    server: TencentStandin, client: WecomClient, caplog: pytest.LogCaptureFixture, fault: str, path: str
) -> None:
    caplog.set_level(logging.DEBUG)
    server.fault(fault, path, times=9)

    with pytest.raises(SendFailure) as caught:
        await client.send(("lisi",), text())

    told = [*traceback.format_exception(caught.value), *(one.getMessage() for one in caplog.records)]
    assert caught.value.__context__ is None
    for secret in (CORP_SECRET, *server.company.tokens.known):
        assert not any(secret in line for line in told)
