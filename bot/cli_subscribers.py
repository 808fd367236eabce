"""`digestbot subscribers …`: the words of the roster's commands."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from bot.settings import Settings
from bot.terminal import Terminal

JsonFlag = Annotated[bool, Parameter("--json", negative=())]
Work = Callable[[Settings, Terminal], Coroutine[Any, Any, int]]
Command = Callable[[Work], int]


def register_roster(app: App, command: Command) -> None:
    """Add `subscribers` with its five commands; `command` carries one out under the configuration."""
    roster = App(name="subscribers", help="The subscribers: list, add, remove, import, export.")
    app.command(roster)

    @roster.command(name="list")
    def list_(*, json: JsonFlag = False) -> int:
        """Every subscriber, a line each."""
        from bot.rosters import list_subscribers

        return command(lambda settings, terminal: list_subscribers(settings, terminal, json=json))

    @roster.command
    def add(
        address: str,
        *,
        locale: str = "",
        timezone: str = "",
        push_at: str = "",
        weekdays: str = "",
        sections: Annotated[str, Parameter(allow_leading_hyphen=True)] = "",
        form: str = "",
        silent: bool = False,
    ) -> int:
        """Add a subscriber, such as telegram:12345; nothing is sent by it."""
        from bot.rosters import add_subscriber

        row = {
            "address": address,
            "locale": locale,
            "timezone": timezone,
            "push_at": push_at,
            "weekdays": weekdays,
            "sections": sections,
            "form": form,
            "silent": "true" if silent else "",
            "active": "true",
        }
        return command(lambda settings, terminal: add_subscriber(row, settings, terminal))

    @roster.command
    def remove(address: str) -> int:
        """Take a subscriber out, with all preferences."""
        from bot.rosters import remove_subscriber

        return command(lambda settings, terminal: remove_subscriber(address, settings, terminal))

    @roster.command(name="import")
    def import_(path: Path, *, json: JsonFlag = False) -> int:
        """Import a CSV with a header, or the JSON of export; one faulty row keeps all out."""
        from bot.rosters import import_subscribers

        return command(lambda settings, terminal: import_subscribers(path, settings, terminal, json=json))

    @roster.command
    def export(path: Path | None = None, *, json: JsonFlag = False) -> int:
        """Write every subscriber as CSV, or as JSON, to PATH or to the output."""
        from bot.rosters import export_subscribers

        return command(lambda settings, terminal: export_subscribers(path, settings, terminal, json=json))
