"""What tests of several packages share: databases, real ones."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.schema import migrate
from storage.store import Store
from tests.postgres import PostgresServer, postgres
from tests.shared_folder import NEEDS_SHARED, REPORT, SHARED

# One text gives one verdict, here and anywhere; `make fuzz` looks for what nobody thought of.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("fuzz", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

collect_ignore_glob = [] if SHARED else list(NEEDS_SHARED)


def pytest_report_header() -> str:
    """Say whether the tests that read the shared folder are collected."""
    return REPORT


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own, which keeps what it has committed."""
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def quick_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL for tests that make many databases: it behaves the same, and spares the disk."""
    with postgres(durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(quick_postgres: PostgresServer) -> str:
    """The name of a database with our tables, to copy."""
    name = quick_postgres.new_database()
    asyncio.run(migrate(quick_postgres.url(name), backup=False))
    return name


@pytest.fixture
def postgres_url(quick_postgres: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database with our tables."""
    name = quick_postgres.new_database(postgres_template)
    yield quick_postgres.url(name)
    quick_postgres.drop_database(name)


@pytest.fixture
def empty_postgres_url(quick_postgres: PostgresServer) -> Iterator[str]:
    """A fresh PostgreSQL database without tables."""
    name = quick_postgres.new_database()
    yield quick_postgres.url(name)
    quick_postgres.drop_database(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'digestbot.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each kind in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind in turn, without tables."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "empty_postgres_url")
    return url


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An open, empty store of each kind in turn."""
    opened = await Store.open(store_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    """An open, empty store in an SQLite file."""
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()
