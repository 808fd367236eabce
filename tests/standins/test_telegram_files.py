from __future__ import annotations

from tests.standins.telegram import TOKEN
from tests.standins.telegram_client import Bot


async def test_a_file_that_a_person_sent_is_found_by_its_id_and_fetched_by_its_path(bot: Bot) -> None:
    server = bot.server
    server.send_file(5, "今天.md", "# 日报", caption="稿子")
    message = (await bot("getUpdates"))[1]["result"][0]["message"]
    document = message["document"]

    found = (await bot("getFile", file_id=document["file_id"]))[1]["result"]
    path = found["file_path"]
    async with bot.session.get(f"{server.base_url}/file/bot{TOKEN}/{path}") as answer:
        content = await answer.read()
    async with bot.session.get(f"{server.base_url}/file/bot{TOKEN}/{path}x") as nothing:
        missing = nothing.status
    async with bot.session.get(f"{server.base_url}/file/bot7:wrong/{path}") as refused:
        unauthorized = refused.status

    assert (document["file_name"], document["mime_type"], message["caption"]) == (
        "今天.md",
        "text/markdown",
        "稿子",
    )
    assert document["file_size"] == found["file_size"] == len(content)
    assert content.decode() == "# 日报"
    assert (missing, unauthorized) == (404, 401)
    assert "wrong file_id" in await bot.says("getFile", file_id="nothing")
