"""What the platform says of an official account: its login, our address, and what kind of account it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from bot.checkup import Finding, unreachable
from bot.settings import WechatSettings
from bot.wechat.client import WechatClient
from bot.wechat.failures import address_in
from bot.wechat.library import Json
from bot.wechat.sending import client_of
from digest.accounts import ACCOUNTS, AccountKind
from digest.errors import NotAllowed, Refused, SendFailure, Unauthorized
from digest.reach import way_of

SUBJECT = "wechat"
# Reasons with a sentence of their own.
_SAID = frozenset({"bad_secret", "bad_app_id", "api_banned", "restricted"})
# What answers as one of these may be configured as any of them: they differ in nothing that can be asked.
_ALIKE = frozenset({AccountKind.SERVICE, AccountKind.TEST})


async def look(settings: WechatSettings) -> tuple[Finding, ...]:
    """What there is to say of the account of the settings; only harmless questions are asked."""
    client = client_of(settings)
    way = Finding(SUBJECT, f"doctor.way_{way_of(ACCOUNTS[AccountKind(settings.account)])}", well=True)
    if client is None:
        return (Finding(SUBJECT, "doctor.wechat_no_secret", well=True), way)
    try:
        return (*await _asked(client, settings), way)
    finally:
        await client.close()


async def _asked(client: WechatClient, settings: WechatSettings) -> tuple[Finding, ...]:
    try:
        await client.callback_addresses()
    except SendFailure as failure:
        return (_told(failure, settings),)
    login = Finding(SUBJECT, "doctor.wechat_login", {"app_id": settings.app_id}, well=True)
    try:
        kind = await _kind(client)
    except SendFailure as failure:
        return (login, _told(failure, settings))
    configured = AccountKind(settings.account)
    if kind is configured or {kind, configured} <= _ALIKE:
        return (login, Finding(SUBJECT, "doctor.wechat_kind", {"kind": configured.value}, well=True))
    values = {"kind": kind.value, "configured": configured.value}
    return (login, Finding(SUBJECT, "doctor.wechat_other_kind", values))


async def _kind(client: WechatClient) -> AccountKind:
    """What kind of account answers like this."""
    if not await _may(client.menu):
        return AccountKind.PERSONAL
    return AccountKind.SERVICE if await _may(client.templates) else AccountKind.SUBSCRIPTION


async def _may(ask: Callable[[], Awaitable[Json]]) -> bool:
    try:
        await ask()
    except NotAllowed:
        return False
    except Refused:
        # It may ask; there is only nothing there.
        return True
    return True


def _told(failure: SendFailure, settings: WechatSettings) -> Finding:
    if isinstance(failure, Unauthorized):
        if failure.reason == "ip_list":
            address = address_in(failure.words) or "?"
            return Finding(SUBJECT, "doctor.wechat_ip_list", {"address": address})
        if failure.reason in _SAID:
            return Finding(SUBJECT, f"doctor.wechat_{failure.reason}")
    if isinstance(failure, NotAllowed):
        return Finding(SUBJECT, "doctor.wechat_not_authorised")
    return unreachable(SUBJECT, urlsplit(settings.api_base_url).netloc, failure)
