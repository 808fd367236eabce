"""A digest to two groups: their own sections, their own hours, by the real worker over a real socket."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.assembly import house_of
from bot.delivery.assembly import worker_of
from bot.phrases import load_catalogs
from bot.settings import (
    BotSettings,
    DatabaseSettings,
    ScheduleSettings,
    Settings,
    WebSettings,
    WecomRobot,
    WecomSettings,
)
from bot.wecom.station import RobotsStation, robots_station
from bot.wecom.webhook import Patience
from bot.worker import Surroundings, Worker
from digest.parsing import parse
from digest.troubles import TroubleKind
from handlers.plan import plan
from handlers.watch import Signs, Watch
from storage.store import Store
from tests.standins.tencent_robots import RobotsStandin

SAMPLE = Path(__file__).parents[2] / "samples" / "2025-12-22.md"
SHANGHAI = ZoneInfo("Asia/Shanghai")
BOARD, DEVS = "key-of-the-board", "key-of-the-devs"
CATALOGS = load_catalogs()
HURRY = Patience(connect=2.0, read=1.0, whole=3.0)


def at(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


def robot(name: str, key: str, **more: object) -> WecomRobot:
    return WecomRobot(name=name, key=SecretStr(key), **more)  # type: ignore[arg-type]  # the fields of settings


TWO = (
    robot("董事会", BOARD),
    robot("开发群", DEVS, sections=("开源动态", "算法论文"), push_at=dt.time(9, 30), weekdays="mon-fri"),
)

DEVS_ALONE = TWO[1]


def settings_of(
    server: RobotsStandin, url: str, robots: tuple[WecomRobot, ...] = TWO, site: str = ""
) -> Settings:
    return Settings(
        bot=BotSettings(timezone="Asia/Shanghai", admins=("telegram:1",)),
        database=DatabaseSettings(url=SecretStr(url)),
        schedule=ScheduleSettings(push_at=dt.time(8, 40)),
        wecom=WecomSettings(api_base_url=server.base_url, robots=robots),
        web=WebSettings(base_url=site),
    )


@dataclass(slots=True)
class Bench:
    """A house with its robots, at a moment that the test sets."""

    settings: Settings
    store: Store
    server: RobotsStandin
    moment: dt.datetime = field(default_factory=lambda: at("2025-12-21 12:00"))

    @asynccontextmanager
    async def station(self) -> AsyncIterator[RobotsStation]:
        """The robots of the configuration, kept and open."""
        house = house_of(self.settings)
        made = robots_station(
            self.settings, house, self.store, CATALOGS, now=lambda: self.moment, patience=HURRY
        )
        await made.open()
        try:
            await made.keep()
            yield made
        finally:
            await made.close()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[Worker]:
        """A worker that sends through the robots."""
        async with self.station() as made:
            worker = worker_of(self.settings, self.store, CATALOGS, made.outlets)
            await worker.start()
            try:
                yield worker
            finally:
                await worker.drain(5.0)

    async def publish(self) -> None:
        """Keep the sample's issue."""
        read = parse(SAMPLE.read_bytes(), file_name=SAMPLE.name, zone=SHANGHAI, today=dt.date(2025, 12, 22))
        async with self.store.transaction() as tx:
            await tx.issues.put(
                read.issues[0],
                source_hash="1",
                now=self.moment,
                available_at=at("2025-12-22 06:00"),
                file_name=SAMPLE.name,
            )

    async def tick(self, written: str, worker: Worker) -> int:
        """Owe what is due at a moment."""
        self.moment = at(written)
        planned = await plan(self.store, house_of(self.settings), now=self.moment)
        worker.wake()
        return planned.owed

    async def states(self) -> list[tuple[str, int, str]]:
        """The robots' deliveries in the ledger: name, status, reason."""
        query = (
            "SELECT a.recipient, d.status, d.error FROM deliveries d JOIN addresses a ON a.id = d.address_id"
        )
        async with self.store.reading() as tx:
            rows = await tx.connection.execute(sa.text(query))
            return sorted((row.recipient, row.status, row.error) for row in rows)


@asynccontextmanager
async def bench(
    store: Store, url: str, robots: tuple[WecomRobot, ...] = TWO, site: str = ""
) -> AsyncIterator[Bench]:
    async with RobotsStandin([BOARD, DEVS]) as server:
        yield Bench(settings_of(server, url, robots, site), store, server)


async def until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110 - what is waited for does not know that it is watched
            await asyncio.sleep(0.01)


async def test_each_group_gets_its_own_sections_at_its_own_hour(store: Store, store_url: str) -> None:
    async with bench(store, store_url) as house, house.working() as worker:
        await house.publish()

        owed = [await house.tick(hour, worker) for hour in ("2025-12-22 08:39", "2025-12-22 08:40")]
        await until(lambda: len(house.server.said) == 2)
        owed.append(await house.tick("2025-12-22 09:30", worker))
        await until(lambda: len(house.server.said) == 3)
        owed.append(await house.tick("2025-12-22 09:31", worker))

        board, devs = house.server.heard(BOARD), house.server.heard(DEVS)

    assert owed == [0, 1, 1, 0]
    assert [text.split("\n")[0] for text in board] == [
        '**12月22日 周一** <font color="comment">41条 · 1/2</font>',
        '**12月22日 周一** <font color="comment">41条 · 2/2</font>',
    ]
    assert [text.split("\n")[0] for text in devs] == [
        '**12月22日 周一** <font color="comment">开源动态·算法论文 13条</font>'
    ]
    assert all(len(text.encode()) <= 4000 for text in (*board, *devs))
    assert [state for _, state, _ in await house.states()] == [2, 2]


