"""The picture of a broadcast from the command line: an admin gets it first, the others by its name."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from bot.settings import Settings
from digest.content import Content
from digest.errors import Invalid, OperatorError, SendFailure
from digest.replies import Passage, Reply
from digest.subscriber import Place, read_place

# Telegram takes no larger photo.
LARGEST = 10_000_000
_SIGNS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_WEBP = (b"RIFF", b"WEBP")


def picture_print(path: Path) -> str:
    """A short name of what is in an image file; OperatorError(2) when it cannot be sent as a picture."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as caught:
        reason = caught.strerror or str(caught)
        raise OperatorError("broadcast.no_file", exit_code=2, path=str(path), reason=reason) from caught
    if not content.startswith(_SIGNS) and (content[:4], content[8:12]) != _WEBP:
        raise OperatorError("broadcast.not_picture", exit_code=2, path=str(path))
    if len(content) > LARGEST:
        raise OperatorError("broadcast.large_picture", exit_code=2, path=str(path))
    return hashlib.blake2s(content, digest_size=8).hexdigest()


def first_viewer(settings: Settings) -> Place:
    """The admin on Telegram who gets a picture first; OperatorError(2) when there is none."""
    places = [place for place in map(_place, settings.bot.admins) if place.channel == "telegram"]
    if not settings.telegram.configured or not places:
        raise OperatorError("broadcast.picture_admin", exit_code=2)
    return places[0]


async def shown_first(content: Content, path: Path, viewer: Place, settings: Settings) -> Content:
    """The content with the platform's name of its picture, once an admin has it as readers will see it.

    OperatorError(1) when the platform does not take it; then nothing was opened.
    """
    from bot.telegram.channel import TelegramChannel
    from bot.telegram.render import render

    telegram = settings.telegram
    channel = TelegramChannel(
        telegram.token.get_secret_value(),
        api_base_url=telegram.api_base_url,
        proxy=telegram.proxy.get_secret_value(),
    )
    await channel.open()
    try:
        reference = await channel.send_picture(viewer, path)
        named = replace(content, picture=channel.picture_name(path))
        if content.text:
            await channel.edit(reference, render(Reply((Passage(named),)))[0])
    except SendFailure as failure:
        reason = failure.words or failure.reason or type(failure).__name__
        raise OperatorError(
            "broadcast.not_uploaded", exit_code=1, viewer=viewer.recipient, reason=reason
        ) from failure
    finally:
        await channel.close()
    return named


def _place(written: str) -> Place:
    try:
        return read_place(written)
    except Invalid:
        return Place("", "")
