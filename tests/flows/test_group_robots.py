"""`digestbot run` with nothing but group robots: a first word, digests of short links, where they lead."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import aiohttp

from tests.flows.running import House, Program
from tests.standins.tencent_robots import RobotsStandin

BOARD, DEVS = "key-of-the-board", "key-of-the-devs"
ROBOTS = f"""
[[wecom.robots]]
name = "董事会"
key = "{BOARD}"

[[wecom.robots]]
name = "开发群"
key = "{DEVS}"
sections = ["开源动态", "算法论文"]
push_at = "09:30"
"""


def configuration(server: RobotsStandin, robots: str) -> str:
    return (
        '[bot]\nlocale = "zh_CN"\n[issues]\nrescan_seconds = 1\n'
        '[web]\nport = 0\nbase_url = "https://n.example"\n'
        f'[wecom]\napi_base_url = "{server.base_url}"\n{robots}'
    )


async def until(done: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110 - the server does not know that it is watched
            await asyncio.sleep(0.05)


async def port_of(program: Program) -> int:
    listening = await program.event("web_listening")
    return int(listening["port"])


async def test_two_groups_are_greeted_and_sent_their_digests_whose_links_lead_on(house: House) -> None:
    async with RobotsStandin([BOARD, DEVS]) as server:
        house.write("config.toml", configuration(server, ROBOTS))
        house.publish("2025-12-22")
        async with house.running() as program:
            await program.event("issue_kept")
            await until(lambda: len(server.said) == 2)
            greetings = [server.heard(BOARD)[0], server.heard(DEVS)[0]]
            pushed = await house.command("push", "2025-12-22")
            await until(lambda: len(server.said) == 4)
            code = re.findall(r"https://n\.example(/s/\w+)", server.heard(DEVS)[1])[0]
            address = f"http://127.0.0.1:{await port_of(program)}{code}"
            async with (
                aiohttp.ClientSession() as session,
                session.get(address, allow_redirects=False) as answer,
            ):
                led = (answer.status, answer.headers["Location"])

    assert pushed.code == 0
    assert greetings[0].startswith("以后每天 8:00，这里会收到一条AI日报。")
    assert greetings[1].startswith("以后每天 9:30，这里会收到一条AI日报：开源动态、算法论文。")
    assert "41条" in server.heard(BOARD)[1]
    assert "开源动态·算法论文 13条" in server.heard(DEVS)[1]
    assert led[0] == 302
    assert led[1].startswith("https://")
