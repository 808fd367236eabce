"""`digestbot explain` at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.command_line import ENGLISH, CommandLine, in_folder


@pytest.fixture
def digestbot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """A house with one issue and one reader."""
    command_line = in_folder(tmp_path, capsys, monkeypatch)
    command_line.write("config.toml", ENGLISH)
    command_line.publish()
    command_line("ingest")
    command_line("subscribers", "add", "telegram:12345")
    return command_line


def test_a_delivery_that_waits_is_told_in_lines(digestbot: CommandLine) -> None:
    digestbot("push", "2025-12-22")

    lines = digestbot("explain", "telegram:12345", "2025-12-22").out.splitlines()

    assert lines[0] == "telegram:12345  active  08:00 Asia/Shanghai mon-sun"
    assert lines[1].startswith("The issue of 2025-12-22: revision 1, published")
    assert lines[3] == "digest:2025-12-22 (campaign 1, revision 1)"
    assert lines[4].endswith("planned: eligible")
    assert lines[6].startswith("It is still in line")
    assert lines[7].startswith("The next one: ")


def test_a_reader_who_is_owed_nothing_is_told_which_check_failed(digestbot: CommandLine) -> None:
    lines = digestbot("explain", "telegram:12345", "2025-12-22").out.splitlines()

    assert lines[2].startswith("+ subscribed  + reachable  + not paused  + day wanted  - subscribed before")
    assert lines[-2] == "None: they subscribed after the hour."


def test_an_address_that_nobody_knows_is_an_answer(digestbot: CommandLine) -> None:
    done = digestbot("explain", "telegram:404", "2025-12-22")
    data = digestbot("explain", "telegram:404", "2025-12-22", "--json").data

    assert done.code == 0
    assert "Nobody is known at this address" in done.out
    assert (data["verdict"], data["reader"], data["deliveries"]) == ("unknown_address", None, [])


def test_a_date_without_an_issue_says_so(digestbot: CommandLine) -> None:
    done = digestbot("explain", "telegram:12345", "2025-12-20")

    assert "There is no issue of 2025-12-20." in done.out
    assert digestbot("explain", "telegram:12345", "2025-12-20", "--json").data["issue"] is None


@pytest.mark.parametrize("words", [("nobody",), ("telegram:12345", "yesterday")])
def test_what_is_no_address_or_no_date_is_refused(digestbot: CommandLine, words: tuple[str, ...]) -> None:
    done = digestbot("explain", *words)

    assert (done.code, done.out) == (2, "")
    assert words[-1] in done.err
