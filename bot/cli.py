"""The command line: words in, one function called, an exit code out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from bot.carrying import (
    DONE,
    WRONG,
    Given,
    carry_out,
    configured,
    deliver,
    guarded,
    one_line,
    serve,
    take_config,
)
from bot.cli_article import register_article
from bot.cli_campaigns import register_broadcast, register_campaigns
from bot.cli_roles import register_roles
from bot.cli_subscribers import JsonFlag, Work, register_roster
from bot.terminal import open_terminal

DryRun = Annotated[bool, Parameter("--dry-run", negative=())]
ChannelName = Literal["console", "telegram", "wechat", "wecom"]


def run(words: Sequence[str]) -> int:
    """Carry out one command line; its exit code: 0 done, 1 failed, 2 wrong words or settings, 75 busy."""
    rest, given = take_config(words)
    return guarded(partial(_call, _app(given), rest or ["--help"]))


def _call(app: App, words: list[str]) -> int:
    try:
        result = app(words, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as caught:
        print(f"digestbot: {one_line(str(caught))} (digestbot --help)", file=sys.stderr)
        return WRONG
    return result if isinstance(result, int) else DONE


def _app(given: Given) -> App:
    from importlib.metadata import version

    app = App(
        name="digestbot",
        help="A folder of published issues as a daily digest in chat. Options for all: --config PATH.",
        version=version("digestbot"),
        help_flags=["--help", "-h"],
    )
    for register in (_register_start, _register_issues, _register_talk, _register_delivery):
        register(app, given)

    def command(work: Work) -> int:
        settings, terminal = configured(given)
        return carry_out(terminal, work(settings, terminal))

    for add in (register_article, register_broadcast, register_campaigns, register_roles, register_roster):
        add(app, command)
    return app


def _register_start(app: App, given: Given) -> None:
    @app.command
    def demo(*, locale: str = "") -> int:
        """A chat in this terminal on sample issues: no configuration, no token; /quit ends it."""
        from bot.demo import run_demo

        return carry_out(open_terminal(wish=locale), run_demo(locale))

    @app.command
    def run() -> int:
        """Everything in one process: channels, clock, worker, web."""
        return serve(given)

    @app.command
    def check(*, json: JsonFlag = False) -> int:
        """The configuration: every problem at once, as file:line: key: problem; hint."""
        from bot.operations import check_configuration

        settings, terminal = configured(given, json=json)
        return check_configuration(settings, terminal, json=json)

    @app.command
    def doctor(*, json: JsonFlag = False) -> int:
        """Tokens, allow-lists, the kind of account, the database: what is wrong, and what to do about it."""
        from bot.doctor import examine

        settings, terminal = configured(given)
        return carry_out(terminal, examine(settings, terminal, json=json))


def _register_issues(app: App, given: Given) -> None:
    @app.command
    def migrate(*, json: JsonFlag = False) -> int:
        """Create or upgrade the database; an SQLite file is copied first."""
        from bot.operations import migrate_database

        settings, terminal = configured(given)
        return carry_out(terminal, migrate_database(settings, terminal, json=json))

    @app.command
    def move(url: str, *, json: JsonFlag = False) -> int:
        """Take the SQLite database over into an empty PostgreSQL one; the old file stays as it is.

        Parameters
        ----------
        url
            The PostgreSQL database, such as postgresql://user:password@host/name.
        """
        from bot.moving import move_database

        settings, terminal = configured(given)
        return carry_out(terminal, move_database(url, settings, terminal, json=json))

    @app.command
    def ingest(*paths: Path, json: JsonFlag = False) -> int:
        """Load issue files or folders: new, changed, unchanged, rejected, with every problem's line.

        Parameters
        ----------
        paths
            Files, or folders whose issue files are taken; without any, the configured folder.
        """
        from bot.operations import ingest_paths

        settings, terminal = configured(given)
        return carry_out(terminal, ingest_paths(paths, settings, terminal, json=json))


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

        settings, terminal = configured(given, wish=locale)
        saying = Saying(" ".join(text), channel, as_, locale, now, press)
        return carry_out(terminal, say_once(saying, settings, terminal, json=json))


def _register_delivery(app: App, given: Given) -> None:
    @app.command
    def worker() -> int:
        """A delivery worker only, on any number of machines (PostgreSQL)."""
        return deliver(given)

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

        settings, terminal = configured(given)
        return carry_out(terminal, push_issue(date, settings, terminal, dry_run=dry_run, json=json))

    @app.command
    def explain(address: str, date: str = "", *, json: JsonFlag = False) -> int:
        """What became of one reader's digest, in order and with reasons; or why there is none.

        Parameters
        ----------
        address
            The reader's address, such as telegram:12345.
        date
            The issue's date, YYYY-MM-DD; without it the reader's today.
        """
        from bot.explaining import explain_delivery

        settings, terminal = configured(given)
        return carry_out(terminal, explain_delivery(address, date, settings, terminal, json=json))
