"""`digestbot run` where Tencent calls: WeChat alone, WeCom alone, robots alone, and beside Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from tests.flows.conftest import NewHouse
from tests.flows.running import House, Program
from tests.postgres import PostgresServer
from tests.standins.telegram import TelegramStandin
from tests.standins.tencent import APP_SECRET, TencentStandin
from tests.standins.tencent_callback import Profile
from tests.standins.tencent_driver import Driver, Verdict

OPENID = "oXYZcanaryCanaryCanaryCanary"
CANARY = "金丝雀CanaryWords"
ACCOUNT = Profile()
APP = Profile(owner="ww0123456789abcdef", agent="1000002", token="T0kenOfTheApp")
WECHAT = {
    "account": "subscription",
    "app_id": ACCOUNT.owner,
    "app_secret": APP_SECRET,
    "token": ACCOUNT.token,
    "aes_key": ACCOUNT.aes_key,
}
WECOM = {
    "corp_id": APP.owner,
    "agent_id": APP.agent,
    "secret": "SecretOfTheAppSecretOfTheApp",
    "token": APP.token,
    "aes_key": APP.aes_key,
}
# Nobody is there: answers need no platform.
NOWHERE = {"api_base_url": "http://127.0.0.1:9"}
ROBOTS = '[[wecom.robots]]\nname = "team"\nkey = "693a91f6-0000-4bc4-97a0-0ec2sifa5aaa"\n'
KNOWN = "SELECT channel, account, recipient FROM addresses"


@asynccontextmanager
async def calling(program: Program, profile: Profile = ACCOUNT) -> AsyncIterator[Driver]:
    """Tencent, which calls this program for this account."""
    port = (await program.event("web_listening"))["port"]
    path = "wecom" if profile.wecom else "wechat"
    async with aiohttp.ClientSession() as session:
        yield Driver(f"http://127.0.0.1:{port}/{path}", profile, session)


@pytest.fixture
def newsroom(house: House) -> House:
    """A house with one issue and an official account."""
    house.configure(wechat=WECHAT | NOWHERE)
    house.publish("2025-12-22")
    return house


async def test_with_wechat_alone_a_sealed_message_is_answered(newsroom: House) -> None:
    async with TencentStandin("subscription") as api:
        newsroom.configure(wechat={**WECHAT, "api_base_url": api.base_url}, log={"level": "debug"})
        await _answered(newsroom)


async def _answered(newsroom: House) -> None:
    async with newsroom.running() as program, calling(program) as tencent:
        await program.event("issue_kept")
        verified = await tencent.verify()
        today = await tencent.deliver(tencent.text(OPENID, "今日"))
        other = await tencent.deliver(tencent.text(OPENID, CANARY))
        forged = await tencent.post(replace(tencent.call(tencent.text(OPENID, CANARY)), body=b"<xml>"))
        status, ready = await program.get("/readyz")

    assert verified
    assert [today.fault, other.fault, forged.status] == ["", "", 400]
    assert today.reply is not None
    assert "12月22日" in today.reply.text
    assert (status, ready) == (200, {"ready": True, "database": "ok", "wechat": "ok"})
    assert newsroom.rows(KNOWN) == [("wechat", ACCOUNT.owner, OPENID)]
    said = "\n".join(program.lines)
    signatures = [call.query["msg_signature"] for call in (*today.calls, *other.calls)]
    secrets = [CANARY, OPENID, *signatures, *map(str, WECHAT.values())]
    assert [one for one in secrets if one in said] == ["subscription"] * ("subscription" in said)
    assert any("（公众号）" in line for line in program.words)


async def test_three_overlapping_attempts_subscribe_once(newsroom: House) -> None:
    async with newsroom.running() as program, calling(program) as tencent:
        deliveries = await tencent.deliver_overlapping(tencent.text(OPENID, "订阅"), gap=0.01)

    assert {one.verdict for one in deliveries} == {Verdict.REPLY}
    assert len({one.answers[0].body for one in deliveries}) == 1
    assert newsroom.rows("SELECT count(*) FROM inbox WHERE channel = 'wechat'") == [(1,)]
    assert newsroom.rows("SELECT payload FROM inbox") == [("",)]


async def test_a_message_that_comes_again_after_a_kill_is_not_acted_upon_twice(newsroom: House) -> None:
    async with newsroom.running() as program, calling(program) as tencent:
        fields = tencent.text(OPENID, "订阅")
        first = await tencent.deliver(fields)
        await newsroom.shows("SELECT count(*) FROM inbox WHERE handled_at IS NOT NULL", [(1,)])
        await program.kill()
    async with newsroom.running() as program, calling(program) as tencent:
        again = await tencent.deliver(fields)

    assert (first.verdict, again.verdict) == (Verdict.REPLY, Verdict.SUCCESS)
    assert newsroom.rows("SELECT count(*) FROM inbox") == [(1,)]


async def test_with_wecom_alone_a_member_is_answered(house: House) -> None:
    house.configure(wecom=WECOM | NOWHERE)
    async with house.running() as program, calling(program, APP) as tencent:
        verified = await tencent.verify()
        delivery = await tencent.deliver(tencent.text("lisi", "帮助"))

    assert verified
    assert (delivery.verdict, delivery.fault) == (Verdict.REPLY, "")
    assert house.rows(KNOWN) == [("wecom", f"{APP.owner}:{APP.agent}", "lisi")]


async def test_robots_alone_are_enough_to_run(house: House) -> None:
    house.configure(wecom=NOWHERE)
    house.write("config.toml", (house.folder / "config.toml").read_text(encoding="utf-8") + ROBOTS)
    async with house.running() as program:
        status, ready = await program.get("/readyz")

    assert (status, ready) == (200, {"ready": True, "database": "ok", "wecom-robot": "ok"})


async def test_channels_run_side_by_side(newsroom: House) -> None:
    async with TelegramStandin() as server:
        newsroom.configure(server, wechat=WECHAT | NOWHERE, wecom=WECOM | NOWHERE)
        async with newsroom.running() as program, calling(program) as tencent:
            delivery = await tencent.deliver(tencent.text(OPENID, "帮助"))
            server.say(1, "/help")
            await server.wait_for_sends(1, 30)
            _, ready = await program.get("/readyz")

    assert delivery.verdict is Verdict.REPLY
    assert set(ready) == {"ready", "database", "telegram", "wechat", "wecom"}
    assert any("Telegram, 公众号, 企业微信" in line for line in program.words)


async def test_a_refused_telegram_token_does_not_stop_the_others(newsroom: House) -> None:
    async with TelegramStandin() as server:
        newsroom.configure(
            server,
            telegram={"token": "1000:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
            wechat=WECHAT | NOWHERE,
        )
        async with newsroom.running() as program, calling(program) as tencent:
            delivery = await tencent.deliver(tencent.text(OPENID, "帮助"))

    assert delivery.verdict is Verdict.REPLY


async def test_who_is_being_answered_when_the_program_stops_is_answered(newsroom: House) -> None:
    async with newsroom.running() as program, calling(program) as tencent:
        asked = [asyncio.create_task(tencent.deliver(tencent.text(f"o{n}", "今日"))) for n in range(20)]
        await asyncio.sleep(0.05)
        code = await program.stop()
        deliveries = await asyncio.gather(*asked)

    answered = [one for one in deliveries if one.answers[0].status]
    assert code == 0
    assert all(one.verdict is Verdict.REPLY for one in answered)
    assert len(answered) == len(newsroom.rows("SELECT 1 FROM inbox WHERE handled_at IS NOT NULL"))


async def test_of_two_programs_on_one_database_one_acts_upon_a_message(
    newsroom: House, new_house: NewHouse, quick_postgres: PostgresServer
) -> None:
    name = quick_postgres.new_database()
    other = new_house()
    wechat = {**WECHAT, "api_base_url": "http://127.0.0.1:9"}
    for house in (newsroom, other):
        house.configure(wechat=wechat, database={"url": quick_postgres.url(name)})
    async with (
        newsroom.running() as one,
        other.running() as two,
        calling(one) as to_one,
        calling(two) as to_two,
    ):
        fields = to_one.text(OPENID, "订阅")
        first = await to_one.deliver(fields)
        again = await to_two.deliver(fields)
        other_message = await to_two.deliver(to_two.text("oAnother", "帮助"))

    verdicts = [delivery.verdict for delivery in (first, again, other_message)]
    assert verdicts == [Verdict.REPLY, Verdict.SUCCESS, Verdict.REPLY]
    quick_postgres.drop_database(name)
