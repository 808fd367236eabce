"""The stand-in of Tencent's servers: what it takes, refuses, counts and loses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from tests.standins.tencent import (
    ADDRESS,
    AGENT_ID,
    APP_ID,
    APP_SECRET,
    CORP_ID,
    CORP_SECRET,
    Clock,
    TencentStandin,
)

HOUR = 3600


@dataclass(slots=True)
class Api:
    """Calls the stand-in as any program may."""

    server: TencentStandin
    session: aiohttp.ClientSession
    access: str = ""

    async def call(self, path: str, body: object = None, **query: str) -> dict[str, object]:
        """The answer to a POST where there is a body, else to a GET."""
        url = f"{self.server.base_url}/cgi-bin/{path}"
        params = {**({"access_token": self.access} if self.access else {}), **query}
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        method = "GET" if body is None else "POST"
        async with self.session.request(method, url, params=params, data=data) as response:
            assert response.status == 200
            found: dict[str, object] = json.loads(await response.read())
        return found

    async def code(self, path: str, body: object = None, **query: str) -> object:
        """The error code of an answer, 0 for none."""
        return (await self.call(path, body, **query)).get("errcode", 0)

    async def log_in(self) -> str:
        """Use a token from now on; the token."""
        self.access = ""
        self.access = str((await self.call("stable_token", stable()))["access_token"])
        return self.access

    async def text(self, openid: str = "oA", content: str = "早") -> object:
        """The code of a customer text."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": content}}
        return await self.code("message/custom/send", body)

    async def draft(self) -> str:
        """A draft's media id."""
        form = aiohttp.FormData()
        form.add_field("media", b"\x89PNG", filename="cover.png")
        url = f"{self.server.base_url}/cgi-bin/material/add_material"
        async with self.session.post(url, params={"access_token": self.access}, data=form) as response:
            cover = json.loads(await response.read())["media_id"]
        article = {"title": "日报", "content": "<p>早</p>", "thumb_media_id": cover}
        return str((await self.call("draft/add", {"articles": [article]}))["media_id"])

    async def mass(self, media_id: str, key: str = "") -> object:
        """The code of a mass send to all."""
        body = {
            "filter": {"is_to_all": True},
            "msgtype": "mpnews",
            "mpnews": {"media_id": media_id},
            "clientmsgid": key,
        }
        return await self.code("message/mass/sendall", body)


def stable(**more: object) -> dict[str, object]:
    """What asks for the stable token."""
    return {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET, **more}


@pytest.fixture
def clock() -> Clock:
    """The clock of the stand-in."""
    return Clock()


async def api_of(profile: str, clock: Clock) -> AsyncIterator[Api]:
    """A stand-in of a profile, logged in, with two followers."""
    async with (
        TencentStandin(profile, clock=clock) as server,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
    ):
        server.world.follow("oA", "oB")
        api = Api(server, session)
        await api.log_in()
        yield api


@pytest.fixture
async def service(clock: Clock) -> AsyncIterator[Api]:
    """A verified service account."""
    async for api in api_of("service", clock):
        yield api


@pytest.fixture
async def subscription(clock: Clock) -> AsyncIterator[Api]:
    """A verified subscription account."""
    async for api in api_of("subscription", clock):
        yield api


@pytest.fixture
async def personal(clock: Clock) -> AsyncIterator[Api]:
    """A personal account."""
    async for api in api_of("personal", clock):
        yield api


@pytest.fixture
async def testing(clock: Clock) -> AsyncIterator[Api]:
    """A test account."""
    async for api in api_of("test", clock):
        yield api


async def test_the_stable_token_stays_until_it_is_forced(service: Api, clock: Clock) -> None:
    first = service.access
    assert await service.log_in() == first

    service.access = ""
    forced = str((await service.call("stable_token", stable(force_refresh=True)))["access_token"])
    assert forced != first
    assert await service.code("stable_token", stable(force_refresh=True)) == 45011
    clock.advance(31)
    assert await service.code("stable_token", stable(force_refresh=True)) == 0
    service.access = first
    assert await service.code("getcallbackip") == 40001


async def test_the_old_way_gives_a_new_token_each_time_and_the_old_one_five_minutes(
    service: Api, clock: Clock
) -> None:
    first, service.access = service.access, ""
    query = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET}
    second = str((await service.call("token", **query))["access_token"])
    third = str((await service.call("token", **query))["access_token"])
    assert len({first, second, third}) == 3

    service.access = second
    assert await service.code("getcallbackip") == 0
    clock.advance(301)
    assert await service.code("getcallbackip") == 42001


async def test_a_login_that_is_wrong_says_what_is_wrong(service: Api) -> None:
    service.access = ""
    assert await service.code("stable_token", stable(secret="x")) == 40125
    assert await service.code("stable_token", stable(appid="x")) == 40013
    assert await service.code("stable_token", stable(grant_type="x")) == 40002
    assert await service.code("getcallbackip") == 41001
    service.server.allowed = False
    answer = await service.call("stable_token", stable())
    assert answer["errcode"] == 40164
    assert ADDRESS in str(answer["errmsg"])
    assert " rid: " in str(answer["errmsg"])


