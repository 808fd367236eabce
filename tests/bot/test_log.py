"""The log: names and ids for whoever reads it, and no secret, whoever wrote the line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from bot.log import MASK, QUIET, configure_log, keep_quiet
from bot.settings import LogSettings

Format = Literal["auto", "text", "json"]
TOKEN = "123456789:AAcanaryCanaryCanaryCanaryCanary0"
ODD = 'pa"ss\\wörd/with space'
DATABASE = "postgresql://digest:s3cret%2Fcanary@db.internal/digest"
SECRETS = (TOKEN, ODD, DATABASE, "abc", "")


class Lines(io.StringIO):
    """What was logged; `tty` says whether a person reads it."""

    tty = False

    def isatty(self) -> bool:
        return self.tty


@pytest.fixture(autouse=True)
def unchanged_logging() -> Iterator[None]:
    """Put back what a configured log changes for the whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in QUIET}
    yield
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level
    for name, quiet in levels.items():
        logging.getLogger(name).setLevel(quiet)


def open_log(
    how: Format, level: Literal["debug", "info", "warning", "error"] = "debug", *, tty: bool = False
) -> Lines:
    lines = Lines()
    lines.tty = tty
    configure_log(LogSettings(format=how, level=level), SECRETS, lines)
    return lines


def leaks(written: str) -> list[str]:
    """The secrets, or parts of them, that a reader of the log would learn."""
    canaries = (TOKEN, TOKEN.partition(":")[2], ODD, json.dumps(ODD)[1:-1], "wörd", DATABASE, "s3cret")
    return [canary for canary in canaries if canary in written]


@pytest.mark.parametrize("how", ["text", "json"])
@pytest.mark.parametrize(
    "said",
    [
        f"POST https://api.example.org/bot{TOKEN}/sendMessage",
        f"POST /bot{TOKEN.replace(':', '%3A')}/getMe",
        f"no access with {ODD}",
        {"password": ODD, "tokens": [TOKEN]},
        f"cannot connect to {DATABASE}",
        "password s3cret/canary of digest was refused",
    ],
)
def test_a_secret_is_masked_wherever_it_stands_in_a_line_of_ours(how: Format, said: object) -> None:
    lines = open_log(how)

    structlog.get_logger().warning("call_failed", said=said)

    assert leaks(lines.getvalue()) == []
    assert "call_failed" in lines.getvalue()
    assert MASK in lines.getvalue()


@pytest.mark.parametrize("how", ["text", "json"])
def test_a_secret_is_masked_in_a_traceback(how: Format) -> None:
    lines = open_log(how)

    try:
        raise RuntimeError(f"the server at /bot{TOKEN}/ did not take {ODD!r}")
    except RuntimeError:
        structlog.get_logger().exception("answer_failed")
        logging.getLogger("somebody.else").exception("went wrong")

    written = lines.getvalue()
    assert written.count("RuntimeError") >= 2
    assert "test_log.py" in written
    assert leaks(written) == []


@pytest.mark.parametrize("how", ["text", "json"])
def test_a_secret_is_masked_in_the_records_of_libraries(how: Format) -> None:
    lines = open_log(how)

    logging.getLogger("somebody.else").info("GET /bot%s/getUpdates with %r", TOKEN, {"key": ODD})
    logging.getLogger("telegram.request").warning("Timed out: %s", f"https://x/bot{TOKEN}/getMe")

    assert leaks(lines.getvalue()) == []
    assert lines.getvalue().count(MASK) >= 3


@pytest.mark.parametrize("tty", [True, False])
def test_no_local_value_is_shown_in_a_traceback(tty: bool) -> None:
    lines = open_log("auto", tty=tty)

    def divide(by: str) -> None:
        raise ValueError(len(by))

    try:
        divide("-".join(["some", "body's", "words"]))
    except ValueError:
        structlog.get_logger().exception("answer_failed")

    assert "in divide" in lines.getvalue()
    assert "some-body" not in lines.getvalue()


def test_a_text_too_short_to_be_a_secret_masks_nothing() -> None:
    lines = open_log("text")

    structlog.get_logger().info("abc", here="abcdef")

    assert MASK not in lines.getvalue()


def test_as_json_each_line_is_an_object_with_its_event_level_and_moment() -> None:
    lines = open_log("json")

    structlog.get_logger().info("issue_kept", date="2025-12-22", title="开源动态")
    logging.getLogger("somebody.else").error("bad %s", "day")

    ours, theirs = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert (ours["event"], ours["level"], ours["date"], ours["title"]) == (
        "issue_kept", "info", "2025-12-22", "开源动态",
    )  # fmt: skip
    assert (theirs["event"], theirs["level"]) == ("bad day", "error")
    assert ours["timestamp"].endswith("Z")


def test_a_person_reads_text_and_a_collector_json() -> None:
    shown = open_log("auto", tty=True)
    structlog.get_logger().info("issue_kept", items=41)
    collected = open_log("auto")
    structlog.get_logger().info("issue_kept", items=41)

    assert "items=41" in shown.getvalue()
    assert "\x1b" not in shown.getvalue()
    assert json.loads(collected.getvalue())["items"] == 41


def test_what_is_below_the_level_and_the_chatter_of_libraries_are_left_out() -> None:
    lines = open_log("text", level="warning")

    structlog.get_logger().info("issue_kept")
    structlog.get_logger().warning("issue_rejected")
    chatty = open_log("text", level="debug")
    for name in QUIET:
        logging.getLogger(name).info("chatter of %s", name)

    assert "issue_kept" not in lines.getvalue()
    assert "issue_rejected" in lines.getvalue()
    assert chatty.getvalue() == ""


def test_a_command_keeps_no_log(capfd: pytest.CaptureFixture[str]) -> None:
    keep_quiet()

    structlog.get_logger().error("something", token=TOKEN)
    logging.getLogger("somebody.else").error("something %s", TOKEN)

    assert capfd.readouterr() == ("", "")