async def test_with_a_web_site_each_group_gets_one_message_of_short_links(
    store: Store, store_url: str
) -> None:
    async with bench(store, store_url, site="https://n.example") as house, house.working() as worker:
        await house.publish()
        await house.tick("2025-12-22 09:30", worker)
        await until(lambda: len(house.server.said) == 2)

        (board,), (devs,) = house.server.heard(BOARD), house.server.heard(DEVS)

    async with store.reading() as tx:
        urls = [await tx.short_links.url(code) for code in ("1", "2", "f", "g")]
    assert "](https://n.example/s/1)" in board
    assert board.endswith("(https://n.example/2025-12-22)")
    assert "](https://n.example/s/1)" not in devs
    assert all(url and url.startswith("http") for url in urls[:3])
    assert urls[3] is None


async def test_a_robot_that_was_thrown_out_stops_alone_and_is_a_trouble_until_it_has_a_new_key(
    store: Store, store_url: str
) -> None:
    async with bench(store, store_url) as house:
        house.server.removed(DEVS)
        await house.publish()
        async with house.working() as worker:
            await house.tick("2025-12-22 09:30", worker)
            await until(lambda: house.server.calls == 3 and worker.under_way == 0)
        states = await house.states()
        troubles = await troubles_of(house)
        calls = house.server.calls
        async with house.working():
            pass
        renewed = (TWO[0], robot("开发群", BOARD))
        house.settings = settings_of(house.server, store_url, renewed)
        async with house.working():
            after = await troubles_of(house)

    assert [(status, reason) for _, status, reason in states] == [(5, "bad_webhook"), (2, "")]
    assert troubles == [(TroubleKind.WEBHOOK, "开发群")]
    assert house.server.calls == calls
    assert after == []


async def troubles_of(house: Bench) -> list[tuple[TroubleKind, str]]:
    watch = Watch(house_of(house.settings), robots=("董事会", "开发群"))
    async with house.store.reading() as tx:
        seen = await watch.look(tx, (), Signs(), house.moment)
    return sorted(seen.wrong)


@pytest.mark.parametrize(("fault", "copies"), [("busy", 1), ("html", 1), ("reset", 1), ("reset_after", 2)])
async def test_what_fails_once_arrives_later(store: Store, store_url: str, fault: str, copies: int) -> None:
    async with bench(store, store_url, (DEVS_ALONE,)) as house, house.station() as made:
        worker = Worker(
            store,
            house_of(house.settings),
            CATALOGS,
            made.outlets,
            around=Surroundings(now=lambda: house.moment),
        )
        await worker.start()
        await house.publish()
        house.server.fails(DEVS, fault)
        await house.tick("2025-12-22 09:30", worker)
        await until(lambda: house.server.calls == 1 and worker.under_way == 0)
        first = await house.states()
        house.moment += dt.timedelta(minutes=2)
        await until(lambda: house.server.calls == 2 and worker.under_way == 0)
        await worker.drain(5.0)

    assert [status for _, status, _ in first] == [3]
    assert [status for _, status, _ in await house.states()] == [2]
    assert len(house.server.said) == copies


async def test_a_new_robot_says_what_will_come_once_and_never_again(
    sqlite_store: Store, sqlite_url: str
) -> None:
    async with bench(sqlite_store, sqlite_url) as house:
        for _ in range(2):
            async with house.station() as made:
                greeting = asyncio.create_task(made.greet())
                await until(lambda: house.server.calls == 2)
                await asyncio.sleep(0.05)
                greeting.cancel()

        (devs,) = house.server.heard(DEVS)
        assert devs.split("\n") == [
            "以后每周一到周五 9:30，这里会收到一条AI日报：开源动态、算法论文。",
            "要改栏目或时间，找管理员（config.toml 的 [[wecom.robots]]）。",
        ]
        assert house.server.heard(BOARD)[0].startswith("以后每天 8:40，这里会收到一条AI日报。\n")
        assert house.server.calls == 2


async def test_a_greeting_that_was_not_taken_is_said_later(sqlite_store: Store, sqlite_url: str) -> None:
    async with bench(sqlite_store, sqlite_url, (TWO[0],)) as house, house.station() as made:
        made.again_seconds = 0.05
        house.server.fails(BOARD, "busy", "busy")
        greeting = asyncio.create_task(made.greet())
        await until(lambda: len(house.server.said) == 1)
        greeting.cancel()

    assert house.server.calls == 3


async def test_a_greeting_that_nobody_can_hear_stops_the_robot_until_it_has_another_key(
    sqlite_store: Store, sqlite_url: str
) -> None:
    async with bench(sqlite_store, sqlite_url, (TWO[0],)) as house:
        house.server.removed(BOARD)
        for _ in range(2):
            async with house.station() as made:
                greeting = asyncio.create_task(made.greet())
                await until(lambda: house.server.calls == 1)
                async with asyncio.timeout(5):
                    while not await troubles_of(house):  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                await asyncio.sleep(0.05)
                greeting.cancel()
        calls = house.server.calls
        house.settings = settings_of(house.server, sqlite_url, (robot("董事会", DEVS),))
        async with house.station() as made:
            greeting = asyncio.create_task(made.greet())
            await until(lambda: len(house.server.said) == 1)
            greeting.cancel()

    assert calls == 1


async def test_without_robots_there_is_no_outlet_and_no_service(sqlite_store: Store, sqlite_url: str) -> None:
    async with bench(sqlite_store, sqlite_url, ()) as house, house.station() as made:
        assert (dict(made.outlets), dict(made.services), made.names) == ({}, {}, ())
