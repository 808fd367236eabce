"""What becomes of a callback over HTTP: every fault its status, every message one effect, no word logged."""

from __future__ import annotations

import asyncio
import io
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

import pytest
import structlog

from bot.log import configure_log
from bot.settings import LogSettings
from bot.wechat.inbound import Followed, Received, Said, SentNothingReadable, Unfollowed
from bot.wechat.messages import HandOver, WechatCard, WechatImage, WechatMessage, WechatText
from digest.errors import StoreUnavailable
from storage.store import Store
from tests.bot.wechat.receiving import OPENID, Clerk, Office, Rules, office
from tests.standins.tencent_callback import Call, Mode, Profile, seal, sign, written
from tests.standins.tencent_driver import Driver, Verdict

PLAIN, COMPAT, SAFE = (Profile(mode=mode) for mode in Mode)
APP = Profile(owner="ww0123456789abcdef", agent="1000002")
EVERY_PROFILE = pytest.mark.parametrize(
    "profile", [PLAIN, COMPAT, SAFE, APP], ids=["plain", "compat", "safe", "wecom"]
)
CANARY = "金丝雀CanaryCanary"


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens the callback of an account."""

    store: Store

    def __call__(
        self, profile: Profile = SAFE, clerk: Clerk | None = None, **rules: object
    ) -> AbstractAsyncContextManager[Office]:
        """The callback; without a key for an account that sends plainly."""
        rules = {"knows_key": profile.sealed, **rules}
        return office(self.store, profile, clerk or Clerk(), Rules(**rules))  # type: ignore[arg-type]


@pytest.fixture
def opened(sqlite_store: Store) -> Opener:
    """Opens callbacks on one database."""
    return Opener(sqlite_store)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged, from DEBUG on, with no secret to mask."""
    stream, handlers, level = io.StringIO(), logging.getLogger().handlers, logging.getLogger().level
    configure_log(LogSettings(level="debug", format="json"), (), stream)
    yield stream
    logging.getLogger().handlers, logging.getLogger().level = handlers, level
    structlog.reset_defaults()


@EVERY_PROFILE
async def test_the_address_proves_to_be_the_accounts(opened: Opener, profile: Profile) -> None:
    async with opened(profile) as there:
        assert await there.driver.verify()


@EVERY_PROFILE
async def test_a_forged_verification_is_turned_away(opened: Opener, profile: Profile) -> None:
    async with opened(profile) as there:
        stranger = replace(there.driver, profile=replace(profile, token="AnotherToken"))
        late = replace(there.driver, clock=lambda: time.time() - 301)

        assert [await stranger.verify(), await late.verify()] == [False, False]
        assert not await there.driver.verify("<script>\n")


@EVERY_PROFILE
async def test_a_text_is_answered_in_the_accounts_own_mode(opened: Opener, profile: Profile) -> None:
    async with opened(profile) as there:
        delivery = await there.driver.deliver(there.driver.text(OPENID, "今日]]><x/>"))

        assert (delivery.verdict, delivery.fault) == (Verdict.REPLY, "")
        assert delivery.reply is not None
        assert delivery.reply.text == "你说：今日]] ><x/>"
        assert [type(one) for one in there.clerk.effects] == [Said]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (WechatText("一" * 682), "text"),
        (WechatCard("题", "话", "https://example.com/?a=1&b=2", "https://example.com/a.png"), "news"),
        (WechatImage("MEDIA"), "image"),
        (HandOver(), "transfer_customer_service"),
    ],
)
async def test_every_kind_of_reply_is_passed_on(opened: Opener, message: WechatMessage, kind: str) -> None:
    async def answer(received: Received) -> WechatMessage:
        return message

    async with opened(SAFE, Clerk(answer)) as there:
        delivery = await there.driver.deliver(there.driver.text(OPENID, "今日"))

        assert delivery.fault == ""
        assert delivery.reply is not None
        assert delivery.reply.kind == kind
        assert [article.url for article in delivery.reply.articles] == (
            ["https://example.com/?a=1&b=2"] if kind == "news" else []
        )


