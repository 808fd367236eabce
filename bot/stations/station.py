"""A station: one account of one channel, with everything that it adds to the running program."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.delivery.office import Office
from bot.disk import Disk
from bot.outlet import Outlet
from bot.pace import Pace
from bot.phrases import Catalogs
from bot.services import Service
from bot.settings import Settings
from bot.stations.mail import Mail
from bot.terminal import Terminal
from bot.worker import Worker
from handlers.watch import Signs
from storage.store import Store
from web.health import Routes

WELL = "ok"


@dataclass(frozen=True, slots=True)
class Around:
    """What stations are built with; `mail` can be used once all of them are there."""

    settings: Settings
    store: Store
    terminal: Terminal
    catalogs: Catalogs
    mail: Mail = field(default_factory=Mail)


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that is done again and again."""

    seconds: float
    run: Callable[[], Awaitable[None]]


async def _known() -> bool:
    return True


async def _nothing() -> None:
    return


def _well(offices: Mapping[str, Office]) -> str:
    return WELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """What a channel brings along; whatever it leaves out, it has not.

    `sending`: its outlet and pace, for the worker and the alerts. `services` bring work in and end first when
    the program stops; `answering` work it off, and end once it has `finished`. `ticks` are the clock's, by
    name. `routes` are served over HTTP. `introduce` learns who we are: False when the platform refuses us.
    `state` is a word for /readyz, `ok` where all is well. `signs` are the troubles it knows of.
    """

    channel: str
    account: str = ""
    sending: tuple[Outlet, Pace] | None = None
    services: Mapping[str, Service] = field(default_factory=dict)
    answering: Mapping[str, Service] = field(default_factory=dict)
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    routes: Routes = ()
    introduce: Callable[[], Awaitable[bool]] = _known
    state: Callable[[Mapping[str, Office]], str] = _well
    finished: Service = _nothing
    signs: Callable[[Worker, Disk | None], Callable[[], Signs]] | None = None
