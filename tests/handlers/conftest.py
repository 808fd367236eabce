"""A reader who talks to the router, over a store that holds the sample issues."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.console.render import render
from bot.desk import desk_of
from bot.phrases import Catalogs, load_catalogs
from digest.dialect import SEED_DIALECT
from digest.house import House
from digest.intents import Incoming
from digest.replies import Choice, Reply
from digest.subscriber import Kind, Place, Subscriber
from handlers.ingest import FileReport, Rules, SourceFile, ingest
from handlers.router import Router
from storage.store import Store
from tests.postgres import PostgresServer

SAMPLES = Path(__file__).parent.parent / "samples"
SAMPLE = (SAMPLES / "2025-12-22.md").read_text(encoding="utf-8")
RULES = Rules(SEED_DIALECT, "Asia/Shanghai")
MONDAY = dt.date(2025, 12, 22)
AT_TEN = dt.datetime(2025, 12, 22, 2, 0, tzinfo=dt.UTC)  # ten in the morning in Shanghai


def issue_file(date: dt.date, text: str = SAMPLE, *, name: str = "") -> SourceFile:
    """The sample issue under another date."""
    file_name = name or f"{date}.md"
    return SourceFile(file_name, file_name, text.replace("2025-12-22", date.isoformat()).encode())


async def publish(store: Store, *dates: dt.date, now: dt.datetime = AT_TEN) -> tuple[FileReport, ...]:
    """Load the sample issue for each date."""
    return await ingest([issue_file(date) for date in dates], store, RULES, now=now)


@dataclass
class Talk:
    """One reader's chat: what is typed or tapped, and what is answered."""

    store: Store
    catalogs: Catalogs
    house: House = field(default_factory=House)
    place: Place = field(default_factory=lambda: Place("telegram", "77"))
    now: dt.datetime = AT_TEN
    language: str = "zh-hans"
    last: Reply = field(default_factory=Reply)

    async def hear(self, incoming: Incoming, kind: Kind = Kind.PERSON) -> Reply:
        """The reply to any message."""
        router = Router(self.store, self.catalogs, self.house, desk_of(RULES))
        self.last = await router.answer(incoming, self.place, kind=kind, now=self.now, bot_name="digest_bot")
        return self.last

    async def say(self, text: str) -> str:
        """What a terminal would show for the reply to typed words."""
        return self.drawn(await self.hear(Incoming(text, sender="77", language=self.language)))

    async def tap(self, label: str) -> str:
        """What a terminal would show after a tap on a button of the last reply."""
        choice = self.choice(label)
        return self.drawn(await self.hear(Incoming(tap=choice.tap, sender="77", language=self.language)))

    def choice(self, label: str) -> Choice:
        """The button with this label under the last reply."""
        rows = (reply.choices for reply in (self.last, *self.last.after))
        return next(c for choices in rows for row in choices for c in row if c.label == label)

    def labels(self) -> list[list[str]]:
        """The rows of buttons under the last reply."""
        return [[choice.label for choice in row] for row in self.last.choices]

    def drawn(self, reply: Reply) -> str:
        """A reply as a terminal draws it, its parts one after the other."""
        phrases = self.catalogs.speak(self.language)
        return "\n\n".join(message.text for message in render(reply, phrases))

    async def reader(self) -> Subscriber:
        """The reader as kept."""
        async with self.store.reading() as tx:
            found = await tx.subscribers.at(self.place)
        assert found is not None
        return found

    def every_label(self) -> list[str]:
        """All buttons under the last reply."""
        return [label for row in self.labels() for label in row]

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now = self.now + dt.timedelta(**span)

    def another(self, recipient: str) -> Talk:
        """The chat of another reader of the same bot."""
        return replace(self, place=Place("telegram", recipient), last=Reply())


@pytest.fixture(scope="session")
def catalogs() -> Catalogs:
    return load_catalogs()


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with three issues: Friday's, Saturday's and Monday's."""
    path = tmp_path_factory.mktemp("published") / "digestbot.db"
    asyncio.run(_fill(f"sqlite:///{path}"))
    return path


async def _fill(url: str) -> None:
    store = await Store.open(url)
    await publish(store, MONDAY - dt.timedelta(3), MONDAY - dt.timedelta(2), MONDAY)
    await store.close()


@pytest.fixture
async def talk(published_file: Path, tmp_path: Path, catalogs: Catalogs) -> AsyncIterator[Talk]:
    """A reader of a bot with three issues."""
    path = shutil.copy(published_file, tmp_path / "digestbot.db")
    store = await Store.open(f"sqlite:///{path}")
    yield Talk(store, catalogs)
    await store.close()


@pytest.fixture(scope="session")
def published_postgres(quick_postgres: PostgresServer, postgres_template: str) -> str:
    """The name of a PostgreSQL database with the same three issues, to copy."""
    name = quick_postgres.new_database(postgres_template)
    asyncio.run(_fill(quick_postgres.url(name)))
    return name


@pytest.fixture
def published_postgres_url(quick_postgres: PostgresServer, published_postgres: str) -> Iterator[str]:
    """A PostgreSQL database of one's own with three issues."""
    name = quick_postgres.new_database(published_postgres)
    yield quick_postgres.url(name)
    quick_postgres.drop_database(name)


@pytest.fixture
def published_sqlite_url(published_file: Path, tmp_path: Path) -> str:
    """An SQLite file of one's own with three issues."""
    return f"sqlite:///{shutil.copy(published_file, tmp_path / 'digestbot.db')}"


@pytest.fixture(params=["sqlite", "postgres"])
def published_url(request: pytest.FixtureRequest) -> str:
    """A database with three issues, of each kind in turn."""
    url: str = request.getfixturevalue(f"published_{request.param}_url")
    return url


@pytest.fixture
async def talk_anywhere(published_url: str, catalogs: Catalogs) -> AsyncIterator[Talk]:
    """A reader of a bot with three issues, on each database in turn."""
    store = await Store.open(published_url)
    yield Talk(store, catalogs)
    await store.close()


@pytest.fixture
async def empty_talk(sqlite_store: Store, catalogs: Catalogs) -> Talk:
    """A reader of a bot that has published nothing."""
    return Talk(sqlite_store, catalogs)
