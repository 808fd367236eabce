"""Lines of a terminal: columns counted, Chinese broken anywhere but before closing punctuation."""

from __future__ import annotations

import re

from wcwidth import wcswidth

from digest.plaintext import visible

_WORDS = re.compile("[!-~\u00c0-\u024f\u0300-\u036f]+|[^\\S\n]+|.")
_SPACES = "\u1680\u2000-\u200a\u202f\u205f\u3000\xa0"
_UNSEEN = re.compile(f"[{_SPACES}]")
_FIRST_PAIR = "\U0001f1e6"
CLOSING = frozenset("。，、；：！？）】》」』〉”’…—～·%")
# These may open a word (`.NET`), so they close only what stands right before them.
ATTACHED = frozenset(",.;:!?)]}")


def columns(text: str) -> int:
    """How many columns a terminal gives the text; control characters count as none."""
    return max(0, wcswidth("".join(c for c in text if c.isprintable() or _UNSEEN.match(c))))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns, without controls; a word longer than that is cut."""
    plain = visible(text).replace("\t", " ").replace("\r", " ")
    return [line for paragraph in plain.split("\n") for line in _paragraph(paragraph, width)]


def _paragraph(text: str, width: int) -> list[str]:
    lines: list[list[str]] = [[]]
    room = width
    for unit in _units(text, width):
        # A space at the end of a line is not seen: it needs no room.
        if columns(unit) > room and lines[-1] and not unit.isspace():
            place = _break(lines[-1], unit, width)
            lines.append(lines[-1][place:])
            del lines[-2][place:]
            room = width - columns("".join(lines[-1]))
        if lines[-1] or not unit.isspace():
            lines[-1].append(unit)
            room -= columns(unit)
    return ["".join(line).strip() for line in lines]


def _units(text: str, width: int) -> list[str]:
    """What must not be torn apart: words, spaces, characters with their marks; long words in pieces."""
    units: list[str] = []
    for unit in _WORDS.findall(text):
        if units and _belongs(unit, units[-1]):
            units[-1] += unit
        else:
            units.append(unit)
    return [piece for unit in units for piece in _cut(unit, width)]


def _belongs(unit: str, before: str) -> bool:
    """Whether a character is drawn into the one before it: a mark, a joined emoji, the half of a flag."""
    if before.isspace():
        return False
    if columns(unit) == 0 or before.endswith("\u200d"):
        return True
    return unit >= _FIRST_PAIR and columns(before + unit) < columns(before) + columns(unit)


def _cut(unit: str, width: int) -> list[str]:
    if unit.isspace() or columns(unit) <= width:
        return [unit]
    if unit.isascii():
        return [unit[start : start + width] for start in range(0, len(unit), width)]
    pieces = [""]
    for character in unit:
        if columns(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _break(line: list[str], following: str, width: int) -> int:
    """Where a line is broken, so that the next one, with `following`, begins as a line may."""
    units = [*line, following]
    for place in range(len(line), 0, -1):
        if columns("".join(units[place:])) > width:
            break
        if _may_begin(units[place], units[place - 1]):
            return place
    return len(line)


def _may_begin(unit: str, before: str) -> bool:
    if unit.isspace() or unit[0] in CLOSING:
        return False
    return unit[0] not in ATTACHED or before.isspace()
