"""Short links: `/s/<code>` leads to the story's own address, and to nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from digest.errors import StoreUnavailable
from storage.store import Store

Find = Callable[[str], Awaitable[str | None]]
Routes = tuple[Route, ...]


def stored_links(store: Store) -> Find:
    """What finds the link that a code of the store leads to."""

    async def find(code: str) -> str | None:
        async with store.reading() as tx:
            return await tx.short_links.url(code)

    return find


def short_link_route(find: Find, missing: str) -> Route:
    """The route of short links; `missing` is said of a code that leads nowhere."""

    async def follow(request: Request) -> Response:
        try:
            url = await find(str(request.path_params["code"]))
        except StoreUnavailable:
            return Response(status_code=503, headers={"Retry-After": "5"})
        if url is None:
            return PlainTextResponse(f"{missing}\n", status_code=404)
        return RedirectResponse(url, status_code=302, headers={"Cache-Control": "public, max-age=3600"})

    return Route("/s/{code}", follow, methods=["GET", "HEAD"])
