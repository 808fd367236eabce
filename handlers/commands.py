"""Menus made from the one table of commands."""

from __future__ import annotations

from dataclasses import dataclass

from digest.commands import commands
from digest.ports import Phrases


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One line of a command menu."""

    name: str
    description: str


def menu(phrases: Phrases) -> tuple[MenuLine, ...]:
    """The command menu in one language, in the table's order."""
    return tuple(MenuLine(command.name, phrases(command.menu_id)) for command in commands() if command.menu)
