"""The stand-in as a child process, for drills and benchmarks that must not share a processor with it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import orjson

PROGRAM = Path(__file__).with_name("telegram.py")


@dataclass(frozen=True, slots=True)
class RemoteStandin:
    """The running child: where it listens, the token it takes, its process id."""

    base_url: str
    token: str
    pid: int
    session: aiohttp.ClientSession

    async def call(self, verb: str, **arguments: object) -> object:
        """The result of a control verb; raises RuntimeError with the stand-in's words when it refuses."""
        body = orjson.dumps(arguments)
        async with self.session.post(f"{self.base_url}/control/{verb}", data=body) as response:
            content = orjson.loads(await response.read())
        if response.status != 200:
            raise RuntimeError(f"{verb}: {content['error']}")
        result: object = content["result"]
        return result


@asynccontextmanager
async def standin_process(*options: str, ready_seconds: float = 20.0) -> AsyncIterator[RemoteStandin]:
    """A stand-in with these options on a port of its own; it ends with the block, or with this process."""
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), "--port", "0", "--stdin", *options, stdin=pipe, stdout=pipe
    )
    assert child.stdout is not None
    assert child.stdin is not None
    try:
        ready = orjson.loads(await asyncio.wait_for(child.stdout.readline(), ready_seconds))
        timeout = aiohttp.ClientTimeout(total=600, sock_connect=5)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            yield RemoteStandin(ready["base_url"], ready["token"], child.pid, session)
    finally:
        child.stdin.close()
        await child.wait()
