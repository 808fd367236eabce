"""The command line in this process: words in, an exit code and what was printed out."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.cli import run

SAMPLE = Path(__file__).parent.parent / "samples" / "2025-12-22.md"
ENGLISH = '[bot]\nlocale = "en"\n'


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended: its exit code and its words."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON object that it printed."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`digestbot` in a folder of its own."""

    folder: Path
    captured: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Done:
        """Carry out one command."""
        self.captured.readouterr()
        with own_logging():
            code = run(words)
        return Done(code, *self.captured.readouterr())

    def write(self, name: str, text: str) -> Path:
        """Put a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def publish(self, date: str = "2025-12-22") -> Path:
        """The sample issue under a date, in the folder of issues."""
        text = SAMPLE.read_text(encoding="utf-8").replace("2025-12-22", date)
        return self.write(f"issues/{date}.md", text)


@contextmanager
def own_logging() -> Iterator[None]:
    """Put back what a command changes for the whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers, root.level = handlers, level


def in_folder(
    folder: Path, captured: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """A command line in a folder, in an environment that says nothing."""
    monkeypatch.chdir(folder)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "DIGESTBOT_CONFIG", "DIGESTBOT_TRACE"):
        monkeypatch.delenv(name, raising=False)
    return CommandLine(folder, captured)
