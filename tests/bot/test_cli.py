"""The command line: every command through `run`, with its exit codes, its words and its JSON."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.lock import InstanceLock
from tests.bot.command_line import ENGLISH, CommandLine, in_folder

COMMANDS = (
    "demo", "run", "check", "doctor", "migrate", "move", "ingest", "say", "push", "explain", "broadcast",
    "campaigns", "roles", "subscribers",
)  # fmt: skip
ROSTER = ("list", "add", "remove", "import", "export")
TOKEN = "123456789:AAcanaryCanaryCanaryCanaryCanary0"


@pytest.fixture
def digestbot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """An empty folder with an English configuration."""
    command_line = in_folder(tmp_path, capsys, monkeypatch)
    command_line.write("config.toml", ENGLISH)
    return command_line


@pytest.fixture
def library(digestbot: CommandLine) -> CommandLine:
    """A folder whose database holds the sample issue."""
    digestbot.publish()
    assert digestbot("ingest").code == 0
    return digestbot


def one_line(text: str) -> bool:
    return text.endswith("\n") and text.count("\n") == 1


# Words


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",)])
def test_help_names_every_command(digestbot: CommandLine, words: tuple[str, ...]) -> None:
    done = digestbot(*words)

    assert (done.code, done.err) == (0, "")
    assert [name for name in COMMANDS if not re.search(rf"\b{name}\b", done.out)] == []
    assert "--config" in done.out


@pytest.mark.parametrize(
    "words", [*((name,) for name in COMMANDS), *(("subscribers", name) for name in ROSTER)]
)
def test_every_command_explains_itself(digestbot: CommandLine, words: tuple[str, ...]) -> None:
    done = digestbot(*words, "--help")

    assert (done.code, done.err) == (0, "")
    assert f"digestbot {' '.join(words)}" in done.out
    assert not (digestbot.folder / "digestbot.db").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("ingst",),
        ("push",),
        ("push", "2025-12-22", "--now"),
        ("say", "今日", "--channel", "fax"),
        ("subscribers", "steal"),
        ("subscribers", "add"),
        ("--config",),
        ("check", "--config"),
        ("check", "extra"),
    ],
)
def test_words_that_are_no_command_are_refused_in_one_line(
    digestbot: CommandLine, words: tuple[str, ...]
) -> None:
    done = digestbot(*words)

    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)
    assert done.err.startswith("digestbot: ")
    assert done.err.endswith("(digestbot --help)\n")


# The configuration


@pytest.mark.parametrize(
    "words",
    [
        ("--config", "other.toml", "check"),
        ("check", "--config", "other.toml"),
        ("check", "--config=other.toml", "--json"),
        ("--config=other.toml", "check", "--json"),
        ("check", "--json", "--config", "other.toml"),
    ],
)
def test_the_configuration_is_named_anywhere_among_the_words(
    digestbot: CommandLine, words: tuple[str, ...]
) -> None:
    digestbot.write("other.toml", f'{ENGLISH}[telegram]\ntoken = "{TOKEN}"\n')

    done = digestbot(*words)

    assert (done.code, done.err) == (0, "")
    assert "telegram" in done.out


def test_the_environment_names_the_configuration_and_the_words_go_before_it(
    digestbot: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    digestbot.write("other.toml", f'{ENGLISH}[telegram]\ntoken = "{TOKEN}"\n')
    monkeypatch.setenv("DIGESTBOT_CONFIG", "other.toml")

    by_environment = digestbot("check", "--json")
    by_words = digestbot("--config", "config.toml", "check", "--json")

    assert by_environment.data == {"problems": [], "channels": ["telegram"]}
    assert by_words.data == {"problems": [], "channels": []}


def test_without_a_configuration_there_are_the_defaults(digestbot: CommandLine) -> None:
    (digestbot.folder / "config.toml").unlink()

    done = digestbot("check")

    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("command", [("check",), ("ingest",), ("say", "今日"), ("run",), ("migrate",)])
def test_a_broken_configuration_stops_every_command_with_all_its_problems(
    digestbot: CommandLine, command: tuple[str, ...]
) -> None:
    digestbot.write("config.toml", f'{ENGLISH}[telegram]\ntoken = "canary-token"\n[web]\nport = 1234567\n')

    done = digestbot(*command)

    lines = done.err.splitlines()
    assert (done.code, done.out) == (2, "")
    assert [line.split(": ")[:2] for line in lines[:-1]] == [
        ["config.toml:4", "telegram.token"],
        ["config.toml:6", "web.port"],
    ]
    assert "2" in lines[-1]
    assert "canary" not in done.err


def test_check_tells_what_is_wrong_as_data(digestbot: CommandLine) -> None:
    digestbot.write("config.toml", f"{ENGLISH}[web]\nport = 1234567\n")

    plain, data = digestbot("check"), digestbot("check", "--json")

    (problem,) = data.data["problems"]
    assert (data.code, data.err, data.data["channels"]) == (2, "", [])
    assert (problem["where"], problem["key"]) == ("config.toml:4", "web.port")
    assert plain.err.splitlines()[0] == ": ".join(problem.values())


def test_a_configuration_that_is_not_there_is_named(digestbot: CommandLine) -> None:
    done = digestbot("check", "--config", "nowhere.toml")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("nowhere.toml: ")


@pytest.mark.parametrize(
    ("locale", "environment", "wish", "chinese"),
    [
        ("", "", (), False),
        ("", "zh_CN.UTF-8", (), True),
        ("zh_CN", "", (), True),
        ("en", "zh_CN.UTF-8", (), False),
        ("en", "", ("--locale", "zh"), True),
        ("zh_CN", "", ("--locale", "en"), False),
    ],
)
def test_it_speaks_the_language_of_the_wish_the_configuration_or_the_environment(
    digestbot: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    *,
    locale: str,
    environment: str,
    wish: tuple[str, ...],
    chinese: bool,
) -> None:
    digestbot.write("config.toml", f'[bot]\nlocale = "{locale}"\n' if locale else "")
    monkeypatch.setenv("LANG", environment)

    done = digestbot("say", "今日", "--now", "soon", *wish)

    assert done.code == 2
    assert bool(re.search("[\u4e00-\u9fff]", done.err)) is chinese


def test_a_broken_configuration_is_told_in_the_language_it_names(digestbot: CommandLine) -> None:
    digestbot.write("config.toml", '[bot]\nlocale = "zh_CN"\nname = 3\n')

    assert re.search("[\u4e00-\u9fff]", digestbot("check").err)


def test_check_says_what_is_served_and_never_a_secret(digestbot: CommandLine) -> None:
    digestbot.write("config.toml", f'{ENGLISH}[telegram]\ntoken = "{TOKEN}"\n')

    plain, data = digestbot("check"), digestbot("check", "--json")

    assert "telegram" in plain.out.lower()
    assert data.data == {"problems": [], "channels": ["telegram"]}
    assert TOKEN.partition(":")[2] not in plain.out + plain.err + data.out + data.err


# The database


def test_migrate_makes_a_database_and_then_finds_it_current(digestbot: CommandLine) -> None:
    first, second = digestbot("migrate", "--json"), digestbot("migrate", "--json")

    assert (first.code, second.code) == (0, 0)
    assert first.data["before"] is None
    assert first.data["after"] == second.data["before"] == second.data["after"]
    assert second.data["backup"] is None
    assert one_line(digestbot("migrate").out)


def test_migrate_makes_an_outdated_look_up_index_anew(library: CommandLine) -> None:
    with closing(sqlite3.connect(library.folder / "digestbot.db")) as opened:
        opened.execute("UPDATE meta SET value = '' WHERE key = 'lookups'")
        opened.commit()

    first, second = library("migrate"), library("migrate")

    assert (first.code, len(first.out.splitlines()), len(second.out.splitlines())) == (0, 2, 1)
    assert first.err
    assert second.err == ""


def test_a_database_that_another_program_holds_is_named_and_tried_again_later(library: CommandLine) -> None:
    now = dt.datetime.now(dt.UTC)
    with InstanceLock.take(library.folder / "digestbot.db", now=now, pid=4127, host="here"):
        migrate, say = library("migrate"), library("say", "今日")

    assert (migrate.code, migrate.out) == (75, "")
    assert "4127" in migrate.err
    assert say.code == 0


def test_a_file_that_is_no_database_is_said_in_a_sentence(digestbot: CommandLine) -> None:
    digestbot.write("digestbot.db", "this is no database, " * 500)

    done = digestbot("say", "今日")

    assert done.code == 1
    assert one_line(done.err)
    assert "Traceback" not in done.err


def test_a_database_of_a_newer_version_is_refused_in_plain_words(library: CommandLine) -> None:
    with closing(sqlite3.connect(library.folder / "digestbot.db")) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '99'")
        opened.commit()

    for words in (("say", "今日"), ("migrate",), ("ingest",)):
        done = library(*words)
        assert (done.code, done.out) == (2, "")
        assert len(done.err.splitlines()) <= 2
        assert "99" in done.err


def test_without_any_channel_there_is_nothing_to_run(digestbot: CommandLine) -> None:
    done = digestbot("run")

    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)
    assert "token" in done.err


# Issues


def test_ingest_loads_files_and_says_what_came_of_each(digestbot: CommandLine) -> None:
    digestbot.publish()

    first, again = digestbot("ingest", "issues/2025-12-22.md"), digestbot("ingest")

    assert first.out == (
        "issues/2025-12-22.md: new 2025-12-22 revision 1, 5 sections, 41 items\n"
        "1 new, 0 changed, 0 unchanged, 0 rejected.\n"
    )
    assert (first.code, first.err, again.code) == (0, "", 0)
    assert again.out.endswith("0 new, 0 changed, 1 unchanged, 0 rejected.\n")


def test_ingest_as_data(digestbot: CommandLine) -> None:
    digestbot.publish()

    done = digestbot("ingest", "--json")

    assert done.data == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "rejected": 0,
        "issues": [{"date": "2025-12-22", "revision": 1, "sections": 5, "items": 41}],
        "problems": [],
    }


def test_a_rejected_file_makes_the_exit_code_one_and_each_problem_a_line(digestbot: CommandLine) -> None:
    digestbot.publish()
    digestbot.write("issues/2025-12-23.md", "---\ndate: 2025-13-45\n---\n\n不是日报\n")

    plain, data = digestbot("ingest"), digestbot("ingest", "--json")

    assert (plain.code, data.code) == (1, 1)
    assert plain.out.endswith("1 new, 0 changed, 0 unchanged, 1 rejected.\n")
    problems = data.data["problems"]
    assert len(problems) >= 1
    for problem, line in zip(problems, plain.err.splitlines(), strict=True):
        where = f"{problem['file']}:{problem['line']}: {problem['severity']}: {problem['message']}"
        assert line.endswith(where)


def test_two_files_for_a_date_are_both_named(digestbot: CommandLine) -> None:
    digestbot.publish()
    digestbot.write(
        "issues/z.md", (digestbot.folder / "issues/2025-12-22.md").read_text(encoding="utf-8") + "\n"
    )

    done = digestbot("ingest")

    assert done.code == 1
    assert "z.md:1: error: " in done.err
    assert "2025-12-22.md" in done.err


@pytest.mark.parametrize("words", [("ingest",), ("ingest", "nowhere.md"), ("ingest", "empty")])
def test_ingest_of_nothing_is_a_mistake(digestbot: CommandLine, words: tuple[str, ...]) -> None:
    (digestbot.folder / "empty").mkdir()

    done = digestbot(*words)

    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)


# Answers


def test_say_answers_as_the_channel_would(library: CommandLine) -> None:
    console = library("say", "/section 开源动态")
    telegram = library("say", "/section", "开源动态", "--channel", "telegram", "--json")

    assert (console.code, console.err) == (0, "")
    assert console.out.startswith("开源动态 ─")
    (message,) = telegram.data["messages"]
    assert message["html"].startswith("<b>开源动态</b>")
    assert message["html"].count("<a href=") == 7
    assert set(message["buttons"][0][0]) == {"label", "data"}


def test_say_as_data_for_the_terminal_has_texts_and_buttons(library: CommandLine) -> None:
    (message,) = library("say", "今日", "--json").data["messages"]

    assert message.keys() == {"text", "buttons"}
    assert "41 stories" in message["text"]
    assert message["buttons"][0][0] == {"label": "新闻 19", "data": message["buttons"][0][0]["data"]}


def test_say_prints_what_wechat_would_send(library: CommandLine) -> None:
    plain = library("say", "今日", "--channel", "wechat", "--locale", "zh", "--now", "2025-12-22T10:00")
    (message,) = library("say", "下一页", "--channel", "wechat", "--json", "--now", "2025-12-22T10:00").data[
        "messages"
    ]

    assert (plain.code, plain.err) == (0, "")
    assert plain.out.startswith("12月22日 周一 · 41条\n\n1、<a href=")
    assert len(plain.out.rstrip("\n").encode()) <= 2000
    assert message.keys() == {"text"}
    assert message["text"].startswith("12月22日 周一 · 第2页") or "page 2" in message["text"]


def test_say_prints_a_card_where_there_is_a_site(library: CommandLine) -> None:
    library.write("site.toml", '[web]\nbase_url = "https://news.example"\n[wechat]\ntoday_reply = "card"\n')
    said = ("--json", "--config", "site.toml", "--now", "2025-12-22T10:00")

    (wechat,) = library("say", "今日", "--channel", "wechat", *said).data["messages"]
    (wecom,) = library("say", "今日", "--channel", "wecom", *said).data["messages"]

    assert wechat["article"]["url"] == wecom["article"]["url"] == "https://news.example/2025-12-22"
    assert set(wechat["article"]) == {"title", "description", "url", "picture"}
    assert wecom["article"]["button"] == "看全部"


def test_say_presses_a_button_of_the_answer_before(library: CommandLine) -> None:
    first = library("say", "今日", "--channel", "telegram", "--json").data["messages"][0]
    button = next(b for row in first["buttons"] for b in row if b["label"].startswith("开源"))

    pressed = library("say", "--press", button["data"], "--channel", "telegram", "--json")

    assert pressed.data["messages"][0]["html"].startswith("<b>开源动态</b>")


def test_say_speaks_as_somebody_and_what_it_does_stays_done(library: CommandLine) -> None:
    library("say", "订阅", "--channel", "telegram", "--as", "telegram:12345")

    mine = library("say", "状态", "--channel", "telegram", "--as", "12345").out
    other = library("say", "状态", "--channel", "telegram", "--as", "telegram:54321").out

    assert mine != other
    rows = library("subscribers", "list", "--json").data["subscribers"]
    assert [(row["address"], row["active"]) for row in rows] == [
        ("telegram:12345", True),
        ("telegram:54321", False),
    ]


def test_say_takes_the_moment_of_an_answer(library: CommandLine) -> None:
    done = library("say", "昨天", "--now", "2025-12-23T09:00", "--locale", "zh")

    assert "12月22日" in done.out


def test_say_takes_words_that_look_like_options(library: CommandLine) -> None:
    assert library("say", "--", "--help").code == 0
    assert library("say", "-1").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("say",),
        ("say", "   "),
        ("say", "今日", "--as", "wecom:lisi"),
        ("say", "今日", "--as", "telegram:"),
        ("say", "今日", "--channel", "telegram", "--as", "li si"),
        ("say", "今日", "--now", "yesterday"),
    ],
)
def test_a_saying_that_cannot_be_is_a_mistake(library: CommandLine, words: tuple[str, ...]) -> None:
    done = library(*words)

    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)


# Pushes


def test_push_counts_first_and_then_owes_once(library: CommandLine) -> None:
    for number in (1, 2):
        library("subscribers", "add", f"telegram:{number}")

    dry = library("push", "2025-12-22", "--dry-run", "--json")
    first = library("push", "2025-12-22", "--json")
    second = library("push", "2025-12-22", "--json")

    assert dry.data.keys() == {
        "campaign", "key", "head_count", "messages", "owed", "seconds", "finish_at", "reach",
    }  # fmt: skip
    assert (dry.data["campaign"], dry.data["owed"]) == (None, 0)
    assert (dry.data["key"], dry.data["head_count"], dry.data["messages"]) == (
        "digest:2025-12-22", {"telegram": 2}, 2,
    )  # fmt: skip
    assert (first.data["owed"], second.data["owed"]) == (2, 0)
    assert first.data["campaign"] == second.data["campaign"]
    assert dt.datetime.fromisoformat(dry.data["finish_at"]).tzinfo is not None


def test_push_says_what_will_happen(library: CommandLine) -> None:
    library("subscribers", "add", "telegram:1")

    dry, real = library("push", "2025-12-22", "--dry-run"), library("push", "2025-12-22")

    assert "telegram 1" in dry.out
    assert "digest:2025-12-22: 1 owed" in real.out


@pytest.mark.parametrize("date", ["2025-12-25", "2025-13-01", "today", ""])
def test_a_push_of_no_issue_is_a_mistake(library: CommandLine, date: str) -> None:
    done = library("push", date)

    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)


# Subscribers


def test_subscribers_are_added_changed_listed_and_removed(library: CommandLine) -> None:
    added = library(
        "subscribers", "add", "telegram:12345", "--locale", "en", "--timezone", "Asia/Tokyo",
        "--push-at", "07:15", "--weekdays", "mon-fri", "--sections", "-推荐文章", "--form", "full",
        "--silent",
    )  # fmt: skip
    changed = library("subscribers", "add", "telegram:12345", "--push-at", "09:00")
    (row,) = library("subscribers", "list", "--json").data["subscribers"]
    listed = library("subscribers", "list")
    removed = library("subscribers", "remove", "telegram:12345")
    gone = library("subscribers", "remove", "telegram:12345")

    assert (added.code, added.out, changed.out) == (0, "Added telegram:12345.\n", "Changed telegram:12345.\n")
    assert row == {
        "address": "telegram:12345",
        "locale": "en",
        "timezone": "Asia/Tokyo",
        "push_at": "09:00",
        "weekdays": "mon-fri",
        "sections": "-推荐文章",
        "form": "full",
        "silent": True,
        "active": True,
        "follows": "",
        "only_followed": False,
        "state": "active",
        "reason": "",
    }
    assert listed.out.splitlines()[0].startswith("telegram:12345  active  09:00  Asia/Tokyo  mon-fri")
    assert listed.out.splitlines()[-1] == "1 subscriber."
    assert (removed.code, removed.out) == (0, "Removed telegram:12345.\n")
    assert (gone.code, gone.out) == (2, "")


@pytest.mark.parametrize(
    "words",
    [
        ("add", "fax:1"),
        ("add", "telegram:1", "--push-at", "25:00"),
        ("add", "telegram:1", "--timezone", "Mars"),
        ("add", "telegram:1", "--weekdays", "someday"),
        ("add", "telegram:1", "--form", "long"),
        ("remove", "fax:1"),
        ("remove", "telegram:9"),
        ("import", "nowhere.csv"),
    ],
)
def test_a_mistake_in_the_roster_is_one_sentence(digestbot: CommandLine, words: tuple[str, ...]) -> None:
    done = digestbot("subscribers", *words)

    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)


def test_what_is_exported_is_imported_again(library: CommandLine) -> None:
    library.write(
        "readers.csv", "address,push_at,sections\ntelegram:1,07:15,开源动态|算法论文\ntelegram:2,,\n"
    )
    imported = library("subscribers", "import", "readers.csv")
    before = library("subscribers", "list", "--json").data
    as_json = library("subscribers", "export", "out.json")
    as_csv = library("subscribers", "export")
    for number in (1, 2):
        library("subscribers", "remove", f"telegram:{number}")

    again = library("subscribers", "import", "out.json", "--json")

    assert (imported.code, imported.out) == (0, "2 added, 0 changed.\n")
    assert (as_json.code, as_json.out) == (0, "")
    assert json.loads((library.folder / "out.json").read_text(encoding="utf-8")) == before
    rows = list(csv.DictReader(io.StringIO(as_csv.out)))
    assert [row["address"] for row in rows] == ["telegram:1", "telegram:2"]
    assert again.data == {"added": 2, "changed": 0}
    assert library("subscribers", "list", "--json").data == before


def test_a_faulty_import_names_every_row_and_imports_nothing(digestbot: CommandLine) -> None:
    digestbot.write("readers.csv", "address,form\ntelegram:1,\nfax:2,\ntelegram:3,long\n")

    done = digestbot("subscribers", "import", "readers.csv")

    lines = done.err.splitlines()
    assert (done.code, done.out) == (2, "")
    assert [line.split(": ")[0] for line in lines[:-1]] == ["readers.csv, row 2", "readers.csv, row 3"]
    assert digestbot("subscribers", "list", "--json").data == {"subscribers": []}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("address,colour\ntelegram:1,red\n", "colour"),
        ("telegram:1\n", "address"),
        ('{"subscribers": [}', "line 1"),
        ("address\ntelegram:1\n".encode("utf-16"), "UTF-8"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(digestbot: CommandLine, text: str | bytes, said: str) -> None:
    path = digestbot.folder / "readers.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    done = digestbot("subscribers", "import", "readers.csv")

    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)
    assert said in done.err


def test_a_roster_that_cannot_be_written_is_said_in_a_sentence(digestbot: CommandLine) -> None:
    done = digestbot("subscribers", "export", "nowhere/out.csv")

    assert (done.code, done.out) == (1, "")
    assert one_line(done.err)


# Faults of ours


def test_an_unexpected_fault_is_one_sentence_and_its_traceback_only_on_demand(
    library: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(library.folder / "digestbot.db")) as opened:
        opened.execute("DROP TABLE section_names")
        opened.commit()

    quiet = library("subscribers", "list")
    monkeypatch.setenv("DIGESTBOT_TRACE", "1")
    traced = library("subscribers", "list")

    assert (quiet.code, quiet.out) == (1, "")
    assert one_line(quiet.err)
    assert "DIGESTBOT_TRACE" in quiet.err
    assert "Traceback" in traced.err
