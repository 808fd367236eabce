from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import orjson
import pytest

from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_client import Bot, Clock


async def test_the_limits_hold_in_any_sliding_second_and_minute(
    limited: Bot, strict: TelegramStandin, clock: Clock
) -> None:
    answers = [(await limited("sendMessage", chat_id=100 + n, text="x"))[1] for n in range(6)]
    clock.now += 0.75
    early = await limited.says("sendMessage", chat_id=105, text="x")
    clock.now += 0.25
    on_time = await limited.says("sendMessage", chat_id=105, text="x")

    assert [content["ok"] for content in answers] == [True] * 5 + [False]
    assert answers[5]["error_code"] == 429
    assert answers[5]["parameters"] == {"retry_after": 1}
    assert (early, on_time) == ("Too Many Requests: retry after 1", "")
    assert (strict.truth.too_many, strict.truth.early, strict.truth.peak_per_second()) == (2, 1, 5)


@pytest.mark.parametrize(("chat_id", "passes", "step"), [(7, 4, 0.0), (7, 9, 1.0), (-100, 20, 1.0)])
async def test_a_private_chat_takes_one_a_second_and_a_group_twenty_a_minute(
    limited: Bot,
    clock: Clock,
    chat_id: int,
    passes: int,
    step: float,
) -> None:
    sent = 0
    while sent < 9 or chat_id < 0:
        status, _ = await limited("sendMessage", chat_id=chat_id, text="x")
        if status == 429:
            break
        sent += 1
        clock.now += step

    assert sent == passes
    assert (await limited("editMessageText", chat_id=chat_id, message_id=1, text="y"))[0] == 200


@pytest.mark.parametrize(
    ("kind", "code", "description"),
    [
        ("blocked", 403, "Forbidden: bot was blocked by the user"),
        ("deactivated", 403, "Forbidden: user is deactivated"),
        ("chat_not_found", 400, "Bad Request: chat not found"),
        ("kicked", 403, "Forbidden: bot was kicked from the supergroup chat"),
        ("no_rights", 400, "Bad Request: not enough rights to send text messages to the chat"),
        ("topic_closed", 400, "Bad Request: TOPIC_CLOSED"),
        ("server_error", 500, "Internal Server Error"),
        ("bad_gateway", 502, "Bad Gateway"),
    ],
)
async def test_a_fault_strikes_its_chat_only_until_it_is_healed(
    bot: Bot, kind: str, code: int, description: str
) -> None:
    bot.server.fault(kind, chat=5)

    status, content = await bot("sendMessage", chat_id=5, text="x")

    assert (status, content["description"]) == (code, description)
    assert (await bot("sendMessage", chat_id=6, text="x"))[0] == 200
    assert bot.server.heal(chat=5) == 1
    assert (await bot("sendMessage", chat_id=5, text="x"))[0] == 200
    assert [refusal.description for refusal in bot.server.truth.refused] == [description]


async def test_faults_know_times_seconds_parse_mode_and_chance(bot: Bot, clock: Clock) -> None:
    bot.server.fault("retry_after", chat=5, value=3600, times=1)
    bot.server.fault("server_error", chat=6, seconds=60)
    bot.server.fault("refuse_parse", chat=7)

    async def status(chat_id: int, **more: Any) -> int:
        return (await bot("sendMessage", chat_id=chat_id, text="x", **more))[0]

    assert [await status(5), await status(5)] == [429, 200]
    assert bot.server.truth.early == 1
    assert await status(6) == 500
    clock.now += 60
    assert await status(6) == 200
    assert [await status(7, parse_mode="HTML"), await status(7)] == [400, 200]
    bot.server.fault("bad_gateway", chance=0.5)
    struck = [await status(8) for _ in range(40)]
    assert 5 < struck.count(502) < 35


async def test_a_lost_answer_was_accepted_and_a_cut_one_was_not(bot: Bot) -> None:
    for chat_id, kind in enumerate(("drop", "garble", "lost_502", "hang", "cut"), start=1):
        bot.server.fault(kind, chat=chat_id)

    with pytest.raises(aiohttp.ClientError):
        await bot("sendMessage", chat_id=1, text="x")
    with pytest.raises(orjson.JSONDecodeError):
        await bot("sendMessage", chat_id=2, text="x")
    assert (await bot("sendMessage", chat_id=3, text="x"))[0] == 502
    hanging = asyncio.create_task(bot("sendMessage", chat_id=4, text="x"))
    await bot.server.wait_for(4)
    with pytest.raises(aiohttp.ClientError):
        await bot("sendMessage", chat_id=5, text="x")

    assert not hanging.done()
    hanging.cancel()
    assert [(entry.chat_id, entry.answered) for entry in bot.server.truth] == [
        (1, "drop"),
        (2, "garble"),
        (3, "lost_502"),
        (4, "hang"),
    ]
