"""The command line: words in, one function called, an exit code out. Never a traceback, never a secret."""

from __future__ import annotations

import asyncio
import os
import sys
import traceback
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, CycloptsError, Parameter

from bot.cli_subscribers import JsonFlag, Work, register_roster
from bot.config import load_settings
from bot.log import keep_quiet
from bot.settings import Settings
from bot.terminal import Terminal, open_terminal
from digest.errors import OperatorError, StoreUnavailable

DONE, FAILED, WRONG, BUSY = 0, 1, 2, 75
DEFAULT_CONFIG = "config.toml"
DryRun = Annotated[bool, Parameter("--dry-run", negative=())]
ChannelName = Literal["console", "telegram"]


@dataclass(frozen=True, slots=True)
class Given:
    """What stands before every command: the configuration's path, when one was named."""

    config: Path | None


class _Refused(Exception):
    """A command that ended before it began, with this exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def run(words: Sequence[str]) -> int:
    """Carry out one command line; its exit code: 0 done, 1 failed, 2 wrong words or settings, 75 busy."""
    rest, named = _take_config(list(words))
    config = named if named is not None else os.environ.get("DIGESTBOT_CONFIG") or None
    app = _app(Given(Path(config) if config else None))
    try:
        result = app(rest or ["--help"], exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as caught:
        print(f"digestbot: {_one_line(str(caught))} (digestbot --help)", file=sys.stderr)
        return WRONG
    except _Refused as refused:
        return refused.code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return _quietly_closed()
    except Exception as caught:
        return _unexpected(caught)
    return result if isinstance(result, int) else DONE


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


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _take_config(words: list[str]) -> tuple[list[str], str | None]:
    """The words without `--config PATH`, wherever it stands, and the path."""
    rest: list[str] = []
    named = None
    place = 0
    while place < len(words):
        word = words[place]
        if word == "--config" and place + 1 < len(words):
            named = words[place + 1]
            place += 1
        elif word.startswith("--config="):
            named = word.removeprefix("--config=")
        else:
            rest.append(word)
        place += 1
    return rest, named


def _configured(given: Given, wish: str = "", *, json: bool = False) -> tuple[Settings, Terminal]:
    """The settings, and the terminal in the operator's language; _Refused(2) when settings are wrong.

    `json` tells what is wrong as data.
    """
    path = given.config
    if path is None and Path(DEFAULT_CONFIG).exists():
        path = Path(DEFAULT_CONFIG)
    loaded = load_settings(path, os.environ)
    if not isinstance(loaded, Settings):
        terminal = open_terminal(wish=wish, configured=_configured_locale(path))
        raise _Refused(terminal.list_problems(loaded, json=json))
    named = loaded.bot.locale if "locale" in loaded.bot.model_fields_set else ""
    return loaded, open_terminal(wish=wish, configured=named)


def _configured_locale(path: Path | None) -> str:
    """The locale of a configuration that cannot be read whole, as far as its line can."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path else []
    except OSError:
        return ""
    found = (line.partition("=") for line in lines)
    return next((v.split("#")[0].strip(" \"'") for k, _, v in found if k.strip() == "locale"), "")


def _carry_out(terminal: Terminal, work: Coroutine[Any, Any, int]) -> int:
    keep_quiet()
    try:
        return asyncio.run(work)
    except OperatorError as caught:
        return terminal.refuse(caught)
    except StoreUnavailable as caught:
        terminal.complain(terminal.phrases("cli.store_unavailable", reason=_one_line(str(caught))))
        return FAILED


def _app(given: Given) -> App:
    from importlib.metadata import version

    app = App(
        name="digestbot",
        help="A folder of published issues as a daily digest in chat. Options for all: --config PATH.",
        version=version("digestbot"),
        help_flags=["--help", "-h"],
    )
    for register in (_register_start, _register_issues, _register_talk, _register_delivery, _register_roster):
        register(app, given)
    return app


def _register_roster(app: App, given: Given) -> None:
    def command(work: Work) -> int:
        settings, terminal = _configured(given)
        return _carry_out(terminal, work(settings, terminal))

    register_roster(app, command)


def _register_start(app: App, given: Given) -> None:
    @app.command
    def demo(*, locale: str = "") -> int:
        """A chat in this terminal on sample issues: no configuration, no token; /quit ends it."""
        from bot.demo import run_demo

        return _carry_out(open_terminal(wish=locale), run_demo(locale))

    @app.command
    def run() -> int:
        """Everything in one process: channels, clock, worker, web."""
        settings, terminal = _configured(given)
        from bot.app import run_app

        return _carry_out(terminal, run_app(settings, terminal))

    @app.command
    def check(*, json: JsonFlag = False) -> int:
        """The configuration: every problem at once, as file:line: key: problem; hint."""
        from bot.operations import check_configuration

        settings, terminal = _configured(given, json=json)
        return check_configuration(settings, terminal, json=json)


def _register_issues(app: App, given: Given) -> None:
    @app.command
    def migrate(*, json: JsonFlag = False) -> int:
        """Create or upgrade the database; an SQLite file is copied first."""
        from bot.operations import migrate_database

        settings, terminal = _configured(given)
        return _carry_out(terminal, migrate_database(settings, terminal, json=json))

    @app.command
    def ingest(*paths: Path, json: JsonFlag = False) -> int:
        """Load issue files or folders: new, changed, unchanged, rejected, with every problem's line.

        Parameters
        ----------
        paths
            Files, or folders whose issue files are taken; without any, the configured folder.
        """
        from bot.operations import ingest_paths

        settings, terminal = _configured(given)
        return _carry_out(terminal, ingest_paths(paths, settings, terminal, json=json))


def _register_talk(app: App, given: Given) -> None:
    @app.command
    def say(
        *text: Annotated[str, Parameter(allow_leading_hyphen=True)],
        channel: ChannelName = "console",
        as_: Annotated[str, Parameter("--as")] = "",
        locale: str = "",
        now: str = "",
        press: str = "",
        json: JsonFlag = False,
    ) -> int:
        """Answer one message, printed exactly as that channel would send it.

        Parameters
        ----------
        text
            What the reader types.
        as_
            The recipient who says it (default: one fixed private recipient).
        locale
            The reader's language, as the channel would tell it.
        now
            The moment of this one answer, ISO 8601.
        press
            Button data to tap instead of typing.
        """
        from bot.talk import Saying, say_once

        settings, terminal = _configured(given, wish=locale)
        saying = Saying(" ".join(text), channel, as_, locale, now, press)
        return _carry_out(terminal, say_once(saying, settings, terminal, json=json))


def _register_delivery(app: App, given: Given) -> None:
    @app.command
    def push(date: str, *, dry_run: DryRun = False, json: JsonFlag = False) -> int:
        """Send the issue of DATE to everybody who has not had it; the running bot does the sending.

        Parameters
        ----------
        date
            The issue's date, YYYY-MM-DD.
        dry_run
            Only say how many would get it, and by when.
        """
        from bot.operations import push_issue

        settings, terminal = _configured(given)
        return _carry_out(terminal, push_issue(date, settings, terminal, dry_run=dry_run, json=json))
