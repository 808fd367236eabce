"""`digestbot roles …`: who may watch, send, give roles, beside the admins of the configuration."""

from __future__ import annotations

from typing import Literal

from cyclopts import App

from bot.cli_subscribers import Command, JsonFlag

RoleName = Literal["watcher", "editor", "owner"]


def register_roles(app: App, command: Command) -> None:
    """Add `roles` with its three commands."""
    roles = App(
        name="roles", help="Who may do what: list, give, take. Admins of the configuration are owners."
    )
    app.command(roles)

    @roles.command(name="list")
    def list_(*, json: JsonFlag = False) -> int:
        """Everybody with a role, a line each."""
        from bot.role_book import list_roles

        return command(lambda settings, terminal: list_roles(settings, terminal, json=json))

    @roles.command
    def give(address: str, role: RoleName) -> int:
        """Let an address watch campaigns (watcher), send and steer them (editor), or all of it (owner)."""
        from bot.role_book import give_role

        return command(lambda settings, terminal: give_role(address, role, settings, terminal))

    @roles.command
    def take(address: str) -> int:
        """Take an address's role away."""
        from bot.role_book import take_role

        return command(lambda settings, terminal: take_role(address, settings, terminal))
