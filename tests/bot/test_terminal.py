"""The operator's terminal: its language, its two streams."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import pytest

from bot.config import ConfigProblem
from bot.phrases import load_catalogs
from bot.terminal import Terminal, open_terminal, terminal_language
from digest.errors import OperatorError


@pytest.mark.parametrize(
    ("environ", "wish", "configured", "language"),
    [
        ({}, "", "", "en"),
        ({"LANG": "C.UTF-8"}, "", "", "en"),
        ({"LANG": "POSIX"}, "", "", "en"),
        ({"LANG": "ja_JP.UTF-8"}, "", "", "en"),
        ({"LANG": "zh_CN.UTF-8"}, "", "", "zh-Hans"),
        ({"LANG": "zh_TW.UTF-8"}, "", "", "zh-Hans"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "", "", "zh-Hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "", "", "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "", "", "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "", "", "zh-Hans"),
        ({"LANG": "zh_CN.UTF-8"}, "", "en", "en"),
        ({"LANG": "en_US.UTF-8"}, "", "zh_CN", "zh-Hans"),
        ({}, "en", "zh_CN", "en"),
        ({}, "zh", "en", "zh-Hans"),
        ({}, "klingon", "zh_CN", "zh-Hans"),
        ({}, "", "klingon", "en"),
    ],
)
def test_the_wish_goes_before_the_configuration_and_that_before_the_environment(
    environ: Mapping[str, str], wish: str, configured: str, language: str
) -> None:
    assert terminal_language(environ, wish=wish, configured=configured) == language


def make_terminal(language: str = "en") -> tuple[Terminal, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Terminal(load_catalogs().speak(language), out, err), out, err


def test_what_is_asked_for_goes_to_the_output_and_what_is_wrong_to_stderr() -> None:
    terminal, out, err = make_terminal()

    terminal.say("done")
    terminal.complain("careful")

    assert (out.getvalue(), err.getvalue()) == ("done\n", "careful\n")


def test_data_is_one_json_object_with_its_characters_as_they_are() -> None:
    terminal, out, _ = make_terminal()

    terminal.data({"title": "开源动态"})

    assert json.loads(out.getvalue()) == {"title": "开源动态"}
    assert "开源动态" in out.getvalue()


def test_an_error_of_the_operators_is_a_sentence_and_its_exit_code() -> None:
    terminal, out, err = make_terminal()

    code = terminal.refuse(OperatorError("cli.bad_date", exit_code=2, value="soon"))

    assert (code, out.getvalue(), err.getvalue()) == (2, "", "“soon” is no date; write 2025-12-22.\n")


def problems(count: int) -> tuple[ConfigProblem, ...]:
    return tuple(
        ConfigProblem(f"config.toml:{line}", "web.port", "config.whole_number")
        for line in range(1, count + 1)
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_problems_of_a_configuration_are_a_line_each_and_then_counted(count: int) -> None:
    terminal, out, err = make_terminal()

    code = terminal.list_problems(problems(count))

    lines = err.getvalue().splitlines()
    assert (code, out.getvalue(), len(lines)) == (2, "", count + 1)
    assert lines[0].startswith("config.toml:1: web.port: ")
    assert str(count) in lines[-1]


def test_the_problems_of_a_configuration_can_be_data() -> None:
    terminal, out, err = make_terminal()

    code = terminal.list_problems(problems(2), json=True)

    found = json.loads(out.getvalue())
    assert (code, err.getvalue(), found["channels"]) == (2, "", [])
    assert [one["where"] for one in found["problems"]] == ["config.toml:1", "config.toml:2"]


def test_the_terminal_of_the_process_speaks_to_its_streams(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    terminal = open_terminal()
    terminal.say(terminal.phrases.language)
    terminal.complain("!")

    assert capsys.readouterr() == ("zh-Hans\n", "!\n")
