"""Where the programs of drills come from: one that has everything loaded, and forks."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("push_program.py")


@dataclass(slots=True)
class Child:
    """A program that pushes: killed, frozen and woken by its id; `facts` is what it left when it ended."""

    pid: int
    home: Path
    _descriptor: int | None

    def signal(self, number: int) -> None:
        """Send it a signal; one that has ended gets none."""
        if self._descriptor is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, number)

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.signal(signal.SIGKILL)
        await self.ended(30)

    async def ended(self, seconds: float) -> dict[str, float]:
        """What it left, once it has ended; {} when it did not end in order."""
        if self._descriptor is not None:
            loop = asyncio.get_running_loop()
            gone: asyncio.Future[None] = loop.create_future()
            loop.add_reader(self._descriptor, _tell, gone)
            try:
                await asyncio.wait_for(gone, seconds)
            finally:
                loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None
        return json.loads(self.home.read_text()) if self.home.exists() else {}

    def end(self) -> None:
        """Whatever it does, it does no more."""
        self.signal(signal.SIGKILL)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _tell(gone: asyncio.Future[None]) -> None:
    if not gone.done():
        gone.set_result(None)


@dataclass(slots=True)
class Nursery:
    """Starts programs; all that still run are ended with it."""

    mother: subprocess.Popen[str]
    children: list[Child] = field(default_factory=list)

    def start(self, home: Path, **order: Any) -> Child:
        """A new program, with this order; its facts and its log are in this folder."""
        assert self.mother.stdin is not None
        assert self.mother.stdout is not None
        facts = home / f"program-{len(self.children)}.json"
        self.mother.stdin.write(json.dumps({**order, "facts": str(facts)}) + "\n")
        self.mother.stdin.flush()
        pid = int(self.mother.stdout.readline())
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            descriptor = None
        child = Child(pid, facts, descriptor)
        self.children.append(child)
        return child


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery, gone with the block."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, str(PROGRAM)], stdin=pipe, stdout=pipe, text=True) as mother:
        opened = Nursery(mother)
        try:
            yield opened
        finally:
            for child in opened.children:
                child.end()
            assert mother.stdin is not None
            mother.stdin.close()
