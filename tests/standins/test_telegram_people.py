from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import orjson
import pytest
import telegram as ptb

from tests.standins.telegram import TOKEN, TelegramStandin
from tests.standins.telegram_client import Bot
from tests.standins.telegram_process import standin_process


async def test_a_person_taps_by_label_and_sees_the_answer(bot: Bot) -> None:
    rows = [[{"text": "论文", "callback_data": "s:papers"}, {"text": "原文", "url": "https://a.cn/"}]]
    await bot("sendMessage", chat_id=5, text="今日", reply_markup={"inline_keyboard": rows})

    tapped = bot.server.tap_label(5, "论文")
    query = (await bot("getUpdates"))[1]["result"][0]["callback_query"]
    await bot("answerCallbackQuery", callback_query_id=query["id"], text="好")

    assert (query["id"], query["data"], query["message"]["message_id"]) == (tapped, "s:papers", 1)
    assert (await bot.server.wait_for_answer(tapped))["text"] == "好"
    assert "too old" in await bot.says("answerCallbackQuery", callback_query_id="1")
    with pytest.raises(LookupError, match=r"opens https://a\.cn/"):
        bot.server.tap_label(5, "原文")
    with pytest.raises(LookupError, match=r"there are .*论文"):
        bot.server.tap_label(5, "模型")


async def test_people_block_return_and_bring_the_bot_into_groups(bot: Bot) -> None:
    server = bot.server
    server.block(5)
    assert (await bot("sendMessage", chat_id=5, text="x"))[0] == 403
    server.say(5, "/start")
    assert (await bot("sendMessage", chat_id=5, text="x"))[0] == 200
    server.join_group(-42, user_id=5, title="读报")
    await bot("sendMessage", chat_id=-42, text="大家好")
    server.say_in_group(-42, 6, "@digest_bot 今天", reply_to=server.last(-42).message_id)
    server.migrate(-42, -10042)
    moved = (await bot("sendMessage", chat_id=-42, text="x"))[1]

    updates = (await bot("getUpdates"))[1]["result"]
    changes = [u["my_chat_member"]["new_chat_member"]["status"] for u in updates if "my_chat_member" in u]
    assert changes == ["kicked", "member", "member"]
    mention = next(u["message"] for u in updates if u.get("message", {}).get("text", "").startswith("@"))
    assert mention["entities"] == [{"type": "mention", "offset": 0, "length": 11}]
    assert mention["reply_to_message"]["text"] == "大家好"
    assert moved["parameters"] == {"migrate_to_chat_id": -10042}


async def test_waiting_in_vain_tells_what_is_there(bot: Bot) -> None:
    await bot("sendMessage", chat_id=5, text="别的")

    with pytest.raises(TimeoutError, match="别的"):
        await bot.server.wait_for(5, lambda message: "今日" in message.text, timeout=0.01)
    assert len(await bot.server.wait_for_sends(1)) == 1


async def test_the_library_of_python_reads_every_answer_and_update(server: TelegramStandin) -> None:
    async with ptb.Bot(TOKEN, base_url=f"{server.base_url}/bot") as client:
        sent = await client.send_message(-1007, "<b>x</b>", parse_mode="HTML", message_thread_id=7)
        file = await client.send_document(
            5, b"#1", filename="digest.md", caption="<i>附件</i>", parse_mode="HTML"
        )
        copy = await client.copy_message(6, -1007, sent.message_id)
        edited = await client.edit_message_text("y", -1007, sent.message_id)
        chat = await client.get_chat(-1007)
        server.join_group(-1007, user_id=5, status="administrator")
        server.tap(-1007, sent.message_id, "k", user_id=5)
        server.block(5)
        updates = await client.get_updates(allowed_updates=ptb.Update.ALL_TYPES)
        server.migrate(-42, -10042)
        with pytest.raises(ptb.error.ChatMigrated) as moved:
            await client.send_message(-42, "x")
        with pytest.raises(ptb.error.Forbidden, match="bot was blocked by the user"):
            await client.send_message(5, "x")

    assert (sent.entities[0].type, sent.message_thread_id) == ("bold", 7)
    assert file.document is not None
    assert (file.document.file_name, file.caption) == ("digest.md", "附件")
    assert (server.last(6).message_id, server.last(6).text) == (copy.message_id, "x")
    assert isinstance(edited, ptb.Message)
    assert (edited.text, chat.type) == ("y", "supergroup")
    assert [u.effective_chat.id for u in updates if u.effective_chat] == [-1007, -1007, -1007, 5]
    assert moved.value.new_chat_id == -10042


async def test_as_a_process_it_is_driven_over_http_and_its_log_survives_a_kill(tmp_path: Path) -> None:
    log = tmp_path / "truth.jsonl"
    async with standin_process("--log", str(log), "--latency", "0-1") as remote:
        await remote.call("fault", kind="blocked", chat=9)
        await remote.call("say", chat_id=5, text="今天")
        for chat_id in (5, 9):
            url = f"{remote.base_url}/bot{remote.token}/sendMessage"
            await remote.session.post(url, json={"chat_id": chat_id, "text": "早报"})
        shown: Any = await remote.call("wait_for", chat_id=5, what=1)
        report: Any = await remote.call("report", chat_id=5)
        with pytest.raises(RuntimeError, match="no button"):
            await remote.call("tap_label", chat_id=5, label="x")
        os.kill(remote.pid, signal.SIGKILL)

    assert shown[0]["text"] == "早报"
    assert (report["sends"], report["refused"], report["accepted_requests"][0]["text"]) == (
        1,
        {"403": 1},
        "早报",
    )
    lines = [orjson.loads(line) for line in log.read_bytes().splitlines()]
    assert [(line["method"], line["chat_id"], line["text"]) for line in lines] == [("sendMessage", 5, "早报")]
