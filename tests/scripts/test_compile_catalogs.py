"""What the build says of message catalogs."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest

from scripts.compile_catalogs import CatalogsRefused, compile_catalogs

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n\n'
PLURALS = {"zh_Hans": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
GOOD = 'msgid "a"\nmsgstr "{x} and {y}"\n'
COUNT = {
    "zh_Hans": 'msgid "n"\nmsgid_plural "n"\nmsgstr[0] "{n} 条"\n',
    "en": 'msgid "n"\nmsgid_plural "n"\nmsgstr[0] "one story"\nmsgstr[1] "{n} stories"\n',
}


def write(root: Path, *, zh: str, en: str) -> None:
    for language, body in (("zh_Hans", zh), ("en", en)):
        folder = root / "bot" / "locales" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "digestbot.po").write_text(HEADER.replace("{plural}", PLURALS[language]) + body)


def test_good_catalogs_are_compiled(tmp_path: Path) -> None:
    write(tmp_path, zh=GOOD + COUNT["zh_Hans"], en=GOOD + COUNT["en"])

    [_, en] = compile_catalogs(tmp_path)

    with en.open("rb") as opened:
        catalog = gettext.GNUTranslations(opened)
    assert catalog.gettext("a") == "{x} and {y}"
    assert [catalog.ngettext("n", "n", number) for number in (1, 2)] == ["one story", "{n} stories"]


def test_a_catalog_that_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    write(tmp_path, zh=GOOD, en=GOOD)
    first = [file.stat().st_mtime_ns for file in compile_catalogs(tmp_path)]

    assert [file.stat().st_mtime_ns for file in compile_catalogs(tmp_path)] == first


@pytest.mark.parametrize(
    ("zh", "en", "said"),
    [
        (GOOD, "", "en/LC_MESSAGES/digestbot.po: a is missing"),
        ("", GOOD, "zh_Hans/LC_MESSAGES/digestbot.po: a is missing"),
        (GOOD, "#, fuzzy\n" + GOOD, "en/LC_MESSAGES/digestbot.po:7: a is fuzzy"),
        (GOOD, 'msgid "a"\nmsgstr ""\n', "en/LC_MESSAGES/digestbot.po:6: a has no text"),
        (GOOD, 'msgid "a"\nmsgstr "{x} and {z}"\n', "a differs in its fields: y, z"),
        (GOOD, 'msgid "a"\nmsgstr "{x} and {y"\n', "a differs in its fields"),
        (COUNT["zh_Hans"], 'msgid "n"\nmsgstr "{n}"\n', "n has plural forms in one language only"),
        (GOOD, 'msgid "a\nmsgstr "b"\n', "digestbot.po"),
    ],
)
def test_a_broken_catalog_is_refused_by_name(zh: str, en: str, said: str, tmp_path: Path) -> None:
    write(tmp_path, zh=zh, en=en)

    with pytest.raises(CatalogsRefused, match=re.escape(said)):
        compile_catalogs(tmp_path)

    assert list(tmp_path.rglob("*.mo")) == []


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, zh=GOOD, en='msgid "b"\nmsgstr "b"\n')

    with pytest.raises(CatalogsRefused) as refused:
        compile_catalogs(tmp_path)

    assert len(str(refused.value).splitlines()) == 2