async def test_what_is_not_answered_gets_success(opened: Opener) -> None:
    async with opened() as there:
        driver = there.driver
        gone = await driver.deliver(driver.event(OPENID, "unsubscribe", EventKey=""))
        back = await driver.deliver(driver.event(OPENID, "subscribe", EventKey="qrscene_spring"))
        picture = await driver.deliver(driver.message(OPENID, "image", PicUrl="https://x/y", MediaId="m"))

        assert {one.verdict for one in (gone, back, picture)} == {Verdict.SUCCESS}
        assert [type(one) for one in there.clerk.effects] == [Unfollowed, Followed, SentNothingReadable]


MUTATIONS: dict[str, Callable[[str], str]] = {
    "first": lambda text: chr(ord(text[0]) ^ 1) + text[1:],
    "last": lambda text: text[:-1] + chr(ord(text[-1]) ^ 1),
    "shorter": lambda text: text[:-1],
    "longer": lambda text: text + "0",
    "empty": lambda text: "",
    "foreign": lambda text: "令牌" + text[2:],
}
SIGNED = {
    "plain": ("signature", "timestamp", "nonce"),
    "safe": ("signature", "timestamp", "nonce", "encrypt_type", "msg_signature"),
    "wecom": ("timestamp", "nonce", "msg_signature"),
}


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, fields in SIGNED.items() for field in fields]
)
async def test_no_part_of_a_signed_address_can_be_another(opened: Opener, name: str, field: str) -> None:
    profile = {"plain": PLAIN, "safe": SAFE, "wecom": APP}[name]
    async with opened(profile) as there:
        for mutated in MUTATIONS.values():
            call = there.driver.call(there.driver.text(OPENID, "今日"))
            changed = {**call.query, field: mutated(call.query[field])}

            answer = await there.driver.post(replace(call, query=changed))

            assert (answer.status, answer.body, there.clerk.effects) == (403, b"", [])


@pytest.mark.parametrize("profile", [SAFE, APP], ids=["safe", "wecom"])
async def test_no_envelope_can_be_another(opened: Opener, profile: Profile) -> None:
    async with opened(profile) as there:
        for mutated in MUTATIONS.values():
            fields = there.driver.text(OPENID, "今日")
            encrypted = mutated(seal(written(fields), profile))

            unsigned = await there.driver.post(replace(there.driver.call(fields), body=enveloped(encrypted)))
            signed = await there.driver.post(signed_call(there.driver, encrypted))

            assert (unsigned.status, signed.status) == (403, 403)
            assert there.clerk.effects == []


def enveloped(encrypted: str) -> bytes:
    """An outer document with this in its envelope."""
    return written({"ToUserName": "gh_0123456789ab", "Encrypt": encrypted})


def signed_call(driver: Driver, encrypted: str) -> Call:
    """A call with whatever in its envelope, signed as Tencent would."""
    call = driver.call(driver.text(OPENID, "今日"))
    at, nonce = call.query["timestamp"], call.query["nonce"]
    signature = sign(driver.profile.token, at, nonce, encrypted)
    return replace(call, query={**call.query, "msg_signature": signature}, body=enveloped(encrypted))


async def test_what_is_sealed_wrongly_is_turned_away_though_it_is_signed(opened: Opener) -> None:
    async with opened() as there:
        text = written(there.driver.text(OPENID, "今日"))
        wrong = [
            seal(text, SAFE, owner="wx_another_account"),
            seal(text, SAFE, length=len(text) + 1000),
            seal(text, SAFE, length=2**32 - 1),
            seal(text, SAFE, length=3),
            seal(text, SAFE, fill=33),
            seal(text, replace(SAFE, aes_key="0" * 43)),
            "",
            "====",
            "AAAA",
        ]

        answers = [await there.driver.post(signed_call(there.driver, one)) for one in wrong]

        assert [answer.status for answer in answers] == [403] * len(wrong)
        assert {answer.body for answer in answers} == {b""}
        assert there.clerk.effects == []


