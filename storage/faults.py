"""The database's own errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from digest.errors import DiskFull, StoreUnavailable

_SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
    }
)
_PRIMARY_CODE = 0xFF
_POSTGRES_FULL = "53100"
# By SQLSTATE: connection lost or refused, resources, locks, cancelled statements, shutdown, system errors.
_POSTGRES_AWAY = ("08", "40", "53", "55", "57", "58", "25P03", "25P04", "28", "3D000")


@contextmanager
def renamed() -> Iterator[None]:
    """Inside it, a database that takes no part raises StoreUnavailable or DiskFull; a bug stays a bug."""
    try:
        yield
    except PoolTimeout as caught:
        raise StoreUnavailable("no connection is free") from caught
    except DBAPIError as caught:
        fault = named(caught.orig, lost=caught.connection_invalidated)
        if fault is None:
            raise
        raise fault from caught
    except sqlite3.Error as caught:
        fault = named(caught, lost=False)
        if fault is None:
            raise
        raise fault from caught


def sqlite_code(error: BaseException | None) -> int:
    """The primary result code of an SQLite error; 0 when it has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY_CODE


def named(error: BaseException | None, *, lost: bool = False) -> StoreUnavailable | None:
    """What a driver's error is in our words, when it says that the database takes no part."""
    code, state = sqlite_code(error), getattr(error, "sqlstate", None)
    if code == sqlite3.SQLITE_FULL or state == _POSTGRES_FULL:
        return DiskFull(str(error))
    if lost or code in _SQLITE_AWAY or _postgres_away(error, state):
        return StoreUnavailable(str(error))
    return None


def _postgres_away(error: BaseException | None, state: str | None) -> bool:
    if state is not None:
        return state.startswith(_POSTGRES_AWAY)
    # psycopg's connection errors carry no SQLSTATE.
    return type(error).__module__.startswith("psycopg") and type(error).__name__ in (
        "OperationalError",
        "InterfaceError",
        "ConnectionTimeout",
    )
