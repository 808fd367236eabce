"""What the tests of WeChat's and WeCom's clients share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.wechat.caller import Around
from bot.wechat.client import Login, WechatClient
from bot.wechat.library import Patience, Wire
from bot.wecom.client import Login as WecomLogin
from bot.wecom.client import WecomClient
from digest.subscriber import Kind, Place, Subscriber, Subscription
from storage.store import Transaction
from tests.standins.tencent import AGENT_ID, APP_ID, APP_SECRET, CORP_ID, CORP_SECRET, TencentStandin
from tests.storage.makers import NOW, due

PATIENCE = Patience(connect=2.0, read=0.5, whole=8.0, turn=20.0)


def around(server: TencentStandin) -> Around:
    """Time as the server has it, and no long waits between tries."""
    return Around(
        clock=server.clock,
        now=lambda: dt.datetime.fromtimestamp(server.clock(), dt.UTC),
        backoff=(0.01, 0.01, 0.01),
    )


def wechat_client(
    server: TencentStandin, *, secret: str = APP_SECRET, app_id: str = APP_ID, proxy: str = ""
) -> WechatClient:
    """A client of the stand-in's official account."""
    wire = Wire(server.base_url, proxy=proxy, patience=PATIENCE)
    return WechatClient(Login(app_id, secret), wire, around=around(server))


def wecom_client(server: TencentStandin, *, secret: str = CORP_SECRET, agent: int = AGENT_ID) -> WecomClient:
    """A client of the stand-in's app."""
    wire = Wire(server.base_url, patience=PATIENCE)
    return WecomClient(WecomLogin(CORP_ID, secret, agent), wire, around=around(server))


@dataclass(frozen=True, slots=True)
class DayArticle:
    """A day's article."""

    title: str
    digest: str = "摘要"
    content: str = "<p>早</p>"


async def keep_reader(tx: Transaction, place: Place, *, active: bool = True) -> Subscriber:
    """A reader of the account with a standing order, due now."""
    reader = await tx.subscribers.arrive(place, kind=Kind.PERSON, locale="zh-Hans", now=NOW)
    order = Subscription(active=active, subscribed_at=NOW)
    await tx.subscribers.save(reader.id, locale="zh-Hans", zone="", subscription=order, due=due())
    return reader


def text(content: str = "早") -> dict[str, object]:
    """A text message without its reader."""
    return {"msgtype": "text", "text": {"content": content}}
