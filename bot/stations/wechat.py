"""An official account of WeChat as a station."""

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
from bot.papers import wechat_paper
from bot.services import Service
from bot.settings import WechatSettings
from bot.stations.pushing import by_hand_tick, mass_push
from bot.stations.station import Around, Station, Tick
from bot.throttle import Throttle
from bot.wechat.answers import Answers, Ways
from bot.wechat.buttons import menu_of
from bot.wechat.callback import Callback
from bot.wechat.ears import Ears, ways_of
from bot.wechat.envelope import Envelope
from bot.wechat.gate import Gate
from bot.wechat.inbound import CHANNEL, Received
from bot.wechat.login import Login
from bot.wechat.markup import tap
from bot.wechat.menu import keep_menu
from bot.wechat.reception import Late, reception_of
from bot.wechat.render import render
from bot.wechat.reports import understand
from bot.wechat.sending import WechatSending, wechat_sending
from bot.wechat.signs import AccountSigns
from bot.wechat.xml import Report
from bot.worker import Worker, utc_now

PATH = "/wechat"
MASS_SECONDS = 15.0


@contextlib.asynccontextmanager
async def wechat_station(around: Around) -> AsyncIterator[Station]:
    """The station of one account."""
    settings, paper = around.settings, wechat_paper(around.settings)
    say = around.catalogs.speak(house_of(settings).locale)
    keeper = tap(say("wechat.keeper"), say("wechat.keeper_says"))
    sending = wechat_sending(settings.wechat, around.store, partial(render, paper=paper), keeper=keeper)
    try:
        yield _station(around, sending)
    finally:
        await sending.close()


def _station(around: Around, sending: WechatSending) -> Station:
    settings, store, appid = around.settings, around.store, around.settings.wechat.app_id
    ears = Ears(store, sending.standing, utc_now)
    ways = ways_of(sending.client, sending.pictures, sending.outlet, sending.pace, around.mail, ears)
    answers = _answers(around, sending, ways)
    reception = reception_of(
        answers,
        store,
        channel=CHANNEL,
        account=appid,
        shared=shared_by_many(settings),
        late=_late(sending, ways),
    )

    def understood(report: Report) -> Received:
        return understand(report, CHANNEL, appid)

    callback = Callback(CHANNEL, _gate(settings.wechat), understood, reception, time.time)
    station = Station(
        channel=CHANNEL,
        account=f"{CHANNEL}:{appid}",
        sending=(sending.outlet, sending.pace),
        answering={"wechat_left": reception.run},
        routes=(callback.route(PATH),),
        finished=reception.finished,
        ticks={"wechat_by_hand": by_hand_tick(around)},
    )
    return station if sending.client is None else _asking(station, around, sending)


def _answers(around: Around, sending: WechatSending, ways: Ways) -> Answers:
    return Answers(
        router_of(around.store, around.settings, around.catalogs),
        Throttle(time.monotonic),
        utc_now,
        lambda: sending.standing.account,
        wechat_paper(around.settings),
        ways=ways,
    )


def _late(sending: WechatSending, ways: Ways) -> Late | None:
    return ways.later if sending.client is not None else None


def _asking(station: Station, around: Around, sending: WechatSending) -> Station:
    """The station of an account with a secret: it asks Tencent, too."""
    client = sending.client
    assert client is not None
    login = Login(CHANNEL, client.callback_addresses)
    menu = menu_of(around.catalogs.speak(house_of(around.settings).locale))
    push = mass_push(around, client, sending)
    services: Mapping[str, Service] = {
        "wechat_login": login.run,
        "wechat_menu": partial(keep_menu, client, sending.standing, menu),
    }

    def signs(worker: Worker, disk: Disk | None) -> AccountSigns:
        return AccountSigns(CHANNEL, login, worker, disk, sending.pace)

    def state(_: Mapping[str, Office]) -> str:
        return login.state

    return replace(
        station,
        services=services,
        ticks={**station.ticks, "wechat_mass": Tick(MASS_SECONDS, push.tick)},
        signs=signs,
        state=state,
    )


def _gate(wechat: WechatSettings) -> Gate:
    key = wechat.aes_key.get_secret_value()
    envelope = Envelope(key, wechat.app_id) if key else None
    return Gate(wechat.token.get_secret_value(), envelope, clock=time.time)
