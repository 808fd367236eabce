"""Who may do what with campaigns."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody may do: watch campaigns; send broadcasts and steer them; give roles, too."""

    WATCHER = "watcher"
    EDITOR = "editor"
    OWNER = "owner"


def may_watch(role: Role | None) -> bool:
    """Whether campaigns and their sums may be seen."""
    return role is not None


def may_send(role: Role | None) -> bool:
    """Whether broadcasts may be sent, paused, stopped and corrected."""
    return role in (Role.EDITOR, Role.OWNER)
