"""The example is the whole list of settings, each with its default."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import Settings, load_settings
from bot.settings import Section
from digest.dialect import Dialect

ROOT = Path(__file__).parents[2]


def example(*, uncommented: bool) -> str:
    """The example, with the settings that are commented out brought in where asked."""
    text = (ROOT / "config.example.toml").read_text()
    return "\n".join(_uncommented(text.splitlines())) if uncommented else text


def _uncommented(lines: list[str]) -> Iterator[str]:
    """The lines without the `#` before a setting; in the dialect's block each line has one to lose."""
    dialect = False
    for line in lines:
        if line in ("# >>> issues.dialect", "# <<< issues.dialect"):
            dialect = line.startswith("# >>>")
        elif dialect or re.match(r"#[\[a-z]", line):
            yield line.removeprefix("#")
        else:
            yield line


def loaded(folder: Path, text: str) -> Settings:
    """The settings of this text; a problem fails the test with its own words."""
    file = folder / "config.toml"
    file.write_text(text)
    found = load_settings(file, {})
    assert isinstance(found, Settings), found
    return found


def section_names() -> list[str]:
    return [name for name, value in Settings() if isinstance(value, Section)]


@pytest.mark.parametrize("uncommented", [False, True])
def test_the_example_loads_without_a_problem(uncommented: bool, tmp_path: Path) -> None:
    loaded(tmp_path, example(uncommented=uncommented))


def test_the_example_is_the_defaults() -> None:
    assert Settings.model_validate(tomllib.loads(example(uncommented=False))) == Settings()


@pytest.mark.parametrize("name", section_names())
def test_every_key_is_in_the_example(name: str) -> None:
    keys = set(tomllib.loads(example(uncommented=False))[name])

    later = {"issues": {"dialect"}, "wecom": {"robots"}}.get(name, set())
    assert keys | later == set(type(getattr(Settings(), name)).model_fields)


def test_every_table_is_in_the_example() -> None:
    assert set(tomllib.loads(example(uncommented=True))) == set(Settings.model_fields)


def test_every_key_of_robots_and_replies_is_in_the_example(tmp_path: Path) -> None:
    raw = tomllib.loads(example(uncommented=True))
    settings = loaded(tmp_path, example(uncommented=True))

    assert set(raw["wecom"]["robots"][0]) == set(type(settings.wecom.robots[0]).model_fields)
    assert set(raw["replies"][0]) == set(type(settings.replies[0]).model_fields)


def test_every_key_of_the_dialect_is_in_the_example() -> None:
    raw = tomllib.loads(example(uncommented=True))

    assert set(raw["issues"]["dialect"]) == {key.name for key in fields(Dialect) if key.init}


def test_every_secret_of_the_example_is_empty() -> None:
    settings = Settings.model_validate(tomllib.loads(example(uncommented=False)))
    secrets = [
        value.get_secret_value()
        for name in section_names()
        for key, value in getattr(settings, name)
        if isinstance(value, SecretStr) and (name, key) != ("database", "url")
    ]

    assert len(secrets) >= 12
    assert set(secrets) == {""}
