"""Drills of the network and the platform: answers lost, nobody there, waits, readers gone, no token."""

from __future__ import annotations

import asyncio
import socket

from benchmarks.record import Figure
from bot.telegram.request import Patience
from digest.campaign import CampaignState, DeliveryState
from digest.issue import IssueState
from handlers.push import push
from tests.drills.finding import none
from tests.drills.pushing import FIRST_CHAT
from tests.drills.scene import Found, Scene
from tests.drills.weather import CONCURRENCY, weather
from tests.storage.makers import DAY, TODAY, make_issue, put

GROUP = -1_001_000_000_000


async def lost_answers(scene: Scene) -> Found:
    """One call in a hundred is accepted, and then the connection drops; doubt is sent again."""
    async with weather(scene, speed=60) as there:
        there.server.fault("drop", chance=_rare(scene))
        await there.settled()
        drops = sum(one.answered == "drop" for one in there.server.truth.sends())
        figures = there.account(twice=drops)
    return Found("resend", figures | {"drops": Figure("answers lost", drops, "", least=1)})


async def lost_answers_held(scene: Scene) -> Found:
    """The same, and doubt is held."""
    async with weather(scene, speed=60, on_unknown="hold") as there:
        there.server.fault("drop", chance=_rare(scene))
        await there.settled()
        drops = {one.chat_id for one in there.server.truth.sends() if one.answered == "drop"}
        figures = there.account()
        unlike = drops ^ there.ledger.chats(DeliveryState.UNKNOWN)
    figures |= {"drops": Figure("answers lost", len(drops), "", least=1)}
    return Found(
        "hold", figures | {"unlike": none("lost and not marked, or marked and not lost", len(unlike))}
    )


def _rare(scene: Scene) -> float:
    return 0.01 if scene.full else 0.05