async def test_with_a_key_nothing_plain_comes_in(opened: Opener) -> None:
    async with opened(SAFE) as there:
        plain = replace(there.driver, profile=PLAIN)
        call = plain.call(plain.text(OPENID, "今日"))
        pretending = replace(call, query={**call.query, "encrypt_type": "raw"})
        claiming = replace(call, query={**call.query, "encrypt_type": "aes", "msg_signature": "0" * 40})

        statuses = [(await there.driver.post(one)).status for one in (call, pretending, claiming)]

        assert statuses == [403, 403, 403]
        assert there.clerk.effects == []


async def test_in_compatible_mode_only_the_envelope_counts(opened: Opener) -> None:
    async with opened(COMPAT) as there:
        fields = there.driver.text(OPENID, "今日")
        call = there.driver.call(fields)
        forged = call.body.replace("今日".encode(), "退订".encode()).replace(
            OPENID.encode(), b"oSomebodyElse"
        )

        answer = await there.driver.post(replace(call, body=forged))

        assert answer.status == 200
        assert [(one.place.recipient, one.text) for one in there.clerk.effects if isinstance(one, Said)] == [
            (OPENID, "今日")
        ]


@pytest.mark.parametrize(("seconds", "status"), [(301, 403), (-302, 403), (295, 200), (-295, 200)])
@EVERY_PROFILE
async def test_a_request_is_good_for_five_minutes(
    opened: Opener, profile: Profile, seconds: int, status: int
) -> None:
    async with opened(profile) as there:
        call = there.driver.call(there.driver.text(OPENID, "今日"), late=seconds)

        assert (await there.driver.post(call)).status == status


async def test_a_time_is_whole_seconds(opened: Opener) -> None:
    async with opened(PLAIN) as there:
        for written_time in ("", "-1", "1e9", "١٧٦٤٢٤٠٠٠٠", "9" * 400, str(int(time.time() * 1000))):
            query = {
                "signature": sign(PLAIN.token, written_time, "1"),
                "timestamp": written_time,
                "nonce": "1",
            }
            answer = await there.driver.post(Call(query, written(there.driver.text(OPENID, "今日"))))
            assert answer.status == 403


@EVERY_PROFILE
async def test_a_repeated_request_gets_the_same_answer_and_changes_nothing(
    opened: Opener, profile: Profile
) -> None:
    async with opened(profile) as there:
        call = there.driver.call(there.driver.text(OPENID, "订阅"))

        answers = [await there.driver.post(call) for _ in range(4)]

        assert len({answer.body for answer in answers}) == 1
        assert {answer.status for answer in answers} == {200}
        assert len(there.clerk.effects) == 1


async def test_another_message_under_a_used_address_is_turned_away(opened: Opener) -> None:
    async with opened(PLAIN) as there:
        first = there.driver.call(there.driver.text(OPENID, "今日"))
        second = replace(first, body=written(there.driver.text("oAnotherReader", "退订")))

        answers = [await there.driver.post(one) for one in (first, second, first)]

        assert [answer.status for answer in answers] == [200, 403, 200]
        assert len(there.clerk.effects) == 1


async def test_the_address_of_a_verification_brings_no_message(opened: Opener) -> None:
    async with opened(PLAIN) as there:
        at = str(int(time.time()))
        query = {"signature": sign(PLAIN.token, at, "77"), "timestamp": at, "nonce": "77", "echostr": "123"}

        greeted = await there.driver.get(Call(query))
        posted = await there.driver.post(Call(query, written(there.driver.text(OPENID, "退订"))))

        assert (greeted.status, greeted.body, posted.status) == (200, b"123", 403)


