"""A digest to thousands of readers at one hour: the program itself, and a strict stand-in for Telegram."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import os
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import archive
from benchmarks.options import main
from benchmarks.programs import Installation, Running, carry_out, install, pinned, running
from benchmarks.push import Push, figures
from benchmarks.record import Beside, Record, machine, revision
from benchmarks.sends import Question, Sends
from tests.standins.telegram_process import RemoteStandin, standin_process

READERS, ISSUES, RATE = 8000, 3, 30
ZONES = ("Asia/Shanghai", "UTC", "America/New_York")
FIRST_READER, FIRST_ASKER, ASKERS = 1_000_000, 9_000_000, 60
# Before the hour: the time that the import of so many readers may take, and some quiet.
LEAD_SECONDS, READERS_A_SECOND, QUIET_SECONDS = 8.0, 200, 4.0
WAIT_SECONDS, AFTERWARDS = 60, 3.0


@dataclass(slots=True)
class Watch:
    """What is noted while the program runs: each question, and each second's memory with its moment."""

    questions: list[Question] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)


def run(size: int) -> Record:
    """Send a digest to so many readers, due at the next full minute, and answer once a second meanwhile."""
    with tempfile.TemporaryDirectory() as place:
        push = asyncio.run(_push(Path(place), size))
    found, quiet = figures(push)
    return Record(
        name="on_time",
        sizes={"readers": size, "questions": len(push.questions), "stories": archive.total(ISSUES)},
        seed=archive.SEED,
        figures=found,
        beside={
            "limit": Beside("so many messages at the platform's limit", size / RATE, "s"),
            "quiet": Beside("answer before the hour, p95", quiet, "ms"),
        },
        revision=revision(),
        machine=machine(),
    )


async def _push(place: Path, size: int) -> Push:
    program_cores, other_cores = cores()
    log, zone = place / "sent.jsonl", _zone(dt.datetime.now(dt.UTC))
    with pinned(other_cores):
        async with standin_process("--strict", "--rate", str(RATE), "--log", str(log)) as standin:
            installation = install(place, token=standin.token, base_url=standin.base_url, zone=zone)
            today = dt.datetime.now(ZoneInfo(zone)).date()
            archive.write(installation.issues, archive.SEED, ISSUES, last=today)
            carry_out(installation, "ingest")
            async with running(installation, cores=program_cores) as program:
                hour = await _everybody_due(installation, size, ZoneInfo(zone))
                push = await _through(program, standin, Sends(log), hour, size)
        if not push.sends.to(push.readers):
            raise RuntimeError(f"nobody was sent a digest: {installation.log.read_text()[-4000:]}")
        return push


def cores() -> tuple[Collection[int], Collection[int]]:
    """A core for the program, and the others for the rest; no difference where there is one only."""
    first, *others = sorted(os.sched_getaffinity(0))
    return ([first], others) if others else ([], [])


def _zone(now: dt.datetime) -> str:
    """A zone in which midnight is hours away."""
    hours = {zone: now.astimezone(ZoneInfo(zone)).hour for zone in ZONES}
    return next(zone for zone, hour in hours.items() if 2 <= hour < 21)


async def _everybody_due(installation: Installation, size: int, zone: ZoneInfo) -> dt.datetime:
    """Subscribe the readers for a full minute to come; that minute. RuntimeError when it always is over."""
    for patience in (1, 3, 9):
        hour = _hour(dt.datetime.now(zone), patience * (LEAD_SECONDS + size / READERS_A_SECOND))
        await asyncio.to_thread(_subscribe, installation, size, hour)
        if dt.datetime.now(zone) < hour - dt.timedelta(seconds=QUIET_SECONDS):
            return hour
    raise RuntimeError("the readers could not be subscribed in time; this machine is too slow or too busy")


def _hour(now: dt.datetime, lead: float) -> dt.datetime:
    """The first full minute that is so many seconds away or more."""
    soonest = now + dt.timedelta(seconds=lead)
    return soonest.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)


def _subscribe(installation: Installation, size: int, hour: dt.datetime) -> None:
    roster = installation.config.with_name("readers.csv")
    with roster.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(("address", "locale", "timezone", "push_at", "weekdays", "active"))
        for chat in range(FIRST_READER, FIRST_READER + size):
            rows.writerow(
                (f"telegram:{chat}", "zh-Hans", str(hour.tzinfo), f"{hour:%H:%M}", "mon-sun", "true")
            )
    carry_out(installation, "subscribers", "import", str(roster))


async def _through(
    program: Running, standin: RemoteStandin, sends: Sends, hour: dt.datetime, size: int
) -> Push:
    """Watch until every reader has the digest and some seconds more, or far too much time has passed."""
    watch, readers = Watch(), range(FIRST_READER, FIRST_READER + size)
    deadline = hour.timestamp() + WAIT_SECONDS + 2 * size / RATE
    noting = asyncio.create_task(_note(program, standin, watch))
    used = program.processor
    try:
        while time.time() < deadline and sends.reached(readers) < size:
            await asyncio.sleep(0.5)
            sends.look()
            if time.time() > hour.timestamp() + WAIT_SECONDS and not sends.reached(readers):
                break
        used = program.processor - used
    finally:
        noting.cancel()
        await asyncio.gather(noting, return_exceptions=True)
    await asyncio.sleep(AFTERWARDS)
    sends.look()
    sends.close()
    refused = await _too_many(standin)
    return Push(hour.timestamp(), readers, sends, watch.questions, watch.memory, used, refused)


async def _too_many(standin: RemoteStandin) -> list[float]:
    """The moments (CLOCK_MONOTONIC) at which a message was refused as too many."""
    # From so far on nothing was accepted: only the refusals are listed.
    report = await standin.call("report", after=10**9, whole=True)
    listed = report["refused_requests"] if isinstance(report, dict) else []
    return [refusal["at"] for refusal in listed if refusal["code"] == 429]


async def _note(program: Running, standin: RemoteStandin, watch: Watch) -> None:
    """Once a second: a question from the next asker, and the program's memory."""
    number = 0
    while True:
        started = time.monotonic()
        chat = FIRST_ASKER + number % ASKERS
        watch.questions.append(Question(chat, started))
        await standin.call("say", chat_id=chat, text="今日", language_code="zh-hans")
        watch.memory.append((started, program.memory))
        number += 1
        await asyncio.sleep(max(0.0, started + 1 - time.monotonic()))


if __name__ == "__main__":
    sys.exit(main(run, size=READERS, what="readers"))
