"""Drills of one program on SQLite: killed, told to stop, paused, its disk full, its file locked."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from contextlib import closing

from benchmarks.record import Figure
from digest.campaign import CampaignState, DeliveryState
from tests.drills.finding import none
from tests.drills.pushing import Push, on_sqlite
from tests.drills.scene import Found, Scene
from tests.flows.small_disk import small_disk

SOON = 0.05
DAMAGED = "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check != 'ok'"


def _rate(scene: Scene) -> float:
    """Small: slow enough to be killed in the middle. Full: as fast as it goes."""
    return 5000 if scene.full else 400


async def killed_resend(scene: Scene) -> Found:
    """Killed up to four times at moments of chance; doubt is sent again."""
    async with on_sqlite(scene, rate=_rate(scene)) as push:
        kills, in_hand, between = await _kill(push)
        figures = push.account(twice=kills * push.concurrency, in_hand=in_hand)
        damaged = push.ledger.query(
            "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check != 'ok'"
        )
    figures |= {"between": Figure("kills in mid-push", between, "", least=kills)}
    figures |= {"hand": Figure("in hand", len(in_hand), ""), "damaged": none("damaged pages", damaged[0][0])}
    return Found(f"killed {kills} times, resend", figures)


async def killed_hold(scene: Scene) -> Found:
    """The same, and doubt is held: nobody gets it twice, and whoever may lack it is marked."""
    async with on_sqlite(scene, rate=_rate(scene), on_unknown="hold") as push:
        kills, in_hand, _ = await _kill(push)
        figures = push.account()
        unmarked = in_hand ^ push.ledger.chats(DeliveryState.UNKNOWN)
    return Found(
        f"killed {kills} times, hold", figures | {"unmarked": none("in hand, not marked", len(unmarked))}
    )


async def _kill(push: Push) -> tuple[int, set[int], int]:
    """How many kills, the chats that were in hand, and how many kills came when some had it and some not."""
    chance, in_hand, between = push.scene.chance, set[int](), 0
    kills = chance.randint(1, 4) if push.scene.full else 2
    for at in sorted(chance.uniform(0.03, 0.97) for _ in range(kills)):
        child = push.start()
        await push.reach(int(push.scene.readers * at))
        await asyncio.sleep(chance.random() * SOON)
        await child.kill()
        states = push.ledger.states()
        between += 0 < states[DeliveryState.SENT] < push.scene.readers
        in_hand |= push.ledger.chats(DeliveryState.SENDING)
    await push.start().ended(900)
    return kills, in_hand, between


async def told_to_stop(scene: Scene) -> Found:
    """SIGTERM in the middle: what is under way is settled, and the next program sends the rest."""
    async with on_sqlite(scene, rate=_rate(scene)) as push:
        child = push.start()
        await push.reach(scene.readers // 3)
        child.signal(signal.SIGTERM)
        left = await child.ended(60)
        sent, states = len(push.accepted()), push.ledger.states()
        await push.start().ended(900)
        figures = push.account()
    unsettled = abs(states[DeliveryState.SENT] - sent) + states[DeliveryState.SENDING]
    figures |= {"unsettled": none("accepted and not settled at the end", unsettled)}
    figures |= {"disorder": none("ended without order", not left)}
    figures |= {"seconds": Figure("until it ended", left.get("drained", 99.0), "s", most=30)}
    return Found("SIGTERM in the middle", figures)


async def paused(scene: Scene) -> Found:
    """Paused by another program in the middle, and resumed."""
    async with on_sqlite(scene, rate=_rate(scene)) as push:
        child = push.start()
        await push.reach(scene.readers // 4)
        await push.set_state(CampaignState.PAUSED, CampaignState.RUNNING)
        before = len(push.accepted())
        await asyncio.sleep(1.5)
        further = len(push.accepted()) - before
        await push.set_state(CampaignState.RUNNING, CampaignState.PAUSED)
        await child.ended(900)
        figures = push.account()
    return Found(
        "paused and resumed by another program",
        figures | {"further": Figure("sent after the pause", further, "", most=push.concurrency)},
    )


async def disk_full(scene: Scene) -> Found:
    """The disk is full in the middle, and later has room again."""
    with small_disk(scene.folder / "disk") as disk:
        async with on_sqlite(scene, rate=_rate(scene) / 4, folder=disk.folder) as push:
            child = push.start()
            await push.reach(scene.readers // 4)
            disk.fill(child.pid)
            await asyncio.sleep(1.0)
            before = len(push.accepted())
            await asyncio.sleep(10.0 if scene.full else 1.0)
            further = len(push.accepted()) - before
            reads = push.ledger.states().total()
            disk.free(child.pid)
            seconds = await push.reach(before + push.concurrency + 1)
            await child.ended(900)
            figures = push.account()
    figures |= {"further": none("sent without room for a row", further)}
    figures |= {"unread": none("rows not readable meanwhile", scene.readers - reads)}
    figures |= {"seconds": Figure("until it goes on", seconds, "s", most=60)}
    return Found("no room for ten seconds" if scene.full else "no room for two seconds", figures)


async def locked(scene: Scene) -> Found:
    """Another program holds the file's write lock in the middle."""
    seconds = 20.0 if scene.full else 1.5
    async with on_sqlite(scene, rate=_rate(scene) / 4) as push:
        child = push.start()
        await push.reach(scene.readers // 4)
        with closing(sqlite3.connect(push.url.removeprefix("sqlite:///"), timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(seconds)
            before = len(push.accepted())
            other.rollback()
        began = time.monotonic()
        await push.reach(before + 1)
        resumed = time.monotonic() - began
        await child.ended(900)
        figures = push.account()
    most = 1.0 if scene.full else None
    return Found(
        f"locked for {seconds:g} s by another writer",
        figures | {"resumed": Figure("until it goes on", resumed, "s", most=most)},
    )
