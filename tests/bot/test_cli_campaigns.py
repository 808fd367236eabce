"""`digestbot broadcast`, `campaigns` and `roles`: their words, their exit codes, their JSON."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.bot.command_line import ENGLISH, CommandLine, in_folder

PNG = b"\x89PNG\r\n\x1a\n"
STATES = ("waiting", "sent", "failed", "unknown", "skipped", "cancelled")


@pytest.fixture
def digestbot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """A house with three readers and one who has left, and a person who types `y`."""
    command_line = in_folder(tmp_path, capsys, monkeypatch)
    command_line.write("config.toml", ENGLISH)
    rows = "telegram:11,,true\ntelegram:12,en,true\ntelegram:13,zh-Hans,true\ntelegram:14,,false\n"
    command_line.write("readers.csv", f"address,locale,active\n{rows}")
    assert command_line("subscribers", "import", "readers.csv").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    return command_line


def test_a_dry_run_says_whom_it_reaches_who_is_left_out_and_by_when(digestbot: CommandLine) -> None:
    done = digestbot("broadcast", "--text", "Down tonight", "--dry-run")

    assert (done.code, done.err) == (0, "")
    reach, takes, left, nothing = done.out.splitlines()
    assert reach == "It reaches 3 readers: telegram 3"
    assert takes.startswith("3 messages, about 1 s, done by ")
    assert left == "Left out: never subscribed 1"
    assert nothing == "Nothing was sent."
    assert digestbot("campaigns", "list", "--json").data == {"campaigns": []}


def test_an_order_is_carried_out_once_however_often_it_is_given(digestbot: CommandLine) -> None:
    words = ("broadcast", "--text", "Down tonight", "--yes", "--json")

    first, second = digestbot(*words).data, digestbot(*words).data

    assert (first["campaign"], first["owed"], first["head_count"]) == (1, 3, {"telegram": 3})
    assert (second["campaign"], second["owed"]) == (1, 0)
    assert len(digestbot("campaigns", "list", "--json").data["campaigns"]) == 1
    assert "nothing is sent twice" in digestbot(*words[:-1]).out


def test_another_key_is_another_order(digestbot: CommandLine) -> None:
    for key in ("a", "a", "b"):
        digestbot("broadcast", "--text", "Down tonight", "--yes", "--key", key)

    keys = [one["key"] for one in digestbot("campaigns", "list", "--json").data["campaigns"]]
    assert keys == ["broadcast:b", "broadcast:a"]


def test_it_asks_before_it_sends(digestbot: CommandLine) -> None:
    done = digestbot("broadcast", "--text", "Down tonight")

    assert done.code == 0
    assert "Type y" in done.err
    assert done.out.startswith("Broadcast 1 is owed to 3.")


def test_without_an_answer_nothing_is_sent(digestbot: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    done = digestbot("broadcast", "--text", "Down tonight")

    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("nothing was sent; a script says --yes.\n")
    assert digestbot("campaigns", "list", "--json").data == {"campaigns": []}


@pytest.mark.parametrize(("typed", "code"), [("y", 2), ("200", 2), ("201", 0)])
def test_above_two_hundred_readers_their_number_is_typed(
    digestbot: CommandLine, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    rows = "\n".join(f"telegram:{number}" for number in range(1000, 1198))
    digestbot.write("more.csv", f"address\n{rows}\n")
    digestbot("subscribers", "import", "more.csv")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))

    done = digestbot("broadcast", "--text", "Down tonight")

    assert done.code == code
    assert "Type 201 and Enter" in done.err


def test_an_audience_narrows_it(digestbot: CommandLine) -> None:
    done = digestbot(
        "broadcast", "--text", "Hello", "--audience", "lang:zh-Hans channel:telegram", "--dry-run", "--json"
    )

    assert done.data["audience"] == "lang:zh-Hans channel:telegram"
    assert done.data["campaign"] is None
    assert done.data["head_count"] == {"telegram": 1}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--text", "Hello", "--audience", "lang:klingon"), "klingon"),
        (("--text", "Hello", "--audience", "section:Sports"), "Sports"),
        (("--text", "Hello", "--at", "soon"), "soon"),
        (("--text", "Hello", "--at", "2020-01-01 10:00"), "is over"),
        (("--text", "  "), "needs words"),
        (("--text", "x" * 4097), "4,097 characters"),
        ((), "one of the two"),
        (("absent.md", "--text", "Hello"), "one of the two"),
        (("absent.md",), "absent.md"),
        (("picture.png",), "no text"),
        (("--picture", "absent.png"), "absent.png cannot be read"),
        (("--picture", "notes.md"), "notes.md is no picture"),
        (("--picture", "large.png"), "large.png is larger than 10 MB"),
        (("--picture", "whole.png"), "an admin on Telegram"),
        (("--picture", "whole.png", "--text", "x" * 1025), "1,025 characters"),
        (("notes.md", "--picture", "whole.png", "--text", "Hello"), "one of the two"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(digestbot: CommandLine, words: tuple[str, ...], said: str) -> None:
    (digestbot.folder / "picture.png").write_bytes(b"\x89PNG\xff")
    (digestbot.folder / "whole.png").write_bytes(PNG)
    (digestbot.folder / "large.png").write_bytes(PNG + bytes(10_000_000))
    digestbot.write("notes.md", "Hello")

    done = digestbot("broadcast", *words, "--yes")

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert digestbot("campaigns", "list", "--json").data == {"campaigns": []}


def test_whoever_was_imported_has_not_been_active_until_they_write(digestbot: CommandLine) -> None:
    asked = ("broadcast", "--text", "Hello", "--audience", "active:30d", "--dry-run", "--json")
    before = digestbot(*asked).data["messages"]
    digestbot("say", "hello", "--channel", "telegram", "--as", "11")

    assert (before, digestbot(*asked).data["messages"]) == (0, 1)


def test_a_broadcast_to_nobody_is_not_opened(digestbot: CommandLine) -> None:
    words = ("broadcast", "--text", "Hello", "--audience", "channel:wechat")

    dry, sent = digestbot(*words, "--dry-run"), digestbot(*words, "--yes")

    nobody = "It reaches nobody; choose another audience."
    assert (dry.code, dry.out.splitlines()) == (0, [nobody, "Nothing was sent."])
    assert (sent.code, sent.out, sent.err) == (2, "", f"{nobody}\n")
    assert digestbot("campaigns", "list", "--json").data == {"campaigns": []}


def test_show_says_for_whom_a_broadcast_is_and_when_it_begins(digestbot: CommandLine) -> None:
    opened = digestbot("broadcast", "--text", "Hello", "--at", "tomorrow 9:00", "--yes", "--json").data

    lines = digestbot("campaigns", "show", "1").out.splitlines()

    begins = opened["starts_at"].replace("T", " ")[:16]
    assert lines[2:] == ["  audience: everybody who can be reached", f"  begins: {begins}"]


def test_a_scheduled_broadcast_waits_and_can_be_cancelled(digestbot: CommandLine) -> None:
    digestbot("broadcast", "--text", "Hello", "--at", "tomorrow 9:00", "--yes")

    shown = digestbot("campaigns", "show", "1", "--json").data
    cancelled = digestbot("campaigns", "cancel", "1", "--json").data
    resumed = digestbot("campaigns", "resume", "1")

    assert (shown["state"], shown["head_count"]) == ("scheduled", 0)
    assert shown["starts_at"].endswith("T09:00:00+08:00")
    assert cancelled["state"] == "cancelled"
    assert resumed.code == 1


def test_a_campaign_is_steered_and_its_states_add_up(digestbot: CommandLine) -> None:
    digestbot("broadcast", "--text", "Hello", "--yes")

    states = [
        digestbot("campaigns", act, "1", "--json").data
        for act in ("show", "pause", "pause", "resume", "cancel", "cancel")
    ]

    assert [one["state"] for one in states] == [
        "running", "paused", "paused", "running", "cancelled", "cancelled",
    ]  # fmt: skip
    for one in states:
        assert tuple(one["states"]) == STATES
        assert sum(one["states"].values()) == one["head_count"] == 3
    assert states[-1]["states"]["cancelled"] == 3
    for act in ("pause", "resume", "retry"):
        refused = digestbot("campaigns", act, "1")
        assert (refused.code, refused.out) == (1, "")


def test_a_person_reads_lines(digestbot: CommandLine) -> None:
    digestbot("broadcast", "--text", "Hello", "--yes", "--audience", "private")

    listed, shown = digestbot("campaigns", "list"), digestbot("campaigns", "show", "1")

    assert listed.out == "1  broadcast  running  0 / 3\n"
    assert shown.out.splitlines()[1:] == [
        "  waiting 3, sent 0, failed 0, unknown 0, skipped 0, cancelled 0; 3 in all",
        "  audience: private",
    ]
    assert (
        digestbot("campaigns", "retry", "1").out
        == "Nothing of 1 failed or is unknown: there is nothing to send again.\n"
    )


@pytest.mark.parametrize("act", ["show", "pause", "resume", "cancel", "retry"])
def test_a_campaign_that_is_not_there_is_wrong(digestbot: CommandLine, act: str) -> None:
    done = digestbot("campaigns", act, "77")

    assert (done.code, done.out) == (2, "")
    assert "77" in done.err


def test_only_what_failed_or_is_unknown_can_be_wished_for(digestbot: CommandLine) -> None:
    digestbot("broadcast", "--text", "Hello", "--yes")

    assert digestbot("campaigns", "retry", "1", "--only", "sent").code == 2
    assert digestbot("campaigns", "retry", "1", "--only", "unknown", "--json").data == {
        "campaign": 1,
        "retried": 0,
        "state": "running",
    }


def test_a_markdown_file_keeps_its_marks_and_a_text_file_its_signs(digestbot: CommandLine) -> None:
    digestbot.write("notice.md", "**Down** tonight\n")
    digestbot.write("notice.txt", "**Down** tonight\n")

    keys = {
        digestbot("broadcast", name, "--dry-run", "--json").data["key"]
        for name in ("notice.md", "notice.txt")
    }

    assert len(keys) == 2


def test_roles_are_given_changed_and_taken_and_admins_are_owners(digestbot: CommandLine) -> None:
    digestbot.write("config.toml", f'{ENGLISH}admins = ["telegram:1"]\n')
    digestbot("roles", "give", "telegram:55", "watcher")
    digestbot("roles", "give", "telegram:55", "editor")

    assert digestbot("roles", "list", "--json").data == {
        "roles": [
            {"address": "telegram:1", "role": "owner"},
            {"address": "telegram:55", "role": "editor"},
        ]
    }
    assert digestbot("roles", "take", "telegram:55").code == 0
    assert digestbot("roles", "take", "telegram:55").code == 1
    assert digestbot("roles", "give", "nobody", "editor").code == 2
    assert digestbot("roles", "list").out == "telegram:1  owner (may do everything)\n"
