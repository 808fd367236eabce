"""The web application in the program's own loop; the signals stay ours."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import structlog
import uvicorn
from starlette.applications import Starlette

log = structlog.get_logger()

RETRY_SECONDS = 30.0


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the program."""
        yield


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; OSError when the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


async def serve(
    site: Starlette, host: str, port: int, *, failed: Callable[[OSError], None], bound: Callable[[int], None]
) -> None:
    """Serve until cancelled; a port that cannot be had is told once and tried again."""
    told = False
    while True:
        try:
            listening = bind(host, port)
        except OSError as caught:
            if not told:
                failed(caught)
            told = True
            await asyncio.sleep(RETRY_SECONDS)
            continue
        bound(listening.getsockname()[1])
        await _serve_on(site, listening)


async def _serve_on(site: Starlette, listening: socket.socket) -> None:
    config = uvicorn.Config(
        site, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2
    )
    server = _Server(config)
    try:
        await server.serve(sockets=[listening])
    finally:
        server.should_exit = True
        if server.started:
            # What is being answered is answered first, and the loop forgets the socket before it is closed.
            await server.shutdown(sockets=[listening])
        listening.close()
