"""The table of Telegram's errors, a test a row; what the stand-in can produce comes from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError, TimedOut

from bot.telegram.channel import TelegramChannel
from bot.telegram.failures import translate
from bot.telegram.render import Button, TelegramMessage
from bot.telegram.request import Patience
from digest.errors import (
    Conflict,
    Gone,
    MaybeSent,
    Moved,
    NotSent,
    Refused,
    SendFailure,
    Unauthorized,
    Wait,
)
from digest.subscriber import Place
from tests.standins.telegram import TelegramStandin

READER = Place("telegram", "42", account="7000000001")
TOPIC = Place("telegram", "-1001", "7", account="7000000001")
HELLO = TelegramMessage("<b>你好</b>")


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandin]:
    async with TelegramStandin() as standin:
        yield standin


@pytest.fixture
async def channel(server: TelegramStandin) -> AsyncIterator[TelegramChannel]:
    opened = TelegramChannel(server.token, api_base_url=server.base_url, patience=Patience(read=0.5))
    await opened.open()
    yield opened
    await opened.close()


async def refusal(channel: TelegramChannel, place: Place, message: TelegramMessage = HELLO) -> SendFailure:
    with pytest.raises(SendFailure) as caught:
        await channel.send(place, message)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("blocked", "blocked"),
        ("deactivated", "deactivated"),
        ("cannot_initiate", "not_started"),
        ("kicked", "kicked"),
        ("chat_not_found", "not_found"),
        ("no_rights", "no_rights"),
        ("topic_closed", "topic_closed"),
        ("thread_not_found", "topic_missing"),
    ],
)
@pytest.mark.parametrize("place", [READER, TOPIC], ids=["person", "topic"])
async def test_a_recipient_that_cannot_be_reached_is_gone_with_the_reason(
    server: TelegramStandin, channel: TelegramChannel, fault: str, reason: str, place: Place
) -> None:
    server.fault(fault, chat=int(place.recipient))

    failure = await refusal(channel, place)

    assert (type(failure), failure.reason) == (Gone, reason)
    assert len(server.truth.sends()) == 0


async def test_a_refusal_has_the_platforms_own_words(
    server: TelegramStandin, channel: TelegramChannel
) -> None:
    server.fault("blocked", chat=42)

    assert (await refusal(channel, READER)).words == "Forbidden: bot was blocked by the user"


async def test_words_are_one_line_and_not_endless() -> None:
    assert Gone("blocked").saying(f"a\n b{'c' * 1000}").words == f"a b{'c' * 297}"


async def test_what_was_not_answered_has_no_words(server: TelegramStandin, channel: TelegramChannel) -> None:
    server.fault("drop", chat=42)

    assert (await refusal(channel, READER)).words == ""


async def test_a_group_that_became_a_supergroup_has_moved(
    server: TelegramStandin, channel: TelegramChannel
) -> None:
    server.fault("migrated", chat=-55, value=-1000055)

    failure = await refusal(channel, Place("telegram", "-55"))

    assert isinstance(failure, Moved)
    assert failure.recipient == "-1000055"


@pytest.mark.parametrize("seconds", [1, 35, 43_838])
async def test_a_flood_answer_asks_to_wait_so_many_seconds(
    server: TelegramStandin, channel: TelegramChannel, seconds: int
) -> None:
    server.fault("retry_after", chat=42, value=seconds)

    failure = await refusal(channel, READER)

    assert isinstance(failure, Wait)
    assert (failure.seconds, failure.whole) == (float(seconds), False)


@pytest.mark.parametrize(
    ("message", "reason", "markup"),
    [
        (TelegramMessage("<b>nobody closes this"), "cannot_parse", True),
        (TelegramMessage("<table>"), "cannot_parse", True),
        (TelegramMessage("好", buttons=((Button("a", data="x" * 65),),)), "bad_button", True),
        (TelegramMessage("好", buttons=((Button("a", url="javascript:1"),),)), "bad_button", True),
        (TelegramMessage("长" * 4097), "too_long", False),
        (TelegramMessage("  "), "empty", False),
        (TelegramMessage("half a pair \ud800"), "cannot_encode", False),
    ],
)
async def test_a_message_that_is_refused_says_whether_plain_words_may_pass(
    channel: TelegramChannel, message: TelegramMessage, reason: str, markup: bool
) -> None:
    failure = await refusal(channel, READER, message)

    assert isinstance(failure, Refused)
    assert (failure.reason, failure.markup) == (reason, markup)


async def test_a_revoked_token_is_unauthorized(server: TelegramStandin, channel: TelegramChannel) -> None:
    server.revoke(server.token)

    assert type(await refusal(channel, READER)) is Unauthorized


async def test_an_unknown_token_is_unauthorized(server: TelegramStandin) -> None:
    stranger = TelegramChannel("123:nobody", api_base_url=server.base_url)
    await stranger.open()

    with pytest.raises(Unauthorized):
        await stranger.identify()

    await stranger.close()


@pytest.mark.parametrize(
    ("fault", "reason", "arrived"),
    [
        ("drop", "disconnected", 1),
        ("hang", "read_timeout", 1),
        ("garble", "broken_answer", 1),
        ("lost_502", "http_502", 1),
        ("cut", "disconnected", 0),
        ("bad_gateway", "http_502", 0),
        ("server_error", "http_500", 0),
    ],
)
async def test_what_fails_after_the_request_was_written_may_have_been_sent(
    server: TelegramStandin, channel: TelegramChannel, fault: str, reason: str, arrived: int
) -> None:
    server.fault(fault, chat=42)

    failure = await refusal(channel, READER)

    assert (type(failure), failure.reason) == (MaybeSent, reason)
    assert len(server.truth.sends(42)) == arrived


async def test_a_server_that_is_away_was_never_sent_anything() -> None:
    async with TelegramStandin() as standin:
        away, token = standin.base_url, standin.token
    channel = TelegramChannel(token, api_base_url=away)
    await channel.open()

    assert type(await refusal(channel, READER)) is NotSent

    await channel.close()


async def test_a_closed_channel_never_sends(channel: TelegramChannel) -> None:
    await channel.close()

    failure = await refusal(channel, READER)

    assert (type(failure), failure.reason) == (NotSent, "closed")


async def test_two_pollers_are_a_conflict(server: TelegramStandin, channel: TelegramChannel) -> None:
    async def second() -> None:
        await server.world.wait(5)
        await channel.fetch(0, seconds=0)

    with pytest.raises(Conflict) as caught:
        await asyncio.gather(channel.fetch(0, seconds=20), second())

    assert caught.value.reason == "other_poller"


async def test_a_webhook_that_is_set_is_a_conflict_until_it_is_dropped(
    server: TelegramStandin, channel: TelegramChannel
) -> None:
    server.world.webhook = "https://example.org/hook"

    with pytest.raises(Conflict) as caught:
        await channel.fetch(0, seconds=0)
    await channel.drop_webhook()

    assert caught.value.reason == "webhook"
    assert await channel.fetch(0, seconds=0) == ()


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (Forbidden("Forbidden: bot is not a member of the channel chat"), Gone, "not_member"),
        (Forbidden("Forbidden: the group chat was deleted"), Gone, "deactivated"),
        (Forbidden("Forbidden: something new"), Gone, "forbidden"),
        (BadRequest("Bad Request: PEER_ID_INVALID"), Gone, "not_found"),
        (BadRequest("Bad Request: group chat was deactivated"), Gone, "deactivated"),
        (BadRequest("Bad Request: CHAT_WRITE_FORBIDDEN"), Gone, "no_rights"),
        (
            BadRequest("Bad Request: need administrator rights in the channel chat"),
            Gone,
            "no_rights",
        ),
        (BadRequest("Bad Request: BUTTON_DATA_INVALID"), Refused, "bad_button"),
        (BadRequest("Bad Request: something new"), Refused, "bad_request"),
        (NetworkError("Request Entity Too Large (413)"), Refused, "refused"),
        (TelegramError("something new"), Refused, "refused"),
    ],
)
def test_words_the_stand_in_does_not_say(error: TelegramError, kind: type[SendFailure], reason: str) -> None:
    failure = translate(error)

    assert (type(failure), failure.reason) == (kind, reason)


@pytest.mark.parametrize("wide", [NetworkError("x"), TimedOut()])
@pytest.mark.parametrize("cause", [NotSent("slot"), MaybeSent("read_timeout")])
def test_a_network_error_means_what_its_cause_says(wide: TelegramError, cause: SendFailure) -> None:
    wide.__cause__ = cause

    assert translate(wide) is cause


def test_the_platforms_words_stay_behind() -> None:
    failure = translate(BadRequest("Bad Request: can't parse entities: near 'secret words'"))

    assert str(failure) == "cannot_parse"
