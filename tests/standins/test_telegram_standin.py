from __future__ import annotations

import ast
import asyncio
from pathlib import Path

import aiohttp
import orjson
import pytest

from tests.standins.telegram import TOKEN, TelegramStandin
from tests.standins.telegram_client import Bot

HERE = Path(__file__).parent


def linked(path: str) -> str:
    """A link of one character to an address with this path."""
    return f'<a href="https://a.cn/{path}">x</a>'


def test_the_standin_imports_nothing_of_the_product() -> None:
    imported = set()
    for path in HERE.glob("telegram*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
            if isinstance(node, ast.ImportFrom):
                imported.add(str(node.module))

    assert "tests.standins.telegram_html" in imported
    assert not {name.split(".")[0] for name in imported} & {"bot", "web", "handlers", "storage", "digest"}


async def test_a_message_is_parsed_kept_and_answered_with_chinese_escaped(
    session: aiohttp.ClientSession, server: TelegramStandin
) -> None:
    params = {
        "chat_id": 5,
        "text": "<b>早</b>报 ",
        "parse_mode": "HTML",
        "disable_notification": True,
        "link_preview_options": {"is_disabled": True},
    }
    async with session.post(f"{server.base_url}/bot{TOKEN}/sendMessage", json=params) as response:
        body = await response.read()

    assert rb"\u65e9\u62a5" in body
    assert orjson.loads(body)["result"]["entities"] == [{"offset": 0, "length": 1, "type": "bold"}]
    shown = server.last(5)
    assert (shown.text, shown.raw, shown.silent) == ("早报", "<b>早</b>报 ", True)
    assert server.truth[0].link_preview == {"is_disabled": True}
    assert server.truth.per_chat() == {5: 1}


async def test_form_json_and_multipart_bodies_say_the_same(
    session: aiohttp.ClientSession, server: TelegramStandin
) -> None:
    markup = orjson.dumps({"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]}).decode()
    params = {"chat_id": "5", "text": "<i>中</i>", "parse_mode": "html", "reply_markup": markup}
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in params.items():
        multipart.append(value).set_content_disposition("form-data", name=name)
    url = f"{server.base_url}/bot{TOKEN}/sendmessage"

    statuses = [
        (await session.post(url, json=params)).status,
        (await session.post(url, data=params)).status,
        (await session.post(url, data=multipart)).status,
        (await session.get(url, params=params)).status,
    ]

    assert statuses == [200] * 4
    assert {(m.text, m.entities, m.rows) for m in server.messages(5)} == {
        (server.last(5).text, server.last(5).entities, server.last(5).rows)
    }
    assert server.last(5).labels == ("好",)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("中" * 4096, ""),
        ("中" * 4097, "Bad Request: message is too long"),
        ("😀" * 2049, "Bad Request: message is too long"),
        (linked("y" * 30_000), ""),
        (linked("y" * 33_000), "Bad Request: text is too long"),
        (" <b> </b>\n", "Bad Request: message text is empty"),
        ("1 < 2", "Bad Request: can't parse entities: Unsupported start tag"),
    ],
)
async def test_the_length_is_that_of_the_text_a_reader_sees(bot: Bot, text: str, complaint: str) -> None:
    said = await bot.says("sendMessage", chat_id=5, text=text, parse_mode="HTML")

    assert said.startswith(complaint)
    assert len(bot.server.truth) == (1 if said == "" else 0)


async def test_entities_beyond_a_hundred_are_dropped_and_counted(bot: Bot) -> None:
    await bot("sendMessage", chat_id=5, text="<b>x</b>y" * 103, parse_mode="HTML")

    assert (len(bot.server.last(5).entities), bot.server.truth[0].dropped_entities) == (100, 3)


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        ({"callback_data": "x" * 64}, ""),
        ({"callback_data": "中" * 22}, "BUTTON_DATA_INVALID"),
        ({}, "Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "x", "url": "https://a.cn"}, "exactly one action"),
        ({"url": "ftp://a.cn"}, "Unsupported URL protocol"),
        ({"url": "http://localhost/"}, "Wrong HTTP URL"),
        ({"url": "mailto:a@b.cn"}, ""),
        ({"text": ""}, 'Field "text"'),
    ],
)
async def test_a_button_has_one_action_within_its_limits(
    bot: Bot, button: dict[str, str], complaint: str
) -> None:
    markup = {"inline_keyboard": [[{"text": "好"} | button]]}

    said = await bot.says("sendMessage", chat_id=5, text="x", reply_markup=markup)

    assert complaint in said
    assert (said == "") == (complaint == "")


