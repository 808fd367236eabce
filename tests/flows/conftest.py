"""What the flows start with: a cache of compiled modules, and houses that share it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.pushes import OWED, owe
from tests.flows.running import House

NewHouse = Callable[[], House]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the children keep compiled modules: only the first of them compiles."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(scope="module")
def new_house(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> NewHouse:
    """A maker of empty houses."""
    return lambda: House(tmp_path_factory.mktemp("house"), compiled)


@pytest.fixture(scope="session")
def owing_folder(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> Path:
    """A house that owes the sample to 300 readers and has sent nothing."""
    house = House(tmp_path_factory.mktemp("owing"), compiled)
    house.configure()
    asyncio.run(owe(house, OWED))
    return house.folder


@pytest.fixture
def owing_house(house: House, owing_folder: Path) -> House:
    """A house of one test's own that owes the sample to 300 readers."""
    shutil.copytree(owing_folder, house.folder, dirs_exist_ok=True)
    return house


@pytest.fixture
def house(new_house: NewHouse) -> House:
    """An empty house of one test's own."""
    return new_house()
