"""The stand-in as a program: its options, its one ready line, its end by signal or end of input."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import threading
from pathlib import Path

from tests.standins.telegram import TOKEN, TelegramStandin


def main() -> None:
    """Run until SIGTERM, SIGINT, or with --stdin the end of the input."""
    asyncio.run(_run(_options().parse_args()))


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description="A stand-in for Telegram's Bot API on 127.0.0.1.")
    options.add_argument("--port", type=int, default=0, help="0: the system gives one")
    options.add_argument("--rate", type=int, default=30, help="sends a second, bot-wide, when strict")
    options.add_argument("--strict", action="store_true", help="answer 429 beyond the limits")
    options.add_argument("--fast", action="store_true", help="read no text, keep no messages")
    options.add_argument("--count-edits", action="store_true", help="edits count for the limits")
    options.add_argument("--privacy", action="store_true", help="hide from the bot what groups say to others")
    options.add_argument("--log", type=Path, help="append a JSON line for each accepted request")
    options.add_argument("--latency", type=_latency, default=(0.0, 0.0), metavar="MS[-MS]")
    options.add_argument("--seed", type=int, default=0, help="for faults by chance")
    options.add_argument(
        "--token", action="append", help=f"a token to take, again for more (default {TOKEN})"
    )
    options.add_argument("--username", default="digest_bot")
    options.add_argument(
        "--stdin", action="store_true", help="end when the input ends, as when the parent dies"
    )
    return options


def _latency(given: str) -> tuple[float, float]:
    low, _, high = given.partition("-")
    return float(low), float(high or low)


async def _run(given: argparse.Namespace) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    if given.stdin:
        threading.Thread(target=_until_input_ends, args=(loop, ended), daemon=True).start()
    async with _server(given) as server:
        ready = {
            "port": server.port,
            "control": f"{server.base_url}/control",
            "base_url": server.base_url,
            "token": server.token,
        }
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        await ended.wait()


def _server(given: argparse.Namespace) -> TelegramStandin:
    return TelegramStandin(
        rate=given.rate,
        strict=given.strict,
        fast=given.fast,
        count_edits=given.count_edits,
        privacy=given.privacy,
        latency=given.latency,
        seed=given.seed,
        log=given.log,
        tokens=given.token or (TOKEN,),
        username=given.username,
        port=given.port,
    )


def _until_input_ends(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(ended.set)
