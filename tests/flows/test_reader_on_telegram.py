"""A reader on Telegram and `digestbot run`: two processes, a real socket between them."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from tests.flows.conftest import NewHouse
from tests.flows.reader import PATIENT, Reader
from tests.flows.running import House, Program
from tests.standins.telegram import TelegramStandin

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHANGHAI = ZoneInfo("Asia/Shanghai")
IMPORTED = 600
SECTIONS = ("新闻 19", "产品 6", "推荐 3", "开源 7", "算法 6")


def days_ago(days: int) -> dt.date:
    """A date of the house's calendar."""
    return dt.datetime.now(SHANGHAI).date() - dt.timedelta(days)


@dataclass(frozen=True, slots=True)
class Stage:
    """A running bot with three issues, and those who write to it."""

    house: House
    server: TelegramStandin
    program: Program
    numbers: Iterator[int]

    def reader(self, language: str = "zh-hans") -> Reader:
        """Somebody who has never written to the bot."""
        return Reader(self.server, next(self.numbers), language)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(new_house: NewHouse) -> AsyncIterator[Stage]:
    house = new_house()
    async with TelegramStandin(strict=True) as server:
        house.configure(server)
        for days in (3, 2, 1):
            house.publish(days_ago(days).isoformat())
        async with house.running() as program:
            await program.event("issue_kept", 3)
            yield Stage(house, server, program, itertools.count(1001))
        assert server.truth.too_many == 0


async def test_two_taps_lead_from_a_link_to_a_subscription_with_the_issue_on_the_screen(stage: Stage) -> None:
    reader = stage.reader()

    welcome = await reader.says("/start from_a_friend")
    subscribed = await reader.taps("订阅，每天 8:00")
    issue = (await stage.server.wait_for(reader.chat, 2, PATIENT))[-1]

    assert welcome.labels == ("订阅，每天 8:00", "换个时间", "先看今天的")
    assert subscribed.text.startswith("订阅好了。")
    assert subscribed.labels == ("改时间", "选栏目", "只要工作日")
    assert issue.labels[:5] == SECTIONS
    assert issue.link_preview == {"is_disabled": True}
    assert len(reader.screen) == 2


async def test_an_answer_is_one_message_whether_typed_with_a_slash_or_without(stage: Stage) -> None:
    reader, other = stage.reader(), stage.reader()

    by_command = await reader.says("/section@digest_bot 开源")
    by_words = await other.says("版块 開源")

    assert by_command.text == by_words.text
    assert by_command.text.startswith("开源动态")
    assert by_command.notes == ()


async def test_buttons_change_the_message_they_hang_on(stage: Stage) -> None:
    reader = stage.reader()
    story = await reader.says("第29条")
    await reader.says("今日")

    before = await reader.taps("◀ 上一条")
    after = await reader.taps("下一条 ▶")
    section = await reader.taps("开源 7")
    back = await reader.taps("← 全部")
    settings = await reader.taps("⚙ 设置")
    hours = await reader.taps("时间")

    assert section.text.startswith("开源动态")
    assert back.labels[:5] == SECTIONS
    assert settings.text.startswith("设置")
    assert "8:30" in hours.labels
    assert before.text.startswith("第28条")
    assert after.text == story.text
    assert [message.text for message in reader.screen] == [story.text, hours.text]


async def test_a_person_gets_the_language_of_their_app_until_they_choose_another(stage: Stage) -> None:
    reader = stage.reader("en-GB")

    welcome = await reader.says("/start")
    await reader.says("语言")
    await reader.taps("简体中文")
    later = await reader.says("/help")

    assert welcome.labels[0].startswith("Subscribe")
    assert later.text.startswith("你可以说")


async def test_a_group_is_answered_when_it_asks_and_left_alone_when_it_talks(stage: Stage) -> None:
    group, person = -100_500_001, next(stage.numbers)
    stage.server.join_group(group, user_id=person, title="Readers")
    await stage.server.wait_for(group, 1, PATIENT)

    stage.server.say_in_group(group, person, "今日")
    stage.server.say_in_group(group, person, "/today@another_bot")
    stage.server.say_in_group(group, person, "谢谢")
    stage.server.say_in_group(group, person, "/section@digest_bot 开源")
    messages = await stage.server.wait_for(group, 2, PATIENT)
    reply = await Reader(stage.server, group).taps("← 全部")

    assert [message.text[:4] for message in messages[1:]] == ["开源动态"]
    assert reply.labels[:5] == SECTIONS


async def test_one_who_blocks_is_left_alone_and_revived_by_start(stage: Stage) -> None:
    reader = stage.reader()
    await reader.says("/start")
    await reader.taps("订阅，每天 8:00")
    await stage.server.wait_for(reader.chat, 2, PATIENT)
    state = f"SELECT state, reason FROM addresses WHERE recipient = '{reader.chat}'"

    stage.server.block(reader.chat)
    await stage.house.shows(state, [("inactive", "blocked")])
    back = await reader.says("/start")

    await stage.house.shows(state, [("active", "")])
    assert back.text.startswith("欢迎回来，订阅还在")