def report(**fields: object) -> bytes:
    """A document with these fields."""
    return written(fields)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
GARBAGE = {
    "nothing": b"",
    "words": "今日".encode(),
    "zeros": b"\0" * 100,
    "half": b"<xml><ToUserName>",
    "other_root": b"<html><body/></html>",
    "laughs": f'<!DOCTYPE xml [<!ENTITY l0 "ha">{LAUGHS}]><xml><Content>&l9;</Content></xml>'.encode(),
    "quadratic": f'<!DOCTYPE xml [<!ENTITY a "{"a" * 50_000}">]><xml>{"&a;" * 300}</xml>'.encode(),
    "external": b'<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>',
    "parameter": b'<!DOCTYPE xml [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><xml/>',
    "doctype": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml><Content>a</Content></xml>',
    "deep": b"<xml>" + b"<a>" * 9000 + b"</a>" * 9000 + b"</xml>",
    "twice": b"<xml><MsgType>text</MsgType><MsgType>event</MsgType></xml>",
    "latin": b'<?xml version="1.0" encoding="latin-1"?><xml><ToUserName>\xff</ToUserName></xml>',
    "unknown_encoding": b'<?xml version="1.0" encoding="klingon"?><xml/>',
    "utf7": b'<?xml version="1.0" encoding="utf-7"?><xml>+ADw-a+AD4-</xml>',
    "no_sender": report(ToUserName="gh_1", CreateTime=1, MsgType="text"),
    "no_kind": report(ToUserName="gh_1", FromUserName="o1", CreateTime=1),
    "no_time": report(ToUserName="gh_1", FromUserName="o1", CreateTime="x", MsgType="text"),
    "odd_sender": report(ToUserName="gh_1", FromUserName="a b", CreateTime=1, MsgType="text"),
    "json": b'{"ToUserName": "gh_1", "MsgType": "text"}',
}


async def test_garbage_is_turned_away_plain_and_sealed(opened: Opener) -> None:
    statuses: dict[str, tuple[int, ...]] = {}
    async with opened(PLAIN) as plain, opened(SAFE) as safe:
        began = time.monotonic()
        for name, garbage in GARBAGE.items():
            bare = replace(plain.driver.call(plain.driver.text(OPENID, "今日")), body=garbage)
            outside = replace(safe.driver.call(safe.driver.text(OPENID, "今日")), body=garbage)
            inside = signed_call(safe.driver, seal(garbage, SAFE))
            answers = [await plain.driver.post(bare)]
            answers += [await safe.driver.post(one) for one in (outside, inside)]
            assert [answer.body for answer in answers] == [b""] * 3
            statuses[name] = tuple(answer.status for answer in answers)

        assert plain.clerk.effects == safe.clerk.effects == []
    assert {bare for bare, _, _ in statuses.values()} == {400}
    assert {outside for _, outside, _ in statuses.values()} == {400, 403}
    # What does not fit into a callback with its envelope on is turned away for its size.
    assert {name: inside for name, (_, _, inside) in statuses.items() if inside != 400} == {
        name: 413 for name, garbage in GARBAGE.items() if len(garbage) > 49_000
    }
    assert time.monotonic() - began < 60.0


async def test_a_body_may_have_64_kilobytes(opened: Opener) -> None:
    async with opened(PLAIN) as there:
        fields = there.driver.text(OPENID, "今日")
        call, size = there.driver.call(fields), len(written(fields))
        fits = replace(call, body=written({**fields, "Content": "今日" + " " * (65_536 - size)}))
        large = replace(there.driver.call(fields), body=b"<xml>" + b" " * 65_537 + b"</xml>")

        assert len(fits.body) == 65_536
        assert (await there.driver.post(fits)).status == 200
        assert (await there.driver.post(large)).status == 413


