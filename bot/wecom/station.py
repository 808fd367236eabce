"""The group robots of a running program: their outlet, their pace, and the word with which each begins."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.outlet import Lane, Outlet
from bot.pace import Pace, Rate
from bot.services import Service
from bot.settings import Settings, WecomRobot
from bot.wecom.robots import RobotOutlet
from bot.wecom.webhook import Patience, Webhook
from digest.errors import Gone, NotSent, SendFailure, Wait
from digest.house import House
from digest.ports import Languages
from digest.robots import CHANNEL
from handlers.robots import Robot, claim_greeting, greeting, keep_robots, stop_robot, take_back_greeting
from storage.store import Store

log = structlog.get_logger()

AGAIN_SECONDS = 60.0
# The platform names no limit for all robots together: what matters is that of each, in `bot.chats`.
MESSAGES_A_SECOND = 10.0


@dataclass(slots=True)
class RobotsStation:
    """Open it, keep its readers, give its outlet to the worker, run its services; close it at the end."""

    robots: tuple[Robot, ...]
    outlet: RobotOutlet
    pace: Pace
    store: Store
    house: House
    languages: Languages
    now: Callable[[], dt.datetime]
    again_seconds: float = AGAIN_SECONDS

    @property
    def names(self) -> tuple[str, ...]:
        """The robots' names, for `handlers.watch.Watch`."""
        return tuple(robot.name for robot in self.robots)

    @property
    def outlets(self) -> Mapping[str, tuple[Outlet, Pace]]:
        """The outlet with its pace, as the worker takes it."""
        return {CHANNEL: (self.outlet, self.pace)} if self.robots else {}

    @property
    def services(self) -> Mapping[str, Service]:
        """What runs beside."""
        return {"robots": self.greet} if self.robots else {}

    async def open(self) -> None:
        """Open what messages leave by."""
        await self.outlet.webhook.open()

    async def close(self) -> None:
        """Close it."""
        await self.outlet.webhook.close()

    async def keep(self) -> None:
        """Give the robots of the configuration their standing orders; also when there are none left."""
        await keep_robots(self.store, self.house, self.robots, now=self.now())

    async def greet(self) -> None:
        """Have each new robot say its first word, once; then only wait to be cancelled."""
        left = list(self.robots)
        while left:
            left = [robot for robot in left if not await self._greeted(robot)]
            if left:
                await asyncio.sleep(self.again_seconds)
        await asyncio.Event().wait()

    async def _greeted(self, robot: Robot) -> bool:
        """Greet where that is still to be done; whether nothing is left to do."""
        if not await claim_greeting(self.store, robot):
            return True
        try:
            await self._say_hello(robot)
        except (NotSent, Wait):
            await take_back_greeting(self.store, robot)
            return False
        except Gone as gone:
            await take_back_greeting(self.store, robot)
            await stop_robot(self.store, robot, gone.reason)
        except SendFailure as failure:
            log.warning("robot_greeting_in_doubt", robot=robot.name, reason=failure.reason)
        return True

    async def _say_hello(self, robot: Robot) -> None:
        phrases = self.languages.speak(self.house.locale)
        for message in self.outlet.render(greeting(robot, self.house, phrases)):
            await self.pace.answer(robot.place)
            await self.outlet.send(robot.place, message, lane=Lane.ANSWER)


def robots_station(
    settings: Settings,
    house: House,
    store: Store,
    languages: Languages,
    *,
    now: Callable[[], dt.datetime],
    patience: Patience | None = None,
) -> RobotsStation:
    """The station of the configuration's robots; without any it only ends those that there were."""
    wecom = settings.wecom
    webhook = Webhook(wecom.api_base_url, wecom.proxy.get_secret_value(), patience=patience)
    outlet = RobotOutlet(
        webhook, {robot.name: robot.key for robot in wecom.robots}, shorten=settings.issues.shorten_links
    )
    pace = Pace(Rate(MESSAGES_A_SECOND), clock=time.monotonic)
    robots = tuple(map(_robot, wecom.robots))
    return RobotsStation(robots, outlet, pace, store, house, languages, now)


def _robot(settings: WecomRobot) -> Robot:
    # Of the key nothing is kept but whether it is the same one.
    mark = hashlib.sha256(settings.key.get_secret_value().encode()).hexdigest()[:16]
    return Robot(settings.name, settings.sections, settings.push_at, settings.weekdays, mark)
