"""A WeCom app as a station, and the group robots as one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial

from bot.assembly import house_of, router_of
from bot.delivery.assembly import shared_by_many
from bot.delivery.office import Office
from bot.disk import Disk
from bot.papers import wecom_paper
from bot.stations.station import Around, Station
from bot.throttle import Throttle
from bot.wechat.callback import Callback
from bot.wechat.ears import ways_of
from bot.wechat.envelope import Envelope
from bot.wechat.gate import Gate
from bot.wechat.login import Login
from bot.wechat.media import Pictures
from bot.wechat.reception import reception_of
from bot.wechat.signs import AccountSigns
from bot.wecom.answers import wecom_answers
from bot.wecom.callback import CHANNEL, AppReports
from bot.wecom.render import render
from bot.wecom.sending import WecomSending, wecom_sending
from bot.wecom.station import robots_station as robots_of
from bot.worker import Worker, utc_now

PATH = "/wecom"
ROBOT = "wecom-robot"


@contextlib.asynccontextmanager
async def wecom_station(around: Around) -> AsyncIterator[Station]:
    """The station of one app; without a token it only sends."""
    paper = wecom_paper(around.settings)
    sending = wecom_sending(around.settings.wecom, partial(render, paper=paper))
    try:
        station = _sending_station(sending)
        answers = bool(around.settings.wecom.token.get_secret_value())
        yield _with_callback(station, around, sending) if answers else station
    finally:
        await sending.close()


def _sending_station(sending: WecomSending) -> Station:
    login = Login(CHANNEL, sending.client.agent)

    def signs(worker: Worker, disk: Disk | None) -> AccountSigns:
        return AccountSigns(CHANNEL, login, worker, disk, sending.pace)

    def state(_: Mapping[str, Office]) -> str:
        return login.state

    return Station(
        channel=CHANNEL,
        account=f"{CHANNEL}:{sending.client.account}",
        sending=(sending.outlet, sending.pace),
        services={"wecom_login": login.run},
        signs=signs,
        state=state,
    )


def _with_callback(station: Station, around: Around, sending: WecomSending) -> Station:
    settings, store = around.settings, around.store
    reports = AppReports(settings.wecom.corp_id, settings.wecom.agent_id)
    pictures = Pictures(reports.account, store, utc_now)
    ways = ways_of(sending.client, pictures, sending.outlet, sending.pace, around.mail, None)
    router = router_of(store, settings, around.catalogs)
    paper = wecom_paper(settings)
    answers = wecom_answers(router, Throttle(time.monotonic), utc_now, paper=paper, ways=ways)
    reception = reception_of(
        answers,
        store,
        channel=CHANNEL,
        account=reports.account,
        shared=shared_by_many(settings),
        late=ways.later,
    )
    envelope = Envelope(settings.wecom.aes_key.get_secret_value(), settings.wecom.corp_id)
    gate = Gate(settings.wecom.token.get_secret_value(), envelope, clock=time.time, always_sealed=True)
    callback = Callback(CHANNEL, gate, reports, reception, time.time)
    return replace(
        station,
        answering={"wecom_left": reception.run},
        routes=(callback.route(PATH),),
        finished=reception.finished,
    )


@contextlib.asynccontextmanager
async def robots_station(around: Around) -> AsyncIterator[Station]:
    """The station of the group robots."""
    robots = robots_of(around.settings, house_of(around.settings), around.store, around.catalogs, now=utc_now)
    await robots.open()
    try:
        await robots.keep()
        yield Station(channel=ROBOT, sending=robots.outlets.get(ROBOT), services=robots.services)
    finally:
        await robots.close()
