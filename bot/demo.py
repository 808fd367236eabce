"""`digestbot demo`: the whole bot in a terminal, on sample issues, in a database that is gone afterwards."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from bot.console.chat import at_a_terminal, quiet_prompt, typed_lines
from bot.console.outlet import ConsoleOutlet
from bot.console.paint import paint, paint_text
from bot.console.render import ConsoleMessage, render
from bot.desk import desk_of
from bot.pace import Pace, Rate
from bot.phrases import Catalogs, load_catalogs
from bot.terminal import terminal_language
from bot.worker import Worker, utc_now
from digest.dialect import SEED_DIALECT
from digest.house import House
from digest.intents import Incoming
from digest.ports import Phrases
from digest.subscriber import Place
from digest.wording import plain_words
from handlers.ingest import Rules, SourceFile, ingest
from handlers.push import push
from handlers.router import Router
from storage.store import Store

PLACE = Place("console", "me")
PUSH_SECONDS = 4.0
PUSH_ENDS = 15.0
DRAIN_SECONDS = 2.0


async def run_demo(locale: str = "") -> int:
    """Chat until /quit; a digest arrives a few seconds after subscribing."""
    catalogs = load_catalogs()
    language = terminal_language(os.environ, wish=locale)
    with tempfile.TemporaryDirectory(prefix="digestbot-demo-") as folder, quiet_prompt():
        store = await Store.open(f"sqlite:///{Path(folder) / 'demo.db'}")
        try:
            await Demo(store, catalogs, language).run()
        finally:
            await store.close()
    return 0


@dataclass(slots=True)
class Demo:
    """One reader, seven issues, and an eighth that comes out once the reader has subscribed."""

    store: Store
    catalogs: Catalogs
    language: str
    house: House = field(default_factory=House)
    pushed: asyncio.Task[None] | None = None
    words: tuple[str, ...] = ()

    async def run(self) -> None:
        """Greet, then answer line by line."""
        *older, newest = sample_files(_today(self.house))
        await self._load(older)
        outlet = ConsoleOutlet(self._phrases, self._show)
        pace = Pace(Rate(30.0), clock=time.monotonic)
        worker = Worker(self.store, self.house, self.catalogs, {"console": (outlet, pace)})
        await worker.start()
        try:
            self._open(older)
            await self._chat(newest, worker)
        finally:
            await worker.drain(DRAIN_SECONDS)

    async def _chat(self, newest: SourceFile, worker: Worker) -> None:
        rules = Rules(SEED_DIALECT, self.house.zone)
        router = Router(self.store, self.catalogs, self.house, desk_of(rules))
        async for line in typed_lines(lambda: [plain_words(word) for word in self.words]):
            await self._answer(line, router)
            if self.pushed is None and await self._subscribed():
                self.pushed = asyncio.create_task(self._push(newest, worker))
        if self.pushed is not None and not at_a_terminal():
            await asyncio.wait([self.pushed], timeout=PUSH_ENDS)

    async def _answer(self, line: str, router: Router) -> None:
        if not at_a_terminal():
            paint_text(f"› {line}")
        reply = await router.answer(Incoming(line, sender="me", language=self.language), PLACE, now=utc_now())
        async with self.store.reading() as tx:
            reader = await tx.subscribers.at(PLACE)
        self.language = (reader.locale if reader else "") or self.language
        self.words = reply.typed or self.words
        for message in render(reply, self._phrases()):
            self._show(message)

    async def _subscribed(self) -> bool:
        async with self.store.reading() as tx:
            reader = await tx.subscribers.at(PLACE)
        return reader is not None and reader.subscription.active

    async def _push(self, newest: SourceFile, worker: Worker) -> None:
        """What happens at eight in the morning, a few seconds from now."""
        self._note("demo.push_soon", seconds=str(int(PUSH_SECONDS)))
        await asyncio.sleep(PUSH_SECONDS)
        await self._load([newest])
        self._note("demo.push_now")
        await push(self.store, _today(self.house), now=utc_now(), dry_run=False)
        worker.wake()
        try:
            await self._sent()
        except TimeoutError:
            self._note("demo.push_failed")

    async def _sent(self) -> None:
        """Wait until nothing is owed any more."""
        async with asyncio.timeout(PUSH_ENDS):
            while True:
                async with self.store.reading() as tx:
                    if not await tx.outbox.open_chunks():
                        return
                await asyncio.sleep(0.1)

    async def _load(self, files: Sequence[SourceFile]) -> None:
        await ingest(files, self.store, Rules(SEED_DIALECT, self.house.zone), now=utc_now())

    def _open(self, older: Sequence[SourceFile]) -> None:
        say = self._phrases()
        first, last = (dt.date.fromisoformat(file.name[:10]) for file in (older[0], older[-1]))
        self._note("demo.welcome", count=len(older), first=say.short_day(first), last=say.short_day(last))

    def _note(self, key: str, **values: str | int) -> None:
        paint_text(f"{self._phrases()(key, **values)}\n")

    def _phrases(self) -> Phrases:
        return self.catalogs.speak(self.language)

    def _show(self, message: ConsoleMessage) -> None:
        paint(message, sys.stdout)
        paint_text("")


def _today(house: House) -> dt.date:
    from zoneinfo import ZoneInfo

    return utc_now().astimezone(ZoneInfo(house.zone)).date()


def sample_files(today: dt.date) -> tuple[SourceFile, ...]:
    """The sample issues of the package, dated so that the last one is today's."""
    folder = resources.files("bot") / "samples"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".md"))
    files = []
    for place, name in enumerate(names):
        date = (today - dt.timedelta(days=len(names) - 1 - place)).isoformat()
        source = (folder / name).read_text(encoding="utf-8").replace(name[:10], date)
        files.append(SourceFile(f"{date}.md", f"{date}.md", source.encode()))
    return tuple(files)
