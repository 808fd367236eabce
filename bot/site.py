"""The program's address: what it serves over HTTP, from which port, and whether that port could be had."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog

from bot.settings import WebSettings
from bot.terminal import Terminal
from bot.webserver import serve
from web.health import Checks, Routes, make_site

log = structlog.get_logger()


@dataclass(slots=True)
class Site:
    """Serves until cancelled; `tried` once the port was asked for, with port 0 the system chooses one."""

    web: WebSettings
    terminal: Terminal
    checks: Checks
    routes: Routes
    port: int = 0
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        """Host and port, as a person types them."""
        return f"{self.web.host}:{self.port or self.web.port}"

    async def run(self) -> None:
        """Serve until cancelled."""
        site = make_site(self.checks, self.routes)
        await serve(site, self.web.host, self.web.port, failed=self._failed, bound=self._bound)

    def _failed(self, error: OSError) -> None:
        self.tried.set()
        reason = error.strerror or str(error)
        phrases = self.terminal.phrases
        self.terminal.complain(phrases("run.web_port", port=str(self.web.port), reason=reason))

    def _bound(self, port: int) -> None:
        self.port = port
        self.tried.set()
        log.info("web_listening", host=self.web.host, port=port)
