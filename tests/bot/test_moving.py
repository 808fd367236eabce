"""`digestbot move`: what its operator sees."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from storage.lock import InstanceLock
from tests.bot.command_line import ENGLISH, CommandLine, in_folder
from tests.move_truth import different_rows


@pytest.fixture
def library(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """A folder whose SQLite database holds the sample issue and two readers."""
    digestbot = in_folder(tmp_path, capsys, monkeypatch)
    digestbot.write("config.toml", ENGLISH)
    digestbot.publish()
    assert digestbot("ingest").code == 0
    assert digestbot("subscribers", "add", "telegram:1", "--locale", "en").code == 0
    return digestbot


def test_a_move_tells_its_progress_what_it_did_and_what_to_do_next(
    library: CommandLine, empty_postgres_url: str
) -> None:
    done = library("move", empty_postgres_url)

    first, second = done.out.splitlines()
    assert done.code == 0
    assert "every one was read back and is the same" in first
    assert f'database.url = "{empty_postgres_url}"' in second
    assert "digestbot.db was left as it was" in second
    assert [line.split(":")[0] for line in done.err.splitlines()][-1] == "Indexing for look-ups"
    assert different_rows(library.folder / "digestbot.db", empty_postgres_url) == {}


def test_after_a_move_the_bot_answers_from_the_new_database(
    library: CommandLine, empty_postgres_url: str
) -> None:
    before = library("say", "今日")
    assert library("move", empty_postgres_url).code == 0
    library.write("config.toml", f'{ENGLISH}[database]\nurl = "{empty_postgres_url}"\n')
    (library.folder / "digestbot.db").rename(library.folder / "kept.db")

    after, listed = library("say", "今日"), library("subscribers", "list")

    assert (after.code, after.out, after.err) == (0, before.out, "")
    assert "telegram:1" in listed.out
    assert library("move", empty_postgres_url).err.startswith("database.url is PostgreSQL already")


def test_a_running_bot_keeps_its_database(library: CommandLine, empty_postgres_url: str) -> None:
    now = dt.datetime.now(dt.UTC)
    with InstanceLock.take(library.folder / "digestbot.db", now=now, pid=4127, host="here"):
        done = library("move", empty_postgres_url)

    assert (done.code, done.out) == (75, "")
    assert "4127" in done.err


def test_a_second_move_into_the_same_database_is_refused_in_a_sentence(
    library: CommandLine, empty_postgres_url: str
) -> None:
    library("move", empty_postgres_url)

    again = library("move", empty_postgres_url)

    assert (again.code, again.out) == (2, "")
    assert again.err.startswith("The PostgreSQL database already has rows")


def test_a_password_is_never_printed(library: CommandLine) -> None:
    done = library("move", "postgresql://me:canary-secret@127.0.0.1:1/none")

    assert done.code == 1
    assert done.err.startswith("The move failed: ")
    assert "canary" not in done.out + done.err
