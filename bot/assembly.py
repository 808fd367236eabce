"""From settings to parts: the house, the rules of reading files, an opened store, the router."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.desk import desk_of
from bot.pace import Rate
from bot.phrases import Catalogs, load_catalogs, match_language
from bot.settings import Settings
from digest.accounts import ACCOUNTS, AccountKind
from digest.dialect import SEED_DIALECT, Dialect
from digest.errors import OperatorError
from digest.house import CustomReply, House
from digest.intents import CustomWords
from digest.reach import Sender
from handlers.ingest import Rules
from handlers.router import Router
from storage.engines import file_of
from storage.lock import InstanceLock
from storage.store import Store


def house_of(settings: Settings) -> House:
    """What the publisher and the operator settled for every reader."""
    schedule = settings.schedule
    return House(
        name=settings.bot.name,
        locale=match_language(settings.bot.locale) or "zh-Hans",
        zone=settings.bot.timezone,
        push_at=schedule.push_at,
        weekdays=schedule.weekdays,
        late_until=schedule.late_until,
        catch_up=dt.timedelta(hours=schedule.catch_up_hours),
        footer_line=settings.issues.footer_line,
        base_url=settings.web.base_url,
        short_links=settings.web.short_links,
        admins=frozenset(settings.bot.admins),
        expect_by=settings.issues.expect_by,
        senders=senders_of(settings),
        rate=1 / Rate(settings.telegram.messages_per_second).gap,
        replies=tuple(
            CustomReply(
                CustomWords(reply.words, contains=reply.match == "contains"),
                reply.text,
                reply.image,
                reply.hand_over,
            )
            for reply in settings.replies
        ),
    )


def senders_of(settings: Settings) -> tuple[Sender, ...]:
    """The accounts on WeChat and WeCom; one without a secret can do no more than answer."""
    wechat, wecom = settings.wechat, settings.wecom
    kind = AccountKind(wechat.account) if wechat.app_secret.get_secret_value() else AccountKind.PERSONAL
    found = []
    if wechat.configured:
        found.append(Sender("wechat", wechat.app_id, ACCOUNTS[kind]))
    if wecom.configured:
        app = f"{wecom.corp_id}:{wecom.agent_id}"
        found.append(Sender("wecom", app, ACCOUNTS[AccountKind.WECOM]))
    return tuple(found)


def rules_of(settings: Settings) -> Rules:
    """How issue files are read."""
    table = settings.issues.dialect
    dialect = Dialect.from_mapping(table) if table else SEED_DIALECT
    return Rules(dialect, settings.bot.timezone)


def catalogs_of(settings: Settings) -> Catalogs:
    """The languages, with the house's as the one to fall back on."""
    return load_catalogs(settings.bot.locale)


def database_url(settings: Settings) -> str:
    """Where everything is kept; may hold a password."""
    return settings.database.url.get_secret_value()


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """The store, made when it is new; closed at the end."""
    store = await Store.open(database_url(settings))
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def instance_lock(settings: Settings, now: dt.datetime) -> Iterator[None]:
    """The single-instance lock of an SQLite file; OperatorError(75) when another program holds it."""
    path = file_of(database_url(settings))
    with nullcontext() if path is None else _locked(path, settings, now):
        yield


def _locked(path: Path, settings: Settings, now: dt.datetime) -> InstanceLock:
    try:
        return InstanceLock.take(path, now=now, pid=os.getpid(), host=socket.gethostname())
    except OperatorError as caught:
        if "pid" not in caught.values:
            raise
        # A process id is no quantity, and the moment is read by a person.
        values = {**caught.values, "pid": str(caught.values["pid"]), "since": _since(caught, settings)}
        raise OperatorError(caught.code, exit_code=caught.exit_code, **values) from caught
    except OSError as caught:
        # A full disk has room for the lock, but not for the name in it.
        reason = caught.strerror or str(caught)
        raise OperatorError("storage.unreachable", exit_code=1, reason=reason, database=str(path)) from caught


def _since(refusal: OperatorError, settings: Settings) -> str:
    written = str(refusal.values["since"])
    moment = dt.datetime.fromisoformat(written) if written else None
    return f"{moment.astimezone(ZoneInfo(settings.bot.timezone)):%Y-%m-%d %H:%M}" if moment else "?"


def router_of(store: Store, settings: Settings, catalogs: Catalogs | None = None) -> Router:
    """The router of this house."""
    robots, shorten = bool(settings.wecom.robots), settings.issues.shorten_links
    desk = desk_of(rules_of(settings), robots=robots, shorten=shorten)
    return Router(store, catalogs or catalogs_of(settings), house_of(settings), desk)


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Every secret of the settings, for the log to mask."""
    return tuple(_secrets(settings))


def _secrets(value: object) -> Iterator[str]:
    from pydantic import BaseModel, SecretStr

    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _secrets(one)
