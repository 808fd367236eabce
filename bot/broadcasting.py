"""`digestbot broadcast`: a text to an audience, from the command line."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.assembly import house_of, opened_store
from bot.campaigning import in_our_words
from bot.picturing import first_viewer, picture_print, shown_first
from bot.settings import Settings
from bot.terminal import Terminal
from digest.audience import Reach
from digest.broadcast import Broadcast, needs_typing, sendable
from digest.content import Content
from digest.durations import said_duration
from digest.errors import OperatorError
from digest.house import House
from digest.noted import read_noted
from digest.start_times import read_start
from handlers.outgoing import begin, schedule, survey
from storage.store import Store

LONGEST_FILE = 262_144
MARKDOWN = (".md", ".markdown")


@dataclass(frozen=True, slots=True)
class Order:
    """A broadcast as ordered on the command line: its file or its text, to whom, when, under which key.

    The text of a `picture` is its caption, and may be missing.
    """

    path: Path | None
    text: str
    picture: Path | None
    audience: str
    at: str
    key: str
    dry_run: bool
    yes: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an order comes to: its content, key and start, and whom it reaches."""

    content: Content
    key: str
    audience: str
    starts_at: dt.datetime | None
    reach: Reach
    house: House
    now: dt.datetime

    @property
    def finish(self) -> dt.datetime:
        """When the last message leaves, on the house's clock."""
        begins = self.starts_at or self.now
        return (begins + self.reach.duration(self.house.rate)).astimezone(ZoneInfo(self.house.zone))


