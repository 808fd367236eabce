"""A broadcast by chat and by command: two processes, a real socket between them, and sums that add up."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from tests.flows.reader import PATIENT, Reader
from tests.flows.running import House, Program
from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_world import BotMessage

ADMIN = 900
NOTICE = "维护通知 今晚十点停机，详情见说明。"
MARKS = [
    {"type": "bold", "offset": 0, "length": 4},
    {"type": "text_link", "offset": 15, "length": 2, "url": "https://example.org/notice"},
]
SUMS = re.compile(r"送达 (\d+)　屏蔽 (\d+)　失败 (\d+)　不确定 (\d+)(?:　没发 (\d+))?　合计 (\d+)")


class Stage:
    """A running bot with some readers and an admin."""

    def __init__(self, house: House, server: TelegramStandin, program: Program, readers: range) -> None:
        self.house, self.server, self.program, self.readers = house, server, program, readers
        self.admin = Reader(server, ADMIN)

    def got(self, text: str = NOTICE) -> Counter[int]:
        """How many messages that begin so each reader has been sent."""
        sends = (one for one in self.server.truth.sends() if one.text.startswith(text))
        return Counter(one.chat_id for one in sends if one.chat_id and one.chat_id in self.readers)

    @property
    def sent(self) -> int:
        """How many copies of the notice readers have been sent."""
        return self.got().total()

    async def until(self, seen: Callable[[], bool], seconds: float = PATIENT) -> None:
        """Return when the server has seen it."""
        async with asyncio.timeout(seconds):
            while not seen():  # noqa: ASYNC110 - the truth tells nobody
                await asyncio.sleep(0.02)

    async def sees(self, part: str) -> BotMessage:
        """A message of the admin's chat with these words, as it looks now."""
        return await self.admin.sees(lambda message: part in message.text)

    async def taps_and_hears(self, label: str) -> BotMessage:
        """The new message that answers a tap."""
        before = len(self.admin.screen)
        self.server.tap_label(ADMIN, label)
        return (await self.server.wait_for(ADMIN, before + 1, PATIENT))[-1]

    async def drafted(self, text: str, entities: Sequence[object] = ()) -> BotMessage:
        """The check of a broadcast to everybody."""
        await self.admin.says("发公告")
        before = len(self.admin.screen)
        self.server.say(ADMIN, text, entities=list(entities))
        await self.server.wait_for(ADMIN, before + 2, PATIENT)
        return await self.admin.says("1", answers=2)

    async def sent_to_all(self) -> BotMessage:
        """The report of a broadcast that has gone to everybody."""
        await self.drafted(NOTICE)
        await self.admin.taps("发出")
        return await self.sees("发完了，")

    def break_some(self) -> list[int]:
        """Three readers block the bot, a fourth has done so unseen, one is deleted, two answers are lost."""
        got = self.got()
        waiting = [number for number in self.readers if number not in got][:7]
        for number in waiting[:3]:
            self.server.block(number)
        self.server.fault("blocked", chat=waiting[3])
        self.server.fault("deactivated", chat=waiting[4])
        for number in waiting[5:]:
            self.server.fault("drop", chat=number, times=1)
        return waiting


@asynccontextmanager
async def running(house: House, readers: range) -> AsyncIterator[Stage]:
    """A stage that ends in order."""
    rows = "\n".join(f"telegram:{number}" for number in readers)
    house.write("readers.csv", f"address\n{rows}\n")
    async with TelegramStandin(strict=True) as server:
        house.configure(server, bot={"admins": [f"telegram:{ADMIN}"]})
        assert (await house.command("subscribers", "import", "readers.csv")).code == 0
        async with house.running() as program:
            yield Stage(house, server, program, readers)


@pytest.fixture
async def stage(house: House) -> AsyncIterator[Stage]:
    """230 readers: their number has to be typed."""
    async with running(house, range(1001, 1231)) as one:
        yield one


@pytest.fixture
async def small_stage(house: House) -> AsyncIterator[Stage]:
    """Thirty readers: a button is enough."""
    async with running(house, range(1001, 1031)) as one:
        yield one


