"""Files that people send: who gets them fetched, how large they may be, what is told without one."""

from __future__ import annotations

import pytest

from bot.telegram.channel import TelegramChannel
from bot.telegram.documents import may_be_issue, with_content
from digest.errors import NotSent, TooLarge
from digest.house import House
from digest.incoming import Document
from digest.intents import Incoming
from digest.source import LARGEST
from digest.subscriber import Place
from tests.standins.telegram import TelegramStandin

ADMIN = Place("telegram", "77", account="7000000001")
HOUSE = House(admins=frozenset({"telegram:77"}))


async def sent(server: TelegramStandin, content: str, *, size: int | None = None) -> Incoming:
    """A message with a file that the server keeps."""
    server.send_file(77, "今天.md", content)
    (file,) = server.world.files
    said = len(content.encode()) if size is None else size
    return Incoming(sender="77", document=Document("今天.md", said, file))


async def fetched(server: TelegramStandin, incoming: Incoming, place: Place = ADMIN) -> Document:
    channel = TelegramChannel(server.token, api_base_url=server.base_url)
    await channel.open()
    try:
        document = (await with_content(incoming, place, HOUSE, channel)).document
    finally:
        await channel.close()
    assert document is not None
    return document


async def test_an_admins_file_comes_with_its_content() -> None:
    async with TelegramStandin() as server:
        document = await fetched(server, await sent(server, "# 日报"))

    assert document.content == "# 日报".encode()


async def test_the_files_of_others_are_not_asked_for() -> None:
    async with TelegramStandin() as server:
        document = await fetched(server, await sent(server, "# 日报"), Place("telegram", "78"))

    assert document.content is None
    assert server.truth.calls["getFile"] == 0


async def test_a_file_that_says_it_is_too_large_is_not_asked_for() -> None:
    async with TelegramStandin() as server:
        document = await fetched(server, await sent(server, "x", size=LARGEST + 1))

    assert (document.content, document.code) == (None, "document.too_large")
    assert server.truth.calls["getFile"] == 0


async def test_a_file_that_lies_about_its_size_is_cut_off() -> None:
    async with TelegramStandin() as server:
        document = await fetched(server, await sent(server, "x" * (LARGEST + 1), size=9))

    assert (document.content, document.code) == (None, "document.too_large")


async def test_a_file_that_cannot_be_had_is_told() -> None:
    async with TelegramStandin() as server:
        incoming = await sent(server, "# 日报")
        server.world.files.clear()
        document = await fetched(server, incoming)

    assert (document.content, document.code) == (None, "document.not_fetched")


async def test_a_download_goes_to_the_configured_address_and_shows_it_nowhere() -> None:
    async with TelegramStandin() as server:
        incoming = await sent(server, "x" * 100)
        assert incoming.document is not None
        channel = TelegramChannel(server.token, api_base_url=server.base_url)
        await channel.open()
        try:
            with pytest.raises(TooLarge):
                await channel.download(incoming.document.file, most=99)
            server.world.files.update({incoming.document.file: ("gone", b"")})
            content = await channel.download(incoming.document.file, most=99)
            server.revoke(server.token)
            with pytest.raises(Exception) as refused:
                await channel._file_request.download("gone", most=99)
        finally:
            await channel.close()

    assert content == b""
    assert isinstance(refused.value, NotSent)
    assert server.token not in repr(refused.value)


@pytest.mark.parametrize(
    ("name", "mime", "may"),
    [
        ("2025-12-22.md", "", True),
        ("稿子.MARKDOWN", "application/octet-stream", True),
        ("稿子", "text/markdown", True),
        ("稿子.txt", "text/plain", True),
        ("稿子.docx", "application/msword", False),
        ("图.png", "image/png", False),
    ],
)
def test_what_may_hold_an_issue_is_known_by_name_or_kind(name: str, mime: str, may: bool) -> None:
    assert may_be_issue(name, mime) is may
