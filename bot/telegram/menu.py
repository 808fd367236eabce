"""The command menu, set where it differs from what Telegram shows already."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

import structlog

from bot.phrases import Catalogs
from bot.telegram.channel import Command
from digest.errors import SendFailure
from handlers.commands import menu

log = structlog.get_logger()

AGAIN_SECONDS = 30.0

Menus = Mapping[str, Sequence[Command]]


class Shown(Protocol):
    """Whose menus are read and set, one for a language of two letters, '' for every other."""

    async def menu(self, language: str) -> tuple[Command, ...]:
        """The menu as it is."""
        ...

    async def set_menu(self, language: str, commands: Sequence[Command]) -> None:
        """The menu as it shall be."""


async def set_menus(shown: Shown, menus: Menus) -> tuple[str, ...]:
    """Set each language's menu that is not what it shall be; the languages that were changed."""
    changed = []
    for language, commands in menus.items():
        if await shown.menu(language) != tuple(commands):
            await shown.set_menu(language, commands)
            changed.append(language)
    return tuple(changed)


async def keep_menus(shown: Shown, menus: Menus) -> None:
    """Set the menus once the platform answers, then rest until cancelled."""
    while True:
        try:
            changed = await set_menus(shown, menus)
        except SendFailure as failure:
            log.info("menu_not_set", reason=type(failure).__name__)
            await asyncio.sleep(AGAIN_SECONDS)
            continue
        log.info("menu_set", languages=list(changed))
        await asyncio.Event().wait()


def menus(catalogs: Catalogs) -> Menus:
    """The command menus in every language; '' is the one for all others."""

    def lines(language: str) -> tuple[Command, ...]:
        return tuple(Command(line.name, line.description) for line in menu(catalogs.speak(language)))

    return {"": lines(catalogs.default), "zh": lines("zh-Hans"), "en": lines("en")}
