"""A program that only pushes, for drills that kill it: the worker on an SQLite file, Telegram at an address.

It ends when every campaign has, or in order at SIGTERM; a JSON line is printed at its start and at its end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import time
from pathlib import Path

if not __package__:  # run as a script: the project is found from here
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from bot.pace import Pace, Rate
from bot.phrases import load_catalogs
from bot.telegram.channel import TelegramChannel
from bot.telegram.outlet import TelegramOutlet
from bot.telegram.request import Patience
from bot.worker import Surroundings, Worker, utc_now
from digest.campaign import CampaignState
from digest.house import House
from storage.store import Store

LOOK_SECONDS = 0.25


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description="Push what an SQLite file owes.")
    options.add_argument("--database", required=True)
    options.add_argument("--base-url", required=True)
    options.add_argument("--token", required=True)
    options.add_argument("--rate", type=float, default=30.0)
    options.add_argument("--concurrency", type=int, default=32)
    options.add_argument("--on-unknown", default="resend")
    options.add_argument("--patience", type=float, default=5.0, help="seconds without an answer")
    return options.parse_args()


async def _push(given: argparse.Namespace) -> None:
    channel = TelegramChannel(
        given.token, api_base_url=given.base_url, patience=Patience(connect=2.0, read=given.patience)
    )
    await channel.open()
    store = await Store.open(f"sqlite:///{given.database}")
    worker = Worker(
        store,
        House(),
        load_catalogs(),
        {"telegram": (TelegramOutlet(channel), Pace(Rate(given.rate), clock=time.monotonic))},
        concurrency=given.concurrency,
        on_unknown=given.on_unknown,
        around=Surroundings(utc_now, time.monotonic, random.random),
    )
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    recovered = await worker.start()
    _tell({"ready": True, "recovered": recovered})
    watching = asyncio.create_task(_watch(store, stopped))
    await stopped.wait()
    watching.cancel()
    began = time.monotonic()
    await worker.drain()
    await store.close()
    await channel.close()
    _tell({"drained": time.monotonic() - began, "cpu": time.process_time()})


def _tell(facts: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def _watch(store: Store, stopped: asyncio.Event) -> None:
    while True:
        async with store.reading() as tx:
            campaigns = await tx.campaigns.list()
        if all(campaign.state is CampaignState.DONE for campaign in campaigns):
            stopped.set()
        await asyncio.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    asyncio.run(_push(_options()))
