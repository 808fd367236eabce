"""Programs that only push, for drills that kill them: each is a fork of this one, which has all loaded.

A JSON line on stdin orders one, its process id is the answer. It ends when every campaign has, or in order at
SIGTERM, and then writes what it knows into the file `facts`.
"""

from __future__ import annotations

import asyncio
import ctypes
import datetime as dt
import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

if not __package__:  # run as a script: the project is found from here
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from bot.delivery.queue import Habits, Queue
from bot.delivery.slots import SharedSlots
from bot.pace import Pace, Rate
from bot.phrases import Catalogs, load_catalogs
from bot.telegram.channel import TelegramChannel
from bot.telegram.outlet import TelegramOutlet
from bot.telegram.request import Patience
from bot.worker import Surroundings, Worker, utc_now
from digest.campaign import CampaignState
from digest.errors import StoreUnavailable
from digest.house import House
from storage.engines import file_of
from storage.store import Store

LOOK_SECONDS = 0.25
_DIE_WITH_PARENT = 1


@dataclass(frozen=True, slots=True)
class Order:
    """What one program is told. `silence`: seconds until one counts as dead; `ahead`: its clock's error."""

    url: str
    base_url: str
    token: str
    facts: str
    rate: float = 30.0
    concurrency: int = 32
    on_unknown: str = "resend"
    patience: float = 5.0
    silence: float = 15.0
    ahead: float = 0.0


async def _push(order: Order, catalogs: Catalogs) -> dict[str, float]:
    patience = Patience(connect=2.0, read=order.patience)
    channel = TelegramChannel(order.token, api_base_url=order.base_url, patience=patience)
    await channel.open()
    store = await Store.open(order.url, create=False)
    worker = _worker(order, store, channel, catalogs)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await worker.start()
    watching = asyncio.create_task(_watch(store, stopped))
    await stopped.wait()
    watching.cancel()
    began = time.monotonic()
    await worker.drain()
    await store.close()
    await channel.close()
    return {"drained": time.monotonic() - began}


def _worker(order: Order, store: Store, channel: TelegramChannel, catalogs: Catalogs) -> Worker:
    rate, shared = Rate(order.rate), file_of(order.url) is None
    slots = SharedSlots(store, f"telegram:{channel.bot_id}", rate, clock=time.monotonic) if shared else None
    pace, ahead = Pace(rate, clock=time.monotonic, slots=slots), dt.timedelta(seconds=order.ahead)
    worker = Worker(
        store,
        House(),
        catalogs,
        {"telegram": (TelegramOutlet(channel), pace)},
        concurrency=order.concurrency,
        on_unknown=order.on_unknown,
        around=Surroundings(lambda: utc_now() + ahead, time.monotonic, random.random),
    )
    third = order.silence / 3
    habits = Habits(beat=third, keep=third, stalled=order.silence)
    return worker.fed_by(Queue(store, order.url, habits=habits)) if shared else worker


async def _watch(store: Store, stopped: asyncio.Event) -> None:
    while True:
        try:
            async with store.reading() as tx:
                campaigns = await tx.campaigns.list()
        except StoreUnavailable:
            campaigns = ()
        if campaigns and all(campaign.state is CampaignState.DONE for campaign in campaigns):
            stopped.set()
        await asyncio.sleep(LOOK_SECONDS)


def _live(order: Order, catalogs: Catalogs) -> None:
    """The life of one program, in its own process."""
    log = os.open(f"{order.facts}.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed()
    facts = asyncio.run(_push(order, catalogs))
    Path(order.facts).write_text(json.dumps(facts))


def main() -> None:
    """Fork a program for each line that is read, until there are no more."""
    catalogs = load_catalogs()
    # Nobody has to be waited for.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = Order(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            # Should this one die, so do all of them.
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
            try:
                _live(order, catalogs)
            finally:
                os._exit(1)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
