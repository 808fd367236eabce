"""The publisher's morning, as the publisher has it: a chat with the running bot, and a terminal."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from tests.flows.reader import PATIENT, Reader
from tests.flows.running import House, issue
from tests.standins.telegram import TelegramStandin

SHANGHAI = ZoneInfo("Asia/Shanghai")
ADMIN, STRANGER = 77, 88
NO_CAMPAIGNS = {"schedule": {"push_at": "23:59", "late_until": "23:59"}}


def today() -> str:
    """The date of the house's calendar."""
    return dt.datetime.now(SHANGHAI).date().isoformat()


async def sends(reader: Reader, name: str, text: str) -> str:
    """What the bot answers to a file."""
    before = len(reader.screen)
    reader.server.send_file(reader.chat, name, text)
    return (await reader.server.wait_for(reader.chat, before + 1, PATIENT))[-1].text


async def test_a_file_sent_to_the_bot_is_proved_and_published(house: House) -> None:
    async with TelegramStandin(strict=True) as server:
        house.configure(server, bot={"admins": [f"telegram:{ADMIN}"]})
        async with house.running() as program:
            admin, reader = Reader(server, ADMIN), Reader(server, STRANGER)
            proof = await sends(admin, f"{today()}.md", issue(today()))
            nothing_yet = await reader.says("今日")
            server.tap_label(ADMIN, "看Telegram样子")
            look = (await server.wait_for(ADMIN, 2, PATIENT))[-1]
            server.tap_label(ADMIN, "现在发布")
            published = (await server.wait_for(ADMIN, 3, PATIENT))[-1]
            read = await reader.says("今日")

    assert "5个栏目，41条，41个链接，没有要改的。" in proof
    assert "41条" not in nothing_yet.text
    assert look.text.split("\n")[1:] == read.text.split("\n")[1:]
    assert f"1条，{look.units:,}字" in proof
    assert published.text.startswith("发布了：")
    assert server.truth.calls["getFile"] == 1
    assert program.events("answer_failed") == []


async def test_a_file_that_is_too_large_or_no_admins_is_not_fetched(house: House) -> None:
    async with TelegramStandin(strict=True) as server:
        house.configure(server, bot={"admins": [f"telegram:{ADMIN}"]})
        async with house.running():
            large = await sends(Reader(server, ADMIN), "big.md", "x" * 600_000)
            refused = await sends(Reader(server, STRANGER), f"{today()}.md", issue(today()))

    assert "512 kB" in large
    assert refused.startswith("稿子要管理员来发")
    assert server.truth.calls["getFile"] == 0
    assert server.truth.calls["download"] == 0


async def test_an_issue_pasted_at_the_terminal_is_published_from_there(house: House) -> None:
    house.configure()

    proof = await house.command("say", issue("2025-12-22"), "--now", "2025-12-22T07:30")
    planned = await house.command("say", "发布 准点", "--now", "2025-12-22T07:31")
    early = await house.command("say", "今日", "--now", "2025-12-22T07:32")
    later = await house.command("say", "今日", "--now", "2025-12-22T08:00")

    assert (proof.code, proof.err) == (0, "")
    assert "12月22日的稿子看过了：5个栏目，41条" in proof.out
    assert "今天 8:00 发布" in planned.out
    assert "41条" not in early.out
    assert "41条" in later.out