async def test_a_body_that_does_not_say_its_size_is_given_up_when_it_is_too_large(opened: Opener) -> None:
    async with opened(PLAIN) as there:
        call = there.driver.call(there.driver.text(OPENID, "今日"))
        sent = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent
            while True:
                sent += 16_384
                yield b" " * 16_384
                await asyncio.sleep(0)

        response = await there.driver.session.post(there.driver.url, params=dict(call.query), data=endless())

        assert response.status == 413
        assert sent < 16_777_216


async def test_a_body_that_does_not_come_is_not_waited_for(opened: Opener) -> None:
    async with opened(PLAIN) as there:
        call = there.driver.call(there.driver.text(OPENID, "今日"))

        async def slow() -> AsyncIterator[bytes]:
            yield b"<xml>"
            await asyncio.sleep(10)

        began = time.monotonic()
        response = await there.driver.session.post(there.driver.url, params=dict(call.query), data=slow())

        assert response.status == 400
        assert time.monotonic() - began < 9.0


@pytest.mark.parametrize("profile", [PLAIN, SAFE, APP], ids=["plain", "safe", "wecom"])
async def test_json_is_told_to_the_operator(opened: Opener, logged: io.StringIO, profile: Profile) -> None:
    async with opened(profile) as there:
        driver = replace(there.driver, profile=replace(profile, json=True))

        answer = await driver.post(driver.call(driver.text(OPENID, CANARY)))

        assert (answer.status, answer.body) == (400, b"")
        assert '"event": "callback_json"' in logged.getvalue()
        assert "choose XML as the data format" in logged.getvalue()


async def test_who_seals_without_our_knowing_the_key_is_told_apart(
    opened: Opener, logged: io.StringIO
) -> None:
    async with opened(SAFE, knows_key=False) as there:
        answer = await there.driver.post(there.driver.call(there.driver.text(OPENID, "今日")))

        assert answer.status == 400
        assert "sealed_and_no_key" in logged.getvalue()


async def test_another_apps_messages_are_turned_away(opened: Opener) -> None:
    async with opened(APP) as there:
        other = replace(there.driver, profile=replace(APP, agent="1000003"))

        assert (await there.driver.post(other.call(other.text("lisi", "今日")))).status == 403
        assert there.clerk.effects == []


def slowly(seconds: float, fails: int = 0) -> Clerk:
    """Answers late; the database is away for the first few times."""
    failures = [StoreUnavailable()] * fails

    async def answer(received: Received) -> WechatMessage | None:
        await asyncio.sleep(seconds)
        if failures:
            raise failures.pop()
        return WechatText("办好了")

    return Clerk(answer)


@EVERY_PROFILE
async def test_three_overlapping_attempts_have_one_effect_and_one_answer(
    opened: Opener, profile: Profile
) -> None:
    async with opened(profile, slowly(0.3)) as there:
        deliveries = await there.driver.deliver_overlapping(there.driver.text(OPENID, "订阅"), gap=0.1)

        assert {one.verdict for one in deliveries} == {Verdict.REPLY}
        assert len({one.answers[0].body for one in deliveries}) == 1
        assert len(there.clerk.effects) == 1


@EVERY_PROFILE
async def test_three_attempts_one_after_the_other_have_one_effect_and_one_answer(
    opened: Opener, profile: Profile
) -> None:
    async with opened(profile) as there:
        fields = there.driver.text(OPENID, "订阅")

        answers = [await there.driver.post(there.driver.call(fields)) for _ in range(3)]

        assert len({answer.body for answer in answers}) == 1
        assert len(there.clerk.effects) == 1


async def test_events_of_one_second_are_told_apart_and_their_repeats_are_not(opened: Opener) -> None:
    async with opened() as there:
        now = int(time.time())
        driver = replace(there.driver, clock=lambda: now)
        today, archive = (driver.event(OPENID, "CLICK", EventKey=key) for key in ("今日", "往期"))

        for fields in (today, archive, today, archive):
            await driver.deliver(fields)

        assert len(there.clerk.effects) == 2