async def test_a_token_is_known_revoked_or_renewed(bot: Bot) -> None:
    bot.server.allow_token("7000000001:new")
    bot.server.revoke(TOKEN)

    assert (await bot("getMe"))[0] == 401
    assert (await bot("getMe", token="7000000001:other"))[0] == 404
    assert (await bot("getMe", token="7000000001:new"))[1]["result"]["username"] == "digest_bot"
    assert (await bot("getCoffee", token="7000000001:new"))[0] == 404


async def test_an_edit_changes_what_is_seen_and_a_vain_one_is_refused(bot: Bot) -> None:
    markup = {"inline_keyboard": [[{"text": "下一页", "callback_data": "p:2"}]]}
    await bot("sendMessage", chat_id=5, text="一", reply_markup=markup)

    vain = await bot.says("editMessageText", chat_id=5, message_id=1, text="一", reply_markup=markup)
    lost = await bot.says("editMessageText", chat_id=5, message_id=9, text="二")
    await bot("editMessageText", chat_id=5, message_id=1, text="二", reply_markup=markup)
    await bot("editMessageReplyMarkup", chat_id=5, message_id=1)

    assert vain.startswith("Bad Request: message is not modified")
    assert lost == "Bad Request: message to edit not found"
    assert [(m.text, m.labels, m.edits) for m in bot.server.messages(5)] == [("二", (), 2)]
    await bot("deleteMessage", chat_id=5, message_id=1)
    assert bot.server.messages(5) == ()


async def test_updates_are_kept_until_acknowledged_and_a_poll_waits_for_them(bot: Bot) -> None:
    waiting = asyncio.create_task(bot("getUpdates", timeout=10))
    await bot.server.wait_for_calls("getUpdates")
    first = bot.server.say(5, "/start", language_code="en")
    second = bot.server.say(5, "今天")

    woken = (await waiting)[1]["result"]
    again = (await bot("getUpdates"))[1]["result"]
    after = (await bot("getUpdates", offset=second))[1]["result"]

    assert woken[0]["update_id"] == first
    assert woken[0]["message"]["from"]["language_code"] == "en"
    assert woken[0]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert [update["update_id"] for update in again] == [first, second]
    assert [update["message"]["text"] for update in after] == ["今天"]
    assert (await bot("getUpdates", offset=second + 1))[1]["result"] == []


async def test_a_second_poller_ends_the_first_with_a_conflict(bot: Bot) -> None:
    first = asyncio.create_task(bot("getUpdates", timeout=10))
    await bot.server.wait_for_calls("getUpdates")

    second = await bot("getUpdates", timeout=0)

    assert second == (200, {"ok": True, "result": []})
    status, content = await first
    assert (status, content["error_code"]) == (409, 409)
    assert "terminated by other getUpdates request" in content["description"]


async def test_commands_are_checked_and_kept_by_scope_and_language(bot: Bot) -> None:
    english = [{"command": "today", "description": "Today's issue"}]
    chat = {"type": "chat", "chat_id": 5}
    await bot("setMyCommands", commands=english)
    await bot("setMyCommands", commands=[{"command": "today", "description": "今天"}], language_code="zh")
    await bot("setMyCommands", commands=orjson.dumps(english).decode(), scope=chat)

    assert (await bot("getMyCommands", language_code="zh"))[1]["result"][0]["description"] == "今天"
    assert (await bot("getMyCommands", scope=chat))[1]["result"] == english
    assert (await bot("getMyCommands", language_code="de"))[1]["result"] == []
    bad = [{"command": "今天", "description": "x"}]
    assert await bot.says("setMyCommands", commands=bad) == "Bad Request: BOT_COMMAND_INVALID"
    assert await bot.says("setMyCommands", commands=english * 101) == "Bad Request: BOT_COMMANDS_TOO_MUCH"
    assert "DESCRIPTION" in await bot.says("setMyCommands", commands=[{"command": "x", "description": ""}])
