"""The pages for machines: `/livez` says that the program runs, `/readyz` that it can serve."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

Checks = Callable[[], Awaitable[Mapping[str, str]]]
Routes = Sequence[Route]


def make_site(checks: Checks, routes: Routes = ()) -> Starlette:
    """The web application; `checks` gives each part's state, `ok` where it is well; `routes` are others'."""

    async def live(request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    async def ready(request: Request) -> JSONResponse:
        states = await checks()
        well = all(state == "ok" for state in states.values())
        return JSONResponse({"ready": well, **states}, status_code=200 if well else 503)

    return Starlette(routes=[Route("/livez", live), Route("/readyz", ready), *routes])
