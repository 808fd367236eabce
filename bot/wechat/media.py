"""Pictures at Tencent's: uploaded once, remembered by their content, and again before they are forgotten."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from digest.errors import OperatorError
from storage.store import Store

# The platform keeps a temporary picture for three days.
KEPT = dt.timedelta(days=3) - dt.timedelta(hours=6)


class Uploads(Protocol):
    """An API that takes pictures."""

    async def upload_image(self, name: str, content: bytes) -> str:
        """Keep a picture for three days; its media id."""
        ...


class Keeps(Uploads, Protocol):
    """An API that also keeps pictures for good."""

    async def keep_image(self, name: str, content: bytes) -> str:
        """Keep a picture for good; its media id."""
        ...


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one account."""

    account: str
    store: Store
    now: Callable[[], dt.datetime]

    async def id_of(self, path: Path, api: Uploads) -> str:
        """The media id of a picture file, for a message; OperatorError when it cannot be read."""
        content = await asyncio.to_thread(read_picture, path)
        name = _name("", content)
        found = await self._known(name)
        if found:
            return found
        media_id = await api.upload_image(path.name, content)
        await self._keep(name, media_id, self.now() + KEPT)
        return media_id

    async def cover_of(self, content: bytes, api: Keeps) -> str:
        """The media id of a cover (PNG), kept for good."""
        name = _name("cover:", content)
        found = await self._known(name)
        if found:
            return found
        media_id = await api.keep_image("cover.png", content)
        await self._keep(name, media_id, None)
        return media_id

    async def _known(self, name: str) -> str:
        async with self.store.reading() as tx:
            return await tx.masses.media_id(self.account, name, self.now())

    async def _keep(self, name: str, media_id: str, until: dt.datetime | None) -> None:
        async with self.store.transaction() as tx:
            await tx.masses.keep_media(self.account, name, media_id, until)


def read_picture(path: Path) -> bytes:
    """The bytes of a picture file; OperatorError with the path when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as caught:
        reason = caught.strerror or str(caught)
        raise OperatorError("wechat.picture", exit_code=1, path=str(path), reason=reason) from caught


def _name(kind: str, content: bytes) -> str:
    return kind + hashlib.sha256(content).hexdigest()