async def test_a_token_ends_after_two_hours(service: Api, clock: Clock) -> None:
    clock.advance(7201)

    assert await service.code("getcallbackip") == 42001


async def test_five_messages_in_two_days_after_a_word(service: Api, clock: Clock) -> None:
    assert await service.text() == 45015
    service.server.world.heard("oA", "message")
    assert [await service.text() for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    service.server.world.heard("oA", "message")
    clock.advance(48 * HOUR + 1)
    await service.log_in()
    assert await service.text() == 45015


async def test_a_tap_allows_three_for_a_minute_and_does_not_add_up(service: Api, clock: Clock) -> None:
    service.server.world.heard("oA", "click")
    assert [await service.text() for _ in range(4)] == [0, 0, 0, 45047]
    service.server.world.heard("oA", "message")
    service.server.world.heard("oA", "click")
    assert [await service.text() for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    service.server.world.heard("oB", "click")
    clock.advance(61)
    assert await service.text("oB") == 45015


async def test_who_cannot_be_reached_is_named(service: Api) -> None:
    world = service.server.world
    world.heard("oA", "message")
    world.heard("oA", "unsubscribe")
    world.heard("oB", "message")
    world.followers["oB"].blacklisted = True

    assert await service.text("oNobody") == 40003
    assert await service.text("oA") == 43004
    assert await service.text("oB") == 43019


async def test_a_text_is_held_to_its_bytes_and_escapes_stay_visible(service: Api) -> None:
    service.server.world.heard("oA", "message")
    assert await service.text(content="字" * 683) == 45002
    url = f"{service.server.base_url}/cgi-bin/message/custom/send"
    escaped = json.dumps({"touser": "oA", "msgtype": "text", "text": {"content": "早"}}).encode()
    async with service.session.post(url, params={"access_token": service.access}, data=escaped) as response:
        assert json.loads(await response.read())["errcode"] == 0

    assert service.server.world.received("oA")[0].text == "\\u65e9"


async def test_a_card_is_one_article(service: Api) -> None:
    service.server.world.heard("oA", "message")
    for count, code in ((1, 0), (2, 45008)):
        body = {"touser": "oA", "msgtype": "news", "news": {"articles": [{"title": "t"}] * count}}
        assert await service.code("message/custom/send", body) == code


@pytest.mark.parametrize(
    "path",
    ["message/custom/send", "menu/create", "user/get", "tags/get", "message/mass/sendall", "draft/add"],
)
async def test_a_personal_account_may_do_little(personal: Api, path: str) -> None:
    assert await personal.code(path, {}) == 48001
    assert await personal.code("getcallbackip") == 0


async def test_a_test_account_takes_no_menu_message(testing: Api) -> None:
    testing.server.world.heard("oA", "message")
    body = {"touser": "oA", "msgtype": "msgmenu", "msgmenu": {"list": []}}

    assert await testing.code("message/custom/send", body) == 40200


async def test_a_subscription_account_mass_sends_once_a_day_unless_it_was_refused(
    subscription: Api, clock: Clock
) -> None:
    assert await subscription.mass(await subscription.draft()) == 0
    assert await subscription.mass(await subscription.draft()) == 45028
    (number,) = subscription.server.world.masses
    event = subscription.server.world.finish_mass(number, "err(10001)")
    assert (event["Event"], event["Status"], event["SentCount"]) == ("MASSSENDJOBFINISH", "err(10001)", "0")
    assert subscription.server.world.received("oA") == ()

    media_id = await subscription.draft()
    assert await subscription.mass(media_id) == 0
    subscription.server.world.finish_mass(max(subscription.server.world.masses))
    assert len(subscription.server.world.received("oA")) == 1
    assert await subscription.mass(media_id) == 40007
    clock.advance(24 * HOUR)
    await subscription.log_in()
    assert await subscription.mass(await subscription.draft()) == 0


async def test_a_service_account_mass_sends_four_times_a_month(service: Api, clock: Clock) -> None:
    codes = []
    for _ in range(5):
        codes.append(await service.mass(await service.draft()))
        clock.advance(60)
    assert codes == [0, 0, 0, 0, 45028]


async def test_a_name_is_taken_once(service: Api, clock: Clock) -> None:
    media_id = await service.draft()
    assert await service.mass(media_id, "day") == 0
    assert await service.mass(media_id, "day") == 45066
    clock.advance(61)
    assert await service.mass(media_id, "day") == 45065
    assert await service.mass(media_id, "d" * 65) == 45067


async def test_a_draft_is_held_to_its_limits(service: Api) -> None:
    fine = {"title": "日报", "content": "<p>早</p>", "thumb_media_id": "none"}
    for article, code in (
        (fine, 40007),
        ({**fine, "title": "字" * 33}, 45003),
        ({**fine, "digest": "字" * 121}, 45004),
        ({**fine, "content": "字" * 20_000}, 45002),
    ):
        assert await service.code("draft/add", {"articles": [article]}) == code


async def test_a_menu_is_held_to_its_limits(service: Api) -> None:
    button = {"type": "click", "name": "今日", "key": "今日"}
    for buttons, code in (
        ([button] * 3, 0),
        ([button] * 4, 40017),
        ([{**button, "name": "字" * 6}], 40018),
        ([{**button, "key": "k" * 129}], 40019),
        ([{"name": "更多", "sub_button": [button] * 6}], 40023),
        ([{"name": "更多", "sub_button": [{**button, "name": "字" * 21}]}], 40025),
        ([{**button, "type": "miniprogram"}], 45064),
    ):
        assert await service.code("menu/create", {"button": buttons}) == code


async def test_a_notice_costs_an_agreement_and_its_fields_are_held_to_their_kinds(service: Api) -> None:
    world = service.server.world
    world.templates["T"] = {"thing1": "thing"}
    body = {"touser": "oA", "template_id": "T", "data": {"thing1": {"value": "日报到了"}}}
    assert await service.code("message/subscribe/bizsend", body) == 43101
    world.followers["oA"].credits["T"] = 1
    assert [await service.code("message/subscribe/bizsend", body) for _ in range(2)] == [0, 43101]
    long = {**body, "data": {"thing1": {"value": "字" * 21}}}
    assert await service.code("message/template/send", long) == 47003
    assert await service.code("message/template/send", {**body, "template_id": "X"}) == 40037
    again = {**body, "client_msg_id": "one"}
    assert [await service.code("message/template/send", again) for _ in range(2)] == [0, 0]
    assert len([one for one in world.received("oA") if one.way == "template"]) == 1


async def test_followers_come_in_pages_and_tags_hold_them(service: Api) -> None:
    first = await service.call("user/get")
    assert (first["total"], first["next_openid"]) == (2, "oB")
    assert (await service.call("user/get", next_openid="oB"))["count"] == 0
    tag = (await service.call("tags/create", {"tag": {"name": "日报"}}))["tag"]
    assert isinstance(tag, dict)
    body = {"openid_list": ["oA"], "tagid": tag["id"]}
    assert await service.code("tags/members/batchtagging", body) == 0
    assert await service.code("tags/members/batchtagging", {**body, "openid_list": ["oA"] * 51}) == 40032
    assert (await service.call("user/tag/get", {"tagid": tag["id"]}))["data"] == {"openid": ["oA"]}


async def test_a_day_has_its_quota(testing: Api, clock: Clock) -> None:
    codes = [await testing.code("user/get") for _ in range(101)]

    assert (codes[:100], codes[100]) == ([0] * 100, 45009)
    clock.advance(24 * HOUR)
    await testing.log_in()
    assert await testing.code("user/get") == 0


async def test_what_is_lost_has_had_its_effect_and_what_is_refused_has_not(service: Api) -> None:
    service.server.world.heard("oA", "message")
    service.server.fault("code", "custom/send", times=2)
    assert [await service.text() for _ in range(3)] == [-1, -1, 0]
    service.server.fault("reset", "custom/send")
    with pytest.raises(aiohttp.ClientError):
        await service.text()
    service.server.fault("cut", "custom/send")
    with pytest.raises(aiohttp.ClientError):
        await service.text()

    assert len(service.server.world.received("oA")) == 2


async def app(api: Api) -> str:
    """A token of the company's app."""
    api.server.company.members |= {"lisi", "wang"}
    api.access = ""
    api.access = str((await api.call("gettoken", corpid=CORP_ID, corpsecret=CORP_SECRET))["access_token"])
    return api.access


def app_text(touser: str = "lisi", content: str = "早", **more: object) -> dict[str, object]:
    """A text of the app."""
    message = {"touser": touser, "msgtype": "text", "agentid": AGENT_ID, "text": {"content": content}}
    return {**message, **more}


async def test_the_app_reaches_its_members_and_names_strangers(service: Api) -> None:
    await app(service)
    answer = await service.call("message/send", app_text("lisi|nobody"))
    assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody")
    assert await service.code("message/send", app_text("nobody")) == 81013
    assert await service.code("message/send", app_text(agentid=1)) == 40056
    assert await service.code("message/send", app_text("@all")) == 0
    assert [one.userid for one in service.server.company.received] == ["lisi", "lisi", "wang"]
    service.server.allowed = False
    assert await service.code("message/send", app_text()) == 60020


async def test_the_app_drops_what_is_sent_twice_or_too_often_without_a_word(
    service: Api, clock: Clock
) -> None:
    await app(service)
    once = app_text(enable_duplicate_check=1)
    assert [await service.code("message/send", once) for _ in range(2)] == [0, 0]
    assert len(service.server.company.of("lisi")) == 1
    clock.advance(1801)
    assert await service.code("message/send", once) == 0
    assert len(service.server.company.of("lisi")) == 2
    for number in range(40):
        assert await service.code("message/send", app_text("wang", f"第{number}条")) == 0

    assert len(service.server.company.of("wang")) == 30
    assert len(service.server.company.dropped) == 10


async def test_the_apps_login_says_what_is_wrong(service: Api) -> None:
    service.access = ""
    assert await service.code("gettoken", corpid="x", corpsecret=CORP_SECRET) == 40013
    assert await service.code("gettoken", corpid=CORP_ID, corpsecret="x") == 40001
