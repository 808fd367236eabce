"""The long poll: kept before acknowledged, told once, and never ended by somebody else's trouble."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from bot.telegram.channel import TelegramChannel
from bot.telegram.polling import Health, Polling, Updates
from digest.errors import Conflict, MaybeSent, NotSent, SendFailure, StoreUnavailable, Unauthorized, Wait
from tests.standins.telegram import TelegramStandin


class Over(Exception):
    """The script is at its end."""


@dataclass
class Script:
    """A platform that plays its answers one after the other, then ends the test; `names` for getMe."""

    answers: list[Updates | SendFailure]
    names: list[str | SendFailure] = field(default_factory=lambda: ["digest_bot"])
    webhook: list[SendFailure] = field(default_factory=list)
    username: str = ""
    asked: list[tuple[int, int]] = field(default_factory=list)
    dropped: int = 0

    async def identify(self) -> None:
        name = self.names.pop(0)
        if isinstance(name, SendFailure):
            raise name
        self.username = name

    async def fetch(self, offset: int, *, seconds: float, limit: int = 100) -> Updates:
        self.asked.append((offset, limit))
        if not self.answers:
            raise Over
        answer = self.answers.pop(0)
        if isinstance(answer, SendFailure):
            raise answer
        return answer

    async def drop_webhook(self) -> None:
        self.dropped += 1
        if self.webhook:
            raise self.webhook.pop()


def _clock(step: float = 30.0) -> Callable[[], float]:
    """A clock that goes on by so many seconds whenever somebody looks at it."""
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += step
        return now

    return clock


@dataclass
class Run:
    """One run of a script: what was kept, told and waited, and how healthy the poll was at each wait."""

    script: Script
    refuse: int = 0
    kept: list[Updates] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    healths: list[Health] = field(default_factory=list)
    clock: Callable[[], float] = field(default_factory=_clock)

    async def play(self) -> Polling:
        polling = Polling(self.script, self.keep, self.tell, pause=self.pause, clock=self.clock)
        self.polling = polling
        with suppress(Over):
            await polling.run()
        return polling

    async def keep(self, updates: Updates) -> None:
        if self.refuse:
            self.refuse -= 1
            raise StoreUnavailable
        self.kept.append(updates)

    async def tell(self, code: str) -> None:
        self.told.append(code)

    async def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.healths.append(self.polling.health)


def batch(*ids: int) -> Updates:
    return tuple((number, b"{}") for number in ids)


async def test_each_batch_is_kept_and_then_acknowledged_by_the_next_offset() -> None:
    run = Run(Script([batch(7, 9, 8), (), batch(10)]))

    polling = await run.play()

    assert run.kept == [batch(7, 9, 8), batch(10)]
    assert run.script.asked == [(0, 100), (10, 100), (10, 100), (11, 100)]
    assert (run.told, run.waited, polling.health, polling.ready) == ([], [], Health.WELL, True)


async def test_what_could_not_be_kept_is_not_acknowledged() -> None:
    run = Run(Script([batch(7), batch(7), batch(7)]), refuse=2)

    await run.play()

    assert run.script.asked == [(0, 100), (0, 100), (0, 100), (8, 100)]
    assert run.kept == [batch(7)]
    assert (run.waited, run.healths) == ([1.0, 2.0], [Health.UNKEPT] * 2)


async def test_another_poller_is_told_once_and_waited_for() -> None:
    run = Run(Script([Conflict("other_poller"), Conflict("other_poller"), (), (), ()]))

    polling = await run.play()

    assert run.told == ["telegram.conflict", "telegram.well"]
    assert (run.waited, run.healths) == ([30.0, 30.0], [Health.CONFLICT] * 2)
    assert polling.health is Health.WELL


async def test_two_programs_that_take_turns_are_told_of_once() -> None:
    turns: list[Updates | SendFailure] = [Conflict("other_poller"), batch(1)]
    run = Run(Script([*turns, Conflict("other_poller"), batch(2), *turns]), clock=_clock(step=10.0))

    polling = await run.play()

    assert run.told == ["telegram.conflict"]
    assert run.kept == [batch(1), batch(2), batch(1)]
    assert run.waited == [30.0] * 3
    assert polling.health is Health.CONFLICT


async def test_a_revoked_token_is_told_once_and_tried_again_after_a_minute() -> None:
    run = Run(Script([Unauthorized(), Unauthorized(), ()]))

    await run.play()

    assert run.told == ["telegram.unauthorized", "telegram.well"]
    assert (run.waited, run.healths) == ([60.0, 60.0], [Health.UNAUTHORIZED] * 2)


async def test_an_unreachable_platform_is_asked_less_and_less_and_told_of_once() -> None:
    failures: list[Updates | SendFailure] = [NotSent("dns"), *(MaybeSent("read_timeout") for _ in range(6))]
    run = Run(Script([*failures, (), NotSent("dns")]))

    await run.play()

    assert run.waited == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 1.0]
    assert run.told == ["telegram.unreachable", "telegram.well"]
    assert set(run.healths) == {Health.UNREACHABLE}


async def test_a_short_hiccup_is_nobodys_business() -> None:
    run = Run(Script([NotSent("dns"), MaybeSent("disconnected"), ()]))

    await run.play()

    assert run.told == []


async def test_a_platform_that_is_away_at_the_start_is_asked_for_our_name_again() -> None:
    run = Run(Script([()], names=[NotSent("dns"), Unauthorized(), "digest_bot"]))

    polling = await run.play()

    assert (run.waited, run.script.username, polling.ready) == ([1.0, 60.0], "digest_bot", True)


async def test_a_flood_answer_is_waited_out() -> None:
    run = Run(Script([Wait(35, whole=False), ()]))

    await run.play()

    assert (run.waited, run.told) == ([35.0], [])


async def test_a_webhook_that_was_left_behind_is_taken_back_at_once() -> None:
    run = Run(Script([Conflict("webhook"), ()]))

    await run.play()

    assert (run.script.dropped, run.waited, run.told) == (1, [], [])


async def test_a_webhook_that_cannot_be_taken_back_is_tried_again() -> None:
    run = Run(Script([Conflict("webhook"), Conflict("webhook"), ()], webhook=[NotSent("dns")]))

    await run.play()

    assert (run.script.dropped, run.waited) == (2, [1.0])


async def test_after_an_answer_that_cannot_be_read_updates_are_asked_for_one_by_one() -> None:
    run = Run(Script([MaybeSent("broken_answer"), batch(7), batch(8)]))

    await run.play()

    assert run.script.asked == [(0, 100), (0, 1), (8, 100), (9, 100)]


async def test_a_server_that_does_not_hold_the_poll_open_is_not_hurried() -> None:
    run = Run(Script([(), (), batch(7), ()]), clock=lambda: 0.0)

    await run.play()

    # The very first question is not held by any server, so it says nothing of this one.
    assert run.waited == [1.0, 1.0]


@asynccontextmanager
async def polled(server: TelegramStandin) -> AsyncIterator[tuple[Polling, asyncio.Queue[int]]]:
    """A poll of the stand-in, and the ids that it keeps."""
    kept: asyncio.Queue[int] = asyncio.Queue()
    channel = TelegramChannel(server.token, api_base_url=server.base_url)
    await channel.open()

    async def keep(updates: Updates) -> None:
        for _, payload in updates:
            kept.put_nowait(json.loads(payload)["update_id"])

    polling = Polling(channel, keep, never_told, poll_seconds=20.0)
    task = asyncio.create_task(polling.run())
    try:
        async with asyncio.timeout(5):
            yield polling, kept
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await channel.close()


async def never_told(code: str) -> None:
    raise AssertionError(code)


async def test_updates_reach_the_inbox_over_a_socket_also_after_a_new_start() -> None:
    async with TelegramStandin() as server:
        async with polled(server) as (polling, kept):
            first = server.say(42, "今天")
            assert await kept.get() == first
            second = server.say(42, "明天")
            assert await kept.get() == second
            assert polling.ready
        third = server.say(42, "昨天")
        async with polled(server) as (polling, kept):
            while await kept.get() != third:
                pass
            assert polling.ready


async def test_cancelled_while_keeping_nothing_is_acknowledged() -> None:
    keeping = asyncio.Event()

    async def keep(updates: Updates) -> None:
        keeping.set()
        await asyncio.Event().wait()

    async with TelegramStandin() as server:
        channel = TelegramChannel(server.token, api_base_url=server.base_url)
        await channel.open()
        server.say(42, "今天")
        task = asyncio.create_task(Polling(channel, keep, never_told, poll_seconds=5.0).run())
        await keeping.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await channel.close()

        assert len(server.world.updates.pending) == 1
