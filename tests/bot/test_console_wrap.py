"""Lines of a terminal: never too wide, never beginning with what closes, nothing lost."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.console.wrap import ATTACHED, CLOSING, columns, wrap
from digest.plaintext import visible

CHINESE = "年底将离开的研究员吐槽大模型和封闭开源动态算法论文"
NARROW = "abcdefgXYZ0123456789.-/_"
PUNCTUATION = "。，、；：！？）】》」』”’…—·%,.;:!?)]}（【《「“‘"
ODD = "\u200d\ufe0f❤👨👩👧🇨🇳🏽e\u0301\u0300\u3000\xa0\t\r\n\x1b ü"

texts = st.text(alphabet=st.sampled_from(CHINESE + NARROW + PUNCTUATION + " "), max_size=250)
odd_texts = st.text(
    alphabet=st.one_of(st.sampled_from(CHINESE + ODD), st.characters(exclude_categories=["Cs"])), max_size=150
)
widths = st.integers(min_value=4, max_value=80)


def counted(text: str) -> int:
    """Columns by the East Asian width alone: right for what has no marks and no emoji."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def words(text: str) -> str:
    """What must not be lost: every character that is seen."""
    return "".join(visible(text).split())


@given(texts, widths)
@example("好" + "a" * 73 + "。", 75)
@example(" " + "a" * 74 + "。", 75)
@example("。" * 100, 75)
@example("字 。" * 30, 9)
def test_no_line_is_too_wide(text: str, width: int) -> None:
    assert [line for line in wrap(text, width) if counted(line) > width] == []


@given(odd_texts, st.integers(min_value=8, max_value=80))
@example("❤️" * 60, 75)
@example("👨‍👩‍👧" * 30, 20)
@example("你　好　" * 20, 9)
@example("🇨🇳" * 50, 9)
def test_no_line_is_too_wide_whatever_is_in_it(text: str, width: int) -> None:
    assert [line for line in wrap(text, width) if columns(line) > width] == []


@given(st.one_of(texts, odd_texts), widths)
def test_nothing_is_lost_and_no_control_character_is_left(text: str, width: int) -> None:
    lines = wrap(text, width)

    assert words("".join(lines)) == words(text)
    assert not any(c in line for line in lines for c in "\x1b\r\n\t\x07")


@given(texts, widths)
def test_no_line_begins_with_what_closes_where_that_can_be_helped(text: str, width: int) -> None:
    lines = wrap(text, width)

    for before, line in pairwise(lines):
        if line[:1] in CLOSING:
            # Only a word as wide as the line, or a row of nothing but signs, leaves no choice.
            assert counted(_tail(before) + _head(line)) > width


def _head(line: str) -> str:
    """What cannot be parted at the beginning of a line."""
    word = line.split(maxsplit=1)[0]
    ascii_part = next((place for place, c in enumerate(word) if not c.isascii()), len(word))
    return word[: max(1, ascii_part)]


def _tail(line: str) -> str:
    """The shortest end of a line that may begin the next one; far too much where there is none."""
    for place in range(len(line) - 1, 0, -1):
        first, before = line[place], line[place - 1]
        apart = before.isspace() or not (before.isascii() and first.isascii())
        begins = first not in CLOSING and not first.isspace()
        if apart and begins and (first not in ATTACHED or before.isspace()):
            return line[place:]
    return line * 100


@given(st.text(alphabet=st.sampled_from(CHINESE + NARROW + " "), max_size=250), widths)
def test_words_are_kept_whole_where_they_fit(text: str, width: int) -> None:
    whole = {word for word in _latin(text) if len(word) <= width}
    found = {word for line in wrap(text, width) for word in _latin(line)}

    assert whole - found == set()


def _latin(text: str) -> list[str]:
    return "".join(c if c.isascii() else " " for c in text).split()


def test_the_breaks_of_a_text_stay() -> None:
    assert wrap("第一行\n第二行\n\n最后", 80) == ["第一行", "第二行", "", "最后"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("一二三四五。", 10, ["一二三四", "五。"]),
        ("一二三四五）。", 10, ["一二三四", "五）。"]),
        ("用GPT-5.1写", 8, ["用", "GPT-5.1", "写"]),
        ("好的,再见", 4, ["好", "的,", "再见"]),
        ("改用 .NET 写", 8, ["改用", ".NET 写"]),
        ("Müller说", 7, ["Müller", "说"]),
        ("https://example.org", 8, ["https://", "example.", "org"]),
        ("家👨‍👩‍👧家", 6, ["家", "👨‍👩‍👧", "家"]),
        ("", 10, [""]),
    ],
)
def test_a_line_is_broken_where_a_reader_would(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("AI日报", 6), ("开源　7条", 9), ("a\u0301", 1), ("❤️", 2), ("\x1b[1m", 3), ("", 0), ("\x07", 0),
    ],
)  # fmt: skip
def test_columns_are_counted_as_a_terminal_draws_them(text: str, width: int) -> None:
    assert columns(text) == width
