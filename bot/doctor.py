"""`digestbot doctor`: asks the outside whether it would work, and says what to do about each fault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from bot.assembly import database_url, opened_store
from bot.checkup import Finding, unreachable
from bot.settings import Settings, TelegramSettings
from bot.terminal import Terminal
from digest.errors import OperatorError, SendFailure, StoreUnavailable

Look = Callable[[], Awaitable[tuple[Finding, ...]]]


async def examine(settings: Settings, terminal: Terminal, *, json: bool) -> int:
    """Say how each part is; 1 when something is wrong."""
    findings = await _findings(settings)
    if json:
        terminal.data({"findings": [_as_data(one, terminal) for one in findings]})
    else:
        for one in findings:
            mark = terminal.phrases("doctor.well" if one.well else "doctor.wrong")
            terminal.say(f"{mark} {one.subject}: {terminal.phrases(one.code, **one.values)}")
    return 0 if all(one.well for one in findings) else 1


async def _findings(settings: Settings) -> list[Finding]:
    found = [await _database(settings)]
    for look in _looks(settings):
        found += await look()
    return found


def _looks(settings: Settings) -> list[Look]:
    """What there is to ask; libraries are loaded only for what is configured."""
    looks: list[Look] = []
    if settings.telegram.configured:
        looks.append(lambda: _telegram(settings.telegram))
    if settings.wechat.configured:
        from bot.wechat.checkup import look as look_at_wechat

        looks.append(lambda: look_at_wechat(settings.wechat))
    if settings.wecom.configured:
        from bot.wecom.checkup import look as look_at_wecom

        looks.append(lambda: look_at_wecom(settings.wecom))
    return looks


async def _database(settings: Settings) -> Finding:
    try:
        async with opened_store(settings) as store, store.reading() as tx:
            readers = await tx.subscribers.count()
    except OperatorError as caught:
        return Finding("database", caught.code, caught.values)
    except StoreUnavailable as caught:
        return Finding("database", "cli.store_unavailable", {"reason": " ".join(str(caught).split())})
    scheme = urlsplit(database_url(settings)).scheme
    return Finding("database", "doctor.database", {"kind": scheme, "readers": readers}, well=True)


async def _telegram(settings: TelegramSettings) -> tuple[Finding, ...]:
    from bot.telegram.channel import TelegramChannel

    channel = TelegramChannel(
        settings.token.get_secret_value(),
        api_base_url=settings.api_base_url,
        proxy=settings.proxy.get_secret_value(),
    )
    await channel.open()
    try:
        await channel.identify()
    except SendFailure as failure:
        return (unreachable("telegram", urlsplit(settings.api_base_url).netloc, failure),)
    finally:
        await channel.close()
    return (Finding("telegram", "doctor.telegram", {"name": channel.username}, well=True),)


def _as_data(finding: Finding, terminal: Terminal) -> dict[str, object]:
    message = terminal.phrases(finding.code, **finding.values)
    return {"subject": finding.subject, "well": finding.well, "message": message}
