"""An admin is told of a trouble once, whatever becomes of the program meanwhile, and once when it is over."""

from __future__ import annotations

import datetime as dt
import shutil
from zoneinfo import ZoneInfo

from tests.flows.pushes import OWED
from tests.flows.reader import Reader
from tests.flows.running import House
from tests.flows.small_disk import small_disk
from tests.standins.telegram import TelegramStandin

ADMIN = 4901


async def test_a_late_issue_is_told_once_across_a_kill_and_its_coming_once(house: House) -> None:
    today = dt.datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    async with TelegramStandin() as server:
        house.configure(
            server,
            bot={"admins": [f"telegram:{ADMIN}", "telegram:999"]},
            issues={"expect_by": "00:00", "rescan_seconds": 1},
        )
        server.fault("blocked", chat=999)
        admin = Reader(server, ADMIN)
        async with house.running() as program:
            await admin.sees(lambda message: "今天的稿子还没到" in message.text)
            await program.kill()
        async with house.running() as program:
            # Had it forgotten whom it told, it would tell again at its first look, before the issue is there.
            await program.event("web_listening")
            await house.shows("SELECT kind, over_at FROM troubles", [("issue_late", None)])
            house.publish(today)
            await admin.sees(lambda message: "今天的稿子到了" in message.text)
            code = await program.stop()

    texts = [message.text for message in admin.screen]
    assert code == 0
    assert len([text for text in texts if "还没到" in text]) == 1
    assert len([text for text in texts if "到了（" in text]) == 1


async def test_a_full_disk_is_told_while_it_is_full_and_once_when_there_is_room(owing_house: House) -> None:
    house = owing_house
    with small_disk(house.folder / "disk") as disk:
        shutil.move(house.database, disk.folder)
        async with TelegramStandin(rate=100) as server:
            admin = Reader(server, ADMIN)
            house.configure(
                server,
                telegram={"messages_per_second": 100, "paid_broadcast": True},
                database={"url": "sqlite:///disk/digestbot.db"},
                bot={"admins": [f"telegram:{ADMIN}"]},
            )
            async with house.running() as program:
                await server.wait_for_sends(OWED // 5, 60)
                disk.fill(program.process.pid)
                if disk.mounted:
                    await admin.sees(lambda message: message.text.startswith("磁盘满了"))
                disk.free(program.process.pid)
                await server.wait_for_sends(OWED, 60)
                if disk.mounted:
                    await admin.sees(lambda message: "磁盘又有地方了" in message.text)
                code = await program.stop()

    assert code == 0
    assert len(admin.screen) == (2 if disk.mounted else 0)


async def test_explain_tells_a_block_in_the_platforms_own_words(owing_house: House) -> None:
    async with TelegramStandin(rate=1000) as server:
        owing_house.configure(server, telegram={"messages_per_second": 1000, "paid_broadcast": True})
        server.fault("blocked", chat=100_002)
        async with owing_house.running():
            await server.wait_for_sends(299, 60)
            await owing_house.shows("SELECT count(*) FROM deliveries WHERE status IN (2, 5)", [(300,)])
    sent, blocked = [
        (await owing_house.command("explain", f"telegram:{chat}", "2025-12-22", "--json")).data
        for chat in (100_001, 100_002)
    ]

    assert (sent["verdict"], blocked["verdict"]) == ("sent", "skipped")
    assert [step["what"] for step in sent["deliveries"][0]["steps"]] == [
        "planned",
        "claimed",
        "part_sent",
        "ended",
    ]
    assert sent["deliveries"][0]["steps"][2]["ref"].startswith("100001:")
    last = blocked["deliveries"][0]["steps"][-1]
    assert (last["what"], last["state"], last["reason"]) == ("ended", "skipped", "blocked")
    assert last["words"] == "Forbidden: bot was blocked by the user"