async def test_the_command_menu_is_set_once_for_each_language(stage: Stage) -> None:
    await stage.program.event("menu_set")

    menus = {language: commands for (_, language), commands in stage.server.world.commands.items()}
    named = {language: [command["command"] for command in menu] for language, menu in menus.items()}  # type: ignore[index]
    assert set(menus) == {"", "zh", "en"}
    assert named[""] == named["zh"] == named["en"]
    assert menus[""] == menus["zh"] != menus["en"]
    assert named["en"][0] == "today"


async def test_a_push_opened_by_another_process_is_on_its_way_within_two_seconds(stage: Stage) -> None:
    reader = stage.reader()
    await reader.says("/start")
    await reader.taps("订阅，每天 8:00")
    await stage.server.wait_for(reader.chat, 2, PATIENT)
    older = days_ago(2)
    [(active,)] = stage.house.rows(
        "SELECT count(*) FROM subscriptions s JOIN addresses a USING (subscriber_id)"
        " WHERE s.active AND a.state = 'active'"
    )

    rehearsal = await stage.house.command("push", older.isoformat(), "--dry-run", "--json")
    before = len(stage.server.truth)
    opened = await stage.house.command("push", older.isoformat(), "--json")
    ended = asyncio.get_running_loop().time()
    digest = (await stage.server.wait_for(reader.chat, 3, PATIENT))[-1]
    took = next(e.at for e in stage.server.truth.sends(reader.chat) if e.number >= before) - ended
    again = await stage.house.command("push", older.isoformat(), "--json")

    assert rehearsal.data["head_count"] == {"telegram": active}
    assert (rehearsal.data["campaign"], rehearsal.data["owed"]) == (None, 0)
    assert (opened.data["key"], opened.data["owed"]) == (f"digest:{older}", active)
    assert digest.text.startswith(f"{older.month}月{older.day}日")
    assert again.data["owed"] == 0
    assert took <= 2.0


async def test_a_long_import_beside_it_holds_nobody_up(stage: Stage) -> None:
    rows = "".join(f"telegram:{900_000 + number},false\n" for number in range(IMPORTED))
    stage.house.write("readers.csv", f"address,active\n{rows}")
    loop, waits = asyncio.get_running_loop(), []

    started = loop.time()
    importing = asyncio.create_task(stage.house.command("subscribers", "import", "readers.csv"))
    while not importing.done():
        began = loop.time()
        await stage.reader().says("帮助")
        waits.append(loop.time() - began)
    done = await importing

    assert (done.code, done.err) == (0, "")
    assert stage.house.rows("SELECT count(*) FROM addresses WHERE recipient >= '900000'") == [(IMPORTED,)]
    # Measured a tenth of it; in one transaction the longest would be nearly as long as the import.
    assert max(waits) <= (loop.time() - started) / 3


async def test_the_program_says_where_its_health_can_be_seen(stage: Stage) -> None:
    live, ready = await asyncio.gather(stage.program.get("/livez"), stage.program.get("/readyz"))

    port = stage.program.events("web_listening")[0]["port"]
    assert live == (200, "ok\n")
    assert ready == (200, {"ready": True, "database": "ok", "telegram": "ok"})
    assert any(f"http://127.0.0.1:{port}/readyz" in line for line in stage.program.words)


async def test_a_message_that_makes_no_sense_to_anybody_does_not_stop_the_others(stage: Stage) -> None:
    reader = stage.reader()
    stage.server.push({"message": {"chat": 5}})
    stage.server.push({"update_id": 7, "callback_query": []})
    stage.server.push({"update_id": "8", "poll": {"id": "1"}})

    answer = await reader.says("谢谢")

    assert answer.text


async def test_a_reader_of_telegram_and_of_the_terminal_becomes_one_and_two_again(stage: Stage) -> None:
    reader = stage.reader()
    await reader.says("/subscribe", answers=2)
    offered = await stage.house.command("say", "关联")
    (code,) = re.findall(r"关联 (\d{6})", offered.out)

    linked = await reader.says(f"关联 {code}")
    again = await stage.reader().says(f"关联 {code}")
    changed = await stage.house.command("say", "改成9点半")
    settings = await reader.says("设置")
    parted = await reader.says("解除关联")
    terminal = await stage.house.command("say", "设置")

    assert linked.text.startswith("关联好了，两边现在是一位读者。设置沿用Telegram上的")
    assert linked.labels == ("⚙ 设置", "解除关联")
    assert again.text.startswith("没有这个关联码")
    assert changed.code == 0
    assert "时间：9:30" in settings.text
    assert parted.text.startswith("解除了。Telegram这边的设置和订阅都不变；终端那边重新开始")
    assert "时间：8:00" in terminal.out
    assert "9:30" in (await reader.says("设置")).text
