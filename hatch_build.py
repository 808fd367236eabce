"""The build hook: the message catalogs are compiled before files are collected."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling gives its configuration no type
    """Compile bot/locales, so that the wheel and an editable install speak every language."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called once before each build; a broken catalog ends it."""
        sys.path.insert(0, self.root)
        try:
            from scripts.compile_catalogs import compile_catalogs
        finally:
            sys.path.remove(self.root)
        compile_catalogs(Path(self.root))
