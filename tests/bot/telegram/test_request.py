"""The request on a real socket: what is known of a message when something goes wrong on the way."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.telegram.request import Endpoint, JsonRequest, Patience
from digest.errors import MaybeSent, NotSent
from tests.bot.telegram.sockets import (
    Serve,
    answering,
    black_hole,
    closed_port,
    read_request,
    response,
    serving,
)
from tests.standins.telegram import TelegramStandin

TOKEN = "7000000001:AACanaryCanaryCanary"
QUICK = Patience(slot=0.1, connect=0.2, read=0.3, whole=0.9)
FINE = b'{"ok":true,"result":true}'


@asynccontextmanager
async def opened(base: str, *, proxy: str = "", slots: int = 4) -> AsyncIterator[JsonRequest]:
    request = JsonRequest(Endpoint(base, TOKEN, proxy), slots=slots, patience=QUICK)
    async with request:
        yield request


def library_bot(request: JsonRequest) -> Bot:
    return Bot("hidden", base_url=lambda _: "", request=request, get_updates_request=request)


async def failure_of(base: str, *, proxy: str = "") -> TelegramError:
    """The error of one call, checked for the token wherever a traceback or a debugger would look."""
    async with opened(base, proxy=proxy) as request:
        with pytest.raises(TelegramError) as caught:
            await request.post("getMe")
    assert_silent_about_the_token(caught.value)
    return caught.value


def assert_silent_about_the_token(error: BaseException | None) -> None:
    assert error is None or TOKEN not in "".join(traceback.format_exception(error))
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        assert TOKEN not in f"{one!s} {one!r} {one.args!r}"
        waiting += [one.__cause__, one.__context__]


def known(error: TelegramError) -> tuple[type[BaseException], str]:
    cause = error.__cause__
    assert isinstance(cause, NotSent | MaybeSent)
    assert isinstance(error, NetworkError) or isinstance(cause, MaybeSent)
    return type(cause), cause.reason


async def test_a_refused_connection_was_never_sent() -> None:
    assert known(await failure_of(f"http://{closed_port()}")) == (NotSent, "connect")


async def test_a_connection_that_does_not_come_about_in_time_was_never_sent() -> None:
    async with black_hole() as address:
        assert known(await failure_of(f"http://{address}")) == (NotSent, "connect_timeout")


@pytest.mark.parametrize("host", ["no-such-host.invalid", f"{'x' * 70}.invalid"])
async def test_a_host_that_is_not_found_was_never_sent(host: str) -> None:
    kind, _ = known(await failure_of(f"http://{host}"))

    assert kind is NotSent


async def test_a_failed_tls_handshake_was_never_sent() -> None:
    async def no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(response(400, b"plain HTTP was expected"))
        await reader.read()

    async with serving(no_tls) as address:
        assert known(await failure_of(f"https://{address}")) == (NotSent, "tls")


async def test_waiting_in_vain_for_a_free_slot_was_never_sent() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(silent) as address, opened(f"http://{address}", slots=1) as request:
        first = asyncio.create_task(request.post("getMe"))
        await asyncio.sleep(0)
        with pytest.raises(NetworkError) as caught:
            await request.post("getMe")
        with pytest.raises(NetworkError):
            await first

    assert known(caught.value) == (NotSent, "slot")


async def test_a_closed_request_was_never_sent() -> None:
    request = JsonRequest(Endpoint(f"http://{closed_port()}", TOKEN), slots=1, patience=QUICK)

    with pytest.raises(NetworkError) as caught:
        await request.post("getMe")

    assert known(caught.value) == (NotSent, "closed")


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    await reader.read()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)


async def stop_short(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"ok":true')


async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"\x00\x01 what is HTTP\r\n\r\n")


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (hang, "read_timeout"),
        (hang_up, "disconnected"),
        (stop_short, "broken_answer"),
        (babble, "broken_connection"),
        (trickle, "read_timeout"),
        (answering(200, b"<html>"), "broken_answer"),
        (answering(200, b"[]"), "broken_answer"),
        (answering(200, b'{"ok":true}'), "broken_answer"),
        (answering(200, b'{"ok":true,"resu'), "broken_answer"),
        (answering(200, b""), "broken_answer"),
        (answering(500, b'{"ok":false,"description":"Internal Server Error"}'), "http_500"),
        (answering(502, b"<html>"), "http_502"),
        (answering(504, b""), "http_504"),
    ],
)
async def test_what_fails_after_the_request_was_written_may_have_been_sent(serve: Serve, reason: str) -> None:
    async with serving(serve) as address:
        assert known(await failure_of(f"http://{address}")) == (MaybeSent, reason)


@pytest.mark.parametrize(
    "serve",
    [
        answering(503, b""),
        answering(302, b"", "Location: http://127.0.0.1/login"),
        answering(403, b"<html>the firewall of the office</html>"),
        answering(404, b"<html>"),
        answering(429, b"slow down"),
    ],
)
async def test_what_somebody_else_than_telegram_refuses_was_never_sent(serve: Serve) -> None:
    async with serving(serve) as address:
        kind, _ = known(await failure_of(f"http://{address}"))

    assert kind is NotSent


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, b'{"ok":false,"description":"Bad Request: x"}', BadRequest),
        (403, b'{"ok":false,"description":"Forbidden: x"}', Forbidden),
        (429, b'{"ok":false,"description":"Too Many Requests: retry later"}', RetryAfter),
    ],
)
async def test_telegrams_own_refusals_keep_their_kind(
    status: int, body: bytes, expected: type[TelegramError]
) -> None:
    async with serving(answering(status, body)) as address:
        error = await failure_of(f"http://{address}")

    assert type(error) is expected
    assert error.__cause__ is None


async def test_words_that_are_no_unicode_are_refused_before_they_leave() -> None:
    async with opened(f"http://{closed_port()}") as request:
        with pytest.raises(BadRequest):
            await library_bot(request).send_message(1, "\ud800")


async def test_a_cancelled_call_gives_its_slot_back() -> None:
    calls = 0

    async def first_hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await (hang if calls == 1 else answering(200, FINE))(reader, writer)

    async with serving(first_hangs) as address, opened(f"http://{address}", slots=1) as request:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await request.post("getMe")

        assert await request.post("getMe") is True


async def test_an_http_proxy_is_asked_for_the_whole_address() -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await read_request(reader))
        writer.write(response(200, FINE))

    async with (
        serving(proxy) as address,
        opened("http://telegram.test", proxy=f"http://{address}") as request,
    ):
        assert await request.post("getMe") is True

    assert asked[0].startswith(f"POST http://telegram.test/bot{TOKEN}/getMe HTTP/1.1\r\n".encode())


@pytest.mark.parametrize("status", [403, 407, 502])
async def test_a_tunnel_that_an_http_proxy_refuses_was_never_sent(status: int) -> None:
    async with serving(answering(status, b"no")) as address:
        error = await failure_of("https://telegram.test", proxy=f"http://{address}")

    assert known(error) == (NotSent, "proxy")


async def socks_refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(3)
    writer.write(b"\x05\x00")
    await reader.readexactly(4)
    writer.write(b"\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00")
    await reader.read()


async def socks_serving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(3)
    writer.write(b"\x05\x00")
    version, command, _, kind, length = await reader.readexactly(5)
    host = await reader.readexactly(length)
    await reader.readexactly(2)
    assert (version, command, kind, host) == (5, 1, 3, b"telegram.test")
    writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
    await answering(200, FINE)(reader, writer)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
async def test_a_socks_proxy_resolves_the_host_and_carries_the_call(scheme: str) -> None:
    async with (
        serving(socks_serving) as address,
        opened("http://telegram.test", proxy=f"{scheme}://{address}") as request,
    ):
        assert await request.post("getMe") is True


@pytest.mark.parametrize("serve", [socks_refusing, hang_up, babble])
async def test_a_socks_proxy_that_does_not_play_along_was_never_sent(serve: Serve) -> None:
    async with serving(serve) as address:
        error = await failure_of("http://telegram.test", proxy=f"socks5://user:secret@{address}")

    assert known(error)[0] is NotSent


async def test_a_proxy_where_nobody_listens_was_never_sent() -> None:
    for scheme in ("http", "socks5"):
        error = await failure_of("https://telegram.test", proxy=f"{scheme}://{closed_port()}")
        assert known(error)[0] is NotSent


async def test_neither_the_log_nor_a_repr_shows_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    endpoint = Endpoint(f"http://{closed_port()}", TOKEN, "http://user:secret@127.0.0.1:1")
    bot = library_bot(JsonRequest(endpoint, slots=1, patience=QUICK))

    async with serving(hang_up) as address:
        await failure_of(f"http://{address}")

    assert TOKEN not in caplog.text
    assert "secret" not in caplog.text + repr(endpoint) + str(endpoint)
    assert TOKEN not in repr(endpoint) + repr(bot)


async def test_a_file_goes_out_as_a_form() -> None:
    async with TelegramStandin() as server:
        request = JsonRequest(Endpoint(server.base_url, server.token), slots=1)
        async with request:
            await library_bot(request).send_document(
                42, b"# issue", filename="issue.md", caption="<b>稿子</b>", parse_mode="HTML"
            )

        sent = server.last(42)

    assert (sent.kind, sent.file_name, sent.text) == ("document", "issue.md", "稿子")
