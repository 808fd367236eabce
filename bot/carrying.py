"""Carrying out a command: settings, language, exit code. Never a traceback, never a secret."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import traceback
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config import load_settings
from bot.lean import without_rich
from bot.log import keep_quiet
from bot.settings import Settings
from bot.terminal import Terminal, open_terminal
from digest.errors import OperatorError, StoreUnavailable

DONE, FAILED, WRONG, BUSY = 0, 1, 2, 75
INTERRUPTED = 130
DEFAULT_CONFIG = "config.toml"


@dataclass(frozen=True, slots=True)
class Given:
    """What stands before every command: the configuration's path, when one was named."""

    config: Path | None


class Refused(Exception):
    """A command that ended before it began, with this exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def take_config(words: Sequence[str]) -> tuple[list[str], Given]:
    """The words without `--config PATH`, wherever it stands; and the path, else `$DIGESTBOT_CONFIG`."""
    rest: list[str] = []
    named = None
    left = iter(words)
    for word in left:
        if word == "--config":
            named = next(left, None)
            rest += [word] if named is None else []
        elif word.startswith("--config="):
            named = word.removeprefix("--config=")
        else:
            rest.append(word)
    config = named if named is not None else os.environ.get("DIGESTBOT_CONFIG") or None
    return rest, Given(Path(config) if config else None)


def guarded(command: Callable[[], int]) -> int:
    """The exit code of a command, whatever becomes of it."""
    try:
        return command()
    except Refused as refused:
        return refused.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _quietly_closed()
    except Exception as caught:
        return _unexpected(caught)


def serve(given: Given) -> int:
    """`digestbot run`: everything in one process, until it is told to stop."""
    settings, terminal = configured(given)
    with without_rich():
        from bot.app import run_app

    return carry_out(terminal, run_app(settings, terminal))


def deliver(given: Given) -> int:
    """`digestbot worker`: sends what other programs on the same PostgreSQL plan, until it is told to stop."""
    settings, terminal = configured(given)
    with without_rich():
        from bot.worker_program import run_worker

    return carry_out(terminal, run_worker(settings, terminal))


def configured(given: Given, wish: str = "", *, json: bool = False) -> tuple[Settings, Terminal]:
    """The settings, and the terminal in the operator's language; Refused(2) when settings are wrong.

    `json` tells what is wrong as data.
    """
    path = given.config
    if path is None and Path(DEFAULT_CONFIG).exists():
        path = Path(DEFAULT_CONFIG)
    loaded = load_settings(path, os.environ)
    if not isinstance(loaded, Settings):
        terminal = open_terminal(wish=wish, configured=_configured_locale(path))
        raise Refused(terminal.list_problems(loaded, json=json))
    named = loaded.bot.locale if "locale" in loaded.bot.model_fields_set else ""
    return loaded, open_terminal(wish=wish, configured=named)


def carry_out(terminal: Terminal, work: Coroutine[Any, Any, int]) -> int:
    """The exit code of a command's work; what stops it is told in a sentence."""
    keep_quiet()
    # What is imported by now stays: no collection needs to look at it again.
    gc.freeze()
    gc.enable()
    try:
        return asyncio.run(work)
    except OperatorError as caught:
        return terminal.refuse(caught)
    except StoreUnavailable as caught:
        terminal.complain(terminal.phrases("cli.store_unavailable", reason=one_line(str(caught))))
        return FAILED


def one_line(text: str) -> str:
    """A text without line breaks."""
    return " ".join(text.split())


def _configured_locale(path: Path | None) -> str:
    """The locale of a configuration that cannot be read whole, as far as its line can."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path else []
    except OSError:
        return ""
    found = (line.partition("=") for line in lines)
    return next((v.split("#")[0].strip(" \"'") for k, _, v in found if k.strip() == "locale"), "")


def _unexpected(error: Exception) -> int:
    """A fault of ours: one sentence; the whole story only for who asks for it."""
    print(
        f"digestbot: unexpected {type(error).__name__}; set DIGESTBOT_TRACE=1 to see where", file=sys.stderr
    )
    if os.environ.get("DIGESTBOT_TRACE"):
        traceback.print_exception(error, file=sys.stderr)
    return FAILED


def _quietly_closed() -> int:
    # Whoever read our output has left; what Python would still flush has nowhere to go.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
