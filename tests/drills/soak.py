"""A day of the whole program: issues, edits, questions, broadcasts, failures, and a look at it each hour."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from bot.app import run_app
from bot.config import load_settings
from bot.settings import Settings
from bot.terminal import open_terminal
from tests.drills.strides import Clock
from tests.flows.running import House, issue
from tests.standins.telegram import TelegramStandin

ZONES = 48
FIRST, EDITOR, ADMIN = 100_001, 900, 901
ENGLISH = 100
SAID = (
    "今日",
    "开源动态",
    "29",
    "昨天",
    "搜 世界模型",
    "/status",
    "栏目",
    "帮助",
    "补看",
    "谢谢",
    "/settings",
    "订阅",
)
FAULTS: tuple[dict[str, object], ...] = (
    {"kind": "drop", "chance": 0.05, "seconds": 120},
    {"kind": "server_error", "seconds": 180},
    {"kind": "retry_after", "value": 20, "times": 3},
    {"kind": "cut", "chance": 0.2, "seconds": 60},
    {"kind": "latency", "value": 800, "value_most": 3_000, "seconds": 300},
    {"kind": "bad_gateway", "methods": ("*",), "seconds": 60},
)
SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = 60.0
LOOKS = 8
PATIENCE = 1_800.0


@dataclass(slots=True)
class Day:
    """So many simulated minutes of a bot with so many readers in 48 time zones."""

    folder: Path
    readers: int
    minutes: int
    every: int
    seed: int
    clock: Clock
    server: TelegramStandin = field(init=False)
    chance: random.Random = field(init=False)
    sums: dict[str, int] = field(default_factory=dict)
    edition: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    @property
    def house(self) -> House:
        """Where the program lives."""
        return House(self.folder, self.folder / "compiled")

    def prepare(self) -> None:
        """The readers' list and an editor, as an operator makes them."""
        self.house.configure()
        zones = sorted(available_timezones() - {"localtime", "Factory"})
        zones = zones[:: len(zones) // ZONES][:ZONES]
        rows = [
            f"telegram:{FIRST + n},{zones[n % ZONES]},{7 + n % 12:02}:{n * 7 % 60 // 10 * 10:02},"
            f"{'en' if n < ENGLISH else 'zh-Hans'}"
            for n in range(self.readers)
        ]
        self.house.write("readers.csv", "\n".join(["address,timezone,push_at,locale", *rows, ""]))
        for words in (
            ("subscribers", "import", "readers.csv"),
            ("roles", "give", f"telegram:{EDITOR}", "editor"),
        ):
            command = [sys.executable, "-m", "bot", *words]
            subprocess.run(
                command, cwd=self.folder, env=self.house.environ(), check=True, capture_output=True
            )

    async def live(self) -> dict[str, object]:
        """Run the program through the day and end it in order; what was counted."""
        real = time.perf_counter()
        async with TelegramStandin(rate=30, strict=True, seed=self.seed) as self.server:
            self._publish()
            program = asyncio.create_task(run_app(self._settings(), open_terminal(wish="zh-Hans")))
            await asyncio.sleep(2 * MINUTE)
            doing = [asyncio.create_task(self._again(act, pause)) for act, pause in self._acts()]
            await self._look()
            for task in doing:
                task.cancel()
            await asyncio.gather(*doing, return_exceptions=True)
            os.kill(os.getpid(), signal.SIGTERM)
            code = await program
        return {
            "ended": code,
            **self.sums,
            "states": self._states(),
            "real_seconds": round(time.perf_counter() - real, 1),
            "leaps": self.clock.leaps,
        }

    def _settings(self) -> Settings:
        self.house.configure(
            self.server,
            bot={"admins": [f"telegram:{ADMIN}"]},
            issues={"rescan_seconds": 10},
            delivery={"keep_days": 1},
        )
        settings = load_settings(self.folder / "config.toml", {})
        assert isinstance(settings, Settings)
        return settings

    def _acts(self) -> Iterator[tuple[Callable[[], Awaitable[None]], float]]:
        """What goes on all day, and how many minutes lie between two times."""
        yield self._ask, 1
        yield self._publish_or_edit, 47
        yield self._break, 23
        yield self._broadcast, 131
        yield self._revoke, 307

    async def _again(self, act: Callable[[], Awaitable[None]], minutes: float) -> None:
        # The first time within the first minutes, so that a short day has some of everything.
        await asyncio.sleep(min(minutes, 2 + self.chance.random() * 6) * MINUTE)
        while True:
            await act()
            self.sums[act.__name__.strip("_")] = self.sums.get(act.__name__.strip("_"), 0) + 1
            await asyncio.sleep(minutes * MINUTE)

    async def _ask(self) -> None:
        self.server.say(FIRST + self.chance.randrange(self.readers), self.chance.choice(SAID))

    def _publish(self) -> None:
        self.edition += 1
        date = datetime.now(SHANGHAI).date().isoformat()
        text = issue(date).replace("再学怎样拒绝", f"再学怎样拒绝（第{self.edition}版）")
        self.house.write(f"issues/{date}.md", text)

    async def _publish_or_edit(self) -> None:
        """The day's issue, or another text of it; and a file that is none."""
        self._publish()
        self.house.write(f"issues/{'notes' if self.edition % 2 else '2027-02-30'}.md", f"{self.edition}")

    async def _break(self) -> None:
        fault = dict(FAULTS[self.sums.get("break", 0) % len(FAULTS)])
        self.server.fault(str(fault.pop("kind")), **fault)  # type: ignore[arg-type]  # as FAULTS has them
        for _ in range(2):
            self.server.block(FIRST + self.chance.randrange(self.readers))

    async def _broadcast(self) -> None:
        """From the first word to the last sum, however long the platform's failures make it."""
        number = self.sums.get("told", 0) + 1
        with contextlib.suppress(TimeoutError):
            for said, answers in (("发公告", 1), (f"第{number}号通知", 2), ("lang:en", 2)):
                before = len(self.server.messages(EDITOR))
                self.server.say(EDITOR, said)
                await self.server.wait_for(EDITOR, before + answers, PATIENCE)
            self.server.tap_label(EDITOR, "发出")
            await self.server.wait_for(EDITOR, lambda message: message.text.startswith("发完了"), PATIENCE)
            self.sums["told"] = number
            self.server.world.chat(EDITOR).sent.clear()

    async def _revoke(self) -> None:
        self.server.revoke(self.server.token)
        await asyncio.sleep(3 * MINUTE)
        self.server.revoked.clear()

    async def _look(self) -> None:
        """Look at the program again and again, each time when it has been quiet for a while."""
        for minute in range(self.every, self.minutes + 1, self.every):
            until = datetime(2027, 3, 1, tzinfo=ZoneInfo("UTC")) + timedelta(minutes=minute + 5)
            await asyncio.sleep((until - datetime.now(ZoneInfo("UTC"))).total_seconds())
            sys.stdout.write(json.dumps(await self._sample(minute)) + "\n")
            sys.stdout.flush()
            self._forget()

    async def _sample(self, minute: int) -> dict[str, int]:
        """What it holds, at rest: an answer under way has a task and perhaps a connection of its own."""
        gc.collect()
        held = [(len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks()))]
        for _ in range(LOOKS):
            await asyncio.sleep(7)
            held.append((len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks())))
        descriptors, tasks = map(min, zip(*held, strict=True))
        return {
            "minute": minute,
            "rss": _resident(),
            "objects": len(gc.get_objects()),
            "descriptors": descriptors,
            "tasks": tasks,
            "database": sum(file.stat().st_size for file in self.folder.glob("digestbot.db*")),
            "sends": self.server.truth.sent,
        }

    def _forget(self) -> None:
        """The stand-in lives in this process: what it remembers is not to count."""
        self.server.truth.accepted.clear()
        self.server.truth.refused.clear()
        for chat in self.server.world.chats.values():
            if chat.id != EDITOR:
                chat.sent.clear()

    def _states(self) -> dict[str, int]:
        with closing(sqlite3.connect(self.folder / "digestbot.db")) as opened:
            rows = opened.execute("SELECT status, count(*) FROM deliveries GROUP BY status").fetchall()
        return {str(status): count for status, count in rows}


def _resident() -> int:
    """The bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
