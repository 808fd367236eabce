"""Whatever the bytes are: parsing answers, soon, with a whole issue or with reasons."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.dialect import SEED_DIALECT, Dialect
from digest.issue import Parsed
from digest.links import clean_link
from tests.digest.issue_files import FRONT, SAMPLE, SAMPLES, SMALL, read, with_items

# The slowest took 1.7 s for one reading on a busy machine, most take a tenth of a second.
BOUND_SECONDS = 10

EVERYTHING: dict[str, Any] = {
    "layout": "issues",
    "section_levels": [1, 2],
    "item_start": ["heading", "list", "bold", "table"],
    "item_heading": ["numbered", "linked"],
    "section_skip": ["*a*", "今日*"],
    "drop": ["*广告*"],
    "rule_ends_section": True,
}
DIALECTS = (
    SEED_DIALECT,
    Dialect.from_mapping(EVERYTHING),
    Dialect.from_mapping({"layout": "item", "front_matter": "lines"}),
    Dialect.from_mapping({"encoding": "gb18030", "section_levels": []}),
)
SPLINTERS = [
    "---\n", "date: 2025-12-22\n", "title: a: b\n", "title: ", "# ", "## ", "### ", "###", "\n",
    "\n\n", "> ", "- ", "1. ", "1、", "**", "*", "_", "[", "]", "](", ")", "](https://a.example/",
    "![", "<", ">", "<p>", "</p>", "<img src=\"", "<!--", "-->", "```", "~~~", "|", "|-|", "`",
    "\\", "&amp;", "&#0;", "&#x202e;", "https://a.example/", "阅读原文", "。", "：", "；", "{", "}",
    '"', "'", "甲", "𝒳", "👍🏽", "\u200b", "\u2028", "\u3000", "\xa0", "\r", "\x00", "\x85",
    "=======\n", "<<<<<<< \n", "draft: maybe\n", "publish_at: 25:00\n", "2025-12-22", "9999-99-99",
    "…", "    ", "\t",
]  # fmt: skip


def check(parsed: Parsed) -> None:
    """An answer is whole: reasons or issues, each fit to be kept and shown."""
    assert bool(parsed.issues) != parsed.refused
    assert all(problem.line >= 1 and problem.code.startswith("issue.") for problem in parsed.problems)
    for issue in parsed.issues:
        items = issue.items
        assert [item.number for item in items] == list(range(1, issue.total + 1))
        assert len({item.key for item in items}) == issue.total >= 1
        assert len({section.key for section in issue.sections}) == len(issue.sections)
        assert all(section.items and section.title for section in issue.sections)
        assert set(issue.leads) <= set(range(1, issue.total + 1))
        assert issue.publish_at is None or issue.publish_at.tzinfo is not None
        texts = [
            issue.title,
            *issue.introduction,
            *issue.footer.lines,
            *(section.title for section in issue.sections),
        ]
        for item in items:
            texts += [item.title, *item.summary.split("\n")]
            assert item.title
            assert item.url is None or item.url in {link.url for link in item.links}
            assert all(clean_link(link.url) == link.url for link in item.links)
        assert all(is_plain(text) for text in texts)


def is_plain(text: str) -> bool:
    """No control or surrogate, no break, nothing at the ends."""
    return text == text.strip() and not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text)


def read_all(source: bytes) -> None:
    for dialect in DIALECTS:
        check(read(source, dialect=dialect))


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_get_an_answer(source: bytes) -> None:
    read_all(source)


@given(st.lists(st.sampled_from(SPLINTERS), max_size=60))
@settings(max_examples=250, deadline=None)
def test_any_row_of_markup_gets_an_answer(parts: list[str]) -> None:
    read_all("".join(parts).encode())


@given(st.lists(st.sampled_from(SPLINTERS), max_size=25), st.booleans())
@settings(max_examples=250, deadline=None)
def test_any_story_text_gets_an_answer(parts: list[str], last: bool) -> None:
    text = "### 丁\n\n" + "".join(parts)
    read_all((with_items(text) if last else with_items(text + "\n\n### 戊\n\n戊。\n")).encode())


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A sample with a few stretches cut out, doubled, moved or replaced."""
    source = draw(st.sampled_from([SMALL.encode(), (SAMPLES / "other-dialect.md").read_bytes()]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(source)))
        end = min(len(source), start + draw(st.integers(0, 60)))
        put = draw(
            st.sampled_from([b"", source[start:end] * 2, *(part.encode() for part in SPLINTERS)])
            | st.binary(max_size=8)
        )
        source = source[:start] + put + source[end:]
    return source


@given(mutations())
@settings(max_examples=250, deadline=None)
def test_a_damaged_sample_gets_an_answer(source: bytes) -> None:
    read_all(source)


def test_a_small_issue_cut_at_every_byte_gets_an_answer() -> None:
    source = SMALL.encode()

    for end in range(len(source)):
        check(read(source[:end]))


def test_the_sample_issue_cut_all_over_gets_an_answer() -> None:
    source = SAMPLE.read_bytes()

    for end in range(0, len(source), 61):
        check(read(source[:end]))


