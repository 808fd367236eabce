"""Files that people sent, from the Bot API: their contents, up to a size."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.connecting import FAULTS, http_proxy
from bot.telegram.request import Endpoint, JsonRequest
from digest.errors import NotSent, TooLarge

PIECE = 65_536


def file_url(endpoint: Endpoint, path: str) -> URL:
    """The address of a file; it holds the token and is never shown."""
    return URL(f"{endpoint.base.rstrip('/')}/file/bot{endpoint.token}/{quote(path, safe='/')}", encoded=True)


class FileRequest(JsonRequest):
    """The same request, which also downloads."""

    __slots__ = ()

    async def download(self, path: str, *, most: int) -> bytes:
        """The content of a file at the path that getFile named; TooLarge over `most` bytes, else NotSent."""
        try:
            async with asyncio.timeout(self._patience.whole):
                return await self._content(path, most)
        except TooLarge:
            raise
        except (*FAULTS, NotSent):
            # Raised anew outside: the error of the library shows the address, and so the token.
            pass
        raise NotSent("download")

    async def _content(self, path: str, most: int) -> bytes:
        if self._session is None or self._session.closed:
            raise NotSent("closed")
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=self._patience.connect, sock_read=self._patience.read
        )
        async with self._session.get(
            file_url(self._endpoint, path),
            proxy=http_proxy(self._endpoint.proxy),
            timeout=timeout,
            allow_redirects=False,
        ) as response:
            if response.status != HTTPStatus.OK:
                raise NotSent(f"http_{response.status}")
            content = bytearray()
            async for piece in response.content.iter_chunked(PIECE):
                content += piece
                if len(content) > most:
                    raise TooLarge("too_large")
            return bytes(content)
