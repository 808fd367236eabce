"""Group robots over a real socket: what is said, and what follows when it is not taken."""

from __future__ import annotations

import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.outlet import Lane
from bot.wecom.markdown import RobotMessage
from bot.wecom.robots import RobotOutlet
from bot.wecom.webhook import Patience, Webhook
from digest.errors import Gone, MaybeSent, NotSent, Refused, SendFailure, Wait
from digest.subscriber import Place
from tests.standins.tencent_robots import RobotsStandin

KEY = "693a91f6-canary-4c3d-8f2e-robotkey0001"
HERE = Place("wecom-robot", "开发群")
HURRY = Patience(connect=2.0, read=0.5, whole=2.0)
Say = Callable[[str], Awaitable[str]]


@asynccontextmanager
async def outlet_at(address: str, *, proxy: str = "", key: str = KEY) -> AsyncIterator[Say]:
    """A robot's outlet at a server."""
    webhook = Webhook(address, proxy, patience=HURRY)
    await webhook.open()
    outlet = RobotOutlet(webhook, {HERE.recipient: SecretStr(key)})
    try:
        yield lambda words: outlet.send(HERE, RobotMessage(words), lane=Lane.BULK)
    finally:
        await webhook.close()


async def failure_of(say: Say, words: str = "早") -> SendFailure:
    with pytest.raises(SendFailure) as caught:
        await say(words)
    return caught.value


async def test_what_is_said_arrives_as_it_was_written() -> None:
    words = '**12月22日 周一** <font color="comment">41条</font>\n1、[“说UI”](https://example.org/?a=1&b=2)'
    async with RobotsStandin([KEY]) as server, outlet_at(server.base_url) as say:
        await say(words)

        assert server.heard(KEY) == [words]


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        ("busy", NotSent, "busy"),
        ("not_found", NotSent, "http_404"),
        ("html", MaybeSent, "broken_answer"),
        ("bad_gateway", MaybeSent, "broken_answer"),
        ("stall", MaybeSent, "read_timeout"),
        ("reset", MaybeSent, "disconnected"),
        ("reset_after", MaybeSent, "disconnected"),
        ("odd", Refused, "errcode_40096"),
    ],
)
async def test_each_failure_says_what_is_known(fault: str, kind: type[SendFailure], reason: str) -> None:
    async with RobotsStandin([KEY]) as server, outlet_at(server.base_url) as say:
        server.fails(KEY, fault)

        failure = await failure_of(say)

    assert (type(failure), failure.reason) == (kind, reason)
    assert len(server.said) == (1 if fault == "reset_after" else 0)


async def test_a_robot_that_is_gone_is_gone_and_its_words_hold_no_address() -> None:
    async with RobotsStandin([]) as server, outlet_at(server.base_url) as say:
        failure = await failure_of(say)

    assert isinstance(failure, Gone)
    assert (failure.reason, failure.words) == ("bad_webhook", "")


async def test_the_twenty_first_message_of_a_minute_waits_for_a_minute() -> None:
    async with RobotsStandin([KEY]) as server, outlet_at(server.base_url) as say:
        for number in range(20):
            await say(str(number))
        failure = await failure_of(say)

    assert isinstance(failure, Wait)
    assert (failure.seconds, failure.whole) == (60, False)
    assert len(server.said) == 20


async def test_a_server_that_is_not_there_was_told_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with outlet_at(f"http://127.0.0.1:{taken.getsockname()[1]}") as say:
            failure = await failure_of(say)

    assert (type(failure), failure.reason) == (NotSent, "connect")


async def test_what_is_too_long_for_the_server_arrives_in_pieces_that_hold_everything() -> None:
    lines = [f"{number}、[题目](https://example.org/{number})" for number in range(1, 30)]
    lines.insert(15, "**第二栏**")
    async with RobotsStandin([KEY], longest=700) as server, outlet_at(server.base_url) as say:
        await say("\n".join(lines))

        pieces = server.heard(KEY)

    assert len(pieces) > 1
    assert all(len(piece.encode()) <= 700 for piece in pieces)
    assert "\n".join(pieces).split("\n") == lines
    assert any(piece.startswith("**第二栏**") for piece in pieces)


async def test_pieces_that_arrived_are_not_said_again() -> None:
    text = "\n".join(f"{number}、一二三四五六七八九十" for number in range(40))
    async with RobotsStandin([KEY], longest=900) as server, outlet_at(server.base_url) as say:
        server.fails(KEY, "", "", "busy")
        first = await failure_of(say, text)
        await say(text)

    assert isinstance(first, NotSent)
    assert len(server.heard(KEY)) == 2
    assert "\n".join(server.heard(KEY)) == text


async def test_one_line_that_is_too_long_is_refused() -> None:
    async with RobotsStandin([KEY], longest=100) as server, outlet_at(server.base_url) as say:
        failure = await failure_of(say, "长" * 200)

    assert (type(failure), failure.reason) == (Refused, "too_long")


@pytest.mark.parametrize("fault", ["busy", "html", "stall", "reset", "odd"])
async def test_the_key_is_in_no_log_and_no_failure(fault: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        async with RobotsStandin([KEY]) as server, outlet_at(server.base_url) as say:
            server.fails(KEY, fault)
            failures: list[BaseException | None] = [await failure_of(say)]
        async with outlet_at("http://127.0.0.1:9", proxy="http://127.0.0.1:9") as say:
            failures.append(await failure_of(say))
    told = [caplog.text, str(logs)]
    while failures:
        one = failures.pop()
        if one is not None:
            told.append(f"{one!r} {one} {vars(one)}")
            failures += [one.__cause__, one.__context__]

    assert KEY not in "".join(told)
    assert "canary" not in "".join(told)


async def test_a_robot_without_a_key_here_is_gone() -> None:
    async with RobotsStandin([KEY]) as server:
        webhook = Webhook(server.base_url)
        with pytest.raises(Gone):
            await RobotOutlet(webhook, {}).send(HERE, RobotMessage("早"), lane=Lane.BULK)

    assert server.calls == 0