def sums(message: BotMessage) -> tuple[int, ...]:
    """What a final report counts: sent, blocked, failed, unknown, not sent, and the sum of all."""
    found = SUMS.search(message.text.replace(",", ""))
    assert found is not None, message.text
    return tuple(int(number or 0) for number in found.groups())


async def test_from_the_first_word_to_the_last_sum(stage: Stage) -> None:
    check = await stage.drafted(NOTICE, entities=MARKS)
    copies = [message for message in stage.admin.screen if message.text == NOTICE]
    assert [[(e.type, e.offset, e.length, e.url) for e in copy.entities] for copy in copies] == [
        [("bold", 0, 4, ""), ("text_link", 15, 2, "https://example.org/notice")]
    ] * 2
    assert "Telegram 私聊 230位，每处1条\n大约 8秒发完" in check.text
    assert check.text.endswith("确认就回复 230（防手滑）；200人以下按钮即可。")

    for _ in range(2):
        stage.server.say(ADMIN, "230")
    progress = await stage.sees("正在发　")
    await stage.sees("已经在发了，没有再发第二遍。")
    broken = await _paused_and_broken(stage)
    await stage.admin.taps("继续")
    done = await stage.sees("发完了，")

    assert done.message_id == progress.message_id
    assert sums(done) == (223, 4, 1, 2, 0, 230)
    assert "失败：账号已注销 1" in done.text
    assert "不确定：Telegram 收了请求没回话，多半已到" in done.text
    assert done.labels == ("补发不确定的2位", "不补", "改正这条公告", "看名单")
    await _retried(stage, broken)


async def _paused_and_broken(stage: Stage) -> list[int]:
    """Pause in the middle and see that nothing more leaves; then some of those who wait are lost."""
    await stage.until(lambda: stage.sent >= 40)
    paused = await stage.admin.taps("暂停")
    await asyncio.sleep(0.3)
    held = stage.sent
    await asyncio.sleep(1.5)

    assert paused.text.startswith("已暂停　")
    assert stage.sent == held < 223
    return stage.break_some()


async def _retried(stage: Stage, broken: list[int]) -> None:
    """Only the two of whom nobody knows are sent it again, and the sums of chat and command line agree."""
    shown = (await stage.house.command("campaigns", "show", "1", "--json")).data
    assert shown["states"] == {
        "waiting": 0, "sent": 223, "failed": 0, "unknown": 2, "skipped": 5, "cancelled": 0,
    }  # fmt: skip
    assert sum(shown["states"].values()) == shown["head_count"] == 230

    await stage.admin.taps("补发不确定的2位")
    again = await stage.admin.sees(lambda message: "不确定 0　合计" in message.text)

    assert sums(again) == (225, 4, 1, 0, 0, 230)
    assert {number for number, count in stage.got().items() if count == 2} == set(broken[5:])
    assert max(stage.got().values()) == 2
    assert set(stage.got()) == set(stage.readers) - set(broken[:5])


async def test_what_was_delivered_is_corrected_in_place(small_stage: Stage) -> None:
    server = small_stage.server
    await small_stage.sent_to_all()

    await small_stage.taps_and_hears("改正这条公告")
    await small_stage.admin.says("维护通知 改到明晚十点。", answers=2)
    corrected = await small_stage.sees("已改正 30 处")

    screens = [server.messages(number) for number in small_stage.readers]
    assert [[message.text for message in screen] for screen in screens] == [["维护通知 改到明晚十点。"]] * 30
    assert sums(corrected) == (30, 0, 0, 0, 0, 30)


