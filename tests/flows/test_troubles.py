"""What goes wrong while it runs is told in a plain sentence, harms nobody, and passes when its cause does."""

from __future__ import annotations

import asyncio
import shutil
import socket
from contextlib import closing

import aiohttp

from tests.flows.pushes import OWED, SENT, chats, ledger, sends
from tests.flows.reader import Reader
from tests.flows.running import House, improper
from tests.flows.small_disk import small_disk
from tests.standins.telegram import TOKEN, TelegramStandin

RATE = 100
PROXY_SECRET = "canary-in-the-proxy"


def free_port() -> int:
    """A port where nobody listens."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def test_an_unreachable_server_is_told_once_and_waited_for(house: House) -> None:
    port = free_port()
    house.configure(telegram={"token": TOKEN, "api_base_url": f"http://127.0.0.1:{port}"})

    async with house.running() as program:
        await program.says("连不上 Telegram")
        live, ready = await asyncio.gather(program.get("/livez"), program.get("/readyz"))
        async with TelegramStandin(port=port) as server:
            answer = await Reader(server, 4001).says("/start")
            await program.says("Telegram 恢复了")
            back = await program.get("/readyz")
            code = await program.stop()

    assert live == (200, "ok\n")
    assert ready == (503, {"ready": False, "database": "ok", "telegram": "unreachable"})
    assert answer.labels
    assert back[0] == 200
    assert code == 0
    assert len([line for line in program.words if "连不上" in line]) == 1


async def test_a_token_that_is_revoked_pauses_telegram_and_nothing_else(house: House) -> None:
    async with TelegramStandin() as server:
        house.configure(server)
        async with house.running() as program:
            await Reader(server, 4101).says("/start")
            server.revoke(server.token)
            server.say(4101, "今日")
            sentence = await program.says("BotFather")
            live, ready = await asyncio.gather(program.get("/livez"), program.get("/readyz"))
            code = await program.stop()

    assert "撤销" in sentence
    assert live == (200, "ok\n")
    assert ready == (503, {"ready": False, "database": "ok", "telegram": "unauthorized"})
    assert code == 0


async def test_a_webhook_is_taken_down_and_another_poller_is_told_of(house: House) -> None:
    async with TelegramStandin() as server, aiohttp.ClientSession() as other:
        house.configure(server)
        server.world.webhook = "https://example.com/hook"
        async with house.running() as program:
            answer = await Reader(server, 4201).says("/start")
            async with other.post(
                f"{server.base_url}/bot{TOKEN}/getUpdates", json={"timeout": 1}
            ) as response:
                assert response.status == 200
            sentence = await program.says("409")
            ready = await program.get("/readyz")
            code = await program.stop()

    assert server.world.webhook == ""
    assert answer.labels
    assert "正被另一个程序使用" in sentence
    assert ready == (503, {"ready": False, "database": "ok", "telegram": "conflict"})
    assert code == 0


async def test_a_port_that_is_taken_costs_the_pages_and_nothing_else(house: House) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with TelegramStandin() as server:
            house.configure(server, web={"port": port})
            async with house.running() as program:
                sentence = await program.says(f"端口 {port} 打不开")
                answer = await Reader(server, 4301).says("/start")

    assert "每30秒再试" in sentence
    assert answer.labels


async def test_a_full_disk_in_a_push_loses_nothing_and_it_goes_on_when_there_is_room(
    owing_house: House,
) -> None:
    house = owing_house
    with small_disk(house.folder / "disk") as disk:
        shutil.move(house.database, disk.folder)
        async with TelegramStandin(rate=RATE, strict=True) as server:
            rate = {"messages_per_second": RATE, "paid_broadcast": True}
            house.configure(server, telegram=rate, database={"url": "sqlite:///disk/digestbot.db"})
            async with house.running() as program:
                await server.wait_for_sends(OWED // 5, 60)
                disk.fill(program.process.pid)
                alert = await program.event("store_unavailable")
                if disk.mounted:
                    assert str(disk.folder) in await program.says("磁盘满了")
                    status, states = await program.get("/readyz")
                    assert (status, states["database"]) == (503, "full")
                live = await program.get("/livez")
                before = server.truth.sent
                disk.free(program.process.pid)
                await server.wait_for_sends(OWED, 60)
                code = await program.stop()
            counts, sent = ledger(house, "disk/digestbot.db"), chats(house, SENT, "disk/digestbot.db")

    assert alert["level"] == "error"
    assert live == (200, "ok\n")
    assert before < OWED
    assert code == 0
    assert counts == {SENT: OWED}
    assert sent == set(sends(server))
    assert set(sends(server).values()) == {1}


async def test_no_secret_is_in_the_log_at_its_most_talkative(house: House) -> None:
    async with TelegramStandin() as server:
        house.configure(server, log={"level": "debug"})
        # What an operator does by mistake: the log names the file, and must not tell.
        house.write(f"issues/{TOKEN}.md", "no issue")
        async with house.running() as program:
            for number, kind in enumerate(
                ("cut", "drop", "garble", "lost_502", "bad_gateway", "refuse_parse")
            ):
                server.fault(kind, chat=4401 + number, times=2)
                server.say(4401 + number, "/start")
            server.fault("garble", methods=["getUpdates"], times=1)
            server.push({"update_id": "x", "message": {"chat": {"id": 1, "type": "private"}, "text": 3}})
            await Reader(server, 4500).says("/start")
            server.revoke(server.token)
            server.say(4500, "今日")
            await program.says("BotFather")
            await program.event("issue_rejected")

    assert "***" in program.events("issue_rejected")[0]["file"]
    assert improper(program.lines) == []


async def test_no_secret_of_the_proxy_is_in_the_log(house: House) -> None:
    proxy = f"socks5://reader:{PROXY_SECRET}@127.0.0.1:{free_port()}"
    house.configure(telegram={"token": TOKEN, "proxy": proxy}, log={"level": "debug"})

    async with house.running() as program:
        await program.event("menu_not_set")

    assert not [line for line in program.lines if PROXY_SECRET in line]
