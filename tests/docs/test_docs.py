"""The pages say what the program does: every command, in every language, and every JSON shape."""

from __future__ import annotations

import json
import re
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.phrases import load_catalogs
from digest.commands import commands, slashed
from digest.filters import read_query
from digest.grammar import understand
from digest.intents import LookUp
from handlers.commands import menu
from tests.bot.command_line import ENGLISH, CommandLine, Done, in_folder
from tests.digest.talk import describe, known, typed

ROOT = Path(__file__).parents[2]
COMMANDS_PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
JSON_PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
READMES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")}
ROWS = [line for line in COMMANDS_PAGE.splitlines() if line.startswith("| `/")]
TOKEN = "123456789:AAcanaryCanaryCanaryCanaryCanary0"


def quoted(text: str) -> list[str]:
    return re.findall("`([^`]+)`", text)


def meaning(words: str) -> str:
    return describe(understand(typed(words), known(admin=True)))


# What readers can say


def test_every_command_has_help_and_a_menu_line_in_every_language() -> None:
    for catalog in load_catalogs():
        shown = {line.name: line.description for line in menu(catalog)}
        for command in commands():
            if command.help:
                assert catalog(command.help_id).strip()
            if command.menu:
                # Telegram takes 1-256 characters, and shows hardly more than forty.
                assert 0 < len(shown[command.name]) <= 60


def test_help_and_menu_say_different_things_in_different_languages() -> None:
    chinese, english = (load_catalogs().speak(language) for language in ("zh-Hans", "en"))

    assert [
        command.name
        for command in commands()
        if command.help and chinese(command.help_id) == english(command.help_id)
    ] == []


def test_every_name_of_every_command_stands_on_its_page() -> None:
    named = {word.split()[0].removeprefix("/") for row in ROWS for word in quoted(row.split("|")[1])}

    assert named == {name for command in commands() for name in (command.name, *command.slashes)}


def test_every_command_is_on_its_page_in_both_languages() -> None:
    for row in ROWS:
        _, names, chinese, english, what, was = row.split("|")[:6]
        first, *rest = quoted(names)[0].split()
        words = slashed()[first.removeprefix("/")].words
        assert quoted(chinese)
        assert quoted(english)
        if words and not rest:
            assert set(quoted(chinese)) <= set(words["zh"])
            assert set(quoted(english)) <= set(words["en"])
        assert re.search("[a-z]{3}", what)
        assert re.search("[\u4e00-\u9fff]", was)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: quoted(row)[0])
def test_all_that_a_row_offers_to_type_means_the_same(row: str) -> None:
    kinds = {meaning(words).split("(")[0] for words in quoted(row)}

    assert len(kinds) == 1
    assert not any("guessed" in meaning(words) for words in quoted(row))


