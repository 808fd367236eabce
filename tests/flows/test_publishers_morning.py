"""The publisher's morning, as the publisher has it: a chat with the running bot, and a terminal."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from zoneinfo import ZoneInfo

from tests.flows.pushes import DATE, FIRST, owe
from tests.flows.reader import PATIENT, Reader
from tests.flows.running import House, issue
from tests.standins.telegram import TelegramStandin

SHANGHAI = ZoneInfo("Asia/Shanghai")
ADMIN, STRANGER = 77, 88


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


def zone_at_noon() -> str:
    """A time zone in which the day is far from both its ends."""
    hour = dt.datetime.now(dt.UTC).hour
    # The sign of these names is the other way round.
    return f"Etc/GMT{hour - 12:+d}" if hour != 12 else "Etc/GMT"


def age(house: House, minutes: int) -> None:
    """Let the campaigns have been opened so long ago."""
    opened = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)
    with closing(sqlite3.connect(house.database, timeout=10)) as database:
        database.execute("UPDATE campaigns SET created_at = ?", (opened.isoformat(timespec="microseconds"),))
        database.commit()


async def test_one_report_adds_up_and_a_tap_resends_the_unknown_alone(house: House) -> None:
    async with TelegramStandin(strict=True) as server:
        house.configure(
            server,
            bot={"admins": [f"telegram:{ADMIN}"], "timezone": zone_at_noon()},
            schedule={"push_at": "00:00", "late_until": "00:01"},
            delivery={"on_unknown": "hold"},
        )
        date = dt.datetime.now(ZoneInfo(zone_at_noon())).date().isoformat()
        house.publish(date)
        house.write("readers.csv", "address\ntelegram:1001\ntelegram:1002\ntelegram:1003\n")
        for words in (("ingest",), ("subscribers", "import", "readers.csv"), ("push", date)):
            assert (await house.command(*words)).code == 0
        server.block(1002)
        server.fault("drop", chat=1003, times=1)
        async with house.running():
            await house.shows("SELECT status FROM deliveries ORDER BY status", [(2,), (4,), (5,)])
        age(house, 20)
        async with house.running():
            (report,) = await server.wait_for(ADMIN, 1, PATIENT)
            server.tap_label(ADMIN, "不确定的1位")
            await server.wait_for(ADMIN, 2, PATIENT)
            server.tap_label(ADMIN, "补发不确定的1位")
            await house.shows("SELECT status FROM deliveries ORDER BY status", [(2,), (2,), (5,)])

    assert "Telegram 私聊　3 位：送达 1，屏蔽 1，不确定 1" in report.text
    assert len([m for m in server.messages(ADMIN) if "的情况" in m.text]) == 1
    assert [len(server.messages(chat)) for chat in (1001, 1002, 1003)] == [1, 0, 2]


CORRECTED = "船厂里的新机房"
MANY = 90


async def test_a_correction_reaches_every_message_though_the_program_is_killed(house: House) -> None:
    async with TelegramStandin(strict=True, count_edits=True) as server:
        house.configure(server, bot={"admins": [f"telegram:{ADMIN}"]})
        await owe(house, MANY)
        chats = range(FIRST, FIRST + MANY)
        async with house.running() as program:
            await house.shows("SELECT count(*) FROM deliveries WHERE status = 2", [(MANY,)])
            admin = Reader(server, ADMIN)
            await admin.says(f"更正 {DATE} 29 标题 {CORRECTED}")
            server.tap_label(ADMIN, "改正")
            await server.wait_for_calls("editMessageText", MANY // 3, PATIENT)
            await program.kill()
        begun = sum(message.edits for chat in chats for message in server.messages(chat))
        async with house.running():
            notice = (await server.wait_for(ADMIN, lambda m: "改完了" in m.text, PATIENT))[0]

    assert 0 < begun < MANY
    assert notice.text == f"12月22日第29条的标题改完了。\n已改正 {MANY} 处。"
    for chat in chats:
        (message,) = server.messages(chat)
        assert CORRECTED in message.text
        assert message.edits == 1
    assert server.truth.too_many == 0
