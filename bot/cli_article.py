"""`digestbot article …`: its words."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from bot.cli_subscribers import Command, JsonFlag


def register_article(app: App, command: Command) -> None:
    """Add `article`; `command` carries it out under the configuration."""

    @app.command
    def article(date: str, *, out: Path | None = None, json: JsonFlag = False) -> int:
        """The issue of DATE as a WeChat article: a page to open, copy whole and paste into the editor.

        Parameters
        ----------
        date
            The issue's date, YYYY-MM-DD.
        out
            Write the page to this file instead of printing it.
        """
        from bot.article_page import write_article

        return command(lambda settings, terminal: write_article(date, out, settings, terminal, json=json))