async def broadcast(order: Order, settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Open a broadcast, at once or for an hour to come; a dry run says whom it would reach, and by when.

    The same order twice is one broadcast, unless it has a key of its own.
    """
    async with opened_store(settings) as store:
        with in_our_words():
            plan = await _plan(order, store, settings)
        async with store.reading() as tx:
            before = await tx.broadcasts.keyed(plan.key)
        again = before is not None and not before.draft
        if order.dry_run or again:
            _tell_found(plan, before if again and not order.dry_run else None, terminal, json=json)
            return 0
        if not plan.reach.total and plan.starts_at is None:
            raise OperatorError("broadcast.nobody", exit_code=2)
        if not order.yes:
            await _confirm(plan, terminal)
        if order.picture is not None:
            plan = await _pictured(plan, order.picture, settings, terminal)
        opened, owed = await _open(plan, store)
    if json:
        _tell_data(plan, opened, terminal, owed)
    else:
        _tell_opened(plan, opened, terminal, owed)
    return 0


async def _plan(order: Order, store: Store, settings: Settings) -> _Plan:
    house, now = house_of(settings), dt.datetime.now(dt.UTC)
    content = sendable(_content(order))
    if order.picture is not None:
        first_viewer(settings)
    starts_at = read_start(order.at, now.astimezone(ZoneInfo(house.zone))) if order.at else None
    async with store.reading() as tx:
        reach = await survey(tx, house, order.audience, now)
    key = f"broadcast:{order.key or _print_of(order, content, now.astimezone(ZoneInfo(house.zone)).date())}"
    return _Plan(content, key, order.audience, starts_at, reach, house, now)


def _print_of(order: Order, content: Content, today: dt.date) -> str:
    """The same words to the same audience at the same time of the same day have the same key."""
    said = repr((content, order.audience.split(), order.at, today.isoformat()))
    return hashlib.blake2s(said.encode(errors="surrogatepass"), digest_size=8).hexdigest()


async def _pictured(plan: _Plan, picture: Path, settings: Settings, terminal: Terminal) -> _Plan:
    """The plan with a picture that the platform has, and of which an admin has got a copy."""
    viewer = first_viewer(settings)
    content = await shown_first(plan.content, picture, viewer, settings)
    terminal.complain(terminal.phrases("broadcast.picture_shown", viewer=str(viewer)))
    return replace(plan, content=content)


def _content(order: Order) -> Content:
    content = _words(order)
    # Until the platform has named it, a picture goes by what is in it: one order, one key.
    return content if order.picture is None else replace(content, picture=picture_print(order.picture))


def _words(order: Order) -> Content:
    if bool(order.text) == (order.path is not None) and not (order.picture and not order.text):
        raise OperatorError("broadcast.file_or_text", exit_code=2)
    if order.path is None:
        return Content(order.text.strip())
    text = _read(order.path)
    return read_noted(text) if order.path.suffix.lower() in MARKDOWN else Content(text.strip())


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_FILE).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as caught:
        raise OperatorError("broadcast.not_text", exit_code=2, path=str(path)) from caught
    except OSError as caught:
        reason = caught.strerror or str(caught)
        raise OperatorError("broadcast.no_file", exit_code=2, path=str(path), reason=reason) from caught


async def _confirm(plan: _Plan, terminal: Terminal) -> None:
    """Ask once; above 200 readers their number has to be typed. OperatorError when it is not."""
    total, say = plan.reach.total, terminal.phrases
    _tell_reach(plan, terminal, to_person=True)
    typed = needs_typing(total)
    terminal.complain(say("broadcast.ask_number", number=str(total)) if typed else say("broadcast.ask_yes"))
    answer = (await asyncio.to_thread(sys.stdin.readline)).strip().lower()
    if answer not in ({str(total)} if typed else {"y", "yes", "是", "发"}):
        raise OperatorError("broadcast.not_confirmed", exit_code=2)


async def _open(plan: _Plan, store: Store) -> tuple[Broadcast, int]:
    async with store.transaction() as tx:
        drafted = await tx.broadcasts.draft(plan.key, plan.content, now=plan.now)
        await tx.broadcasts.change(drafted.id, audience=plan.audience, head_count=plan.reach.total)
        owed = 0
        kept = await tx.broadcasts.get(drafted.id) or drafted
        if plan.starts_at is not None:
            await schedule(tx, kept, plan.starts_at, plan.now)
        else:
            owed = await begin(tx, plan.house, kept, plan.now) or 0
        return await tx.broadcasts.get(drafted.id) or kept, owed


def _tell_found(plan: _Plan, before: Broadcast | None, terminal: Terminal, *, json: bool) -> None:
    """What a dry run finds; or the broadcast that this order has opened before."""
    if json:
        _tell_data(plan, before, terminal, 0)
        return
    _tell_reach(plan, terminal)
    if before is None:
        terminal.say(terminal.phrases("broadcast.dry_run"))
    else:
        terminal.say(terminal.phrases("broadcast.opened_before", campaign=str(before.id)))


def _tell_opened(plan: _Plan, opened: Broadcast, terminal: Terminal, owed: int) -> None:
    say, campaign = terminal.phrases, str(opened.id)
    if opened.scheduled and opened.starts_at is not None:
        at = opened.starts_at.astimezone(ZoneInfo(plan.house.zone))
        terminal.say(say("broadcast.scheduled_cli", campaign=campaign, at=f"{at:%Y-%m-%d %H:%M}"))
    else:
        terminal.say(say("broadcast.opened", campaign=campaign, owed=owed))


def _tell_reach(plan: _Plan, terminal: Terminal, *, to_person: bool = False) -> None:
    say, reach = terminal.phrases, plan.reach
    # A question goes to the person, not into the output.
    tell = terminal.complain if to_person else terminal.say
    if reach.total:
        counts = ", ".join(f"{channel} {count:,}" for channel, count in reach.by_channel.items())
        tell(say.count("broadcast.reach", reach.total, counts=counts))
        took = said_duration(reach.duration(plan.house.rate), say)
        tell(say.count("broadcast.takes", reach.total, took=took, finish=f"{plan.finish:%H:%M:%S}"))
    else:
        tell(say("broadcast.nobody"))
    left = [say(f"left_out.{reason}", count=count) for reason, count in reach.left_out.items()]
    if left:
        tell(say("broadcast.left_out", left=say.join(tuple(left))))


def _tell_data(plan: _Plan, found: Broadcast | None, terminal: Terminal, owed: int) -> None:
    seconds = plan.reach.duration(plan.house.rate).total_seconds()
    starts_at = found.starts_at if found else plan.starts_at
    zone = ZoneInfo(plan.house.zone)
    terminal.data(
        {
            "campaign": found.id if found else None,
            "key": plan.key,
            "audience": plan.audience,
            "head_count": plan.reach.by_channel,
            "left_out": dict(plan.reach.left_out),
            "messages": plan.reach.total,
            "owed": owed,
            "seconds": round(seconds, 1),
            "starts_at": starts_at.astimezone(zone).isoformat(timespec="seconds") if starts_at else None,
            "finish_at": plan.finish.isoformat(timespec="seconds"),
        }
    )