def test_every_look_up_on_the_page_is_read_as_its_row_says() -> None:
    part = COMMANDS_PAGE.split("## Looking things up", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|") for line in part.splitlines() if line.startswith("| `")]

    for row in rows:
        queries = []
        for cell in row[1:3]:
            asked = understand(typed(quoted(cell)[0]), known())
            assert isinstance(asked, LookUp)
            queries.append(read_query(asked.words, known()))
        english, chinese = queries
        assert bool(english.unwanted) == bool(chinese.unwanted)
        assert bool(english.section) == bool(chinese.section)
        assert bool(english.first) == bool(chinese.first)
        assert bool(english.last) == bool(chinese.last)
    assert len(rows) == 6


@pytest.mark.parametrize("name", READMES)
def test_the_readmes_offer_only_what_is_understood(name: str) -> None:
    table = re.split(r"^## ", READMES[name], flags=re.MULTILINE)
    (offered,) = [part for part in table if part.startswith(("What readers can say", "读者可以说什么"))]
    words = [word for line in offered.splitlines() if line.startswith("|") for word in quoted(line)]

    assert len(words) > 15
    assert [word for word in words if "guessed" in meaning(word) or meaning(word).startswith("BadDate")] == []


@pytest.mark.parametrize("name", READMES)
def test_every_command_stands_in_the_readme_or_on_the_page_it_points_to(name: str) -> None:
    assert "docs/commands.md" in READMES[name]
    assert "docs/json.md" in READMES[name]


# The command line


@pytest.fixture
def digestbot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    command_line = in_folder(tmp_path, capsys, monkeypatch)
    command_line.write("config.toml", ENGLISH)
    command_line.publish()
    return command_line


def listed(help_text: str) -> set[str]:
    """The commands that a help page lists."""
    return set(re.findall(r"^[│ ]+([a-z]+)  ", help_text, re.MULTILINE))


@pytest.mark.parametrize("name", READMES)
def test_every_command_of_the_command_line_is_in_the_readmes_table(name: str, digestbot: CommandLine) -> None:
    found = listed(digestbot("--help").out)
    roster = listed(digestbot("subscribers", "--help").out)

    table = [line for line in READMES[name].splitlines() if re.match(r"\| `(?!digestbot)[a-z]+", line)]
    documented = {re.split(r"[` ]", line.removeprefix("| `"))[0] for line in table}
    (subscribers,) = [line for line in table if line.startswith("| `subscribers")]
    assert found == {
        "demo", "run", "worker", "check", "doctor", "migrate", "move", "ingest", "say", "push", "explain",
        "article", "broadcast", "campaigns", "roles", "subscribers",
    }  # fmt: skip
    assert documented == found
    assert roster == set(re.findall(r"[a-z]+", subscribers.split("`")[1])) - {"subscribers"}


def test_the_exit_codes_are_in_both_readmes() -> None:
    for text in READMES.values():
        assert "75" in text
        assert "--json" in text


def test_the_console_script_is_the_command_of_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["scripts"] == {"digestbot": "bot.__main__:main"}


# JSON


def documented() -> dict[str, Any]:
    """The examples of the page, by the command over each."""
    parts = re.findall(r"^## `digestbot (.+?)`\n.*?```json\n(.*?)```", JSON_PAGE, re.MULTILINE | re.DOTALL)
    return {command: json.loads(example) for command, example in parts}


def shape(value: Any) -> Any:
    """Keys and kinds of values, those of a list from its first."""
    match value:
        case dict():
            return {key: shape(one) for key, one in value.items()}
        case list():
            return [shape(one) for one in value[:1]]
        case bool() | None:
            return value is not None
        case int() | float():
            return "number"
        case _:
            return type(value).__name__


def real(digestbot: CommandLine, postgres_url: str) -> dict[str, Done]:
    """What the commands print."""
    migrated = digestbot("migrate", "--json")
    digestbot.write("issues/2025-12-23.md", "---\ndate: 2025-13-45\n---\n\n不是日报\n")
    ingested = digestbot("ingest", "--json")
    digestbot.write("readers.csv", "address,timezone\ntelegram:12345,Asia/Tokyo\ntelegram:2,\n")
    digestbot.write("both.toml", f'{ENGLISH}[telegram]\ntoken = "{TOKEN}"\n')
    digestbot.write("site.toml", f'{ENGLISH}[web]\nbase_url = "https://a.example"\n')
    return {
        "check": digestbot("check", "--json", "--config", "both.toml"),
        "doctor": digestbot("doctor", "--json"),
        "migrate": migrated,
        "move URL": digestbot("move", postgres_url, "--json"),
        "ingest [PATH…]": ingested,
        "say TEXT --channel telegram": digestbot("say", "开源动态", "--channel", "telegram", "--json"),
        "say TEXT --channel console": digestbot("say", "开源动态", "--json"),
        "say TEXT --channel wechat": digestbot("say", "今日", "--channel", "wechat", "--json"),
        "say TEXT --channel wecom": digestbot(
            "say", "今日", "--channel", "wecom", "--json", "--config", "site.toml"
        ),
        "subscribers import PATH": digestbot("subscribers", "import", "readers.csv", "--json"),
        "push DATE": digestbot("push", "2025-12-22", "--json"),
        "explain ADDRESS [DATE]": digestbot("explain", "telegram:12345", "2025-12-22", "--json"),
        "article DATE": digestbot("article", "2025-12-22", "--json"),
        "subscribers list": digestbot("subscribers", "list", "--json"),
        **campaigning(digestbot),
    }


def campaigning(digestbot: CommandLine) -> dict[str, Done]:
    """What the commands for campaigns print: of two readers one has blocked the bot."""
    digestbot.write("notice.md", "**Down** tonight")
    opened = digestbot("broadcast", "notice.md", "--audience", "channel:telegram", "--yes", "--json")
    listed = digestbot("campaigns", "list", "--json")
    with closing(sqlite3.connect(digestbot.folder / "digestbot.db")) as database, database:
        database.execute("UPDATE deliveries SET status = 5, error = 'blocked' WHERE campaign_id = 2")
    digestbot("roles", "give", "telegram:12345", "editor")
    return {
        "broadcast FILE": opened,
        "campaigns list": listed,
        "campaigns show ID": digestbot("campaigns", "show", "2", "--json"),
        "campaigns retry ID": digestbot("campaigns", "retry", "2", "--json"),
        "roles list": digestbot("roles", "list", "--json"),
    }


def test_every_json_shape_is_the_documented_one(digestbot: CommandLine, postgres_url: str) -> None:
    page, found = documented(), real(digestbot, postgres_url)

    assert page.keys() == found.keys()
    for command in page.keys() - {"check"}:
        assert shape(found[command].data) == shape(page[command]), command
    # No configuration serves channels and has problems at once.
    assert found["check"].data == {"problems": [], "channels": page["check"]["channels"]}


def test_the_problems_of_a_configuration_have_the_documented_shape(digestbot: CommandLine) -> None:
    digestbot.write("config.toml", f"{ENGLISH}[web]\nport = 1234567\n")

    found = digestbot("check", "--json").data

    assert shape(found["problems"]) == shape(documented()["check"]["problems"])


def test_an_export_is_the_list(digestbot: CommandLine) -> None:
    digestbot("subscribers", "add", "telegram:1")

    assert (
        digestbot("subscribers", "export", "--json").data == digestbot("subscribers", "list", "--json").data
    )