@pytest.mark.parametrize("name", ["2025-12-22.md", "other-dialect.md"])
def test_each_line_of_a_sample_may_be_missing(name: str) -> None:
    lines = (SAMPLES / name).read_bytes().split(b"\n")

    for gone in range(0, len(lines), 3):
        check(read(b"\n".join(lines[:gone] + lines[gone + 1 :])))


MANY = 500_000
BOMBS = {
    "autolinks without end": "http://a" * 60_000,
    "open brackets": "[" * MANY,
    "open links": "[a](" * 120_000,
    "nested images": "![[]()" * 80_000,
    "emphasis": "*a **a " * 60_000,
    "asterisks": "*" * MANY,
    "underscores": "_a __a " * 60_000,
    "backticks": "".join("`" * n + "a" for n in range(900)),
    "backticks on one line": "`a" * 200_000,
    "backslashes": "\\" * MANY,
    "ampersands": "&" * MANY,
    "less-than signs": "<" * MANY,
    "half tags": "<a " * 150_000,
    "half attributes": '<a b="' * 80_000,
    "comments": "<!--" * 120_000,
    "half declarations": "<!A " * 120_000,
    "CDATA": "<![CDATA[" * 55_000,
    "instructions": "<?" * 250_000,
    "deep quotes": "> " * 200_000 + "a",
    "deeper and deeper quotes": "\n".join(">" * n + "a" for n in range(990)),
    "deep lists": "- " * 200_000,
    "deeper and deeper lists": "\n".join("  " * n + "- a" for n in range(690)),
    "many lists": "1. a\n" * 100_000,
    "many headings": "### a\n" * 80_000,
    "many lines": "a\n" * 250_000,
    "many half references": "[a\n" * 150_000,
    "many references": "\n".join(f"[{n}]: http://a" for n in range(25_000)),
    "reference on reference": "[a]: " * 100_000,
    "wide table": "|a" * 60_000 + "\n" + "|-" * 60_000 + "\n" + ("|a" * 60_000 + "\n") * 2,
    "long table": "|a|b|\n|-|-|\n" + "|\n" * 200_000,
    "blank line": " " * MANY + "a",
    "blanks in a link": "[a](http://a" + " b" * 240_000,
    "many blanks in links": "[a](http://a b c " * 30_000,
    "fences": "```\n" * 120_000,
    "hashes": "#" * MANY,
    "one word": "a" * MANY,
    "one Han word": "字" * 170_000,
    "bold colons": "**重点：**内容" * 20_000,
    "separators": "；" * 170_000,
    "markers": "1、" * 120_000,
    "marker lines": "1、甲\n" * 50_000,
    "full stops": "a. " * 160_000,
    "dots": "." * MANY + "a",
    "question marks": "?" * MANY + "a",
    "closing quotes": "." + '"' * MANY,
    "dashes before a link": "—" * 160_000 + "a[>阅读原文](http://a)",
    "blanks before a link": "a" + " " * MANY + "[a](http://a" + " " * 10_000,
    "wide brackets": "（" * 160_000 + "[>阅读原文](http://a)",
    "dates": "2025-12-22 " * 45_000,
    "many stories": "### 甲\n\n[>阅读原文](http://a)\n\n" * 12_000,
    "stories with one link": "### 甲\n[a](http://a/1)\n" * 9_000,
    "many sections": "## 甲\n### 乙\n丙\n" * 6_600,
    "html blocks": "<p>a\n\n" * 70_000,
    "an html link": '<p><a href="' * 40_000,
    "videos": "<p><video>" * 50_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered_soon(name: str) -> None:
    dialect = Dialect.from_mapping({**EVERYTHING, "layout": "issue"})
    source = f"{FRONT}\n## 新闻资讯\n\n### 甲\n\n{BOMBS[name]}".encode()[: 512 * 1024]
    bare = BOMBS[name].encode()[: 512 * 1024]

    for bomb, reader in ((source, SEED_DIALECT), (source, dialect), (bare, dialect)):
        before = time.perf_counter()
        check(read(bomb, dialect=reader))
        assert time.perf_counter() - before < BOUND_SECONDS


TITLES = {
    "separators": "a;" * 30_000,
    "colons": "a：" * 20_000,
    "one word": "甲" * 20_000,
    "flow": "[" * 60_000,
    "braces": "{a: " * 15_000,
    "anchors": "&a *a " * 10_000,
    "quote": '"' + "a" * 60_000,
}


@pytest.mark.parametrize("name", TITLES)
def test_a_bomb_in_the_front_matter_is_answered_soon(name: str) -> None:
    before = time.perf_counter()

    check(read(SMALL.replace("AI日报：甲公司开源模型; 乙公司融资", TITLES[name])))

    assert time.perf_counter() - before < BOUND_SECONDS


def test_yaml_that_multiplies_is_answered_soon() -> None:
    lines = "\n".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40))

    check(read(SMALL.replace("title:", f"a0: &a0 [x]\n{lines}\ntitle:")))
