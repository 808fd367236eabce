"""The calling side of Tencent's servers judges answers as the real one does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from aiohttp import web

from tests.standins.tencent_callback import Mode, Profile, greeting, seal, sign, written
from tests.standins.tencent_driver import Driver, Verdict

PLAIN, SAFE = Profile(mode=Mode.PLAIN), Profile()
APP = Profile(owner="ww1", agent="1000002")
TEXT = {
    "ToUserName": "oReader",
    "FromUserName": SAFE.original,
    "CreateTime": 1,
    "MsgType": "text",
    "Content": "好",
}


@dataclass(slots=True)
class Address:
    """An account's address that answers as it is told to, and keeps what came."""

    answers: list[bytes | float | int]
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """The next answer: a body, seconds of silence, or a status; the last one again and again."""
        self.came.append((dict(request.query), await request.read()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.Response()
        return web.Response(body=answer) if isinstance(answer, bytes) else web.Response(status=answer)


@asynccontextmanager
async def served(answer: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """Its address."""
    app = web.Application()
    app.router.add_route("*", "/callback", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/callback"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def driving(
    *answers: bytes | float | int, profile: Profile = PLAIN
) -> AsyncIterator[tuple[Driver, Address]]:
    """A driver, and the address that it calls."""
    address = Address(list(answers))
    async with served(address.answer) as url, aiohttp.ClientSession() as session:
        yield Driver(url, profile, session, attempt_seconds=0.3), address


def enveloped(document: bytes, profile: Profile = SAFE, **wrong: str) -> bytes:
    """A sealed reply; `owner` or `signature` can be wrong."""
    encrypted = seal(document, profile, owner=wrong.get("owner"))
    signature = wrong.get("signature") or sign(profile.token, "1", "2", encrypted)
    return written({"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": 1, "Nonce": "2"})


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"", Verdict.EMPTY),
        (b"success", Verdict.SUCCESS),
        (written(TEXT), Verdict.REPLY),
        (b"Success", Verdict.UNAVAILABLE),
        (b"<xml>", Verdict.UNAVAILABLE),
        (b"<html></html>", Verdict.UNAVAILABLE),
        (500, Verdict.UNAVAILABLE),
        (403, Verdict.UNAVAILABLE),
    ],
)
async def test_an_answer_is_nothing_a_reply_or_the_sentence_of_an_account_out_of_order(
    answer: bytes | int, verdict: Verdict
) -> None:
    async with driving(answer) as (driver, address):
        delivery = await driver.deliver(driver.text("oReader", "今日"))

        assert delivery.verdict is verdict
        assert len(address.came) == (3 if verdict is Verdict.UNAVAILABLE else 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ToUserName": "oSomebody"},
        {"FromUserName": "gh_other"},
        {"CreateTime": "today"},
        {"MsgType": "poem"},
        {"Content": ""},
        {"Content": "一" * 683},
        {"MsgType": "news", "ArticleCount": 2, "Articles": {"item": [{"Title": "1"}, {"Title": "2"}]}},
        {"MsgType": "news", "ArticleCount": 2, "Articles": {"item": [{"Title": "1"}]}},
    ],
)
async def test_a_faulty_reply_is_not_passed_on(wrong: dict[str, object]) -> None:
    async with driving(written({**TEXT, **wrong})) as (driver, _):
        delivery = await driver.deliver(driver.text("oReader", "今日"))

        assert delivery.verdict is Verdict.UNAVAILABLE
        assert delivery.fault


async def test_a_sealed_reply_is_opened_and_a_wrongly_sealed_one_is_not() -> None:
    answers = (
        written(TEXT),
        enveloped(written(TEXT), owner="wx_other"),
        enveloped(written(TEXT), signature="0" * 40),
        enveloped(written(TEXT)),
    )
    async with driving(*answers, profile=SAFE) as (driver, _):
        refused = await driver.deliver(driver.text("oReader", "今日"))
        accepted = await driver.deliver(driver.text("oReader", "今日"))

        assert (refused.verdict, accepted.verdict) == (Verdict.UNAVAILABLE, Verdict.REPLY)
        assert accepted.reply is not None
        assert accepted.reply.text == "好"


async def test_three_attempts_bring_one_message_with_other_nonces() -> None:
    async with driving(1.0, 1.0, b"success") as (driver, address):
        delivery = await driver.deliver(driver.text("oReader", "今日"))

        assert delivery.verdict is Verdict.SUCCESS
        assert [answer.status for answer in delivery.answers] == [0, 0, 200]
        assert len({query["nonce"] for query, _ in address.came}) == 3
        assert len({ET.fromstring(body).findtext("MsgId") for _, body in address.came}) == 1
        assert all(0.25 < answer.seconds < 3.0 for answer in delivery.answers[:2])


async def test_overlapping_attempts_are_under_way_together() -> None:
    together = asyncio.Barrier(3)

    async def answer(request: web.Request) -> web.Response:
        await together.wait()
        return web.Response(body=b"success")

    async with served(answer) as url, aiohttp.ClientSession() as session:
        driver = Driver(url, PLAIN, session)
        deliveries = await driver.deliver_overlapping(driver.text("oReader", "今日"), gap=0.02)

    assert [one.verdict for one in deliveries] == [Verdict.SUCCESS] * 3


async def test_the_world_hears_of_what_followers_do() -> None:
    heard: list[tuple[str, str]] = []
    async with driving(b"success") as (driver, _):
        telling = replace(driver, heard=lambda openid, what: heard.append((openid, what)))
        await telling.deliver(telling.text("o1", "今日"))
        await telling.deliver(telling.event("o2", "CLICK", EventKey="今日"))
        await telling.deliver(telling.event("o3", "subscribe", EventKey=""))

    assert heard == [("o1", "message"), ("o2", "click"), ("o3", "subscribe")]


async def test_an_address_is_verified_by_its_echo_alone() -> None:
    for answer, proves in ((b"123", True), (b'"123"', False), (b"123\n", False), (b"\xef\xbb\xbf123", False)):
        async with driving(answer) as (driver, _):
            assert await driver.verify("123") is proves


def test_a_company_is_greeted_with_a_sealed_echo() -> None:
    call = greeting(APP, "123", at=int(time.time()), nonce="5")

    assert "signature" not in call.query
    assert call.query["echostr"] != "123"
