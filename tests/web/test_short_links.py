"""Short links over HTTP: to the story's own address, and to nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from starlette.applications import Starlette

from bot.phrases import load_catalogs
from bot.settings import Settings, WebSettings
from bot.short_links import short_link_routes
from bot.webserver import serve
from digest.errors import StoreUnavailable
from storage.store import Store
from tests.storage.makers import NOW
from web.short_links import Find, short_link_route, stored_links

URL = "https://mp.weixin.qq.com/s?__biz=Mz==&mid=1&idx=2&sn=ab#rd"
MISSING = "没有这个链接：可能是复制时少了几个字。"


@asynccontextmanager
async def site(find: Find) -> AsyncIterator[str]:
    """A server with short links; its address."""
    ports: asyncio.Queue[int] = asyncio.Queue()
    application = Starlette(routes=[short_link_route(find, MISSING)])

    def failed(error: OSError) -> None:
        raise error

    serving = asyncio.create_task(serve(application, "127.0.0.1", 0, failed=failed, bound=ports.put_nowait))
    try:
        yield f"http://127.0.0.1:{await ports.get()}"
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def ask(address: str, method: str = "GET") -> tuple[int, str, str]:
    """Status, where it leads, the words."""
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, address, allow_redirects=False) as answer,
    ):
        return answer.status, answer.headers.get("Location", ""), await answer.text()


@pytest.fixture
async def found(sqlite_store: Store) -> Find:
    async with sqlite_store.transaction() as tx:
        await tx.short_links.give([URL], NOW)
    return stored_links(sqlite_store)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_code_leads_to_the_whole_link(found: Find, method: str) -> None:
    async with site(found) as address:
        assert await ask(f"{address}/s/1", method) == (302, URL, "")


@pytest.mark.parametrize(
    "path",
    [
        "/s/2",
        "/s/0",
        "/s/01",
        "/s/https%3A%2F%2Fevil.example",
        "/s/%2F%2Fevil.example",
        "/s/1%0d%0aX: y",
        "/s/" + "z" * 3000,
        "/s/1?to=https://evil.example/x",
        "/s/%00",
    ],
)
async def test_nothing_else_leads_anywhere_else(found: Find, path: str) -> None:
    async with site(found) as address:
        status, location, words = await ask(address + path)

    if path.startswith("/s/1?"):
        assert (status, location) == (302, URL)
    else:
        assert (status, location) == (404, "")
        assert "evil" not in words


async def test_a_code_that_leads_nowhere_is_answered_kindly_and_shortly(found: Find) -> None:
    async with site(found) as address:
        assert await ask(f"{address}/s/xyz") == (404, "", f"{MISSING}\n")
        assert await ask(f"{address}/s/1", "POST") == (405, "", "Method Not Allowed")


@pytest.mark.parametrize(("on", "routes"), [(True, ["/s/{code}"]), (False, [])])
def test_short_links_can_be_turned_off(sqlite_store: Store, on: bool, routes: list[str]) -> None:
    settings = Settings(web=WebSettings(short_links=on))

    assert [route.path for route in short_link_routes(settings, sqlite_store, load_catalogs())] == routes


async def test_without_the_database_it_says_to_come_again() -> None:
    async def away(code: str) -> str | None:
        raise StoreUnavailable("away")

    async with site(away) as address:
        assert await ask(f"{address}/s/1") == (503, "", "")
