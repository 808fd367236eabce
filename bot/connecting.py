"""Connections to a platform, straight or through a proxy: one that does not come about is NotSent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from digest.errors import NotSent

if TYPE_CHECKING:
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.tracing import Trace

SOCKS = frozenset({"socks4", "socks5", "socks5h"})
# An idle connection is dropped before the platform drops it: a request on a dead one might have been sent.
IDLE_SECONDS = 30.0
DNS_SECONDS = 300

# What aiohttp, the proxy's library, the resolver and TLS raise.
FAULTS = (
    aiohttp.ClientError,
    ProxyError,
    ProxyConnectionError,
    ProxyTimeoutError,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
)


def connector(proxy: str) -> aiohttp.TCPConnector:
    """Connections for a session; `proxy` is '' or an address (an HTTP proxy is named at each request).

    They are not limited in number: who opens them limits the requests in flight.
    """
    scheme, _, rest = proxy.partition("://")
    if scheme not in SOCKS:
        return _Straight(limit=0, keepalive_timeout=IDLE_SECONDS, ttl_dns_cache=DNS_SECONDS)
    address = f"{scheme.removesuffix('h')}://{rest}"
    socks = _ThroughSocks.from_url(address, rdns=True, limit=0, keepalive_timeout=IDLE_SECONDS)
    assert isinstance(socks, _ThroughSocks)
    return socks


def http_proxy(proxy: str) -> str | None:
    """The proxy's address when it is an HTTP proxy."""
    return proxy if urlsplit(proxy).scheme in ("http", "https") else None


# A connection that is open already needs no watching: only a new one has to come about.
class _Straight(aiohttp.TCPConnector):
    async def _create_connection(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109
    ) -> ResponseHandler:
        async with _connecting(timeout.sock_connect):
            return await super()._create_connection(req, traces, timeout)


class _ThroughSocks(ProxyConnector):
    async def _create_connection(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109
    ) -> ResponseHandler:
        async with _connecting(timeout.sock_connect):
            return await super()._create_connection(req, traces, timeout)


@asynccontextmanager
async def _connecting(seconds: float | None) -> AsyncIterator[None]:
    try:
        # `sock_connect` bounds each attempt to connect, but not the look-up of the host's name.
        async with asyncio.timeout(2 * seconds if seconds else None):
            yield
    except FAULTS as caught:
        raise NotSent(_why(caught)) from None


def _why(caught: BaseException) -> str:
    match caught:
        case aiohttp.ClientConnectorDNSError():
            return "dns"
        case aiohttp.ClientSSLError():
            return "tls"
        case aiohttp.ClientHttpProxyError() | aiohttp.ClientProxyConnectionError():
            return "proxy"
        case ProxyError() | ProxyConnectionError() | ProxyTimeoutError():
            return "proxy"
        case TimeoutError():
            return "connect_timeout"
        case _:
            return "connect"
