"""The client of an official account, against a stand-in of Tencent's servers on a real socket."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.wechat.client import WechatClient
from digest.errors import (
    Gone,
    MaybeSent,
    NotAllowed,
    NotSent,
    Refused,
    SendFailure,
    Unauthorized,
    Wait,
    WindowShut,
)
from tests.bot.wechat.tencent_parts import text, wechat_client
from tests.standins.tencent import ADDRESS, APP_SECRET, Clock, TencentStandin

READER = "oReader"


@dataclass(slots=True)
class Desk:
    """A client and the server it talks to; one reader has just written."""

    client: WechatClient
    server: TencentStandin

    async def failure(self, openid: str = READER) -> SendFailure:
        """How a text to a reader fails."""
        with pytest.raises(SendFailure) as caught:
            await self.client.send(openid, text())
        return caught.value


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A service account."""
    async with TencentStandin("service", clock=Clock()) as server:
        server.world.follow(READER)
        server.world.heard(READER, "message")
        client = wechat_client(server)
        yield Desk(client, server)
        await client.close()


def allow(server: TencentStandin, count: int) -> list[str]:
    """So many readers that have just written."""
    readers = [f"o{number:04}" for number in range(count)]
    for reader in readers:
        server.world.follow(reader)
        server.world.heard(reader, "message")
    return readers


async def test_a_text_arrives_as_it_was_written(desk: Desk) -> None:
    await desk.client.send(READER, text('12月22日 周一 <a href="https://example.org">世界模型</a> 🎉'))

    (sent,) = desk.server.world.received(READER)
    assert sent.text == '12月22日 周一 <a href="https://example.org">世界模型</a> 🎉'


async def test_fifty_at_once_on_a_cold_token_fetch_one_token() -> None:
    async with TencentStandin("service", clock=Clock(), latency=0.02) as server:
        client = wechat_client(server)
        await asyncio.gather(*(client.send(one, text()) for one in allow(server, 50)))
        await client.close()

    assert server.tokens.fetched == 1
    assert len(server.world.sent) == 50


async def test_a_token_that_is_revoked_with_twenty_in_flight_is_renewed_once() -> None:
    async with TencentStandin("service", clock=Clock(), latency=0.02) as server:
        client = wechat_client(server)
        await client.callback_addresses()
        server.tokens.revoke()
        await asyncio.gather(*(client.send(one, text()) for one in allow(server, 20)))
        await client.close()

    assert server.tokens.fetched == 2
    assert len(server.world.sent) == 20


async def test_a_revoked_token_that_is_given_again_is_renewed_by_force_once(desk: Desk) -> None:
    await desk.client.callback_addresses()
    desk.server.tokens.revoke_stubbornly()

    await desk.client.send(READER, text())

    assert (desk.server.tokens.fetched, desk.server.tokens.forced) == (3, 1)


async def test_a_token_that_is_refused_for_ever_costs_two_calls_and_stops_the_account(desk: Desk) -> None:
    desk.server.fault("code", "custom/send", times=1000, code=40001, words="invalid credential")

    failure = await desk.failure()

    assert isinstance(failure, Unauthorized)
    assert failure.reason == "token_refused"
    assert desk.server.paths.count("message/custom/send") == 2
    assert desk.server.tokens.fetched <= 3


async def test_no_token_is_forced_twice_within_thirty_seconds(desk: Desk) -> None:
    desk.server.fault("code", "custom/send", times=1000, code=40001, words="invalid credential")
    for _ in range(10):
        assert isinstance(await desk.failure(), Unauthorized)

    assert desk.server.tokens.forced == 1
    assert desk.server.world.codes[45011] == 0


async def test_a_token_is_renewed_before_it_ends(desk: Desk) -> None:
    await desk.client.send(READER, text())
    assert isinstance(desk.server.clock, Clock)
    desk.server.clock.advance(7199)
    desk.server.world.heard(READER, "message")

    await desk.client.send(READER, text())

    assert desk.server.world.codes[42001] == 0
    assert len(desk.server.world.received(READER)) == 2


@pytest.mark.parametrize(
    ("code", "words", "kind", "reason"),
    [
        (-1, "system error", MaybeSent, "busy"),
        (40013, "invalid appid", Unauthorized, "bad_app_id"),
        (40164, f"invalid ip {ADDRESS}, not in whitelist", Unauthorized, "ip_list"),
        (40003, "invalid openid", Gone, "not_found"),
        (43004, "require subscribe", Gone, "left"),
        (43019, "blacklist", Gone, "blocked"),
        (45002, "content size out of limit", Refused, "too_long"),
        (45009, "reach max api daily quota limit", Wait, "wait"),
        (45011, "api minute-quota reach limit", Wait, "wait"),
        (45015, "response out of time limit", WindowShut, "window"),
        (45047, "out of response count limit", WindowShut, "window"),
        (48001, "api unauthorized", NotAllowed, "not_authorised"),
        (48004, "api forbidden", Unauthorized, "api_banned"),
        (50002, "user limited", Unauthorized, "restricted"),
        (99999, "something new", Refused, "code_99999"),
    ],
)
async def test_a_code_of_the_platform_is_a_failure_of_ours(
    desk: Desk, code: int, words: str, kind: type[SendFailure], reason: str
) -> None:
    desk.server.fault("code", "custom/send", times=9, code=code, words=words)

    failure = await desk.failure()

    assert (type(failure), failure.reason) == (kind, reason)
    assert failure.words.startswith(words)
    assert desk.server.paths.count("message/custom/send") == 1


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        ("html", MaybeSent, "not_json"),
        ("lost_html", MaybeSent, "not_json"),
        ("bad_gateway", MaybeSent, "http_502"),
        ("lost_502", MaybeSent, "http_502"),
        ("stall", MaybeSent, "timeout"),
        ("reset", MaybeSent, "broken_off"),
        ("cut", MaybeSent, "broken_off"),
    ],
)
async def test_an_answer_that_does_not_come_is_in_doubt_and_the_message_is_not_made_again(
    desk: Desk, fault: str, kind: type[SendFailure], reason: str
) -> None:
    desk.server.fault(fault, "custom/send", times=9)

    failure = await desk.failure()

    assert (type(failure), failure.reason) == (kind, reason)
    assert desk.server.paths.count("message/custom/send") == 1


