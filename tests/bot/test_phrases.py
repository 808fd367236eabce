"""The catalogs: complete, used, and in each language's manner."""

from __future__ import annotations

import datetime as dt
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.phrases import MissingMessage, load_catalogs, match_language

ROOT = Path(__file__).parent.parent.parent
LOCALES = ROOT / "bot" / "locales"
CODE = [
    path
    for package in ("bot", "handlers", "digest", "storage", "web")
    for path in (ROOT / package).rglob("*.py")
]


def messages(folder: str) -> dict[str, tuple[str, ...]]:
    """The texts of a catalog, each with its plural forms."""
    with (LOCALES / folder / "LC_MESSAGES" / "digestbot.po").open("rb") as file:
        catalog = read_po(file)
    found = {}
    for message in catalog:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            found[key] = tuple(text or "" for text in texts)
    return found


def placeholders(texts: tuple[str, ...]) -> set[str]:
    """The names that are filled in."""
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_catalogs_have_the_same_messages_and_none_is_empty() -> None:
    chinese, english = messages("zh_Hans"), messages("en")

    assert chinese.keys() == english.keys()
    assert [key for key, texts in [*chinese.items(), *english.items()] if not all(texts)] == []


def test_both_languages_fill_in_the_same_values() -> None:
    chinese, english = messages("zh_Hans"), messages("en")

    differing = [key for key in chinese if (placeholders(chinese[key]) ^ placeholders(english[key])) - {"n"}]

    assert differing == []


def test_every_message_id_in_the_code_is_in_the_catalogs() -> None:
    known = messages("en")
    groups = {key.partition(".")[0] for key in known}
    named = re.compile(r'"((?:' + "|".join(sorted(groups)) + r')\.[a-z][a-z0-9_-]*)"')
    ids = {found for path in CODE for found in named.findall(path.read_text(encoding="utf-8"))}
    no_ids = {"house.schedule", "telegram.channels", "bot.telegram"}

    assert sorted(ids - known.keys() - no_ids) == []


def test_every_message_of_the_catalogs_is_spoken_somewhere() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in CODE)
    # `f"help.{name}"` and `say(f"status.{state}")` speak a whole group.
    built = set(re.findall(r'f"([a-z_]+\.(?:[a-z]+_)?)\{', code))

    silent = [
        key
        for key in messages("en")
        if not re.search(rf"[\"']{re.escape(key)}[\"']", code) and not any(key.startswith(b) for b in built)
    ]

    assert silent == []


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("zh_CN", "zh-Hans"),
        ("zh-hans", "zh-Hans"),
        ("zh_CN.UTF-8", "zh-Hans"),
        ("zh-Hant", "zh-Hans"),
        ("en-GB", "en"),
        ("ja", ""),
        ("", ""),
        ("C.UTF-8", ""),
    ],
)
def test_a_tag_finds_the_language_that_serves_it(wish: str, language: str) -> None:
    assert match_language(wish) == language


def test_dates_numbers_and_hours_are_in_the_languages_manner() -> None:
    catalogs = load_catalogs()
    chinese, english = catalogs.speak("zh"), catalogs.speak("en")
    day = dt.date(2025, 12, 22)

    assert [chinese.day(day), chinese.short_day(day), chinese.year_day(day)] == [
        "12月22日 周一",
        "12月22日",
        "2025年12月22日 周一",
    ]
    assert [english.day(day), english.clock(dt.time(8))] == ["Mon, Dec 22", "8:00 AM"]
    assert chinese.clock(dt.time(8)) == "8:00"
    assert english.count("digest.stories", 1) == "1 story"
    assert english.count("digest.stories", 1204) == "1,204 stories"


def test_a_message_that_is_not_there_is_a_fault_of_ours() -> None:
    with pytest.raises(MissingMessage):
        load_catalogs().speak("en")("no.such_message")
