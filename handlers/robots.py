"""The group robots of the configuration: standing subscribers, and what each says when it is added."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from digest.editorial import ShowRobots
from digest.entries import section_key
from digest.errors import UserError
from digest.house import House
from digest.intents import SectionName
from digest.ports import Phrases
from digest.replies import Reply, say
from digest.robots import CHANNEL
from digest.subscriber import AddressState, Kind, Place, Sections, Selection, Subscriber, Subscription
from digest.weekdays import Weekdays
from handlers.context import Context, due_of
from handlers.moments import sections_words, weekdays_named
from storage.store import Store, Transaction

log = structlog.get_logger()

MARKS_KEY = "wecom.robots"
GREETED_KEY = "wecom.robots.greeted:{}"
MANAGED_BY = "config"


@dataclass(frozen=True, slots=True)
class Robot:
    """One robot as configured. `mark` changes with its key: another key is another chance."""

    name: str
    sections: tuple[str, ...] = ()
    push_at: dt.time | None = None
    weekdays: str = ""
    mark: str = ""

    @property
    def place(self) -> Place:
        """Where its group is reached."""
        return Place(CHANNEL, self.name)


async def keep_robots(store: Store, house: House, robots: Sequence[Robot], *, now: dt.datetime) -> None:
    """Give each robot of the configuration its standing order; end those of robots taken out of it."""
    names = {robot.name for robot in robots}
    async with store.transaction() as tx:
        before: dict[str, str] = json.loads(await tx.meta.get(MARKS_KEY) or "{}")
        sections = await tx.issues.section_names()
        for robot in robots:
            await _keep(robot, tx, house, sections, now=now, renewed=before.get(robot.name) != robot.mark)
        for name in sorted(set(before) - names):
            await _end(name, tx, house, now)
            await tx.meta.forget(GREETED_KEY.format(name))
        marks = {robot.name: robot.mark for robot in robots}
        await tx.meta.set(MARKS_KEY, json.dumps(marks, ensure_ascii=False, sort_keys=True))


async def _keep(
    robot: Robot,
    tx: Transaction,
    house: House,
    names: tuple[SectionName, ...],
    *,
    now: dt.datetime,
    renewed: bool,
) -> None:
    reader = await tx.subscribers.arrive(robot.place, kind=Kind.GROUP, locale="", now=now)
    address = reader.address
    await tx.subscribers.managed(address.id, MANAGED_BY)
    if renewed and address.state is not AddressState.ACTIVE:
        await tx.subscribers.revive(address.id)
    before = reader.subscription
    keys = frozenset(section_key(title, names) for title in robot.sections)
    wanted = replace(
        before,
        active=True,
        push_at=robot.push_at,
        weekdays=robot.weekdays,
        sections=Sections(Selection.ONLY, keys) if keys else Sections(),
        subscribed_at=before.subscribed_at if before.active else now,
    )
    if wanted != before:
        await _save(reader, wanted, tx, house, now)
        log.info("robot_kept", robot=robot.name)


async def _end(name: str, tx: Transaction, house: House, now: dt.datetime) -> None:
    reader = await tx.subscribers.at(Place(CHANNEL, name))
    if reader is not None and reader.subscription.active:
        await _save(reader, replace(reader.subscription, active=False), tx, house, now)
        log.info("robot_ended", robot=name)


async def _save(
    reader: Subscriber, order: Subscription, tx: Transaction, house: House, now: dt.datetime
) -> None:
    open_due = await tx.subscribers.due_of(reader.id) if reader.subscription.active else None
    due = due_of(order, reader.zone, house, now=now, open_due=open_due)
    await tx.subscribers.save(reader.id, locale=reader.locale, zone=reader.zone, subscription=order, due=due)


async def claim_greeting(store: Store, robot: Robot) -> bool:
    """Note that a robot is about to greet its group; False when it has, somebody else does, or it cannot.

    It is written down before it is said: who is killed in between greets nobody twice.
    """
    async with store.transaction() as tx:
        reader = await tx.subscribers.at(robot.place)
        if reader is not None and reader.address.state is not AddressState.ACTIVE:
            return False
        return await tx.meta.claim(GREETED_KEY.format(robot.name), robot.mark)


async def take_back_greeting(store: Store, robot: Robot) -> None:
    """A greeting has certainly not arrived: it is still to be said."""
    async with store.transaction() as tx:
        await tx.meta.forget(GREETED_KEY.format(robot.name))


async def stop_robot(store: Store, robot: Robot, reason: str) -> None:
    """A robot cannot be spoken through any more, until its key is another one."""
    async with store.transaction() as tx:
        reader = await tx.subscribers.at(robot.place)
        if reader is not None:
            await tx.subscribers.deactivate(reader.address.id, reason)


def greeting(robot: Robot, house: House, phrases: Phrases, *, telegram: bool = False) -> Reply:
    """What a group reads when its robot is new: what will come and when, and who can change it.

    `telegram`: admins can ask there, too.
    """
    key = "robot.hello_sections" if robot.sections else "robot.hello"
    admin = "robot.ask_admin_telegram" if telegram else "robot.ask_admin"
    return say(
        phrases(
            key,
            admin=phrases(admin, word=phrases("says.robots")),
            days=_days(robot.weekdays or house.weekdays, phrases),
            clock=phrases.clock(robot.push_at or house.push_at),
            name=house.name or phrases("bot.name"),
            sections=phrases.join(robot.sections),
        )
    )


def _days(written: str, phrases: Phrases) -> str:
    weekdays = Weekdays.parse(written)
    if weekdays.workdays:
        return phrases("robot.on_workdays")
    if len(weekdays.days) == 7:
        return phrases("robot.on_every_day")
    return phrases("robot.on_days", days=weekdays_named(weekdays, phrases))


async def show_robots(intent: ShowRobots, context: Context) -> Reply:
    """Tell an admin which groups get what and when, and which get nothing for now."""
    if not context.admin:
        raise UserError("robots.not_admin")
    async with context.store.reading() as tx:
        marks: dict[str, str] = json.loads(await tx.meta.get(MARKS_KEY) or "{}")
        names = await tx.issues.section_names()
        readers = [await tx.subscribers.at(Place(CHANNEL, name)) for name in marks]
    lines = [_line(reader, names, context) for reader in readers if reader is not None]
    phrases = context.phrases
    if not lines:
        return say(phrases("robots.none"))
    return say("\n".join((phrases.count("robots.title", len(lines)), *lines, phrases("robots.change"))))


def _line(reader: Subscriber, names: tuple[SectionName, ...], context: Context) -> str:
    phrases, order = context.phrases, reader.subscription
    line = phrases(
        "robots.line",
        name=reader.address.place.recipient,
        days=_days(order.weekdays or context.house.weekdays, phrases),
        clock=phrases.clock(order.push_at or context.house.push_at),
        sections=sections_words(order.sections, names, context),
    )
    if reader.address.state is AddressState.ACTIVE:
        return line
    return phrases("robots.stopped", line=line, reason=reader.address.reason)
