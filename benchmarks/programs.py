"""The program itself, installed in a folder of its own and run as its operator runs it."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

DIGESTBOT = str(Path(sys.executable).with_name("digestbot"))
# An address nobody answers at, for commands that need none.
NOWHERE = "http://127.0.0.1:9"
LOOK_SECONDS, READY_SECONDS, STOP_SECONDS, COMMAND_SECONDS = 0.01, 60.0, 30.0, 900.0


@dataclass(frozen=True, slots=True)
class Installation:
    """A configured folder: the configuration, issues, database and log, and the port of the web server."""

    config: Path
    issues: Path
    database: Path
    log: Path
    port: int


@dataclass(frozen=True, slots=True)
class Running:
    """A running program: its process id, and how many seconds passed from its start until it was ready."""

    pid: int
    ready_seconds: float

    @property
    def memory(self) -> float:
        """Its resident memory in MB."""
        return self._status("VmRSS")

    @property
    def most_memory(self) -> float:
        """The most it has ever had, in MB."""
        return self._status("VmHWM")

    @property
    def processor(self) -> float:
        """The processor seconds it has used."""
        # The name, which may hold spaces, ends with the last bracket; user and system time are 14 and 15.
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _status(self, name: str) -> float:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024 / 1e6


def install(place: Path, *, token: str, base_url: str = NOWHERE, zone: str = "Asia/Shanghai") -> Installation:
    """Write a configuration into a folder."""
    port = _free_port()
    config = place / "config.toml"
    config.write_text(
        f'[bot]\ntimezone = "{zone}"\n'
        f'[database]\nurl = "sqlite:///digestbot.db"\n[issues]\nfolder = "issues"\n'
        f'[telegram]\ntoken = "{token}"\napi_base_url = "{base_url}"\n[web]\nport = {port}\n',
        encoding="utf-8",
    )
    (place / "issues").mkdir(exist_ok=True)
    return Installation(config, place / "issues", place / "digestbot.db", place / "run.log", port)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def carry_out(installation: Installation, *words: str) -> float:
    """Run one command of digestbot; its seconds. RuntimeError with its words when it fails."""
    return seconds_of(installation, DIGESTBOT, *words, "--config", str(installation.config))


def seconds_of(installation: Installation, *command: str) -> float:
    """The seconds that a command takes; RuntimeError with its words when it fails."""
    environment = _environment(installation)
    started = time.perf_counter()
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
    )
    taken = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} ended with {done.returncode}: {done.stderr[-2000:]}")
    return taken


def _environment(installation: Installation) -> Mapping[str, str]:
    """This process's environment without what would configure the program or compile it each time."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIGESTBOT_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"PYTHONPYCACHEPREFIX": str(installation.config.with_name("bytecode"))}


@asynccontextmanager
async def running(installation: Installation, *, cores: Collection[int] = ()) -> AsyncIterator[Running]:
    """`digestbot run`, ready, on these cores (on any when none is named); it is stopped with the block."""
    started = time.monotonic()
    with pinned(cores):
        process = _start(installation)
    try:
        await _ready(installation, process)
        yield Running(process.pid, time.monotonic() - started)
    finally:
        if process.poll() is None:
            process.terminate()
        await asyncio.to_thread(process.wait, STOP_SECONDS)


def _start(installation: Installation) -> subprocess.Popen[bytes]:
    command = [DIGESTBOT, "run", "--config", str(installation.config)]
    with installation.log.open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env=_environment(installation))


async def _ready(installation: Installation, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        while not await _says_ready(session, f"http://127.0.0.1:{installation.port}/readyz"):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError(f"digestbot is not ready: {installation.log.read_text()[-2000:]}")
            await asyncio.sleep(LOOK_SECONDS)


async def _says_ready(session: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with session.get(address) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


@contextmanager
def pinned(cores: Collection[int]) -> Iterator[None]:
    """What is started in the block runs on these cores only; on those of this process when none is named."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
