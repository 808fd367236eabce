"""The account's menu: put in place where the account may have one, and only when it is another one."""

from __future__ import annotations

import asyncio

import structlog

from bot.wechat.client import WechatClient
from bot.wechat.library import Json
from bot.wechat.standing import Standing
from digest.accounts import Capability
from digest.errors import NotAllowed, Refused, SendFailure

log = structlog.get_logger()

AGAIN_SECONDS = 300.0


async def keep_menu(client: WechatClient, standing: Standing, menu: Json) -> None:
    """Set the menu; tried again while the platform cannot be reached. Then only wait to be cancelled."""
    await _put(client, standing, menu)
    await asyncio.Event().wait()


async def _put(client: WechatClient, standing: Standing, menu: Json) -> None:
    while standing.may(Capability.MENU):
        try:
            if await _differs(client, menu):
                await client.set_menu(menu)
                log.info("wechat_menu_set")
            return
        except NotAllowed:
            standing.deny(Capability.MENU)
        except Refused as refused:
            log.error("wechat_menu_refused", reason=refused.reason)
            return
        except SendFailure as failure:
            log.info("wechat_menu_put_off", why=type(failure).__name__, reason=failure.reason)
            await asyncio.sleep(AGAIN_SECONDS)


async def _differs(client: WechatClient, menu: Json) -> bool:
    try:
        found = await client.menu()
    except Refused:
        return True
    return _plain(found.get("menu")) != _plain(menu)


def _plain(value: object) -> object:
    """What the platform adds to a menu (empty lists of buttons) left out."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if one not in ([], None) and key != "menuid"}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