async def nothing_comes_back(scene: Scene) -> Found:
    """For five minutes every call is accepted and never answered."""
    speed = 10.0 if scene.full else 100.0
    async with weather(scene, speed=speed, rate=300, patience=Patience(read=0.3)) as there:
        await there.server.wait_for_sends(scene.readers // 4, 60)
        before = there.server.truth.sent
        there.server.fault("hang", seconds=300.0)
        await there.clock.sleep(300.0)
        hung = there.server.truth.sent - before
        there.server.heal()
        await there.settled()
        copies = there.server.truth.per_chat()
        figures = there.account(twice=scene.readers)
    figures |= {"attempts": Figure("most copies a reader", max(copies.values()), "", most=2)}
    # As many as are under way when the first of them fail, ten in a row, and a probe now and then.
    figures |= {"hung": Figure("accepted in five minutes", hung, "", most=CONCURRENCY + 20)}
    del figures["twice"], figures["not_in_hand"]
    return Found("accepted, and no answer for five minutes", figures)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def refused(scene: Scene) -> Found:
    """Nobody listens at the platform's address, and later somebody does."""
    seconds = 600.0 if scene.full else 60.0
    speed = 10.0 if scene.full else 40.0
    async with weather(scene, speed=speed, port=_free_port()) as there:
        await there.clock.sleep(seconds)
        tried, dead = there.setbacks(), there.ledger.states()[DeliveryState.DEAD]
        await there.server.__aenter__()
        await there.settled()
        figures = there.account()
    figures |= {"dead": none("dead", dead)}
    figures |= {"tried": Figure("tried meanwhile", tried, "", most=seconds + CONCURRENCY + 3)}
    return Found(f"connections refused for {seconds:g} s", figures)


async def black_hole(scene: Scene) -> Found:
    """The platform's address takes no connection and says nothing, and later it does."""
    seconds = 600.0 if scene.full else 60.0
    speed = 10.0 if scene.full else 40.0
    hole = socket.create_server(("127.0.0.1", 0), backlog=0)
    full = [socket.socket() for _ in range(3)]
    for one in full:
        one.setblocking(False)
        one.connect_ex(hole.getsockname())
    port = hole.getsockname()[1]
    async with weather(scene, speed=speed, port=port, patience=Patience(connect=0.2, read=5.0)) as there:
        await there.clock.sleep(seconds)
        tried, dead = there.setbacks(), there.ledger.states()[DeliveryState.DEAD]
        for one in (*full, hole):
            one.close()
        await there.server.__aenter__()
        await there.settled()
        figures = there.account()
    figures |= {"dead": none("dead", dead)}
    figures |= {"tried": Figure("tried meanwhile", tried, "", most=seconds + CONCURRENCY + 3)}
    return Found(f"no answer to connections for {seconds:g} s", figures)


async def told_to_wait(scene: Scene) -> Found:
    """Three calls in ten are told to wait up to a minute, and one chat an hour."""
    speed = 4.0 if scene.full else 30.0
    waits, chance = (1, 5, 60), scene.chance
    async with weather(scene, speed=speed, rate=200) as there:
        last = FIRST_CHAT + scene.readers
        for chat in sorted(there.everybody - {last}):
            if chance.random() < 0.3:
                there.server.fault("retry_after", chat=chat, value=chance.choice(waits), times=1)
        there.server.fault("retry_after", chat=last, value=3600)
        async with asyncio.timeout(300):
            while len(there.server.truth.per_chat()) < scene.readers - 1:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        held, early = last not in there.server.truth.per_chat(), there.server.truth.early
        told = there.server.truth.too_many
        there.server.heal()
        # An hour passes, for the worker and for the platform.
        there.clock.skipped += 3600.0
        await there.settled()
        figures = there.account()
        early = max(early, there.server.truth.early)
    figures |= {"early": none("calls before their time", early)}
    figures |= {"told": Figure("told to wait", told, "", least=1)}
    figures |= {"alone": none("others held up by the one that waits an hour", not held)}
    return Found("429 for 30 % of the calls, 1 to 60 s; one chat 3600 s", figures)


async def server_errors(scene: Scene) -> Found:
    """For three minutes every call is answered 500 or 503 and not carried out."""
    speed = 10.0 if scene.full else 60.0
    async with weather(scene, speed=speed, rate=300) as there:
        await there.server.wait_for_sends(scene.readers // 4, 60)
        there.server.fault("server_error", seconds=180.0)
        await there.clock.sleep(180.0)
        dead = there.ledger.states()[DeliveryState.DEAD]
        await there.settled()
        figures = there.account()
    return Found("500 for three minutes", figures | {"dead": none("dead", dead)})


async def gone(scene: Scene) -> Found:
    """A part of the readers is gone in every way there is, and the next day there is another push."""
    kinds = ("blocked", "deactivated", "chat_not_found", "kicked", "cannot_initiate")
    async with weather(scene) as there:
        chosen = scene.chance.sample(sorted(there.everybody), scene.readers // 5)
        lost, moved = chosen[len(kinds) :], chosen[: len(kinds)]
        for number, chat in enumerate(lost):
            there.server.fault(kinds[number % len(kinds)], chat=chat)
        for number, chat in enumerate(moved):
            there.server.fault("migrated", chat=chat, value=GROUP - number)
        await there.settled()
        refused_ = there.server.truth.refused
        first = len([one for one in refused_ if one.chat_id in set(lost)])
        async with there.store.transaction() as tx:
            await put(tx, make_issue("第二天", date=TODAY + DAY))
        owed = await push(there.store, TODAY + DAY, now=there.clock.now() + DAY, dry_run=False)
        there.worker.wake()
        await there.until(lambda state: state is CampaignState.DONE)
        copies = there.server.truth.per_chat()
        inactive = there.ledger.query(
            "SELECT count(*) FROM addresses WHERE state != 'active' AND reason != ''"
        )
    homes = [GROUP - number for number in range(len(moved))]
    again = len([one for one in refused_ if one.chat_id in set(chosen)]) - first - len(moved)
    figures = {
        "once": none("calls to who is gone, beyond one each", first - len(lost)),
        "again": none("called again the next day", again),
        "inactive": none("not inactive with a reason", len(lost) - inactive[0][0]),
        "moved": none("moved groups without exactly one a day", sum(copies[one] != 2 for one in homes)),
        "others": none("others without exactly one a day", _unlike(there.everybody - set(chosen), copies, 2)),
        "owed": none("owed although gone", owed.owed - (scene.readers - len(lost))),
    }
    return Found("a fifth gone, in six ways; two pushes", figures)


def _unlike(chats: set[int], copies: dict[int, int], wanted: int) -> int:
    return sum(copies.get(chat, 0) != wanted for chat in chats)


async def token_revoked(scene: Scene) -> Found:
    """The token is revoked in the middle and taken again two minutes later."""
    speed = 5.0 if scene.full else 60.0
    async with weather(scene, speed=speed, rate=300) as there:
        calls = there.server.truth.calls
        await there.server.wait_for_sends(scene.readers // 4, 60)
        there.server.revoke(there.server.token)
        before = there.setbacks("unauthorized")
        await there.clock.sleep(120.0)
        tried, sent = there.setbacks("unauthorized") - before, there.server.truth.sent
        there.server.allow_token(there.server.token)
        await there.settled()
        figures = there.account()
    assert calls["sendMessage"] >= sent
    figures |= {"tried": Figure("refused meanwhile", tried, "", most=CONCURRENCY + 6)}
    return Found("refused for two minutes", figures)


async def retracted(scene: Scene) -> Found:
    """The issue is taken back in the middle."""
    async with weather(scene, rate=300) as there:
        await there.server.wait_for_sends(scene.readers // 3, 60)
        async with there.store.transaction() as tx:
            await tx.issues.set_state(TODAY, IssueState.RETRACTED, now=there.clock.now())
        before = there.server.truth.sent
        await there.settled()
        further = there.server.truth.sent - before
        skipped = there.ledger.states()[DeliveryState.SKIPPED]
        figures = there.account()
    figures |= {"further": Figure("sent afterwards", further, "", most=CONCURRENCY)}
    figures |= {"skipped": none("neither sent nor skipped", scene.readers - before - further - skipped)}
    return Found("retracted in the middle", figures)


async def clock_set(scene: Scene) -> Found:
    """The wall clock leaps an hour and a day, back and forth, while a tenth is told to wait."""
    leaps = (-3600.0, 3600.0, 86400.0, -86400.0, -86400.0, 7200.0)
    async with weather(scene, speed=10, rate=100) as there:
        there.server.fault("retry_after", chance=0.1, value=3)
        owed = 0
        for number, leap in enumerate(scene.chance.sample(leaps, len(leaps)), start=1):
            await there.server.wait_for_sends(scene.readers * number // (len(leaps) + 2), 120)
            there.clock.leapt += leap
            owed += (await push(there.store, TODAY, now=there.clock.now(), dry_run=False)).owed
        # Whatever waits for a moment that was set far ahead is due a day later at the latest.
        there.server.heal()
        there.clock.leapt += 2 * 86400.0
        await there.settled()
        figures = there.account()
        early = there.server.truth.early
    figures |= {"again": none("owed again", owed), "early": none("calls before their time", early)}
    return Found("the clock leaps six times by an hour or a day", figures)


async def unreadable(scene: Scene) -> Found:
    """The rows of some readers cannot be read: a fault of ours."""
    async with weather(scene, rate=150) as there:
        spoilt = scene.chance.sample(range(1, scene.readers + 1), 2)
        async with there.store.transaction() as tx:
            await tx.connection.exec_driver_sql(
                f"UPDATE subscriptions SET push_at = '99:99' WHERE subscriber_id IN {tuple(spoilt)}"
            )
        await there.settled()
        dead = {chat - FIRST_CHAT for chat in there.ledger.chats(DeliveryState.DEAD)}
        told = there.ledger.query("SELECT count(*) FROM troubles WHERE kind = 'poison'")
        figures = there.account()
    figures |= {"dead": none("given up that could be read, or the reverse", len(dead ^ set(spoilt)))}
    figures |= {"told": none("alerts, beyond one", abs(told[0][0] - 1))}
    return Found("two readers whose rows cannot be read", figures)


async def limits(scene: Scene) -> Found:
    """A strict platform, and as many as it takes."""
    rate = 30 if scene.full else 100
    async with weather(scene, rate=rate, strict=True) as there:
        await there.settled(1200)
        times = sorted(one.at for one in there.server.truth.sends())
        figures = there.account()
        peak, told = there.server.truth.peak_per_second(), there.server.truth.too_many
    used = (len(times) - 1) / (times[-1] - times[0]) / rate
    figures |= {"peak": Figure("most in a second", peak, "", most=rate)}
    figures |= {"told": Figure("told to wait", told, "", most=scene.readers // 100)}
    figures |= {"used": Figure("of the limit used", used * 100, "%", least=90 if scene.full else None)}
    return Found(f"{rate} a second", figures)