async def test_an_answer_that_takes_too_long_becomes_success_and_its_effect_goes_on(opened: Opener) -> None:
    async with opened(SAFE, slowly(0.6), patience=0.2) as there:
        delivery = await there.driver.deliver(there.driver.text(OPENID, "订阅"))

        assert delivery.verdict is Verdict.SUCCESS
        assert len(delivery.answers) == 1
        await there.reception.finished()
        assert len(there.clerk.effects) == 1
        assert there.late == [WechatText("办好了")]


async def test_success_comes_in_time_whatever_happens(opened: Opener) -> None:
    async with opened(SAFE, slowly(4.7)) as there:
        delivery = await there.driver.deliver(there.driver.text(OPENID, "订阅"))

        assert delivery.verdict is Verdict.SUCCESS
        assert delivery.answers[0].seconds < 4.5


async def test_a_fault_of_ours_is_success_to_tencent(opened: Opener, logged: io.StringIO) -> None:
    async def broken(received: Received) -> WechatMessage | None:
        raise RuntimeError("broken")

    async with opened(SAFE, Clerk(broken)) as there:
        delivery = await there.driver.deliver(there.driver.text(OPENID, CANARY))

        assert delivery.verdict is Verdict.SUCCESS
        assert "callback_failed" in logged.getvalue()
        assert CANARY not in logged.getvalue()


async def test_an_effect_waits_for_the_database(opened: Opener) -> None:
    async with opened(SAFE, slowly(0.0, fails=1)) as there:
        delivery = await there.driver.deliver(there.driver.event(OPENID, "unsubscribe", EventKey=""))

        assert delivery.verdict is Verdict.REPLY
        assert len(there.clerk.effects) == 2


async def test_nothing_of_a_request_is_logged(opened: Opener, logged: io.StringIO) -> None:
    secrets: list[str] = [CANARY, OPENID, SAFE.token, SAFE.aes_key]
    for profile in (PLAIN, COMPAT, SAFE, APP):
        async with opened(profile) as there:
            driver = there.driver
            calls = [driver.call(driver.text(OPENID, CANARY)) for _ in range(4)]
            forged = {**calls[1].query, "nonce": "1"}
            faults = [
                calls[0],
                calls[0],
                replace(calls[1], query=forged),
                replace(calls[2], body=b"<xml>" + CANARY.encode()),
                replace(calls[3], body=b'{"Content": "' + CANARY.encode() + b'"}'),
                signed_call(driver, seal(CANARY.encode(), profile)),
                driver.call(driver.text(OPENID, CANARY), late=400),
            ]
            for call in faults:
                await driver.post(call)
                await driver.get(call)
                secrets += [value for name, value in call.query.items() if name.endswith("signature")]
                secrets += [value for name, value in call.query.items() if name == "nonce" and len(value) > 5]

    text = logged.getvalue()
    assert "callback_rejected" in text
    assert [one for one in secrets if one in text] == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_only_get_and_post_are_understood(opened: Opener, method: str) -> None:
    async with opened() as there, there.driver.session.request(method, there.driver.url) as response:
        assert response.status == 405


async def test_what_one_reader_says_is_answered_in_its_order(opened: Opener) -> None:
    async def answer(received: Received) -> WechatMessage | None:
        if isinstance(received, Said) and received.text == "一":
            await asyncio.sleep(0.2)
        done.append(received)
        return None

    done: list[Received] = []
    async with opened(SAFE, Clerk(answer)) as there:
        driver = there.driver
        first = asyncio.create_task(driver.deliver(driver.text(OPENID, "一")))
        await asyncio.sleep(0.05)
        await driver.deliver(driver.text(OPENID, "二"))
        await first

        assert [one.text for one in done if isinstance(one, Said)] == ["一", "二"]
