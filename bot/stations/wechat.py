"""An official account of WeChat as a station."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator

import structlog

from bot.assembly import router_of
from bot.delivery.assembly import shared_by_many
from bot.settings import WechatSettings
from bot.stations.station import Around, Station
from bot.throttle import Throttle
from bot.wechat.answers import Answers
from bot.wechat.callback import Callback
from bot.wechat.envelope import Envelope
from bot.wechat.gate import Gate
from bot.wechat.inbound import CHANNEL, Received
from bot.wechat.reception import reception_of
from bot.wechat.reports import understand
from bot.wechat.xml import Report
from bot.worker import utc_now

log = structlog.get_logger()

PATH = "/wechat"
ADVICE = "set wechat.aes_key and choose safe mode: a plain signature does not cover the message"


@contextlib.asynccontextmanager
async def wechat_station(around: Around) -> AsyncIterator[Station]:
    """The station of one account."""
    settings, store = around.settings, around.store
    appid = settings.wechat.app_id
    answers = Answers(router_of(store, settings, around.catalogs), Throttle(time.monotonic), utc_now)
    shared = shared_by_many(settings)
    reception = reception_of(answers, store, channel=CHANNEL, account=appid, shared=shared)

    def understood(report: Report) -> Received:
        return understand(report, CHANNEL, appid)

    callback = Callback(CHANNEL, _gate(settings.wechat), understood, reception, time.time)
    yield Station(
        channel=CHANNEL,
        account=f"{CHANNEL}:{appid}",
        answering={"wechat_left": reception.run},
        routes=(callback.route(PATH),),
        finished=reception.finished,
    )


def _gate(wechat: WechatSettings) -> Gate:
    key = wechat.aes_key.get_secret_value()
    envelope = Envelope(key, wechat.app_id) if key else None
    if envelope is None:
        log.warning("callback_plain", channel=CHANNEL, advice=ADVICE)
    return Gate(wechat.token.get_secret_value(), envelope, clock=time.time)
