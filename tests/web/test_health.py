"""The pages for machines: alive, and ready to serve."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from typing import Any

import aiohttp
import pytest

from bot.webserver import bind, serve
from web.health import make_site


async def fetch(states: Mapping[str, str] | Exception, path: str, method: str = "GET") -> tuple[int, bytes]:
    """The status and the body that the site gives, asked as a server asks it."""

    async def checks() -> Mapping[str, str]:
        if isinstance(states, Exception):
            raise states
        return states

    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": b"", "headers": [], "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    await make_site(checks)(scope, receive, send)
    start, *bodies = sent
    return start["status"], b"".join(body.get("body", b"") for body in bodies)


async def test_the_program_is_alive_whatever_its_parts_say() -> None:
    assert await fetch({"database": "unavailable"}, "/livez") == (200, b"ok\n")


async def test_it_is_ready_when_every_part_is_well() -> None:
    status, body = await fetch({"database": "ok", "telegram": "ok"}, "/readyz")

    assert status == 200
    assert json.loads(body) == {"ready": True, "database": "ok", "telegram": "ok"}


@pytest.mark.parametrize("part", ["database", "telegram"])
async def test_it_is_not_ready_while_a_part_is_unwell_and_names_it(part: str) -> None:
    status, body = await fetch({"database": "ok", "telegram": "ok", part: "unreachable"}, "/readyz")

    assert status == 503
    assert json.loads(body) == {"ready": False, "database": "ok", "telegram": "ok", part: "unreachable"}


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 404),
        ("/livez/x", "GET", 404),
        ("/../livez", "GET", 404),
        ("/livez", "POST", 405),
        ("/readyz", "DELETE", 405),
        ("/livez", "HEAD", 200),
    ],
)
async def test_there_is_nothing_else(path: str, method: str, status: int) -> None:
    assert (await fetch({}, path, method))[0] == status


# On a real socket


@asynccontextmanager
async def serving(
    states: Mapping[str, str], port: int = 0, failures: list[OSError] | None = None
) -> AsyncIterator[asyncio.Future[int]]:
    """The site in this loop; the port it was given, once it has one."""
    bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def checks() -> Mapping[str, str]:
        return states

    told = failures if failures is not None else []
    task = asyncio.create_task(
        serve(make_site(checks), "127.0.0.1", port, failed=told.append, bound=bound.set_result)
    )
    try:
        yield bound
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def get(port: int, path: str) -> tuple[int, str]:
    timeout = aiohttp.ClientTimeout(total=30)
    url = f"http://127.0.0.1:{port}{path}"
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
        return response.status, await response.text()


async def test_it_is_served_on_the_port_that_it_names() -> None:
    async with serving({"database": "ok"}) as bound:
        port = await bound
        live, ready = await get(port, "/livez"), await get(port, "/readyz")

    assert live == (200, "ok\n")
    assert (ready[0], json.loads(ready[1])["ready"]) == (200, True)


async def test_a_port_is_free_again_when_the_server_has_ended() -> None:
    async with serving({}) as bound:
        port = await bound
        await get(port, "/livez")

    with closing(bind("127.0.0.1", port)) as listening:
        assert listening.getsockname()[1] == port


async def test_a_port_that_is_taken_is_told_and_ends_nothing() -> None:
    failures: list[OSError] = []
    with closing(bind("127.0.0.1", 0)) as taken:
        async with serving({}, taken.getsockname()[1], failures) as bound:
            for _ in range(3):
                await asyncio.sleep(0)
            assert not bound.done()

    assert [error.errno is not None for error in failures] == [True]


def test_a_port_of_another_machine_cannot_be_had() -> None:
    with pytest.raises(OSError):
        bind("203.0.113.1", 0)
