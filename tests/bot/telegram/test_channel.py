"""The channel against the stand-in: what arrives, what comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.telegram.channel import Command, TelegramChannel
from bot.telegram.menu import set_menus
from bot.telegram.render import Button, TelegramMessage, render
from digest.errors import Gone, Refused
from digest.replies import Choice, Reply, Text
from digest.subscriber import Place
from tests.bot.telegram.sockets import read_request, response, serving
from tests.standins.telegram import TelegramStandin

READER = Place("telegram", "42")


@pytest.fixture
async def server() -> AsyncIterator[TelegramStandin]:
    async with TelegramStandin(username="news_bot") as standin:
        yield standin


@pytest.fixture
async def channel(server: TelegramStandin) -> AsyncIterator[TelegramChannel]:
    opened = TelegramChannel(server.token, api_base_url=f"{server.base_url}/")
    await opened.open()
    yield opened
    await opened.close()


async def test_it_learns_its_name_and_knows_its_id_before(channel: TelegramChannel) -> None:
    assert (channel.bot_id, channel.username) == ("7000000001", "")

    await channel.identify()

    assert (channel.bot_id, channel.username) == ("7000000001", "news_bot")


@pytest.mark.parametrize("lane", ["answer", "bulk"])
async def test_a_message_arrives_with_its_markup_buttons_and_topic(
    server: TelegramStandin, channel: TelegramChannel, lane: str
) -> None:
    reply = Reply(
        (Text("1 < 2 & 3"),),
        choices=(
            (Choice("设置", tap="1c"), Choice("网页", url="https://example.org/")),
            (Choice("昨天", says="昨天"),),
        ),
        silent=True,
    )
    (message,) = render(reply)

    reference = await channel.send(
        Place("telegram", "-1001", "7"), message, lane="bulk" if lane == "bulk" else "answer"
    )

    sent = server.last(-1001)
    assert reference == f"-1001:{sent.message_id}"
    assert (sent.text, sent.thread, sent.silent) == ("1 < 2 & 3", 7, True)
    assert [(button.text, button.data, button.url) for button in sent.buttons] == [
        ("设置", "1c", ""),
        ("网页", "", "https://example.org/"),
        ("昨天", "s:昨天", ""),
    ]
    assert server.truth.sends(-1001)[0].link_preview == {"is_disabled": True}


async def test_a_telegram_channel_is_named_by_its_handle(
    server: TelegramStandin, channel: TelegramChannel
) -> None:
    server.know(-100200, username="mychannel", type="channel")

    reference = await channel.send(Place("telegram", "@mychannel"), TelegramMessage("好"))

    assert reference == f"-100200:{server.last(-100200).message_id}"


async def test_plain_words_go_without_markup_and_buttons(
    server: TelegramStandin, channel: TelegramChannel
) -> None:
    message = TelegramMessage("<b>1 &lt; 2</b>", buttons=((Button("a", data="x" * 99),),))

    await channel.send(READER, message, plain=True)

    assert (server.last(42).text, server.last(42).buttons) == ("1 < 2", ())


async def test_only_the_bulk_lane_of_a_paying_bot_pays() -> None:
    asked: list[object] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = (await read_request(reader)).partition(b"\r\n\r\n")[2]
        asked.append(json.loads(body).get("allow_paid_broadcast"))
        sent = {"message_id": 1, "date": 0, "chat": {"id": 42, "type": "private"}}
        writer.write(response(200, json.dumps({"ok": True, "result": sent}).encode()))

    async with serving(serve) as address:
        channel = TelegramChannel("1:x", api_base_url=f"http://{address}", paid=True)
        await channel.open()
        await channel.send(READER, TelegramMessage("答"), lane="answer")
        await channel.send(READER, TelegramMessage("刊"), lane="bulk")
        await channel.close()

    assert asked == [None, True]


async def test_an_edit_takes_the_place_of_the_message_and_the_same_again_is_no_failure(
    server: TelegramStandin, channel: TelegramChannel
) -> None:
    reference = await channel.send(READER, TelegramMessage("一"))
    second = TelegramMessage("<b>二</b>", buttons=((Button("返回", data="1t"),),))

    assert await channel.edit(reference, second) == reference
    assert await channel.edit(reference, second) == reference

    (shown,) = server.messages(42)
    assert (shown.text, shown.labels) == ("二", ("返回",))


@pytest.mark.parametrize("reference", ["42:999", "42:", "", "x"])
async def test_what_cannot_be_edited_is_refused_as_such(channel: TelegramChannel, reference: str) -> None:
    with pytest.raises(Refused) as caught:
        await channel.edit(reference, TelegramMessage("二"))

    assert caught.value.reason == "not_editable"


async def test_a_topic_that_is_no_number_is_gone(server: TelegramStandin, channel: TelegramChannel) -> None:
    with pytest.raises(Gone):
        await channel.send(Place("telegram", "-1001", "x"), TelegramMessage("好"))

    assert len(server.truth) == 0


async def test_a_tap_is_answered_with_its_notice_cut_to_200(
    server: TelegramStandin, channel: TelegramChannel
) -> None:
    reference = await channel.send(READER, TelegramMessage("好", buttons=((Button("a", data="1t"),),)))
    tap = server.tap(42, int(reference.partition(":")[2]), "1t")

    await channel.answer_tap(tap, "改" * 300)

    assert server.query_answer(tap)["text"] == "改" * 200


async def test_a_tap_too_old_to_be_answered_is_no_failure(channel: TelegramChannel) -> None:
    await channel.answer_tap("4000000999", "迟了")


async def test_the_menu_is_set_where_it_differs_and_only_there(
    server: TelegramStandin, channel: TelegramChannel
) -> None:
    zh, en = (Command("today", "今天的日报"),), (Command("today", "Today's issue"), Command("help", "Help"))

    first = await set_menus(channel, {"zh": zh, "en": en, "": en})
    again = await set_menus(channel, {"zh": zh, "en": en, "": en})
    changed = await set_menus(channel, {"zh": en, "en": en, "": en})

    assert (first, again, changed) == (("zh", "en", ""), (), ("zh",))
    assert server.truth.calls["setMyCommands"] == 4
    assert await channel.menu("zh") == en
    assert await channel.menu("") == en


async def test_updates_come_as_ids_and_bytes_and_are_acknowledged_by_the_next_fetch(
    server: TelegramStandin, channel: TelegramChannel
) -> None:
    server.say(42, "今天")
    server.push({"update_id": 500_000_002, "message": {"text": "half a pair \ud800"}})

    first = await channel.fetch(0, seconds=0)
    same = await channel.fetch(0, seconds=0)
    rest = await channel.fetch(500_000_002, seconds=0)
    none = await channel.fetch(500_000_003, seconds=0)

    assert [update_id for update_id, _ in first] == [500_000_001, 500_000_002]
    assert same == first
    assert rest == first[1:]
    assert none == ()
