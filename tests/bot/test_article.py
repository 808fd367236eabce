"""`digestbot article`: a page to paste, a file, an object."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.command_line import ENGLISH, CommandLine, in_folder
from tests.digest.test_article import Reading


@pytest.fixture
def digestbot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    command_line = in_folder(tmp_path, capsys, monkeypatch)
    command_line.write("config.toml", ENGLISH + "[issues]\nfooter_line = '内容由AI摘要'\n")
    command_line.publish()
    command_line("ingest")
    return command_line


def test_the_page_has_the_fields_and_the_content(digestbot: CommandLine) -> None:
    done, data = digestbot("article", "2025-12-22"), digestbot("article", "2025-12-22", "--json").data

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("<!doctype html>\n")
    assert data["content"] in done.out
    assert data["title"] in done.out
    assert data["digest"] in done.out
    assert "the account&#x27;s own cover" in done.out
    assert data["characters"] == len(data["content"]) < 20_000
    assert Reading(data["content"]).words.endswith("内容由AI摘要")


def test_the_page_goes_into_a_file_where_one_is_named(digestbot: CommandLine) -> None:
    done = digestbot("article", "2025-12-22", "--out", "article.html")

    page = (digestbot.folder / "article.html").read_text(encoding="utf-8")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("Wrote article.html: title ")
    assert page == digestbot("article", "2025-12-22").out


def test_the_article_of_an_embargoed_issue_can_be_prepared(digestbot: CommandLine) -> None:
    path = digestbot.publish("2025-12-23")
    path.write_text(
        path.read_text("utf-8").replace("date:", "publish_at: 2099-01-01 08:00\ndate:", 1), "utf-8"
    )
    assert digestbot("ingest").code == 0

    assert digestbot("article", "2025-12-23").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("2020-01-01",), 2, "There is no issue of 2020-01-01"),
        (("yesterday",), 2, "yesterday"),
        (("2025-12-22", "--out", "nowhere/at/all.html"), 1, "Cannot write nowhere"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    digestbot: CommandLine, words: tuple[str, ...], code: int, said: str
) -> None:
    done = digestbot("article", *words)

    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert "Traceback" not in done.err
