"""What is said of a broken configuration: every problem at once, its place, no secret."""

from __future__ import annotations

import ast
import errno
import os
from pathlib import Path

import pytest

from bot.config import ConfigProblem, load_settings
from bot.phrases import load_catalogs
from digest.ports import Phrases
from tests.bot.broken_configurations import BROKEN, CANARY, SECRET_FILES, TOKEN, Broken, broken

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in SECRET_FILES.items():
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.fixture(scope="module", params=["zh-Hans", "en"])
def phrases(request: pytest.FixtureRequest) -> Phrases:
    language: str = request.param
    return load_catalogs().speak(language)


def problems_of(case: Broken, folder: Path) -> tuple[ConfigProblem, ...]:
    file = folder / "config.toml"
    file.write_bytes(case.text if isinstance(case.text, bytes) else case.text.encode())
    found = load_settings(file, case.environ)
    assert isinstance(found, tuple)
    return found


def expected_place(folder: Path, place: str) -> str:
    return f"{folder / 'config.toml'}:{place}" if place.isdigit() else f"DIGESTBOT_{place}"


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_every_problem_is_named_with_its_place_and_key(case: Broken, folder: Path) -> None:
    problems = problems_of(case, folder)

    places = [(problem.where, problem.key) for problem in problems]
    assert places == [(expected_place(folder, place), key) for place, key, _ in case.said]
    assert [problem.code for problem in problems] == [code for _, _, code in case.said]


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_a_problem_is_one_plain_line_without_a_secret(case: Broken, folder: Path, phrases: Phrases) -> None:
    problems = problems_of(case, folder)

    for problem in problems:
        line = problem.say(phrases)
        assert line.startswith(f"{problem.where}: ")
        assert "\n" not in line
        assert CANARY not in line + repr(problem)
        assert TOKEN not in line + repr(problem)


@pytest.mark.parametrize(
    ("case", "values"),
    [
        ("a misspelt key with a secret", {"nearest": "token"}),
        ("a key of another table", {"nearest": "telegram.token"}),
        ("a misspelt table", {"nearest": "telegram"}),
        ("an hour with a full-width colon", {"value": "8：30", "mended": "08:30"}),
        ("a zone that only people know", {"value": "Asia/Beijing", "nearest": "Asia/Shanghai"}),
        ("a short WeChat key", {"length": len(CANARY)}),
        ("a port beyond all ports", {"low": 0, "high": 65535}),
        ("a policy that there is not", {"allowed": '"resend", "hold"'}),
        ("an unknown variable", {"nearest": "DIGESTBOT_TELEGRAM__TOKEN"}),
        ("a variable without its table", {"nearest": "DIGESTBOT_TELEGRAM__TOKEN"}),
        (
            "a secret twice",
            {"first": "DIGESTBOT_TELEGRAM__TOKEN", "second": "DIGESTBOT_TELEGRAM__TOKEN_FILE"},
        ),
    ],
)
def test_the_hint_says_what_was_probably_meant(case: str, values: dict[str, str | int], folder: Path) -> None:
    [problem] = problems_of(BROKEN[case], folder)

    assert problem.values == values


def test_the_operators_draft_is_what_a_chinese_operator_reads(folder: Path) -> None:
    draft = "格式不对，应是 BotFather 给的“数字:字母”一串；检查有没有漏了冒号前的数字。"
    text = "\n" * 13 + f'[telegram]\ntoken = "{CANARY}"\n\n[schedule]\npush_at = "8：30"\n'
    problems = problems_of(broken(text), folder)

    lines = [problem.say(load_catalogs().speak("zh-Hans")).removeprefix(f"{folder}/") for problem in problems]

    assert lines == [
        f"config.toml:15: telegram.token: {draft}",
        'config.toml:18: schedule.push_at: "8：30" 用了全角冒号；改成 "08:30"。',
    ]


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    found = load_settings(tmp_path / "none.toml", {})

    assert found == (ConfigProblem(str(tmp_path / "none.toml"), "", "config.file_missing"),)


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}) == (ConfigProblem(str(tmp_path), "", "config.file_is_folder"),)


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.symlink_to(file)  # a loop, which not even root can read

    assert load_settings(file, {}) == (
        ConfigProblem(str(file), "", "config.file_unreadable", {"reason": os.strerror(errno.ELOOP)}),
    )


def test_a_file_without_end_is_not_read(tmp_path: Path) -> None:
    assert load_settings(Path("/dev/zero"), {}) == (ConfigProblem("/dev/zero", "", "config.file_too_big"),)


def test_problems_of_the_environment_are_told_beside_a_broken_file(folder: Path) -> None:
    problems = problems_of(broken("[bot\n", TOKEN=CANARY), folder)

    assert [problem.code for problem in problems] == ["config.toml", "config.variable_near"]


def codes() -> set[str]:
    """Every message id that the configuration's modules can say."""
    sources = [*(ROOT / "bot").glob("config*.py"), ROOT / "bot" / "setting_values.py"]
    nodes = (node for source in sources for node in ast.walk(ast.parse(source.read_text())))
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("config.")
    } - {"config.example.toml"}


def test_every_problem_is_shown_by_a_broken_configuration() -> None:
    shown = {code for case in BROKEN.values() for _, _, code in case.said}
    of_the_file = {f"config.file_{fault}" for fault in ("missing", "is_folder", "unreadable", "too_big")}

    assert codes() - shown - of_the_file == {"config.invalid"}  # what pydantic may say beyond our table


def test_every_problem_has_its_words_in_every_language() -> None:
    missing = [
        (catalog.language, code)
        for catalog in load_catalogs()
        for code in sorted(codes())
        if catalog.translations.gettext(code) == code
    ]

    assert missing == []
