"""`digestbot` as a process of its own: its folder, its commands, its words, its end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.standins.telegram import TOKEN, TelegramStandin

ROOT = Path(__file__).parents[2]
SAMPLE = (ROOT / "tests" / "samples" / "2025-12-22.md").read_text(encoding="utf-8")
COMMAND = (sys.executable, "-m", "bot")
READY_SECONDS = 30.0
READY = {"run": "readyz", "worker": "就绪"}
# A machine that does many things at once is slow, not wrong.
PATIENT = 30.0

Tables = Mapping[str, Mapping[str, object]]
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended: its exit code and its words."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON object that it printed."""
        return json.loads(self.out)


@dataclass(slots=True)
class Program:
    """A running `digestbot run`."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    reading: asyncio.Task[None] | None = None
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self) -> None:
        """Keep every line of stderr until it ends."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
            self._heard.set()

    @property
    def words(self) -> list[str]:
        """What it said to a person."""
        return [line for line in self.lines if not line.startswith("{")]

    def events(self, name: str) -> list[Event]:
        """The records of its log with this name."""
        records = (json.loads(line) for line in self.lines if line.startswith("{"))
        return [record for record in records if record["event"] == name]

    async def until(self, seen: Callable[[], bool], seconds: float = PATIENT) -> None:
        """Return when its words show it; TimeoutError with all of them."""
        try:
            async with asyncio.timeout(seconds):
                while not seen():
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            raise TimeoutError("\n".join(["it says only", *self.lines])) from None

    async def event(self, name: str, count: int = 1, seconds: float = PATIENT) -> Event:
        """The record of the log with this name, once there are so many."""
        await self.until(lambda: len(self.events(name)) >= count, seconds)
        return self.events(name)[count - 1]

    async def says(self, part: str, seconds: float = PATIENT) -> str:
        """The first line for a person that has these words in it."""
        await self.until(lambda: any(part in line for line in self.words), seconds)
        return next(line for line in self.words if part in line)

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    async def ended(self, seconds: float = PATIENT) -> int:
        """Its exit code, once it has one."""
        async with asyncio.timeout(seconds):
            code = await self.process.wait()
        if self.reading is not None:
            await self.reading
        return code

    async def stop(self) -> int:
        """End it in order; its exit code."""
        self.signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.kill()
        await self.ended()

    async def get(self, path: str) -> tuple[int, Any]:
        """The status and the content of one of its pages."""
        port = (await self.event("web_listening"))["port"]
        timeout = aiohttp.ClientTimeout(total=10)
        address = f"http://127.0.0.1:{port}{path}"
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as response:
            text = await response.text()
            return response.status, json.loads(text) if text.startswith("{") else text


@dataclass(frozen=True, slots=True)
class House:
    """A folder with a configuration, a database and issues; `cache` holds what Python has compiled."""

    folder: Path
    cache: Path

    def configure(self, server: TelegramStandin | None = None, **tables: Mapping[str, object]) -> None:
        """Write config.toml: these tables over a bot that speaks Chinese and talks to `server`."""
        telegram = {"token": server.token, "api_base_url": server.base_url} if server else {}
        settings: dict[str, Mapping[str, object]] = {
            "bot": {"locale": "zh_CN"},
            "telegram": telegram,
            "web": {"port": 0},
            "log": {"format": "json"},
        }
        for name, table in tables.items():
            settings[name] = {**settings.get(name, {}), **table}
        self.write("config.toml", toml(settings))

    def write(self, name: str, text: str) -> Path:
        """Put a file there, whole at once."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".part").write_text(text, encoding="utf-8")
        return path.with_suffix(".part").rename(path)

    def publish(self, date: str) -> Path:
        """Drop the sample issue of a date into the issues folder."""
        return self.write(f"issues/{date}.md", issue(date))

    @property
    def database(self) -> Path:
        """The file of the database."""
        return self.folder / "digestbot.db"

    def rows(self, query: str, database: str = "digestbot.db") -> list[tuple[Any, ...]]:
        """What a query of our own finds in the database."""
        path = self.folder / database
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as opened:
            return opened.execute(query).fetchall()

    async def shows(self, query: str, wanted: list[tuple[Any, ...]], seconds: float = PATIENT) -> None:
        """Return when this is what the query finds; TimeoutError with what it finds instead."""
        try:
            async with asyncio.timeout(seconds):
                while self.rows(query) != wanted:  # noqa: ASYNC110 - a database tells nobody
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise TimeoutError(f"{query}: {self.rows(query)}") from None

    def environ(self, **more: str) -> dict[str, str]:
        """The environment of a child: ours without what is meant for us."""
        foreign = ("DIGESTBOT_", "PYTHON", "LANG", "LC_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {**kept, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(self.cache), **more}

    async def command(self, *words: str, **environ: str) -> Done:
        """Carry out one command to its end."""
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *COMMAND, *words, cwd=self.folder, env=self.environ(**environ), stdout=pipe, stderr=pipe
        )
        try:
            async with asyncio.timeout(60):
                out, err = await child.communicate()
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        assert child.returncode is not None
        return Done(child.returncode, out.decode(), err.decode())

    @asynccontextmanager
    async def running(
        self, *, ready: bool = True, command: str = "run", **environ: str
    ) -> AsyncIterator[Program]:
        """`digestbot run` (or `worker`), ended in order at the end; it never shows a traceback or a token."""
        pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        child = await asyncio.create_subprocess_exec(
            *COMMAND, command, cwd=self.folder, env=self.environ(**environ), stdout=null, stderr=pipe
        )
        program = Program(child)
        program.reading = asyncio.create_task(program.read())
        try:
            if ready:
                await program.says(READY[command], READY_SECONDS)
            yield program
        finally:
            if child.returncode is None:
                await _ended(program)
            await program.reading
        assert improper(program.lines) == []


async def _ended(program: Program) -> None:
    program.signal(signal.SIGTERM)
    try:
        await program.ended()
    except TimeoutError:
        await program.kill()
        raise


def improper(lines: Iterable[str]) -> list[str]:
    """The lines that nobody should ever see: tracebacks, and a secret in any of them."""
    secret = TOKEN.partition(":")[2]
    return [line for line in lines if "Traceback" in line or secret in line]


def issue(date: str) -> str:
    """The sample issue under another date."""
    return SAMPLE.replace("2025-12-22", date)


def toml(tables: Tables) -> str:
    """Tables of texts, numbers, truths and lists of them as TOML."""
    lines: list[str] = []
    for name, table in tables.items():
        values = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items())
        lines += [f"[{name}]", *values]
    return "\n".join([*lines, ""])
