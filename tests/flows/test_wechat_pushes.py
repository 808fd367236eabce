"""`digestbot run` that pushes on WeChat and WeCom: program, API and callbacks on real sockets."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass

import aiohttp

from tests.flows.running import House, Program
from tests.standins.telegram import TelegramStandin
from tests.standins.tencent import APP_ID, APP_SECRET, CORP_ID, CORP_SECRET, TencentStandin
from tests.standins.tencent_callback import Profile
from tests.standins.tencent_driver import Delivery, Driver

ACCOUNT = Profile()
APP = Profile(owner=CORP_ID, agent="1000002", token="T0kenOfTheApp")
READER = "oReader"
SECONDS = 30.0
STATES = "SELECT status, error FROM deliveries"
RETRY, SENT = 3, 2


@dataclass(slots=True)
class Reader:
    """Somebody who writes to the account: the platform's windows and ours both learn of it."""

    tencent: Driver
    api: TencentStandin
    openid: str = READER

    async def says(self, text: str) -> Delivery:
        """What becomes of a message."""
        self.api.world.heard(self.openid, "message")
        return await self.tencent.deliver(self.tencent.text(self.openid, text))


@asynccontextmanager
async def reader_of(
    program: Program, api: TencentStandin, profile: Profile = ACCOUNT
) -> AsyncIterator[Reader]:
    """Tencent, which calls this program."""
    port = (await program.event("web_listening"))["port"]
    path = "wecom" if profile.wecom else "wechat"
    async with aiohttp.ClientSession() as session:
        yield Reader(Driver(f"http://127.0.0.1:{port}/{path}", profile, session), api)


def account(kind: str, api: TencentStandin) -> Mapping[str, object]:
    """The settings of an official account."""
    return {
        "account": kind,
        "app_id": APP_ID,
        "app_secret": APP_SECRET,
        "token": ACCOUNT.token,
        "aes_key": ACCOUNT.aes_key,
        "api_base_url": api.base_url,
    }


def shut_windows(house: House) -> None:
    """What readers' words have allowed is over."""
    with closing(sqlite3.connect(house.database, timeout=10)) as opened, opened:
        opened.execute("UPDATE windows SET said_until = '2025-01-01T00:00:00.000000+00:00'")


async def until(found: Callable[[], bool]) -> None:
    """Return when it is so; TimeoutError."""
    async with asyncio.timeout(SECONDS):
        while not found():  # noqa: ASYNC110 - a stand-in tells nobody
            await asyncio.sleep(0.05)


async def test_a_service_account_sends_within_the_window_and_hands_over_at_the_next_word(
    house: House,
) -> None:
    async with TencentStandin("service") as api:
        api.world.follow(READER)
        house.configure(wechat=account("service", api))
        house.publish("2025-12-21")
        async with house.running() as program, reader_of(program, api) as reader:
            await program.event("issue_kept")
            await reader.says("订阅")
            house.publish("2025-12-22")
            await house.command("ingest", "issues/2025-12-22.md")
            await house.command("push", "2025-12-22")
            await until(lambda: len(api.world.received(READER)) >= 1)
            sent = len(api.world.received(READER))
            # Two days are over: the platform would refuse, and we know it.
            shut_windows(house)
            api.world.followers[READER].allowances.clear()
            await house.command("ingest", str(house.publish("2025-12-23")))
            await house.command("push", "2025-12-23")
            await house.shows(f"{STATES} WHERE status = {RETRY}", [(RETRY, "window")])
            refused = dict(api.world.codes)
            await reader.says("在吗")
            await until(lambda: len(api.world.received(READER)) > sent)
            menu = api.world.menu

    # There was no menu before; nothing else was refused.
    assert refused == {46003: 1}
    assert menu is not None
    assert api.tokens.fetched == 1
    assert house.rows(STATES) == [(SENT, ""), (SENT, "")]


async def test_a_subscription_account_mass_sends_and_writes_it_down_when_tencent_says_so(
    house: House,
) -> None:
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    async with TencentStandin("subscription") as api:
        api.world.follow(READER, "oSilent")
        schedule = {"push_at": "00:00", "late_until": "23:59"}
        house.configure(wechat=account("subscription", api), schedule=schedule)
        house.publish(today)
        async with house.running() as program, reader_of(program, api) as reader:
            await program.event("mass_submitted")
            await reader.says("订阅")
            await house.command("push", today)
            await house.shows(STATES, [(RETRY, "mass")])
            (number,) = api.world.masses
            told = api.world.finish_mass(number)
            await reader.tencent.deliver(reader.tencent.event(READER, "MASSSENDJOBFINISH", **told))
            await house.shows(STATES, [(SENT, "")])

    assert api.paths.count("draft/add") == 1
    assert [one.way for one in api.world.received("oSilent")] == ["mass"]
    assert house.rows("SELECT message_ref FROM messages") == [(f"mass:{number}",)]


async def test_a_wecom_app_sends_to_its_member(house: House) -> None:
    async with TencentStandin() as api:
        api.company.members.add("lisi")
        app = {
            "corp_id": CORP_ID,
            "agent_id": APP.agent,
            "secret": CORP_SECRET,
            "token": APP.token,
            "aes_key": APP.aes_key,
            "api_base_url": api.base_url,
        }
        house.configure(wecom=app)
        house.publish("2025-12-22")
        async with house.running() as program:
            await program.event("issue_kept")
            await house.command("subscribers", "add", "wecom:lisi")
            await house.command("push", "2025-12-22")
            await until(lambda: len(api.company.of("lisi")) == 1)

    assert "12月22日" in api.company.of("lisi")[0].text


async def test_an_address_on_no_list_is_told_to_an_admin_elsewhere(house: House) -> None:
    async with TencentStandin("service") as api, TelegramStandin() as telegram:
        api.allowed = False
        house.configure(telegram, wechat=account("service", api), bot={"admins": ["telegram:1"]})
        telegram.know(1)
        async with house.running():
            await telegram.wait_for_sends(1, SECONDS)
            text = telegram.last(1).text

    assert "40164" in text
    assert "203.0.113.7" in text


async def test_where_nothing_can_be_pushed_the_admins_get_the_text_at_the_hour(house: House) -> None:
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    wechat = {"account": "personal", "app_id": APP_ID, "token": ACCOUNT.token}
    schedule = {"push_at": "00:00", "late_until": "23:59"}
    async with TelegramStandin() as telegram:
        house.configure(telegram, wechat=wechat, schedule=schedule, bot={"admins": ["telegram:1"]})
        telegram.know(1)
        house.publish(today)
        async with house.running():
            await telegram.wait_for_sends(2, SECONDS)
            told, text, *_ = telegram.messages(1)

    assert "公众平台后台群发" in told.text
    assert "bizmsgmenu" not in text.text
    assert "1、" in text.text
