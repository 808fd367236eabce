"""The house: what is tracked, locked and linked."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = {"bot", "web", "handlers", "storage", "digest"}
LOCKS = ("requirements.lock", "requirements-test.lock")
# Assembled, so that this file does not hold what it looks for.
REGISTRIES = ["pypi" + ".org", "python" + "hosted", "npm" + "js"]
MACHINE_PATH = re.compile(r"(?<![\w./])/(work|farm|root)/[a-z]")


def tracked() -> list[Path]:
    """Every file that is in the repository, or would be when it were added now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=30,
    ).stdout  # fmt: skip
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    return [(path.relative_to(ROOT), path.read_text(errors="replace")) for path in tracked()]


def pins(lock: str) -> dict[str, str]:
    """The packages of a lock file, and how each is pinned."""
    found = re.findall(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_download_from(lock: str) -> None:
    assert re.findall(r".*(?:://|--index|--extra-index|--find-links).*", (ROOT / lock).read_text()) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text())[1:]

    assert len(blocks) >= 40
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_what_is_tested_is_what_runs() -> None:
    runtime, test = pins("requirements.lock"), pins("requirements-test.lock")

    assert {name: test.get(name) for name in runtime} == runtime


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[^a-z0-9-]", line)[0] for line in project["dependencies"]}

    assert wanted - pins("requirements.lock").keys() == set()


def test_no_lock_file_with_addresses_is_tracked() -> None:
    names = {path.name for path in tracked()}

    assert names & {"uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "pnpm-lock.yaml"} == set()


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_tracked_file_names_a_registry(host: str) -> None:
    assert [str(path) for path, text in texts() if host in text] == []


def test_no_tracked_file_holds_a_path_of_the_machine() -> None:
    assert [(str(path), found[0]) for path, text in texts() if (found := MACHINE_PATH.search(text))] == []


def test_nothing_large_or_secret_is_tracked() -> None:
    names = [str(path.relative_to(ROOT)) for path in tracked()]

    assert [name for name in names if name.endswith((".db", ".mo", ".pyc")) or name == "config.toml"] == []
    assert [path for path in tracked() if path.stat().st_size > 2_000_000] == []


@pytest.mark.parametrize(
    "script",
    [
        ".ci/run",
        "scripts/check",
        "scripts/lock",
        "scripts/make-venv",
        "scripts/install-debian",
        "scripts/pytest-system",
    ],
)
def test_a_script_can_be_run(script: str) -> None:
    path = ROOT / script

    assert os.access(path, os.X_OK)
    assert path.read_text().startswith("#!")


def test_every_decision_is_linked_from_their_list() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = {path.name for path in folder.glob("[0-9]*.md")}

    linked = re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text())
    assert len(pages) >= 4
    assert sorted(linked) == sorted(pages)


def test_links_between_pages_lead_somewhere() -> None:
    pages = [path for path in tracked() if path.suffix == ".md" and "samples" not in path.parts]
    broken = [
        (str(page.relative_to(ROOT)), link)
        for page in pages
        if page.relative_to(ROOT).parts[0] not in ("tests", "bot")
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / link).exists()
    ]

    assert broken == []


def test_the_changelog_knows_the_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    headings = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert headings[0] == "Unreleased"
    assert project["version"] in headings or headings == ["Unreleased"]


def imported(path: Path) -> set[str]:
    """The top-level names that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def independent() -> list[Path]:
    """Stand-in servers and oracles, which have to know the truth by themselves."""
    tests = ROOT / "tests"
    return [*(tests / "standins").rglob("*.py"), *tests.rglob("*oracle*.py"), *tests.glob("*_truth.py")]


def test_truth_imports_nothing_from_the_product() -> None:
    modules = independent()

    assert modules != []
    assert [(path.name, imported(path) & PRODUCT) for path in modules if imported(path) & PRODUCT] == []


def test_what_is_imported_is_what_pyproject_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
    named = {re.split(r"[^A-Za-z0-9-]", line)[0].lower() for line in wanted}
    brought_by = packages_distributions()
    libraries = {
        name: {brought.lower().replace("_", "-") for brought in brought_by.get(name, ())}
        for package in PRODUCT
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path) - PRODUCT - sys.stdlib_module_names
    }

    assert {name: brings for name, brings in libraries.items() if not brings & named} == {}


def test_the_product_imports_nothing_from_the_tests() -> None:
    product = [path for package in PRODUCT for path in (ROOT / package).rglob("*.py")]

    assert [
        path.name for path in product if imported(path) & {"tests", "pytest", "benchmarks", "scripts"}
    ] == []


@pytest.mark.parametrize("package", sorted(PRODUCT))
def test_a_package_says_what_it_is(package: str) -> None:
    assert ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text()))
