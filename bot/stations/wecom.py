"""A WeCom app as a station, and the group robots as one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator

from bot.assembly import router_of
from bot.delivery.assembly import shared_by_many
from bot.stations.station import Around, Station
from bot.throttle import Throttle
from bot.wechat.answers import Answers
from bot.wechat.callback import Callback
from bot.wechat.envelope import Envelope
from bot.wechat.gate import Gate
from bot.wechat.reception import reception_of
from bot.wecom.callback import CHANNEL, AppReports
from bot.worker import utc_now

PATH = "/wecom"
ROBOT = "wecom-robot"


@contextlib.asynccontextmanager
async def wecom_station(around: Around) -> AsyncIterator[Station]:
    """The station of one app; without a token it only sends."""
    settings, store = around.settings, around.store
    reports = AppReports(settings.wecom.corp_id, settings.wecom.agent_id)
    named = Station(channel=CHANNEL, account=f"{CHANNEL}:{reports.account}")
    token = settings.wecom.token.get_secret_value()
    if not token:
        yield named
        return
    answers = Answers(router_of(store, settings, around.catalogs), Throttle(time.monotonic), utc_now)
    shared = shared_by_many(settings)
    reception = reception_of(answers, store, channel=CHANNEL, account=reports.account, shared=shared)
    envelope = Envelope(settings.wecom.aes_key.get_secret_value(), settings.wecom.corp_id)
    gate = Gate(token, envelope, clock=time.time, always_sealed=True)
    callback = Callback(CHANNEL, gate, reports, reception, time.time)
    yield Station(
        channel=named.channel,
        account=named.account,
        answering={"wecom_left": reception.run},
        routes=(callback.route(PATH),),
        finished=reception.finished,
    )


@contextlib.asynccontextmanager
async def robots_station(around: Around) -> AsyncIterator[Station]:
    """The station of the group robots."""
    yield Station(channel=ROBOT)
