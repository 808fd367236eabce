"""From a database's URL to its engines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from digest.errors import OperatorError
from storage import sqlite

CONNECT_SECONDS = 5
_POOL = 10
# Before the last @, or a parameter.
_PASSWORD = re.compile(r"((?<=://)[^:/?#@]*:).*(?=@)|((?<=[?&])password=)[^&]*")
# A statement that plans a push to a million takes three seconds; whatever takes twenty times that hangs.
_POSTGRES_OPTIONS = "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"


@dataclass(frozen=True, slots=True)
class Engines:
    """A database's ways in: `writer` and `reader`; `path` is the file of an SQLite database, else None."""

    writer: AsyncEngine
    reader: AsyncEngine
    path: Path | None

    async def close(self) -> None:
        """Close every connection."""
        await self.reader.dispose()
        await self.writer.dispose()


def open_engines(url: str) -> Engines:
    """The engines of `sqlite:///path` or `postgresql://…`, not connected; OperatorError on another URL."""
    path = file_of(url)
    if path is not None:
        return Engines(sqlite.writing_engine(path), sqlite.reading_engine(path), path)
    engine = _postgres_engine(_parsed(url))
    snapshots = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(engine, snapshots, None)


def migrating_engine(url: str) -> AsyncEngine:
    """The engine that changes the tables themselves."""
    path = file_of(url)
    return _postgres_engine(_parsed(url)) if path is None else sqlite.migrating_engine(path)


def lasting_engine(url: str | URL, name: str) -> AsyncEngine:
    """An engine for a PostgreSQL session that lasts: no pool, no transaction that stays open."""
    parsed = _parsed(url) if isinstance(url, str) else url
    return create_async_engine(
        parsed.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": 10_000,
            "keepalives_idle": 10,
            "application_name": name,
        },
    )


def file_of(url: str) -> Path | None:
    """The file of an SQLite URL, None for PostgreSQL; OperatorError('storage.bad_url') for anything else."""
    parsed = _parsed(url)
    name = parsed.get_backend_name()
    if name == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return Path(str(parsed.database))
    if name != "postgresql":
        raise OperatorError("storage.bad_url", exit_code=2)
    return None


def shown(url: str) -> str:
    """The URL without its password."""
    return _PASSWORD.sub(lambda found: f"{found[1] or found[2]}***", url)


def conninfo_of(url: str) -> str:
    """A PostgreSQL URL as its own driver takes it; holds the password."""
    return _parsed(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _parsed(url: str) -> URL:
    try:
        return make_url(url.replace("postgres://", "postgresql://", 1))
    except ArgumentError as caught:
        raise OperatorError("storage.bad_url", exit_code=2) from caught


def _postgres_engine(url: URL) -> AsyncEngine:
    try:
        if find_spec("procrastinate") is None:
            raise ModuleNotFoundError("procrastinate")
        return _psycopg_engine(url.set(drivername="postgresql+psycopg"))
    except ImportError as caught:
        raise OperatorError("storage.missing_extra", exit_code=2, extra="postgres") from caught


def _psycopg_engine(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=_POOL,
        max_overflow=_POOL,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": 10_000,
            "keepalives_idle": 10,
            "application_name": "digestbot",
            "options": _POSTGRES_OPTIONS,
        },
    )