async def test_a_server_that_is_not_there_has_sent_nothing() -> None:
    async with TencentStandin("service") as server:
        client = wechat_client(server)
    with pytest.raises(NotSent) as caught:
        await client.send(READER, text())
    await client.close()

    assert caught.value.reason == "connect"


async def test_a_proxy_that_is_not_there_has_sent_nothing(desk: Desk) -> None:
    client = wechat_client(desk.server, proxy="http://user:pr0xypassw0rd@127.0.0.1:9")
    with pytest.raises(NotSent) as caught:
        await client.send(READER, text())
    await client.close()

    assert caught.value.reason == "proxy"
    assert desk.server.paths == []


@pytest.mark.parametrize("fault", ["html", "bad_gateway", "stall", "reset"])
async def test_a_token_that_cannot_be_had_means_that_nothing_was_sent(desk: Desk, fault: str) -> None:
    desk.server.fault(fault, "stable_token", times=9)

    assert isinstance(await desk.failure(), NotSent)
    assert "message/custom/send" not in desk.server.paths


async def test_a_wrong_secret_stops_the_account(desk: Desk) -> None:
    client = wechat_client(desk.server, secret="an0ther0ne")
    with pytest.raises(Unauthorized) as caught:
        await client.send(READER, text())
    await client.close()

    assert caught.value.reason == "bad_secret"


async def test_a_busy_platform_is_asked_again_where_twice_is_as_good_as_once(desk: Desk) -> None:
    desk.server.fault("code", "menu/create", times=2)
    button = {"type": "click", "name": "今日", "key": "今日"}

    await desk.client.set_menu({"button": [button]})

    assert desk.server.paths.count("menu/create") == 3
    assert desk.server.world.menu == {"button": [button]}


async def test_the_sixth_message_is_refused_by_the_platform(desk: Desk) -> None:
    for _ in range(5):
        await desk.client.send(READER, text())

    assert isinstance(await desk.failure(), WindowShut)
    assert len(desk.server.world.received(READER)) == 5


async def test_every_call_goes_to_the_configured_server(desk: Desk) -> None:
    media_id = await desk.client.keep_image("cover.png", b"\x89PNG")
    article = {"title": "日报", "content": "<p>早</p>", "thumb_media_id": media_id}
    draft = await desk.client.add_draft([article])
    await desk.client.preview(READER, draft)
    await desk.client.upload_image("qun.png", b"\x89PNG")
    tag = await desk.client.make_tag("日报")
    await desk.client.set_tag(tag, [READER], on=True)

    assert await desk.client.tags() == {"日报": tag}
    assert await desk.client.followers() == ((READER,), 1)
    assert await desk.client.count_drafts() == 1
    assert desk.server.world.followers[READER].tags == {tag}
    assert len(desk.server.paths) == 10


async def test_a_mass_message_with_a_name_is_sent_once_however_often_it_is_asked_for(desk: Desk) -> None:
    media_id = await desk.client.keep_image("cover.png", b"\x89PNG")
    article = {"title": "日报", "content": "<p>早</p>", "thumb_media_id": media_id}
    draft = await desk.client.add_draft([article])
    desk.server.fault("reset", "sendall")
    with pytest.raises(MaybeSent):
        await desk.client.mass_send(draft, "digest-2025-12-22")
    with pytest.raises(Wait):
        await desk.client.mass_send(draft, "digest-2025-12-22")
    assert isinstance(desk.server.clock, Clock)
    desk.server.clock.advance(61)

    assert await desk.client.mass_send(draft, "digest-2025-12-22") == ""
    assert len(desk.server.world.masses) == 1


def secrets_of(server: TencentStandin) -> tuple[str, ...]:
    """What must be read nowhere."""
    return (APP_SECRET, "pr0xypassw0rd", *server.tokens.known)


@pytest.mark.parametrize(
    "fault", ["html", "bad_gateway", "stall", "reset", "cut", "code", "revoke", "lost_html", "lost_502"]
)
@pytest.mark.parametrize("path", ["stable_token", "custom/send"])
async def test_no_failure_tells_a_secret(
    desk: Desk,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    fault: str,
    path: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    await desk.client.callback_addresses()
    desk.server.tokens.revoke()
    desk.server.fault(fault, path, times=9)

    (failure,) = await asyncio.gather(desk.client.send(READER, text()), return_exceptions=True)

    told = [capsys.readouterr().out, *(record.getMessage() for record in caplog.records)]
    if isinstance(failure, SendFailure):
        assert (failure.__context__, failure.__cause__) == (None, None)
        told += [repr(failure), str(failure), failure.words, *traceback.format_exception(failure)]
    for secret in secrets_of(desk.server):
        assert not any(secret in line for line in told)


async def test_no_failure_to_connect_tells_a_secret(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = wechat_client(desk.server, proxy="http://user:pr0xypassw0rd@127.0.0.1:9")
    with pytest.raises(NotSent) as caught:
        await client.send(READER, text())
    await client.close()

    told = [*traceback.format_exception(caught.value), *(one.getMessage() for one in caplog.records)]
    assert caught.value.__context__ is None
    for secret in secrets_of(desk.server):
        assert not any(secret in line for line in told)
