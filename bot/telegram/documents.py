"""Files that people send: those that may hold an issue are fetched, for admins only."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import structlog

from digest.errors import SendFailure, TooLarge
from digest.house import House
from digest.incoming import Document
from digest.intents import Incoming
from digest.source import LARGEST
from digest.subscriber import Place

log = structlog.get_logger()

ENDINGS = (".md", ".markdown", ".mdown", ".txt")
KINDS = ("text/markdown", "text/x-markdown", "text/plain")


class Fetching(Protocol):
    """The part of a channel that hands over files."""

    async def download(self, file: str, *, most: int) -> bytes:
        """The content of a file, TooLarge when it has more than `most` bytes; or another SendFailure."""
        ...


def may_be_issue(name: str, mime: str) -> bool:
    """Whether a file may hold the Markdown of an issue, by its name or kind."""
    return name.lower().endswith(ENDINGS) or mime in KINDS


async def with_content(incoming: Incoming, place: Place, house: House, channel: Fetching) -> Incoming:
    """The message with the content of its file, where an admin sent one of a size that can be an issue."""
    document = incoming.document
    if document is None or not incoming.private or not house.obeys(place):
        return incoming
    return replace(incoming, document=await _fetched(document, channel))


async def _fetched(document: Document, channel: Fetching) -> Document:
    if document.size > LARGEST:
        return replace(document, code="document.too_large")
    try:
        return replace(document, content=await channel.download(document.file, most=LARGEST))
    except TooLarge:
        return replace(document, code="document.too_large")
    except SendFailure as failure:
        log.warning("document_not_fetched", reason=type(failure).__name__)
        return replace(document, code="document.not_fetched")
