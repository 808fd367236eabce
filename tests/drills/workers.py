"""Drills of several programs on one PostgreSQL: killed, frozen, without it, with clocks that differ."""

from __future__ import annotations

import asyncio
import signal
import time

from benchmarks.record import Figure
from digest.campaign import DeliveryState
from tests.drills.finding import none
from tests.drills.pushing import Push, on_postgres
from tests.drills.scene import Found, Scene


def _rate(scene: Scene) -> int:
    return 150 if scene.full else 100


async def one_killed(scene: Scene) -> Found:
    """One of two workers is killed; doubt is sent again."""
    async with on_postgres(scene, rate=_rate(scene)) as push:
        in_hand, seconds = await _kill_one(push)
        figures = push.account(twice=push.concurrency, in_hand=in_hand)
        report = await push.report()
    figures |= {"peak": Figure("most in a second", report["peak_per_second"], "", most=_rate(scene))}
    return Found("one of two workers killed, resend", figures | _takeover(scene, seconds))


async def one_killed_hold(scene: Scene) -> Found:
    """The same, and doubt is held."""
    async with on_postgres(scene, rate=_rate(scene), on_unknown="hold") as push:
        in_hand, seconds = await _kill_one(push)
        figures = push.account()
        unmarked = push.ledger.chats(DeliveryState.UNKNOWN) - in_hand
    figures |= {"unmarked": none("marked and not in hand", len(unmarked))}
    return Found("one of two workers killed, hold", figures | _takeover(scene, seconds))


async def _kill_one(push: Push) -> tuple[set[int], float]:
    """The chats in hand at the kill, and the seconds until none of them is."""
    first, _ = push.start(), push.start()
    await push.reach(push.scene.readers * 3 // 10)
    await first.kill()
    in_hand, killed = push.ledger.chats(DeliveryState.SENDING), time.monotonic()
    # What the living one holds is settled long before that.
    while push.ledger.chats(DeliveryState.SENDING) & in_hand:  # noqa: ASYNC110 - a database tells nobody
        await asyncio.sleep(0.2)
    seconds = time.monotonic() - killed
    await push.finish()
    return in_hand, seconds


def _takeover(scene: Scene, seconds: float) -> dict[str, Figure]:
    most = 35.0 if scene.full else None
    return {"takeover": Figure("until another took over", seconds, "s", most=most)}


async def one_frozen(scene: Scene) -> Found:
    """One of two workers is stopped, others take over, and it wakes while there is much to send."""
    frozen = 35.0 if scene.full else 6.0
    async with on_postgres(scene, rate=_rate(scene) // 2) as push:
        first, _ = push.start(), push.start()
        await push.reach(scene.readers // 5)
        first.signal(signal.SIGSTOP)
        in_hand = push.ledger.chats(DeliveryState.SENDING)
        await asyncio.sleep(frozen)
        taken_over = in_hand - push.ledger.chats(DeliveryState.SENDING)
        first.signal(signal.SIGCONT)
        left = scene.readers - len(push.accepted())
        await push.finish()
        figures = push.account(twice=push.concurrency, in_hand=in_hand)
        report = await push.report()
    figures |= {"left": Figure("left to send when it woke", left, "", least=1)}
    figures |= {"over": Figure("taken over meanwhile", len(taken_over), "")}
    figures |= {"peak": Figure("most in a second", report["peak_per_second"], "", most=_rate(scene) // 2)}
    return Found(f"one of two workers frozen for {frozen:g} s", figures)


async def server_killed(scene: Scene) -> Found:
    """PostgreSQL is killed and comes back."""
    return await _server_away(scene, signal.SIGKILL, "killed")


async def server_restarted(scene: Scene) -> Found:
    """PostgreSQL is stopped as its operator does, and started again."""
    return await _server_away(scene, signal.SIGINT, "stopped (fast)")


async def server_stopped_at_once(scene: Scene) -> Found:
    """PostgreSQL is stopped without a word to whoever is connected."""
    return await _server_away(scene, signal.SIGQUIT, "stopped (immediate)")


async def _server_away(scene: Scene, number: int, how: str) -> Found:
    away = 5.0 if scene.full else 1.5
    async with on_postgres(scene, rate=_rate(scene)) as push:
        push.start()
        push.start()
        await push.reach(scene.readers // 4)
        process = scene.postgres.process
        assert process is not None
        process.send_signal(number)
        await asyncio.to_thread(process.wait, 60)
        await asyncio.sleep(away)
        before = len(push.accepted())
        scene.postgres.start()
        resumed = await push.reach(before + 10)
        await push.finish()
        figures = push.account()
    most = 5.0 if scene.full else None
    figures |= {"resumed": Figure("until it goes on", resumed, "s", most=most)}
    return Found(f"PostgreSQL {how} for {away:g} s, two workers", figures)


async def clocks_apart(scene: Scene) -> Found:
    """Two workers whose clocks are a minute ahead and a minute behind; some chats must wait."""
    wait = 20 if scene.full else 4
    async with on_postgres(scene, rate=_rate(scene)) as push:
        for chat in sorted(scene.chance.sample(sorted(push.everybody), scene.readers // 20)):
            await push.standin.call("fault", kind="retry_after", chat=chat, value=wait, times=1)
        push.start(ahead=60.0)
        push.start(ahead=-60.0)
        await push.finish()
        figures = push.account()
        report = await push.report()
    figures |= {"early": none("calls before their time", report["early"])}
    figures |= {"told": Figure("told to wait", report["too_many"], "", least=1)}
    return Found(f"clocks two minutes apart; one of twenty told to wait {wait} s", figures)


async def four_together(scene: Scene) -> Found:
    """Four workers share one limit."""
    rate = 30 if scene.full and scene.seed % 2 else _rate(scene)
    async with on_postgres(scene, rate=rate) as push:
        for _ in range(4):
            push.start()
        await push.finish()
        figures = push.account()
        report, times = await push.report(), sorted(float(one["at"]) for one in push.accepted())
    steady = times[len(times) // 4 : len(times) * 3 // 4]
    used = (len(steady) - 1) / (steady[-1] - steady[0]) / rate
    figures |= {"peak": Figure("most in a second", report["peak_per_second"], "", most=rate)}
    figures |= {"told": none("told to wait", report["too_many"])}
    # A starved machine loses slots; that nine tenths are used is measured by benchmarks/rates.py.
    figures |= {"used": Figure("of the limit used", used * 100, "%", least=40 if scene.full else None)}
    return Found(f"four workers, {rate} a second", figures)
