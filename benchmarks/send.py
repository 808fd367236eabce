"""Messages a second and processor time a message: our path with and without the ledger, beside others'."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from benchmarks import archive, peers
from benchmarks.measure import Watch, timed
from benchmarks.move import FIRST_CHAT
from benchmarks.on_time import cores
from benchmarks.options import main
from benchmarks.owing import owe, send_all, wording
from benchmarks.peers import Letter, Send
from benchmarks.programs import pinned
from benchmarks.record import Beside, Figure, Record, machine, revision
from bot.outlet import Lane
from bot.telegram.channel import TelegramChannel
from bot.telegram.outlet import TelegramOutlet, TelegramPost
from bot.telegram.render import Button
from bot.worker import utc_now
from digest.campaign import OnUnknown
from digest.subscriber import Place
from storage.lookup_index import Progress
from storage.move import Policies, Stage, move
from tests.postgres import postgres
from tests.standins.telegram_process import RemoteStandin, standin_process

MESSAGES, AT_ONCE, WARM = 5_000, 128, 300
BARE_LEAST, LEDGER_LEAST = 2500.0, 1200.0

Peer = Callable[[Letter], AbstractAsyncContextManager[Send]]
PEERS: Mapping[str, tuple[str, Peer]] = {
    "bare": ("a bare loop over aiohttp", peers.bare),
    "ptb": ("python-telegram-bot with its default request", peers.python_telegram_bot),
    "aiogram": ("aiogram", peers.aiogram),
}
OURS: Mapping[str, tuple[str, float | None]] = {
    "plain": ("without the ledger", BARE_LEAST),
    "sqlite": ("with the ledger on SQLite", LEDGER_LEAST),
    "postgresql": ("with the ledger on PostgreSQL", None),
}


def run(size: int) -> Record:
    """Send so many messages each way, to one stand-in in another process."""
    with tempfile.TemporaryDirectory() as place:
        watches, letter = asyncio.run(_watches(Path(place), size))
    return Record(
        name="send",
        sizes={"messages": size, "at once": AT_ONCE, "characters": len(letter.html)},
        seed=archive.SEED,
        figures=dict(_figures(watches, size)),
        beside=dict(_beside(watches, size)),
        revision=revision(),
        machine=machine(),
    )


def _figures(watches: Mapping[str, Watch], size: int) -> Iterator[tuple[str, Figure]]:
    for name, (says, least) in OURS.items():
        rate = size / watches[name].seconds
        yield f"{name}_rate", Figure(says, rate, "messages/s", least=least, against="bare_rate")
        # What aiogram needs for the request alone.
        most = _each(watches["aiogram"], size) if least else None
        used = _each(watches[name], size)
        yield (
            f"{name}_cpu",
            Figure(f"{says}: processor time", used, "µs a message", most=most, against="aiogram_cpu"),
        )


def _beside(watches: Mapping[str, Watch], size: int) -> Iterator[tuple[str, Beside]]:
    for name, (says, _) in PEERS.items():
        yield f"{name}_rate", Beside(says, size / watches[name].seconds, "messages/s")
        used = _each(watches[name], size)
        yield f"{name}_cpu", Beside(f"{says}: processor time", used, "µs a message")


def _each(watch: Watch, size: int) -> float:
    return 1e6 * watch.processor / size


async def _watches(place: Path, size: int) -> tuple[dict[str, Watch], Letter]:
    """Each way's time, one after the other: this process on one core, the rest on the others."""
    own, others = cores()
    with pinned(others), postgres() as server:
        urls = await _ledgers(place, server.url(server.new_database()), size)
        async with standin_process("--fast") as standin, _outlet(standin) as outlet:
            with pinned(own):
                post = await wording(urls["sqlite"], outlet)
                letter = _letter(post, standin)
                watches = {name: await _peer(peer(letter), size) for name, (_, peer) in PEERS.items()}
                watches["plain"] = await _loop(_sender(outlet, post), size)
                for name, url in urls.items():
                    watches[name] = await send_all(url, outlet, at_once=AT_ONCE)
    return watches, letter


async def _ledgers(place: Path, target: str, size: int) -> dict[str, str]:
    """Two databases with the same rows."""
    source, policies = await owe(place / "digestbot.db", size), Policies(OnUnknown.RESEND, OnUnknown.HOLD)
    await move(source, target, policies, now=utc_now(), tell=_silent)
    return {"sqlite": source, "postgresql": target}


def _silent(_: Stage, __: Progress) -> None:
    return None


@asynccontextmanager
async def _outlet(standin: RemoteStandin) -> AsyncIterator[TelegramOutlet]:
    channel = TelegramChannel(standin.token, api_base_url=standin.base_url)
    await channel.open()
    try:
        yield TelegramOutlet(channel)
    finally:
        await channel.close()


def _letter(post: TelegramPost, standin: RemoteStandin) -> Letter:
    keyboard = [[_key(button) for button in row] for row in post.message.buttons]
    return Letter(standin.base_url, standin.token, post.message.html, keyboard, AT_ONCE)


def _key(button: Button) -> dict[str, str]:
    return {"text": button.text} | ({"url": button.url} if button.url else {"callback_data": button.data})


def _sender(outlet: TelegramOutlet, post: TelegramPost) -> Send:
    async def send(chat: int) -> object:
        return await outlet.send(Place("telegram", str(chat)), post, lane=Lane.BULK)

    return send


async def _peer(peer: AbstractAsyncContextManager[Send], size: int) -> Watch:
    async with peer as send:
        return await _loop(send, size)


async def _loop(send: Send, size: int) -> Watch:
    """The time of so many sends, a few at once, once connections are there."""
    await _sends(send, range(FIRST_CHAT, FIRST_CHAT + WARM))
    with timed() as watch:
        await _sends(send, range(FIRST_CHAT, FIRST_CHAT + size))
    return watch


async def _sends(send: Send, chats: range) -> None:
    left = iter(chats)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(_one_by_one(send, left))


async def _one_by_one(send: Send, chats: Iterator[int]) -> None:
    for chat in chats:
        await send(chat)


if __name__ == "__main__":
    sys.exit(main(run, size=MESSAGES, what="messages"))
