"""`digestbot broadcast …` and `digestbot campaigns …`: their words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from bot.cli_subscribers import Command, JsonFlag, Work

DryRun = Annotated[bool, Parameter("--dry-run", negative=())]
Yes = Annotated[bool, Parameter("--yes", negative=())]


def register_broadcast(app: App, command: Command) -> None:
    """Add `broadcast`; `command` carries it out under the configuration."""

    @app.command
    def broadcast(  # noqa: PLR0913 - its options
        file: Path | None = None,
        *,
        text: Annotated[str, Parameter(allow_leading_hyphen=True)] = "",
        picture: Path | None = None,
        audience: str = "",
        at: str = "",
        key: str = "",
        dry_run: DryRun = False,
        yes: Yes = False,
        json: JsonFlag = False,
    ) -> int:
        """Send a notice to an audience, once; the running bot does the sending.

        Parameters
        ----------
        file
            The notice; a .md file's bold, links, code, quotations and lists are kept.
        text
            The notice itself, instead of a file.
        picture
            An image (JPEG, PNG, WebP), its caption the notice, if any. An admin on Telegram gets it first.
        audience
            Whom for: channel:telegram lang:zh-Hans section:NAME active:30d private group admin.
        at
            When to begin: 10:30, "2026-11-27 10:30", ISO 8601, or 20min.
        key
            An order with the same key is carried out once; without one, the same words on the same day are.
        dry_run
            Only say whom it would reach, who is left out and why, and by when.
        yes
            Do not ask.
        """
        from bot.broadcasting import Order
        from bot.broadcasting import broadcast as send

        order = Order(file, text, picture, audience, at, key, dry_run, yes)
        return command(lambda settings, terminal: send(order, settings, terminal, json=json))


def register_campaigns(app: App, command: Command) -> None:
    """Add `campaigns` with its six commands."""
    campaigns = App(name="campaigns", help="The campaigns: list, show, pause, resume, cancel, retry.")
    app.command(campaigns)

    @campaigns.command(name="list")
    def list_(*, json: JsonFlag = False) -> int:
        """The newest campaigns, a line each."""
        from bot.campaigning import list_campaigns

        return command(lambda settings, terminal: list_campaigns(settings, terminal, json=json))

    @campaigns.command
    def show(campaign: int, *, json: JsonFlag = False) -> int:
        """One campaign: counts per state that add up to the head count, and the reasons."""
        from bot.campaigning import show_campaign

        return command(lambda settings, terminal: show_campaign(campaign, settings, terminal, json=json))

    @campaigns.command
    def pause(campaign: int, *, json: JsonFlag = False) -> int:
        """Send nothing more of it for now."""
        return command(_steering("pause", campaign, json=json))

    @campaigns.command
    def resume(campaign: int, *, json: JsonFlag = False) -> int:
        """Send on; a scheduled broadcast begins at once."""
        return command(_steering("resume", campaign, json=json))

    @campaigns.command
    def cancel(campaign: int, *, json: JsonFlag = False) -> int:
        """Send nothing more of it, for ever."""
        return command(_steering("cancel", campaign, json=json))

    @campaigns.command
    def retry(campaign: int, *, only: str = "", json: JsonFlag = False) -> int:
        """Send what failed or is unknown once more, and nothing else.

        Parameters
        ----------
        only
            Only what has "failed", or only what is "unknown".
        """
        from bot.campaigning import retry_campaign

        return command(
            lambda settings, terminal: retry_campaign(campaign, only, settings, terminal, json=json)
        )


def _steering(act: str, campaign: int, *, json: bool) -> Work:
    from bot.campaigning import steer_campaign

    return lambda settings, terminal: steer_campaign(act, campaign, settings, terminal, json=json)