async def test_a_picture_is_sent_with_its_caption(small_stage: Stage) -> None:
    server, admin = small_stage.server, small_stage.admin
    await admin.says("/broadcast")
    before, chat = len(admin.screen), server.world.chat(ADMIN)
    photo = {
        "message_id": chat.next_id(),
        "from": {"id": ADMIN, "is_bot": False, "first_name": "Editor"},
        "chat": chat.as_json(),
        "date": int(time.time()),
        "photo": [{"file_id": "small", "width": 90}, {"file_id": "AgACLarge", "width": 900}],
        "caption": "新版海报",
        "caption_entities": [{"type": "italic", "offset": 2, "length": 2}],
    }
    server.world.updates.push("message", photo)
    await server.wait_for(ADMIN, before + 2, PATIENT)
    await admin.says("private lang:zh-Hans", answers=2)
    await admin.taps("发出")
    await small_stage.sees("发完了，")

    sent = [server.messages(number) for number in small_stage.readers]
    assert {(m.kind, m.file_name, m.text, len(m.entities)) for messages in sent for m in messages} == {
        ("photo", "AgACLarge", "新版海报", 1)
    }
    assert [len(messages) for messages in sent] == [1] * 30

    await small_stage.taps_and_hears("改正这条公告")
    await admin.says("新版海报，改了日期", answers=2)
    await small_stage.sees("已改正 30 处")
    corrected = [server.messages(number) for number in small_stage.readers]
    assert {(m.kind, m.file_name, m.text) for messages in corrected for m in messages} == {
        ("photo", "AgACLarge", "新版海报，改了日期")
    }


async def test_a_picture_from_the_command_line_is_shown_to_an_admin_first_and_uploaded_once(
    small_stage: Stage,
) -> None:
    server, house = small_stage.server, small_stage.house
    (house.folder / "poster.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    (house.folder / "notice.md").write_text("**新版**海报\n", encoding="utf-8")
    words = ("broadcast", "notice.md", "--picture", "poster.png", "--yes", "--json")

    dry = await house.command(*words, "--dry-run")
    shown_by_a_dry_run = len(server.messages(ADMIN))
    opened = await house.command(*words)
    (copy,) = server.messages(ADMIN)
    await small_stage.until(lambda: len(small_stage.got("新版海报")) == 30)
    again = await house.command(*words)

    readers = [server.messages(number) for number in small_stage.readers]
    assert (dry.data["messages"], dry.data["campaign"], shown_by_a_dry_run) == (30, None, 0)
    assert (opened.code, opened.data["owed"], again.data["owed"]) == (0, 30, 0)
    assert opened.err == f"已先发给 telegram:{ADMIN} 一份，和读者看到的一样。\n"
    assert (copy.kind, copy.file_name, copy.text) == ("photo", "poster.png", "新版海报")
    assert [len(messages) for messages in (*readers, server.messages(ADMIN))] == [1] * 31
    ((kind, name, text, marks),) = {
        (m.kind, m.file_name, m.text, tuple(e.type for e in m.entities)) for (m,) in readers
    }
    assert (kind, text, marks) == ("photo", "新版海报", ("bold",))
    assert name != "poster.png"


async def test_a_picture_that_the_admin_cannot_get_is_sent_to_nobody(small_stage: Stage) -> None:
    house = small_stage.house
    (house.folder / "poster.jpg").write_bytes(b"\xff\xd8\xff" + bytes(2000))
    small_stage.server.fault("blocked", chat=ADMIN)

    refused = await house.command("broadcast", "--picture", "poster.jpg", "--yes")

    assert (refused.code, refused.out) == (1, "")
    assert "Forbidden: bot was blocked by the user" in refused.err
    assert (await house.command("campaigns", "list", "--json")).data == {"campaigns": []}


async def test_the_command_line_steers_a_running_bot_within_two_seconds(stage: Stage) -> None:
    words = ("broadcast", "--text", NOTICE, "--yes", "--json")
    opened = await stage.house.command(*words)
    begun = time.monotonic()
    await stage.until(lambda: stage.sent >= 1, 10)
    picked_up = time.monotonic() - begun
    again = await stage.house.command(*words)

    paused = await stage.house.command("campaigns", "pause", "1", "--json")
    await asyncio.sleep(0.5)
    held = stage.sent
    await asyncio.sleep(2)
    kept = stage.sent
    await stage.house.command("campaigns", "resume", "1")
    await stage.until(lambda: len(stage.got()) == 230)

    assert (opened.data["campaign"], opened.data["owed"]) == (1, 230)
    assert (again.data["campaign"], again.data["owed"]) == (1, 0)
    assert picked_up < 2
    assert paused.data["state"] == "paused"
    assert held == kept < 230
    assert set(stage.got().values()) == {1}
