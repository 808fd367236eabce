"""An issue file's bytes as text, one line a line; what cannot be read is said with its line."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from digest.issue import Problem, Severity
from digest.plaintext import visible
from digest.problems import error, warning

LARGEST = 512 * 1024
MOST_LINES = 20_000
MOST_MARKS = 120_000
MOST_MARKS_A_LINE = 4_000
MOST_BAD_BYTES = 10

_BAD = re.compile("[\udc80-\udcff]+")
_LINE_END = re.compile("\r\n?")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?:[ \t]|$)", re.MULTILINE)
# What a Markdown reader has to stop at; a page of links has some twenty a story.
_MARKS = "#$%&*+-:<=>@[\\]^_`{}~!|"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text with `\\n` between its lines, and the problems met on the way; no text after an error."""

    text: str
    problems: tuple[Problem, ...]

    @property
    def readable(self) -> bool:
        """Whether it makes sense to read on."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


def read_source(source: bytes, encoding: str) -> Source:
    """The text of a file, or why there is none."""
    if len(source) > LARGEST:
        return Source("", (error(1, "too_large", kilobytes=-(-len(source) // 1024), limit=LARGEST // 1024),))
    text = _decoded(source, encoding)
    problems = [*_bad_bytes(text, encoding), *_conflicts(text), *_excesses(text)]
    text = visible(text)
    if not text.strip():
        problems.append(error(1, "empty"))
    return Source(text, tuple(problems))


def _decoded(source: bytes, encoding: str) -> str:
    for mark, name in _BYTE_ORDER_MARKS:
        if source.startswith(mark):
            source, encoding = source[len(mark) :], name
            break
    try:
        text = source.decode(encoding)
    except UnicodeDecodeError:
        # UTF-16 has no escape for what it cannot read; a replacement says as much.
        text = source.decode(encoding, "replace" if encoding.startswith("utf-16") else "surrogateescape")
    return _LINE_END.sub("\n", text) if "\r" in text else text


def _bad_bytes(text: str, encoding: str) -> list[Problem]:
    # Asking whether a text can be written is much cheaper than looking through it.
    bad = [] if _is_sound(text) else list(_BAD.finditer(text))
    if not bad:
        return []
    first = _line_at(text, bad[0].start())
    if bad[-1].end() == len(text) and len(bad) == 1:
        return [error(first, "cut_character")]
    if len(bad) > MOST_BAD_BYTES:
        return [error(first, "not_readable", encoding=encoding)]
    return [warning(_line_at(text, found.start()), "bad_byte", encoding=encoding) for found in bad]


def _is_sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _conflicts(text: str) -> list[Problem]:
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return []
    return [
        error(_line_at(text, found.start()), "conflict_marker")
        for found in list(_CONFLICT.finditer(text))[:6]
    ]


def _excesses(text: str) -> list[Problem]:
    if (lines := text.count("\n") + 1) > MOST_LINES:
        return [error(MOST_LINES, "too_many_lines", lines=lines, limit=MOST_LINES)]
    if _marks(text) > MOST_MARKS:
        return [error(1, "too_many_marks")]
    tangled = (
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if len(line) > MOST_MARKS_A_LINE and _marks(line) > MOST_MARKS_A_LINE
    )
    return [error(number, "tangled_line") for number in tangled]


def _marks(text: str) -> int:
    return sum(text.count(mark) for mark in _MARKS)


def _line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
