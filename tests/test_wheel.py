"""The wheel: what is in it, and that it runs where the sources are not."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
PACKAGES = ("bot", "web", "handlers", "storage", "digest")
PROBE = """
import sys
from importlib import resources
import bot
from bot.config import load_settings
from bot.phrases import load_catalogs
print(bot.__file__)
print(len(list(load_catalogs())), load_settings(None, {}).schedule.push_at)
print(sorted({(resources.files(p) / f).is_dir() for p, f in (("bot", "samples"), ("storage", "migrations"))}))
"""


def run(command: list[str | Path], folder: Path) -> str:
    """What a command prints; where it fails, its own words."""
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        command, check=False, cwd=folder, env=environ, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, "."], ROOT)
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def house(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; its libraries are borrowed from the one the tests run in."""
    folder = tmp_path_factory.mktemp("house")
    run([sys.executable, "-m", "venv", "--without-pip", folder], folder)
    python = folder / "bin" / "python"
    own = Path(run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).strip())
    # A path that stands in a .pth is searched, but its own .pth files (our editable install) are not read.
    (own / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
    ]
    run([*pip, "--ignore-installed", wheel], folder)
    return folder


def names(wheel: Path) -> list[str]:
    return zipfile.ZipFile(wheel).namelist()


def sources(package: str, pattern: str) -> set[str]:
    found = (ROOT / package).rglob(pattern)
    return {str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts}


def test_the_wheel_has_every_module(wheel: Path) -> None:
    wanted = set[str]().union(*(sources(package, "*.py") for package in PACKAGES))

    assert wanted - set(names(wheel)) == set()


def test_the_wheel_has_the_catalogs_the_samples_and_the_migrations(wheel: Path) -> None:
    catalogs = {f"bot/locales/{language}/LC_MESSAGES/digestbot.mo" for language in ("zh_Hans", "en")}
    samples = sources("bot/samples", "*.md")
    migrations = sources("storage/migrations", "*")
    wanted = catalogs | samples | {name for name in migrations if (ROOT / name).is_file()}

    assert len(samples) >= 3
    assert wanted - set(names(wheel)) == set()


def test_the_wheel_has_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in names(wheel)}

    assert tops == {*PACKAGES, f"digestbot-{VERSION}.dist-info"}


def test_the_wheel_brings_the_command(wheel: Path) -> None:
    entry_points = zipfile.ZipFile(wheel).read(f"digestbot-{VERSION}.dist-info/entry_points.txt").decode()

    assert "digestbot = bot.__main__:main" in entry_points


def test_the_installed_command_tells_its_version(house: Path) -> None:
    assert run([house / "bin" / "digestbot", "--version"], house).split() == ["digestbot", VERSION]


def test_the_installed_program_has_its_words_and_its_data(house: Path) -> None:
    where, words, folders = run([house / "bin" / "python", "-c", PROBE], house).splitlines()

    assert Path(where).is_relative_to(house)
    assert words == "2 08:00:00"
    assert folders == "[True]"
